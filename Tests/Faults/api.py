"""Kills 'notilua serve' while clients of its HTTP API send, and kills the clients, with the simulator's journal as the witness.

Each request has an Idempotency-Key, and goes out again with it until it is answered, also where one side has ended: the
service at a random moment, or the client between its request and the answer.

- A key is one notification: it arrives under one apns-id, and again only where it was in flight at a kill of the service.
- What was answered 202 arrives, and a repeat of it, in a later life of the service too, has the same answer and is not sent.
- Each line of a stream is as safe as a request by itself.
- Another body under a key that was used is refused with 422, and does not arrive.

Needs h2, PyJWT and cryptography from PyPI, openssl, and the programs of this repository:

    python3 Tests/Faults/api.py --kills 300 --seed 1

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
import uuid

import serve
from trial import Failure, expect, free_port, wait

SENDERS, LINES = 8, 6
CONFIGURATION = """
plugins: [{{ path: p.lua }}]
workers: 1
apns: {{ credentials: store, environment: sandbox, server: "localhost:{simulator}" }}
outbox: {{ path: outbox }}
outcomes: {{ path: outcomes }}
api: {{ listen: "127.0.0.1:{api}", keys: api-keys }}
operations: {{ address: "127.0.0.1:{operations}", socket: control.sock }}
service: {{ log: json, log_level: warning, stop_timeout: 4s }}
"""


class Notification:
    """A notification, and what is known of it."""

    def __init__(self, number, token):
        self.number, self.token = number, token
        # The answer: its apns-id.
        self.id = None
        self.arrivals, self.in_flight = [], 0

    def envelope(self, word="a"):
        payload = {"aps": {"alert": word}, "number": self.number}
        return json.dumps({"device_token": self.token, "headers": {"apns-topic": serve.TOPIC}, "payload": payload})


class Order:
    """A request: one notification, or a stream of them, under a key."""

    def __init__(self, notifications):
        self.key, self.notifications = str(uuid.UUID(int=random.getrandbits(128), version=4)), notifications

    @property
    def is_answered(self):
        return all(one.id for one in self.notifications)

    def body(self, word="a"):
        return "".join(one.envelope(word) + "\n" for one in self.notifications)

    @property
    def kind(self):
        return "application/json" if len(self.notifications) == 1 else "application/x-ndjson"


class World(serve.World):
    """A service with its HTTP API, a simulator, and what is known of both."""

    def __init__(self, folder, programs):
        super().__init__(folder, programs)
        self.orders, self.open = [], collections.deque()
        self.lock = threading.Lock()
        self.notifications = []
        # The ends of each apns-id in the audit.
        self.ended = collections.Counter()

    def __enter__(self):
        super().__enter__()
        self.command(
            self.program, "keys", "api", "add", "--keys", "api-keys", "--scope", "send", "--topic", serve.TOPIC, "--out", "app.key")
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

    # MARK: Clients

    def next_order(self):
        """One whose answer did not come, one that was answered, or a new one."""
        with self.lock:
            chance = random.random()
            if self.open and chance < 0.5:
                return self.open.popleft()
            if self.orders and chance < 0.55:
                order = random.choice(self.orders[-200:])
                if order.is_answered:
                    self.counts["repeats"] += 1
                    return order
            count = random.choice([1, 1, 1, random.randint(2, LINES)])
            order = Order([
                Notification(len(self.notifications) + index, random.choice(self.devices)) for index in range(count)])
            self.notifications += order.notifications
            self.orders.append(order)
            return order

    def send(self):
        """Sends requests until the load ends, over one connection after another."""
        while self.is_loading:
            order = self.next_order()
            connection = http.client.HTTPConnection("127.0.0.1", self.api, timeout=30)
            try:
                if order.is_answered and random.random() < 0.3:
                    self.misuse(connection, order)
                else:
                    self.ask(connection, order)
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)
            except Failure as failure:
                self.failures.append(str(failure))
            finally:
                connection.close()
                if not order.is_answered:
                    with self.lock:
                        self.open.append(order)

    def request(self, connection, order, word="a"):
        connection.request("POST", "/v1/notifications", order.body(word), {
            "Authorization": "Bearer " + self.key, "Content-Type": order.kind, "Idempotency-Key": order.key})

    def ask(self, connection, order):
        self.request(connection, order)
        if random.random() < 0.1:
            # The client is killed: nobody reads the answer.
            self.counts["killed clients"] += 1
            return
        response = connection.getresponse()
        text = response.read()
        if response.status not in (200, 202):
            expect(response.status in (409, 429, 503), f"{order.key}: {response.status} {text}")
            self.counts[f"{response.status}"] += 1
            return
        for number, line in enumerate(text.splitlines()):
            self.note(order.notifications[number], json.loads(line))

    def note(self, notification, answer):
        if "apns_id" not in answer:
            expect(answer["status"] in (429, 503), f"{notification.number}: {answer}")
            self.counts[f"line {answer['status']}"] += 1
            return
        with self.lock:
            self.counts[answer["outcome"]] += 1
            if notification.id not in (None, answer["apns_id"]):
                self.failures.append(f"{notification.number} was {notification.id}, and its repeat is {answer['apns_id']}")
            notification.id = answer["apns_id"]

    def misuse(self, connection, order):
        """Sends something else under the key of what was answered."""
        self.request(connection, order, "b")
        response = connection.getresponse()
        answers = [json.loads(line) for line in response.read().splitlines()]
        words = {answer.get("status", response.status) for answer in answers}
        self.counts["misused keys"] += 1
        if not words <= {422, 409, 429, 503}:
            with self.lock:
                self.failures.append(f"{order.key} was used for something else: {answers}")

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
        # What the service had sent reaches the simulator, also where a rule has it wait.
        time.sleep(0.6)
        self.look()
        for one in self.notifications:
            if one.arrivals and not one.ends:
                one.in_flight += 1
                self.counts["in flight at kills"] += 1

    def drain(self):
        """Has everything answered that was begun, lets the service bring it to its end, and repeats what was answered."""
        process = self.start()
        wait("the service", lambda: process.poll() is not None or "ready" in self.status())
        end = time.monotonic() + 60
        unanswered = [order for order in self.orders if not order.is_answered]
        for order in unanswered + random.sample(self.orders, min(300, len(self.orders))):
            while True:
                expect(time.monotonic() < end, f"{order.key} has no answer")
                connection = http.client.HTTPConnection("127.0.0.1", self.api, timeout=30)
                self.ask(connection, order)
                connection.close()
                if order.is_answered:
                    break

        def waiting():
            status = json.loads(self.command(self.program, "outbox", "status", "--outbox", "outbox", "--json"))
            return status["queued"] + sum(reason["count"] for reason in status["waiting"])

        wait("that the outbox is empty", lambda: process.poll() is not None or waiting() == 0, 120)
        process.terminate()
        expect(process.wait(timeout=20) == 0, f"the last stop: {self.log_text()}")
        self.look()

    def status(self):
        shown = subprocess.run(
            [self.program, "ctl", "status", "--socket", "control.sock"], capture_output=True, text=True, cwd=self.folder)
        return "ready" if shown.returncode == 0 else ""

    # MARK: Witnesses

    def look(self):
        """Reads what the journal and the audit have got."""
        for line in self.journal.lines():
            entry = json.loads(line)
            if entry["event"] == "accepted":
                self.notifications[entry["payload"]["number"]].arrivals.append(entry["apns_id"])
                if entry["payload"]["aps"]["alert"] != "a":
                    self.failures.append(f"{entry['payload']['number']} arrived as what was refused")
        for line in self.audit.lines():
            if line.startswith(b'{"event":') and b'"state":' in line:
                self.ended[json.loads(line)["apns_id"]] += 1
        for one in self.notifications:
            one.ends = one.id and self.ended[one.id] or any(self.ended[id] for id in one.arrivals)
        if self.failures:
            raise Failure("; ".join(self.failures[:3]) + (f" and {len(self.failures) - 3} more" if self.failures[3:] else ""))

    def check(self):
        """Sees that every notification became what its answer says."""
        for one in self.notifications:
            about = f"notification {one.number}, answered {one.id}, {len(one.arrivals)} arrivals"
            expect(one.id, f"{about}: it has no answer")
            expect(set(one.arrivals) == {one.id}, f"{about}: {set(one.arrivals)}")
            expect(len(one.arrivals) <= 1 + one.in_flight, f"{about}: {one.in_flight} times in flight at a kill")
            expect(self.ended[one.id] == 1, f"{about}: {self.ended[one.id]} ends")

    @property
    def figures(self):
        again = sum(len(one.arrivals) - 1 for one in self.notifications)
        counts = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        return f"{len(self.orders)} keys with {len(self.notifications)} notifications, {again} arrived again; {counts}"


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
                for number in range(options.kills):
                    world.killed()
                    if sys.stderr.isatty():
                        print(f"\rkill {number + 1} of {options.kills}, {len(world.orders)} keys", end="", file=sys.stderr)
                world.drain()
                world.check()
                print(f"{options.kills} kills: {world.figures}", flush=True)
    except Failure as failure:
        print(f"{failure}; --seed {options.seed}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
