"""What 'notilua serve' costs, in one run: client, service and simulator on one machine, in turns with 'notilua run'.

h2load pushes 500 bytes to many device tokens, through recall, mask-digits and sender-title. 'run' reads the same pushes as
envelopes from a file, with the same chain, outbox and simulator. Prints a table: rates as parts of those of 'run', the
latency at half of the rate that is asked for and at half of the highest, beside that of the simulator alone, CPU beside
gateway.py (aiohttp and aioapns), and memory. Nothing here fails for a rate: machines differ, and are shared.

Needs nghttp2-client and openssl from Debian; aioapns, aiohttp, 'httpx[http2]' and PyJWT from PyPI; and a release build:

    python3 Tests/Performance/serve.py --rounds 5
    python3 Tests/Performance/serve.py --rounds 0 --soak 15
"""

import argparse
import contextlib
import json
import os
import re
import signal
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

import httpx
import jwt

HERE = os.path.dirname(os.path.abspath(__file__))
TOPIC = "com.example.app"
TICKS = os.sysconf("SC_CLK_TCK")
PAYLOAD = {
    "aps": {"alert": {"body": "Your code is 482913, " + "x" * 280}, "badge": 2, "sound": "default", "mutable-content": 1},
    "rc": {"cType": "PR", "fId": "2121", "tId": "3232", "oName": "RC:TxtMsg", "id": "5FSClm2gQ9V9BZ-kUZn58B"},
}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def family(pid):
    """The processes of a program: itself and its children."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        children = file.read().split()
    return [pid] + [one for child in children for one in family(int(child))]


def cpu(pid):
    """The CPU seconds that a program and its children have had."""
    ticks = 0
    for one in family(pid):
        with open(f"/proc/{one}/stat") as file:
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / TICKS


def memory(pid, kinds="Pss"):
    """The proportional set size of a program and its children, or other kinds of memory, in MiB."""
    size = 0
    for one in family(pid):
        with open(f"/proc/{one}/smaps_rollup") as file:
            size += sum(int(kind) for kind in re.findall(rf"^(?:{kinds}): +(\d+)", file.read(), re.MULTILINE))
    return size / 1024


class Bench:
    """A simulator, and what is pushed to it."""

    def __init__(self, options, folder):
        self.options, self.folder = options, folder
        self.program = os.path.abspath(options.program)
        self.made = 0
        # What is refused for its deadline, as where the disk is busy with other things, is counted and not an error of the run.
        self.may_refuse, self.refused = False, 0

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)
        return self.path(name)

    def command(self, *words):
        return subprocess.run(words, check=True, capture_output=True, text=True, cwd=self.folder).stdout

    @contextlib.contextmanager
    def process(self, log, *words, ready):
        """A program that runs while the block does, from a condition on."""
        log = self.path(log)
        with open(log, "w") as file:
            child = subprocess.Popen(words, stdout=file, stderr=file, cwd=self.folder)
        try:
            end = time.monotonic() + 20
            while not ready():
                if child.poll() is not None or time.monotonic() > end:
                    sys.exit(f"{' '.join(words)}: {open(log).read()}")
                time.sleep(0.02)
            yield child
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait(timeout=60)

    def has_logged(self, log, text):
        with open(self.path(log)) as file:
            return text in file.read()

    # MARK: Setup

    def make(self):
        self.command(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "door.key", "-out", "door.pem")
        out = self.command(
            self.program, "keys", "door", "add", "--keys", "door-keys", "--topic", TOPIC, "--out", "client.p8")
        self.key_id = out.split(":")[0].split()[0]
        body = json.dumps(PAYLOAD, separators=(",", ":"))
        self.write("body", body)
        self.devices = [f"{number:064x}" for number in range(self.options.devices)]
        with open(self.path("lines"), "w") as file:
            for number in range(self.options.count):
                file.write(f'{{"device_token":"{self.devices[number % len(self.devices)]}",'
                           f'"headers":{{"apns-topic":"{TOPIC}"}},"payload":{body}}}\n')

    @contextlib.contextmanager
    def simulator(self):
        with self.process(
                "simulator.log", self.program, "apns-simulator", "--write-credentials", "simulator", "--port-file", "port",
                ready=lambda: self.has_logged("simulator.log", "listening on")):
            with open(self.path("port")) as file:
                self.port = int(file.read())
            self.command(
                self.program, "credentials", "add", "test", "simulator/AuthKey_KEYID00001.p8", "--team-id", "TEAMID0001",
                "--application", "development", "--store", "store")
            trust = ssl.create_default_context(cafile=self.path("simulator/ca.pem"))
            with httpx.Client(http2=True, verify=trust, timeout=30) as self.control:
                yield

    def arrived(self):
        text = self.control.get(f"https://localhost:{self.port}/_simulator").text
        return int(text.partition(" accepted")[0].replace(",", ""))

    def settings(self, outbox):
        plugins = ", ".join(
            f"{{ path: {os.path.join(HERE, '..', '..', 'plugins', name)} }}"
            for name in ("recall", "mask-digits", "sender-title"))
        text = f"plugins: [{plugins}]\nworkers: {self.options.workers}\n"
        text += f'apns: {{ credentials: store, environment: sandbox, server: "localhost:{self.port}" }}\n'
        if outbox:
            self.made += 1
            text += f"outbox: {{ path: outbox-{self.made} }}\n"
        return text

    @contextlib.contextmanager
    def service(self, outbox, kept=False):
        """The service, with its port in `door`; `kept` keeps what becomes of notifications for its HTTP API."""
        self.door, operations = free_port(), free_port()
        answer = "accepted" if outbox else "delivered"
        outcomes = f"outcomes: {{ path: outcomes-{self.made} }}" if kept else ""
        self.write("notilua.yaml", self.settings(outbox) + f"""
{outcomes}
door:
  listen: ["127.0.0.1:{self.door}"]
  certificate: door.pem
  key: door.key
  keys: door-keys
  answer: {answer}
