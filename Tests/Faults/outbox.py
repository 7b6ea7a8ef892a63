"""Kills the outbox at named points and at random moments, with the simulator's journal as the witness.

Every notification whose acceptance was told has exactly one end; none is sent again once its end was told; within each
device token notifications arrive in order. Needs the programs of this repository alone, built for release:

    python3 Tests/Faults/outbox.py --kills 500 --seed 1

Prints what it saw, and ends with status 1 and the seed where something does not hold.
"""

import argparse
import collections
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time

from trial import Failure, Tail, lines_of, wait

TOPIC = "com.example.app"
POINTS = ["before-commit", "after-commit", "after-sending", "after-answer", "before-checkpoint", "after-checkpoint"]
# What goes wrong on the way: answers that never come, streams and connections that break, busy servers.
RULES = """
rules:
  - match: { token: bad04100 }
    respond: { reason: Unregistered, timestamp: 1700000000000 }
  - match: { every: 4001 }
    do: abort
    accepted: true
  - match: { every: 1499 }
    do: reset
  - match: { every: 3001 }
    do: goaway
  - match: { every: 2003 }
    respond: { reason: Shutdown }
  - match: { every: 3 }
    delay_ms: 4
"""


class World:
    """An outbox, a simulator, and what is known of both."""

    def __init__(self, folder, programs, random_source):
        self.folder, self.programs, self.random = folder, programs, random_source
        self.outbox, self.audit, self.journal = (os.path.join(folder, name) for name in ("outbox", "audit", "journal"))
        self.output = os.path.join(folder, "output")
        self.next = 0
        self.sequence = collections.Counter()
        self.tokens = [f"{number:064x}" for number in range(1, 250)]
        self.gone = ["bad04100" + f"{number:056x}" for number in range(10)]
        self.submitted = {}
        self.accepted = set()
        # The ids whose end the audit has, and how often each arrived at the simulator.
        self.told, self.arrivals = set(), collections.Counter()
        self.audit_tail, self.journal_tail = Tail(self.audit), Tail(self.journal)
        self.simulator = None

    def __enter__(self):
        rules, port = os.path.join(self.folder, "rules.yaml"), os.path.join(self.folder, "port")
        with open(rules, "w") as file:
            file.write(RULES)
        keys = os.path.join(self.folder, "keys")
        self.simulator = subprocess.Popen(
            [self.programs + "/notilua", "apns-simulator", "--write-credentials", keys, "--port-file", port,
             "--journal", self.journal, "--rules", rules, "--seconds", "3000"], stderr=subprocess.DEVNULL)
        wait("the simulator", lambda: os.path.exists(port) and os.path.getsize(port))
        with open(port) as file:
            self.port = file.read().strip()
        self.ca, self.key = keys + "/ca.pem", keys + "/AuthKey_KEYID00001.p8"
        self.store = os.path.join(self.folder, "store")
        subprocess.run(
            [self.programs + "/notilua", "credentials", "add", "test", self.key, "--team-id", "TEAMID0001",
             "--application", "development", "--store", self.store], check=True, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.simulator.kill()
        self.simulator.wait()

    def lines(self, count):
        text = []
        for _ in range(count):
            token = self.random.choice(self.gone if self.random.random() < 0.04 else self.tokens)
            self.sequence[token] += 1
            name = f"m{self.next}"
            self.next += 1
            self.submitted[name] = (token, self.sequence[token])
            text.append(json.dumps({
                "id": name, "device_token": token, "headers": {"apns-topic": TOPIC},
                "payload": {"aps": {"alert": "a"}, "name": name}}))
        return ("\n".join(text) + "\n").encode()

    def run_words(self, *more):
        return [self.programs + "/notilua", "run", "--no-plugins", "--quiet", "--sink", "apns", "--environment", "sandbox",
                "--credentials", self.store, "--server", f"localhost:{self.port}", "--trust", self.ca,
                "--outbox", self.outbox, "--audit", self.audit, *more]

    def killed_at_random(self):
        """Feeds a run, and kills it after a while."""
        data = self.lines(self.random.randrange(50, 3000))
        delay = self.random.uniform(0.02, 0.45)
        with open(self.output, "wb") as output:
            process = subprocess.Popen(self.run_words(), stdin=subprocess.PIPE, stdout=output, stderr=subprocess.PIPE)
            os.set_blocking(process.stdin.fileno(), False)
            end = time.monotonic() + delay
            while time.monotonic() < end and process.poll() is None:
                try:
                    data = data[os.write(process.stdin.fileno(), data):] if data else data
                except BlockingIOError:
                    pass
                time.sleep(0.001)
            process.send_signal(signal.SIGKILL)
            process.wait()
            errors = process.stderr.read()
            process.stdin.close()
        if process.returncode not in (0, 1, -signal.SIGKILL):
            raise Failure(f"a run ended with {process.returncode}: {errors.decode()}")
        entries = (json.loads(line) for line in lines_of(self.output))
        self.accepted.update(entry["id"] for entry in entries if entry["delivery"] == "accepted")

    def killed_at(self, point, visits):
        """Lets the outbox kill itself at a point; whether it came there."""
        result = subprocess.run(
            [self.programs + "/OutboxCrasher", self.outbox, self.audit, point, str(visits), self.port, self.ca, self.key,
             "KEYID00001"], input=self.lines(400), capture_output=True, timeout=60)
        if result.returncode not in (0, -signal.SIGKILL):
            raise Failure(f"{point}: {result.returncode}: {result.stdout.decode()}{result.stderr.decode()}")
        self.accepted.update(line.decode() for line in result.stdout.split(b"\n")[:-1])
        return result.returncode == -signal.SIGKILL

    def events(self):
        return [json.loads(line) for line in lines_of(self.audit) if line.startswith(b'{"event":')]

    def look_for_returns(self, what):
        """Sees that nothing has arrived since the last look whose end was told then."""
        for line in self.journal_tail.lines():
            entry = json.loads(line)
            if "payload" in entry:
                name = entry["payload"]["name"]
                self.arrivals[name] += 1
                if name in self.told:
                    raise Failure(f"{what}: {name} arrived again after its end was told")
        for line in self.audit_tail.lines():
            if line.startswith(b'{"event":') and b'"state":' in line:
                self.told.add(json.loads(line)["id"])

    def finish(self):
        """Lets a run bring everything to its end."""
        result = subprocess.run(
            self.run_words("--retry-for", "120s"), stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        if result.returncode not in (0, 1):
            raise Failure(f"the last run ended with {result.returncode}: {result.stderr.decode()}")

    def check(self):
        events = self.events()
        numbers = [event["event"] for event in events]
        if numbers != list(range(1, len(numbers) + 1)):
            wrong = next(index for index, number in enumerate(numbers) if number != index + 1)
            raise Failure(f"the audit's events are not 1, 2, 3 …: {numbers[max(wrong - 3, 0):wrong + 3]}")
        ends = collections.defaultdict(list)
        for event in events:
            if "state" in event:
                ends[event["id"]].append(event["state"])
        lost = [name for name in self.accepted if name not in ends]
        if lost:
            raise Failure(f"{len(lost)} were accepted and have no end: {sorted(lost)[:5]}")
        twice = [name for name, states in ends.items() if len(states) != 1]
        if twice:
            raise Failure(f"{len(twice)} have more than one end: {[(name, ends[name]) for name in twice[:5]]}")
        arrivals = collections.defaultdict(list)
        identities = {}
        by_token = collections.defaultdict(list)
        for line in lines_of(self.journal):
            entry = json.loads(line)
            if "payload" not in entry:
                continue
            name = entry["payload"]["name"]
            arrivals[name].append(entry["time"])
            identities.setdefault(name, set()).add(entry["apns_id"])
            token, number = self.submitted[name]
            by_token[token].append(number)
        for name, states in ends.items():
            expected = "dead" if self.submitted[name][0] in self.gone else "delivered"
            if states != [expected]:
                raise Failure(f"{name} is {states}, not {expected}")
            if expected == "delivered" and not arrivals[name]:
                raise Failure(f"{name} is told as delivered, and never arrived")
        if any(len(each) != 1 for each in identities.values()):
            raise Failure("an apns-id changed between attempts")
        for token, numbers in by_token.items():
            first = list(dict.fromkeys(numbers))
            if first != sorted(first):
                raise Failure(f"{token} had its notifications in another order: {numbers}")
        return ends, arrivals


def named_points(programs, seed, visits):
    with tempfile.TemporaryDirectory() as folder, World(folder, programs, random.Random(seed)) as world:
        came = collections.Counter()
        for point in POINTS:
            for number in visits:
                came[point] += world.killed_at(point, number)
                world.look_for_returns(point)
        world.finish()
        ends, arrivals = world.check()
        extra = sum(len(times) - 1 for times in arrivals.values())
        print(f"named points: killed at {dict(came)}; {len(ends)} notifications, each with one end; {extra} arrived again")
        if any(came[point] == 0 for point in POINTS):
            raise Failure(f"a point was never come to: {dict(came)}")


def random_kills(programs, seed, kills):
    with tempfile.TemporaryDirectory() as folder, World(folder, programs, random.Random(seed)) as world:
        for number in range(kills):
            world.killed_at_random()
            world.look_for_returns(f"kill {number}")
            if sys.stderr.isatty():
                print(f"\rkill {number + 1} of {kills}, {len(world.accepted)} accepted", end="", file=sys.stderr)
        world.finish()
        ends, arrivals = world.check()
        extra = sum(len(times) - 1 for times in arrivals.values())
        print(f"random kills: {kills}; {len(world.accepted)} were told as accepted, {len(ends)} have one end each; "
              f"{extra} arrived again ({extra / max(kills, 1):.1f} a kill)")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--programs", default=".build/release")
    options = parser.parse_args()
    try:
        named_points(options.programs, options.seed, [1, 2, 5])
        random_kills(options.programs, options.seed, options.kills)
    except Failure as failure:
        print(f"{failure}; --seed {options.seed}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
