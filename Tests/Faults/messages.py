"""Kills 'notilua serve' while a chat backend sends messages, with the simulator's journal as the witness.

Each message goes to a few of the users, again and again until it is answered, also in a later life of the service.

- A message that was answered has the same decisions in each later life, and none is half fanned out.
- Every decision 'push' arrives under its apns-id, and again only where it was in flight at a kill.
- Nothing arrives that no decision made.
- A recall that was answered is never followed by the message that it recalls, where that had not left.

Needs openssl, and the programs of this repository:

    python3 Tests/Faults/messages.py --kills 100 --seed 1

Prints what it saw, and ends with status 1 and the seed where something does not hold.
"""

import argparse
import collections
import http.client
import json
import random
import subprocess
import sys
import tempfile
import threading
import time

import serve
from trial import Failure, expect, free_port, wait

SENDERS, USERS, DEVICES = 4, 40, 3
CONFIGURATION = """
plugins: [{{ path: p.lua }}]
workers: 1
applications: [{{ key: chat, bundle_id: com.example.app, kind: development }}]
apns: {{ credentials: store, environment: sandbox, server: "localhost:{simulator}" }}
outbox: {{ path: outbox }}
registry: {{ path: registry }}
api: {{ listen: "127.0.0.1:{api}", keys: api-keys }}
operations: {{ address: "127.0.0.1:{operations}", socket: control.sock }}
service: {{ log: json, log_level: warning, stop_timeout: 4s }}
"""


class Message:
    """A message, and what is known of it."""

    def __init__(self, number, recalls=None):
        self.id, self.recalls = f"m{number}", recalls
        self.recipients = random.sample([f"u{index}" for index in range(USERS)], random.randint(1, 12))
        if recalls:
            self.recipients = recalls.recipients
        # The decisions of its answer, and the arrivals of each apns-id.
        self.decisions = None
        self.arrivals, self.in_flight = collections.Counter(), collections.Counter()

    @property
    def is_answered(self):
        return self.decisions is not None

    @property
    def body(self):
        message = {"id": self.id, "object_name": "RC:TxtMsg", "channel_type": "PR", "from": "ann", "text": "Hello",
                   "recipients": self.recipients}
        if self.recalls:
            message |= {"object_name": "RC:RcCmd", "recalls": self.recalls.id}
        return json.dumps(message)

    @property
    def pushes(self):
        return {one["apns_id"] for one in self.decisions if one["decision"] == "push"}