operations: {{ address: "127.0.0.1:{operations}", socket: control.sock }}
service: {{ log: json, log_level: notice }}
""")
        with self.process(
                "service.log", self.program, "serve", "--config", "notilua.yaml", "--trust", "simulator/ca.pem",
                ready=lambda: self.has_logged("service.log", '"ready"')) as child:
            yield child

    def bearer(self, key, key_id, team):
        with open(self.path(key)) as file:
            token = jwt.encode(
                {"iss": team, "iat": int(time.time())}, file.read(), algorithm="ES256", headers={"kid": key_id})
        return f"bearer {token}"

    # MARK: Loads

    def h2load(self, port, count, *more, scheme="https", bearer=None):
        """Pushes so many times; the seconds that the client was at it."""
        urls = self.write("urls", "".join(f"{scheme}://localhost:{port}/3/device/{device}\n" for device in self.devices))
        bearer = bearer or self.bearer("client.p8", self.key_id, "DOORTEAM01")
        text = self.command(
            "h2load", "-n", str(count), "-d", self.path("body"), "-H", f"authorization: {bearer}",
            "-H", f"apns-topic: {TOPIC}", "-i", urls, *more)
        self.refused = count - int(re.search(r"status codes: (\d+) 2xx", text)[1])
        assert self.refused == 0 or self.may_refuse, text
        seconds, unit = re.search(r"finished in ([\d.]+)(ms|s)", text).groups()
        return float(seconds) / (1000 if unit == "ms" else 1)

    def streams(self, count):
        return "-c", "1", "-m", str(count)

    def serve(self, outbox, kept=False):
        """Rates of answers and of arrivals, and CPU seconds for 1,000 pushes."""
        with self.service(outbox, kept) as child:
            self.h2load(self.door, 500, *self.streams(50))
            # What the warm-up has left in the outbox is no part of the round.
            time.sleep(0.5)
            before, used, began = self.arrived(), cpu(child.pid), time.monotonic()
            seconds = self.h2load(self.door, self.options.count, *self.streams(self.options.streams))
            while self.arrived() < before + self.options.count:
                assert time.monotonic() < began + 300, "pushes did not arrive"
                time.sleep(0.02)
            whole = time.monotonic() - began
            time.sleep(0.3)
            used = cpu(child.pid) - used
        return self.options.count / seconds, self.options.count / whole, used * 1000 / self.options.count

    def run(self, outbox):
        """The rate of 'notilua run', and its CPU seconds for 1,000 pushes."""
        self.write("run.yaml", self.settings(outbox))
        before, began = self.arrived(), time.monotonic()
        with open(self.path("lines")) as lines:
            child = subprocess.Popen(
                [self.program, "run", "--quiet", "--config", "run.yaml", "--sink", "apns", "--trust", "simulator/ca.pem"],
                stdin=lines, stdout=subprocess.DEVNULL, cwd=self.folder)
            _, status, usage = os.wait4(child.pid, 0)
        child.returncode = status
        assert status == 0 and self.arrived() == before + self.options.count, (status, self.arrived() - before)
        rate = self.options.count / (time.monotonic() - began)
        return rate, rate, (usage.ru_utime + usage.ru_stime) * 1000 / self.options.count

    def latency(self, port, rate, **more):
        """Milliseconds from a request to its answer, at so many a second: the median and 99 %.

        A client of h2load sends what is due each 10 ms. Ten of them that begin one after the other come as many clients do.
        """
        log = self.path("latencies")
        with contextlib.suppress(FileNotFoundError):
            os.remove(log)
        clients = 10
        self.h2load(
            port, rate * self.options.seconds // clients * clients, "-c", str(clients), "-m", "50", "-r", "1",
            "--rate-period", "1ms", "--rps", str(rate // clients), f"--log-file={log}", **more)
        with open(log) as file:
            times = sorted(int(line.split("\t")[2]) / 1000 for line in file)
        return times[len(times) // 2], times[len(times) * 99 // 100]

    def gateway(self, count):
        """The rate of the gateway in Python, and its CPU seconds for 1,000 pushes."""
        port = free_port()

        def ready():
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        with self.process(
                "gateway.log", sys.executable, os.path.join(HERE, "gateway.py"), str(port), str(self.port), "simulator/ca.pem",
                "simulator/AuthKey_KEYID00001.p8", ready=ready) as child:
            words = ("--h1", "-c", "50", "-m", "1")
            self.h2load(port, 500, *words, scheme="http")
            used = cpu(child.pid)
            seconds = self.h2load(port, count, *words, scheme="http")
            return count / seconds, (cpu(child.pid) - used) * 1000 / count


def shown(values, form="{:.2f}"):
    values = sorted(values)
    return f"{form.format(statistics.median(values))} ({form.format(values[0])} to {form.format(values[-1])})"


def row(name, figure, wanted=""):
    print(f"{name:<66}{figure:>30}  {wanted}", flush=True)


def load_average():
    return "load average {:.1f}".format(os.getloadavg()[0])


def rates(bench, rounds):
    """The rounds of 'serve' and 'run' in turns.

    The median rates of answers with an outbox and without, half of those of 'run', and the CPU of each round.
    """
    kinds = [("run", True), ("serve", True), ("run", False), ("serve", False)]
    seen = {kind: [] for kind in kinds}
    for number in range(rounds):
        for kind in kinds[number % 4:] + kinds[:number % 4]:
            seen[kind].append((bench.run if kind[0] == "run" else bench.serve)(kind[1]))
        print(f"round {number + 1}, {load_average()}: " + "; ".join(
            f"{name}{' with outbox' if outbox else ''} " + " ".join(f"{figure:.4g}" for figure in seen[name, outbox][-1])
            for name, outbox in kinds), file=sys.stderr, flush=True)
    for outbox, name, wanted in [(True, "accepted", "at least 0.5; 0.7 is the goal"), (False, "delivered", "at least 0.5")]:
        run, serve = seen["run", outbox], seen["serve", outbox]
        against = "run with an outbox" if outbox else "run without an outbox"
        row(f"{against}, a second", shown([one[0] for one in run], "{:.0f}"))
        row(f"{name}: answers a second", shown([one[0] for one in serve], "{:.0f}"))
        row(f"{name}: answers, against {against}", shown([s[0] / r[0] for s, r in zip(serve, run)]), wanted)
        row(f"{name}: until all have arrived, against {against}", shown([s[1] / r[1] for s, r in zip(serve, run)]), wanted)
        row(f"{name}: CPU seconds for 1,000 pushes", shown([one[2] for one in serve], "{:.4f}"))
        row(f"{against}: CPU seconds for 1,000 pushes", shown([one[2] for one in run], "{:.4f}"))
    medians = {kind: statistics.median(one[0] for one in seen[kind]) for kind in kinds}
    kept = (True, False)
    return (
        {outbox: medians["serve", outbox] for outbox in kept}, {outbox: medians["run", outbox] / 2 for outbox in kept},
        {outbox: [one[2] for one in seen["serve", outbox]] for outbox in kept})


def stories(bench, rounds):
    """What it costs to keep what becomes of each push."""
    seen = []
    for number in range(rounds):
        kinds = [False, True] if number % 2 else [True, False]
        figures = {kept: bench.serve(True, kept) for kept in kinds}
        seen.append([kept / without for kept, without in zip(figures[True], figures[False])])
    for index, name in enumerate(("answers", "until all have arrived", "CPU")):
        row(f"accepted, with outcomes.path against without: {name}", shown([ratios[index] for ratios in seen]))


def latencies(bench, rounds, highest, asked):
    bearer = bench.bearer("simulator/AuthKey_KEYID00001.p8", "KEYID00001", "TEAMID0001")
    for outbox, name, wanted in [(True, "accepted", "at most 25"), (False, "delivered", "at most 5")]:
        for rate, wanted in [(int(asked[outbox] / 2), wanted), (int(highest[outbox] / 2), "")]:
            seen = []
            with bench.service(outbox) as child:
                bench.h2load(bench.door, 500, *bench.streams(50))
                for _ in range(rounds):
                    seen.append(bench.latency(bench.port, rate, bearer=bearer) + bench.latency(bench.door, rate))
            row(f"{name} at {rate} a second: median, ms", shown([one[2] for one in seen]))
            row(f"{name} at {rate} a second: what the service adds at 99 %, ms", shown([one[3] - one[1] for one in seen]), wanted)


def against_python(bench, rounds, costs):
    seen = [bench.gateway(bench.options.gateway_count) for _ in range(rounds)]
    row("gateway in Python, a second", shown([one[0] for one in seen], "{:.0f}"))
    row("gateway in Python: CPU seconds for 1,000 pushes", shown([one[1] for one in seen], "{:.3f}"))
    for outbox, name, wanted in [(True, "accepted", "at least 8; 12 is the goal"), (False, "delivered", "at least 10")]:
        row(f"CPU of the gateway in Python against {name}",
            shown([python[1] / cost for python, cost in zip(seen, costs[outbox])], "{:.1f}"), wanted)


def idle(bench):
    with bench.service(True) as child:
        time.sleep(3)
        row("idle: PSS of all processes, MiB", f"{memory(child.pid):.1f}", "at most 80")


def soak(bench, minutes, rate=2000):
    """Memory by the minute under an even load.

    Of memory that is shared with programs beside, such as Swift's libraries, a part counts that they change: what is
    private tells whether the service grows.
    """
    bench.may_refuse = True
    with bench.service(True) as child:
        row("soak: PSS at the start, MiB", f"{memory(child.pid):.1f}")
        for minute in range(minutes):
            used = cpu(child.pid)
            seconds = bench.h2load(bench.door, rate * 60, *bench.streams(bench.options.streams), "--rps", str(rate))
            private = memory(child.pid, "Private_Clean|Private_Dirty")
            row(f"soak: PSS after {minute + 1} min at {rate * 60 / seconds:.0f} a second, MiB", f"{memory(child.pid):.1f}",
                f"{private:.1f} private, "
                f"{cpu(child.pid) - used:.1f} s of CPU, {bench.refused} refused, {load_average()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", default=".build/release/notilua")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=100_000, help="pushes of a round")
    parser.add_argument("--devices", type=int, default=50_000)
    parser.add_argument("--streams", type=int, default=500, help="pushes that the client has in flight")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement of latency")
    parser.add_argument("--gateway-count", type=int, default=10_000, help="pushes to the gateway in Python")
    parser.add_argument("--soak", type=int, default=0, help="minutes at 2,000 a second")
    parser.add_argument("--folder", help="where the outbox is made; its disk counts")
    options = parser.parse_args()
    # Programs run in the folder, and read it by its path.
    with tempfile.TemporaryDirectory(dir=options.folder and os.path.abspath(options.folder)) as folder:
        bench = Bench(options, folder)
        bench.make()
        with bench.simulator():
            print(f"{options.rounds} rounds of {options.count} pushes of {os.path.getsize(bench.path('body'))} bytes, "
                  f"{os.cpu_count()} cores, {load_average()}: medians (lowest to highest)", flush=True)
            idle(bench)
            if options.rounds:
                highest, asked, costs = rates(bench, options.rounds)
                stories(bench, options.rounds)
                against_python(bench, options.rounds, costs)
                latencies(bench, options.rounds, highest, asked)
            if options.soak:
                soak(bench, options.soak)


main()
