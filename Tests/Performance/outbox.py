"""What the outbox costs, in one run: commits of one notification and of many, and a backlog drained through one
connection to nghttpd beside the same pushes without an outbox.

Needs nghttp2-server and openssl from Debian, and OutboxBenchmark built; the file is made in --folder, whose disk counts:

    NOTILUA_TOOLS=1 swift build -c release && python3 Tests/Performance/outbox.py --rounds 3 --folder .build
"""

import argparse
import os
import re
import resource
import socket
import statistics
import subprocess
import tempfile
import time

TOKENS = 50_000


def figures(program, *words):
    text = subprocess.run([program, *map(str, words)], capture_output=True, text=True, timeout=900, check=True).stdout
    assert "times" not in text and "notice" not in text, text
    rate, cpu, memory = re.search(r"(\d+)/s, ([\d.]+) s of CPU, (\d+) MiB", text).groups()
    return int(rate), float(cpu), int(memory)


def paced(program, end, store, lines, rate, more):
    """The CPU time of a run that is given so many lines a second; 0 is as fast as it takes them."""
    port, certificate, _ = end
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        [program, "run", "--no-plugins", "--quiet", "--sink", "apns", "--environment", "sandbox", "--credentials", store,
         "--server", f"localhost:{port}", "--trust", certificate, *more], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    start, sent = time.monotonic(), 0
    while sent < len(lines):
        due = min(int((time.monotonic() - start) * rate), len(lines)) if rate else min(sent + 1000, len(lines))
        if due > sent:
            process.stdin.write(b"".join(lines[sent:due]))
            process.stdin.flush()
            sent = due
        if rate:
            time.sleep(0.005)
    process.stdin.close()
    process.wait()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=100_000, help="of the rounds")
    parser.add_argument("--backlog", type=int, default=1_000_000, help="of the drain at the end; 0 for none")
    parser.add_argument("--folder", default=".build")
    parser.add_argument("--program", default=".build/release/OutboxBenchmark")
    parser.add_argument("--rates", default="5000,16000,0", help="lines a second that notilua run is given for six seconds")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as disk, tempfile.TemporaryDirectory() as folder:
        def run(*words):
            subprocess.run(words, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            f"{folder}/server.key", "-out", f"{folder}/server.pem", "-days", "1", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost")
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{folder}/key.p8")
        os.chmod(f"{folder}/key.p8", 0o600)
        os.makedirs(f"{folder}/www/3/device")
        for number in range(TOKENS):
            open(f"{folder}/www/3/device/" + f"{number:x}".rjust(64, "a"), "w").close()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = subprocess.Popen(
            ["nghttpd", "-d", f"{folder}/www", "-m", "1000", "-a", "127.0.0.1", str(port), f"{folder}/server.key",
             f"{folder}/server.pem"], stdout=subprocess.DEVNULL)
        time.sleep(0.5)
        end = (port, f"{folder}/server.pem", f"{folder}/key.p8")
        ratios, costs = [], []
        try:
            for number in range(options.rounds):
                path = f"{disk}/outbox-{number}"
                alone, _, _ = figures(options.program, "alone", f"{path}-alone", 3000)
                accepted, accept_cpu, _ = figures(options.program, "accept", path, options.count)
                drained, drain_cpu, _ = figures(options.program, "drain", path, options.count, *end)
                direct, direct_cpu, _ = figures(options.program, "direct", "-", options.count, *end)
                through, through_cpu, _ = figures(options.program, "through", f"{path}-through", options.count, *end)
                ratios.append(drained / direct)
                costs.append(through_cpu / direct_cpu)
                print(f"round {number + 1}: one commit alone {alone}/s, accepted {accepted}/s ({accept_cpu} s); "
                      f"sink {direct}/s ({direct_cpu} s), drained {drained}/s ({drain_cpu} s), "
                      f"accepted and delivered {through}/s ({through_cpu} s)", flush=True)
            print(f"drained at {statistics.median(ratios):.2f} of the sink's rate ({min(ratios):.2f}-{max(ratios):.2f}); "
                  f"CPU of both ways together {statistics.median(costs):.2f} times the sink's")
            store = f"{folder}/store"
            notilua = os.path.join(os.path.dirname(options.program), "notilua")
            run(notilua, "credentials", "add", "team", f"{folder}/key.p8", "--team-id", "DEF123GHIJ", "--key-id",
                "ABC123DEFG", "--store", store)
            for rate in [int(word) for word in options.rates.split(",") if word]:
                body = "x" * 400
                lines = [(f'{{"id":"m{number}","device_token":"' + f"{number % TOKENS:x}".rjust(64, "a")
                          + '","headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":"' + body
                          + '"}}}\n').encode() for number in range(rate * 6 or options.count)]
                costs = []
                for number in range(options.rounds):
                    alone = paced(notilua, end, store, lines, rate, [])
                    kept = paced(notilua, end, store, lines, rate, ["--outbox", f"{disk}/paced-{rate}-{number}"])
                    costs.append(kept / alone)
                print(f"notilua run at {rate or 'full'}/s: CPU with an outbox {statistics.median(costs):.2f} times that "
                      f"without ({min(costs):.2f}-{max(costs):.2f})", flush=True)
            if options.backlog:
                path = f"{disk}/backlog"
                accepted, _, memory = figures(options.program, "accept", path, options.backlog)
                size = os.path.getsize(path) >> 20
                drained, cpu, drain_memory = figures(options.program, "drain", path, options.backlog, *end)
                direct, direct_cpu, direct_memory = figures(options.program, "direct", "-", options.backlog, *end)
                print(f"backlog of {options.backlog}: accepted {accepted}/s in {memory} MiB, {size} MiB on disk; "
                      f"drained {drained}/s in {drain_memory} MiB, {cpu} s; sink alone {direct}/s in {direct_memory} MiB, "
                      f"{direct_cpu} s: {drained / direct:.2f}")
        finally:
            server.terminate()
            server.wait()


main()
