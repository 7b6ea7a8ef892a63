"""The sink beside h2load and aioapns, in one run: 100,000 payloads of 500 bytes through one connection to nghttpd.

Prints the rate of each by round, and the medians as parts of h2load's and multiples of aioapns'. Needs nghttp2-client,
nghttp2-server and openssl from Debian, aioapns from PyPI in the Python that runs this, and APNsBenchmark built:

    NOTILUA_TOOLS=1 swift build -c release && python3 Tests/Performance/apns.py --rounds 5
"""

import argparse
import asyncio
import json
import os
import re
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

TOKEN = "ab" * 32


def rate_of_h2load(folder, port, count, streams, bearer):
    result = subprocess.run(
        ["h2load", "-n", str(count), "-c", "1", "-m", str(streams), "-d", f"{folder}/body",
         "-H", f"authorization: bearer {bearer}", "-H", "apns-topic: com.example.app", "-H", "apns-push-type: alert",
         "-H", "apns-id: 123e4567-e89b-12d3-a456-426614174000", f"https://localhost:{port}/3/device/{TOKEN}"],
        capture_output=True, text=True, timeout=120, check=True).stdout
    assert f"{count} succeeded" in result, result
    return float(re.search(r"([\d.]+) req/s", result).group(1))


def rate_of_sink(folder, port, count, streams, program):
    result = subprocess.run(
        [program, str(port), f"{folder}/server.pem", f"{folder}/key.p8", str(count), str(streams)],
        capture_output=True, text=True, timeout=120, check=True).stdout
    assert "times" not in result, result
    return float(re.search(r"(\d+)/s", result).group(1)), result.strip()


async def rate_of_aioapns(folder, count, program):
    """Against the simulator: aioapns finds its answers by apns-id, which nghttpd does not send."""
    import logging

    from aioapns import APNs, NotificationRequest
    from aioapns.connection import APNsDevelopmentClientProtocol

    logging.disable(logging.WARNING)

    port_file = f"{folder}/port"
    server = subprocess.Popen(
        [program, "apns-simulator", "--accept-any-key", "--write-ca", f"{folder}/ca.pem", "--port-file", port_file,
         "--seconds", "120"], stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            if os.path.exists(port_file) and os.path.getsize(port_file):
                break
            await asyncio.sleep(0.05)
        with open(port_file) as file:
            APNsDevelopmentClientProtocol.APNS_PORT = int(file.read())
        APNsDevelopmentClientProtocol.APNS_SERVER = "localhost"
        with open(f"{folder}/key.p8") as file:
            key = file.read()
        with open(f"{folder}/body") as file:
            message = json.load(file)
        trust = ssl.create_default_context(cafile=f"{folder}/ca.pem")
        trust.set_alpn_protocols(["h2"])
        client = APNs(
            key=key, key_id="ABCDE12345", team_id="TEAMID0001", topic="com.example.app", use_sandbox=True,
            max_connections=1, ssl_context=trust)

        async def push():
            response = await client.send_notification(NotificationRequest(device_token=TOKEN, message=message))
            assert response.status == "200", (response.status, response.description)

        await push()
        # More at a time and its pool spends its time on asking whether a stream is free.
        gate = asyncio.Semaphore(100)

        async def push_in_turn():
            async with gate:
                await push()

        started = time.monotonic()
        await asyncio.gather(*(push_in_turn() for _ in range(count)))
        return count / (time.monotonic() - started)
    finally:
        server.kill()
        server.wait()
        os.remove(port_file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--program", default=".build/release/APNsBenchmark")
    parser.add_argument("--notilua", default=".build/release/notilua")
    parser.add_argument("--without-aioapns", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        def run(*words):
            subprocess.run(words, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            f"{folder}/server.key", "-out", f"{folder}/server.pem", "-days", "1", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost")
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{folder}/key.p8")
        os.makedirs(f"{folder}/www/3/device")
        open(f"{folder}/www/3/device/{TOKEN}", "w").close()
        head, tail = '{"aps":{"alert":{"title":"Ann","body":"', '"}}}'
        with open(f"{folder}/body", "w") as file:
            file.write(head + "x" * (500 - len(head) - len(tail)) + tail)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            ["nghttpd", "-d", f"{folder}/www", "-m", "1000", "-a", "127.0.0.1", str(port), f"{folder}/server.key",
             f"{folder}/server.pem"], stdout=subprocess.DEVNULL)
        try:
            time.sleep(0.5)
            rates = {}
            for number in range(1, options.rounds + 1):
                line = []
                for streams in (100, 500):
                    for name, rate in (
                        (f"h2load {streams}", rate_of_h2load(folder, port, options.count, streams, "x" * 220)),
                        (f"sink {streams}", rate_of_sink(folder, port, options.count, streams, options.program)[0]),
                    ):
                        rates.setdefault(name, []).append(rate)
                        line.append(f"{name}: {rate:,.0f}/s")
                if not options.without_aioapns:
                    rate = asyncio.run(rate_of_aioapns(folder, options.count // 20, options.notilua))
                    rates.setdefault("aioapns", []).append(rate)
                    line.append(f"aioapns: {rate:,.0f}/s")
                print(f"round {number}: " + ", ".join(line), flush=True)
            for streams in (100, 500):
                parts = [a / b for a, b in zip(rates[f"sink {streams}"], rates[f"h2load {streams}"])]
                text = f"{streams} in flight: {statistics.median(parts):.2f} of h2load ({min(parts):.2f} to {max(parts):.2f})"
                if "aioapns" in rates:
                    times = [a / b for a, b in zip(rates[f"sink {streams}"], rates["aioapns"])]
                    text += f", {statistics.median(times):.1f} times aioapns ({min(times):.1f} to {max(times):.1f})"
                print(text)
            print(rate_of_sink(folder, port, options.count * 5, 500, options.program)[1], "(five times as many)")
        finally:
            server.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