class World(serve.World):
    """A service with a registry, a simulator, and what is known of both."""

    def __init__(self, folder, programs):
        super().__init__(folder, programs)
        self.messages, self.open = [], collections.deque()
        self.lock = threading.Lock()

    def __enter__(self):
        super().__enter__()
        self.command(self.program, "keys", "api", "add", "--keys", "api-keys", "--scope", "send", "--scope", "read",
                     "--scope", "devices", "--topic", serve.TOPIC, "--out", "app.key")
        with open(self.path("app.key")) as file:
            self.key = file.read().strip()
        self.api = free_port()
        return self

    def start(self):
        self.life += 1
        self.write("notilua.yaml", CONFIGURATION.format(
            simulator=self.simulator_port, api=self.api, operations=self.operations))
        with open(self.path("service.log"), "wb") as log:
            self.service = subprocess.Popen(
                [self.program, "serve", "--config", "notilua.yaml", "--trust", "simulator/ca.pem", "--audit", "audit"],
                stderr=log, cwd=self.folder)
        return self.service

    def ask(self, method, target, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.api, timeout=30)
        try:
            connection.request(method, target, body, {
                "Authorization": "Bearer " + self.key, "Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, json.loads(response.read() or b"{}")
        finally:
            connection.close()

    def register(self):
        """Registers the devices, each user some."""
        tokens = iter(self.devices)
        for user in range(USERS):
            for device in range(user % (DEVICES + 1)):
                body = json.dumps({"user": f"u{user}", "token": next(tokens)})
                status, answer = self.ask("PUT", f"/v1/devices/d{user}-{device}", body)
                expect(status == 201, f"{status} {answer}")

    # MARK: The chat backend

    def next_message(self):
        """One whose answer did not come, or a new one: sometimes a recall."""
        with self.lock:
            if self.open and random.random() < 0.5:
                return self.open.popleft()
            answered = [one for one in self.messages[-50:] if one.is_answered and not one.recalls]
            recalls = random.choice(answered) if answered and random.random() < 0.1 else None
            message = Message(len(self.messages), recalls)
            self.messages.append(message)
            return message

    def send(self):
        while self.is_loading:
            message = self.next_message()
            try:
                self.post(message)
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)
            except Failure as failure:
                self.failures.append(str(failure))
            if not message.is_answered:
                with self.lock:
                    self.open.append(message)

    def post(self, message):
        status, answer = self.ask("POST", "/v1/messages", message.body)
        expect(status in (202, 503), f"{message.id}: {status} {answer}")
        self.counts[f"{status}"] += 1
        if status == 202:
            expect({one["user"] for one in answer["decisions"]} == set(message.recipients), f"{message.id}: {answer}")
            message.decisions = answer["decisions"]

    # MARK: Lives of the service

    def killed(self):
        """A life that ends by SIGKILL at a random moment."""
        process = self.start()
        self.is_loading = True
        senders = [threading.Thread(target=self.send) for _ in range(SENDERS)]
        for sender in senders:
            sender.start()
        before = sum(self.counts.values())
        if random.random() < 0.85:
            wait("an answer", lambda: process.poll() is not None or sum(self.counts.values()) > before)
        time.sleep(random.uniform(0, 1.2))
        expect(process.poll() is None, f"the service ended by itself: {self.log_text()}")
        process.kill()
        process.wait()
        self.is_loading = False
        for sender in senders:
            sender.join()
        # What the service had sent reaches the simulator.
        time.sleep(0.6)
        self.look()
        for one in self.messages:
            for apns_id in one.arrivals:
                if self.ended[apns_id] == 0:
                    one.in_flight[apns_id] += 1
                    self.counts["in flight at kills"] += 1

    def drain(self):
        """Has everything answered that was begun, and pushed."""
        process = self.start()
        wait("the service", self.is_ready)
        for message in [one for one in self.messages if not one.is_answered]:
            self.post(message)
        wait("that all is pushed", lambda: process.poll() is not None or self.is_done(), 120)
        for message in random.sample(self.messages, min(200, len(self.messages))):
            before = message.decisions
            self.post(message)
            self.counts["repeats"] += 1
            names = [(one["user"], one.get("device")) for one in before]
            expect(names == [(one["user"], one.get("device")) for one in message.decisions], f"{message.id}: {before}")
            message.decisions = before
        process.terminate()
        expect(process.wait(timeout=20) == 0, f"the last stop: {self.log_text()}")
        self.look()

    def is_ready(self):
        try:
            return self.ask("GET", "/v1/users/u/devices")[0] == 200
        except OSError:
            return False

    def is_done(self):
        status = json.loads(self.command(self.program, "outbox", "status", "--outbox", "outbox", "--json"))
        if status["queued"] + sum(reason["count"] for reason in status["waiting"]):
            return False
        self.look()
        return not any(self.missing(one) for one in self.messages)

    # MARK: Witnesses

    def look(self):
        for line in self.journal.lines():
            entry = json.loads(line)
            if entry["event"] == "accepted":
                name = entry["payload"]["rc"]["id"]
                self.messages[int(name[1:])].arrivals[entry["apns_id"]] += 1
        for line in self.audit.lines():
            if line.startswith(b'{"event":') and b'"state":' in line:
                self.ended[json.loads(line)["apns_id"]] += 1
        if self.failures:
            raise Failure("; ".join(self.failures[:3]))

    def missing(self, message):
        """The pushes of a message that have neither arrived nor been withdrawn."""
        return {apns_id for apns_id in message.pushes if not message.arrivals[apns_id] and not self.ended[apns_id]} - self.recalled(message)

    def recalled(self, message):
        """The pushes that a recall may have withdrawn before the run had them."""
        return message.pushes if any(one.recalls is message for one in self.messages) else set()

    def check(self):
        for one in self.messages:
            expect(not self.missing(one), f"{one.id} lost {self.missing(one)}")
            expect(set(one.arrivals) <= one.pushes, f"{one.id} arrived as {set(one.arrivals) - one.pushes}, which nobody decided")
            for apns_id, count in one.arrivals.items():
                expect(count <= 1 + one.in_flight[apns_id], f"{one.id}: {apns_id} arrived {count} times, {one.in_flight[apns_id]} in flight")

    @property
    def figures(self):
        pushes = sum(len(one.pushes) for one in self.messages)
        again = sum(count - 1 for one in self.messages for count in one.arrivals.values())
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        recalls = sum(1 for one in self.messages if one.recalls)
        return f"{len(self.messages)} messages, {recalls} of them recalls, with {pushes} pushes, {again} arrived again; {counts}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=15)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--programs", default=".build/release")
    options = parser.parse_args()
    random.seed(options.seed)
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            with World(folder, options.programs) as world:
                world.ended = collections.Counter()
                world.start()
                wait("the service", world.is_ready)
                world.register()
                world.service.terminate()
                expect(world.service.wait(timeout=20) == 0, f"the first stop: {world.log_text()}")
                for number in range(options.kills):
                    world.killed()
                    if sys.stderr.isatty():
                        print(f"\rkill {number + 1} of {options.kills}, {len(world.messages)} messages", end="", file=sys.stderr)
                world.drain()
                world.check()
                print(f"{options.kills} kills: {world.figures}", flush=True)
    except Failure as failure:
        print(f"{failure}; --seed {options.seed}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
