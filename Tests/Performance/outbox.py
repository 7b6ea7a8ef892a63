"""What the outbox costs, in one run: commits of one notification and of many, and a backlog drained through one
connection to nghttpd beside the same pushes without an outbox.

Needs nghttp2-server and openssl from Debian, and OutboxBenchmark built; the file is made in --folder, whose disk counts:

    swift build -c release && python3 Tests/Performance/outbox.py --rounds 3 --folder .build
"""

import argparse
import os
import re
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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=100_000, help="of the rounds")
    parser.add_argument("--backlog", type=int, default=1_000_000, help="of the drain at the end; 0 for none")
    parser.add_argument("--folder", default=".build")
    parser.add_argument("--program", default=".build/release/OutboxBenchmark")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as disk, tempfile.TemporaryDirectory() as folder:
        def run(*words):
            subprocess.run(words, check=True, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)

        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
            f"{folder}/server.key", "-out", f"{folder}/server.pem", "-days", "1", "-subj", "/CN=localhost", "-addext",
            "subjectAltName=DNS:localhost")
        run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", f"{folder}/key.p8")
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
