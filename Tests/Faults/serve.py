"""Kills and stops 'notilua serve' under load, with the simulator's journal and the audit as witnesses.

Clients push over several connections and write down each answer. The service ends at random moments, and at system calls:
before a commit is on the disk, in the middle of one, and between two turns of a loop. Whatever moment it ends at:

- A push that was answered 200 has exactly one end, and is delivered where APNs accepts it and no recall has withdrawn it.
- A push arrives again only where it was in flight at a kill: it had arrived, and the audit had no end of it.
- Nothing that was refused or dropped arrives, and nothing that was recalled arrives after a restart.
- A repeat of a push that was answered 200 is answered 'repeated', after any restart.
- Pushes to one device token arrive in the order in which they were accepted.
- SIGTERM ends the service with status 0 within its time; what was answered 200 has its end or is in the outbox.

Needs h2, PyJWT and cryptography from PyPI, openssl and strace, and the programs of this repository:

    python3 Tests/Faults/serve.py --kills 300 --calls 30 --stops 20 --seed 1

Prints what it saw, and ends with status 1 and the seed where something does not hold.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import time
import uuid

import h2.config
import h2.connection
import h2.events
import h2.exceptions
import jwt

from trial import Failure, Tail, expect, free_port, wait

TOPIC = "com.example.app"
CONNECTIONS, STREAMS = 6, 24
STOP_TIMEOUT = 4
# System calls that the service is killed at, and the most visits of one thread until then. Workers make none of them.
CALLS = [("fdatasync", 60), ("pwrite64", 400), ("epoll_wait", 1000)]
PLUGIN = """
return { did_receive = function(request, content)
  local order = content.user_info.order
  if order == "drop" then return notilua.drop("asked") end
  if order == "recall" then notilua.withdraw(content.user_info.of) return notilua.drop("a recall") end
end }
"""
# Pushes wait behind slow devices, so that there is something to recall.
RULES = """
rules:
  - match: { token: bad04100 }
    respond: { reason: Unregistered, timestamp: 1700000000000 }
  - match: { token: "510000" }
    delay_ms: 250
  - match: { every: 1499 }
    do: reset
  - match: { every: 2003 }
    respond: { reason: Shutdown }
  - match: { every: 3 }
    delay_ms: 4
"""
CONFIGURATION = """
plugins: [{{ path: p.lua }}]
workers: 1
apns: {{ credentials: store, environment: sandbox, server: "localhost:{simulator}" }}
outbox: {{ path: outbox }}
door: {{ listen: ["127.0.0.1:{door}"], certificate: door.pem, key: door.key, keys: door-keys, answer: accepted }}
operations: {{ address: "127.0.0.1:{operations}", socket: control.sock }}
service: {{ log: json, log_level: warning, stop_timeout: {stop}s }}
"""


class Push:
    """A push, and what is known of it."""

    def __init__(self, number, kind, token, topic=TOPIC, of=None, padding=0):
        self.number, self.kind, self.token, self.topic, self.of = number, kind, token, topic, of
        self.id = str(uuid.UUID(int=random.getrandbits(128), version=4))
        payload = {"aps": {"alert": "a" * padding or "a"}, "number": number}
        if kind in ("drop", "recall"):
            payload["order"] = kind
        if of:
            payload["of"] = of.id
            of.is_recalled = True
        self.body = json.dumps(payload).encode()
        self.first_sent = None
        # The first answer: its time, its status, its outcome or reason, and the life of the service.
        self.answered = self.status = self.word = self.life = None
        # A recall of it was made; and the life in which one was answered.
        self.is_recalled, self.recall = False, None
        # The apns-id of each arrival.
        self.arrivals = []
        self.ends = []
        # Kills at which it had arrived and had no end.
        self.in_flight = 0

    @property
    def is_accepted(self):
        return self.status == 200 and self.word != "dropped"


class Client:
    """One connection to the door after another; each is filled with pushes until the service ends."""

    def __init__(self, world, context, bearer):
        self.world, self.context, self.bearer = world, context, bearer
        self.open = {}

    async def run(self):
        while self.world.is_loading:
            try:
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.world.door, ssl=self.context, server_hostname="localhost")
            except OSError:
                await asyncio.sleep(0.02)
                continue
            try:
                await self.talk(reader, writer)
            except (OSError, asyncio.IncompleteReadError, h2.exceptions.ProtocolError):
                pass
            finally:
                writer.transport.abort()
                for push, parts in self.open.values():
                    self.world.lose(push)
                self.open.clear()

    async def talk(self, reader, writer):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        self.accepts, buffer = True, b""
        while True:
            data = await reader.read(65536)
            if not data:
                return
            buffer += data
            while len(buffer) >= 9 and len(buffer) >= (size := 9 + int.from_bytes(buffer[:3], "big")):
                self.take(connection, buffer[:size])
                buffer = buffer[size:]
            while self.is_taking and len(self.open) < STREAMS:
                self.send(connection)
            writer.write(connection.data_to_send())
            if not self.open and not self.is_taking:
                return

    @property
    def is_taking(self):
        return self.accepts and self.world.is_loading

    def take(self, connection, frame):
        # h2 takes nothing more behind a GOAWAY, where answers to what was sent before may still come.
        if frame[3] == 7:
            self.accepts = False
            return
        for event in connection.receive_data(frame):
            if isinstance(event, h2.events.ResponseReceived):
                self.open[event.stream_id][1]["headers"] = dict(event.headers)
            elif isinstance(event, h2.events.DataReceived):
                self.open[event.stream_id][1]["body"] += event.data
                connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                push, parts = self.open.pop(event.stream_id)
                self.world.note(push, parts["headers"], parts["body"])
            elif isinstance(event, h2.events.StreamReset) and event.stream_id in self.open:
                self.world.lose(self.open.pop(event.stream_id)[0])

    def send(self, connection):
        push = self.world.next_push()
        stream = connection.get_next_available_stream_id()
        connection.send_headers(stream, [
            (":method", "POST"), (":scheme", "https"), (":path", f"/3/device/{push.token}"), (":authority", "localhost"),
            ("authorization", self.bearer), ("apns-topic", push.topic), ("apns-id", push.id)])
        connection.send_data(stream, push.body, end_stream=True)
        if push.first_sent is None:
            push.first_sent = time.monotonic()
        self.open[stream] = (push, {"headers": {}, "body": b""})


class World:
    """A service, a simulator, and what is known of both."""

    def __init__(self, folder, programs):
        self.folder, self.program = folder, os.path.abspath(programs) + "/notilua"
        self.pushes, self.by_id = [], {}
        # Pushes whose answer did not come, and which go out again.
        self.lost = collections.deque()
        self.accepted = []
        # Pushes that go out again before any other, and then nothing more does.
        self.repeats = []
        self.recallable = collections.deque(maxlen=60)
        self.is_loading = False
        self.service = None
        self.life = 0
        self.failures = []
        # Pushes in the order of their arrivals.
        self.order = []
        self.counts = collections.Counter()
        self.audit, self.journal = Tail(self.path("audit")), Tail(self.path("journal"))
        self.devices = [f"{number:064x}" for number in range(1, 300)]
        self.slow = [f"510000{number:058x}" for number in range(24)]
        self.gone = [f"bad04100{number:056x}" for number in range(10)]

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w") as file:
            file.write(text)

    def command(self, *words):
        result = subprocess.run(words, capture_output=True, text=True, cwd=self.folder, timeout=60)
        expect(result.returncode == 0, f"{' '.join(words)} ended with {result.returncode}: {result.stderr}")
        return result.stdout

    # MARK: Processes

    def __enter__(self):
        self.write("p.lua", PLUGIN)
        self.write("rules.yaml", RULES)
        self.command(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "door.key", "-out", "door.pem")
        out = self.command(
            self.program, "keys", "door", "add", "--keys", "door-keys", "--topic", TOPIC, "--out", "client.p8")
        self.key_id = out.split(":")[0].split()[0]
        self.simulator = subprocess.Popen(
            [self.program, "apns-simulator", "--write-credentials", "simulator", "--port-file", "port", "--journal",
             "journal", "--rules", "rules.yaml"], stderr=subprocess.DEVNULL, cwd=self.folder)
        wait("the simulator", lambda: os.path.exists(self.path("port")) and os.path.getsize(self.path("port")))
        with open(self.path("port")) as file:
            self.simulator_port = file.read().strip()
        self.command(
            self.program, "credentials", "add", "test", "simulator/AuthKey_KEYID00001.p8", "--team-id", "TEAMID0001",
            "--application", "development", "--store", "store")
        self.door, self.operations = free_port(), free_port()
        return self

    def __exit__(self, *_):
        for process in (self.service, self.simulator):
            if process and process.poll() is None:
                # A program that strace runs would go on without it.
                with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
                    for child in file.read().split():
                        os.kill(int(child), signal.SIGKILL)
                process.kill()
                process.wait()

    def start(self, *before):
        """Starts the service, under another program perhaps; it may not listen yet."""
        self.life += 1
        self.write("notilua.yaml", CONFIGURATION.format(
            simulator=self.simulator_port, door=self.door, operations=self.operations, stop=STOP_TIMEOUT))
        with open(self.path("service.log"), "wb") as log:
            self.service = subprocess.Popen(
                [*before, self.program, "serve", "--config", "notilua.yaml", "--trust", "simulator/ca.pem", "--audit", "audit"],
                stderr=log, cwd=self.folder)
        return self.service

    def log_text(self):
        with open(self.path("service.log")) as file:
            return file.read()

    def clients(self):
        context = ssl.create_default_context(cafile=self.path("door.pem"))
        context.set_alpn_protocols(["h2"])
        with open(self.path("client.p8")) as file:
            token = jwt.encode(
                {"iss": "DOORTEAM01", "iat": int(time.time())}, file.read(), algorithm="ES256",
                headers={"kid": self.key_id})
        return [Client(self, context, f"bearer {token}") for _ in range(CONNECTIONS)]

    # MARK: Clients

    def next_push(self):
        if self.repeats:
            self.is_loading = len(self.repeats) > 1
            return self.repeats.pop()
        chance = random.random()
        if self.lost and chance < 0.3:
            return self.lost.popleft()
        if self.accepted and chance < 0.04:
            self.counts["repeats"] += 1
            # One of the last, which the end of the service has perhaps not let into the file, or any.
            return random.choice(self.accepted[-200:] if random.random() < 0.5 else self.accepted)
        push = self.new_push(random.random())
        self.pushes.append(push)
        self.by_id[push.id] = push
        return push

    def new_push(self, chance):
        number, device = len(self.pushes), random.choice(self.devices)
        if chance < 0.01:
            return Push(number, "refused", device, topic="com.example.other")
        if chance < 0.02:
            return Push(number, "refused", device, padding=5000)
        if chance < 0.03:
            return Push(number, "refused", "xyz")
        if chance < 0.06:
            return Push(number, "drop", device)
        if chance < 0.09 and self.recallable:
            target = random.choice(self.recallable)
            return Push(number, "recall", device, of=target)
        if chance < 0.13:
            return Push(number, "gone", random.choice(self.gone))
        return Push(number, "plain", random.choice(self.slow) if chance < 0.19 else device)

    def lose(self, push):
        """Writes down that an answer did not come; most of those pushes go out again."""
        self.counts["unanswered"] += 1
        if random.random() < 0.8:
            self.lost.append(push)

    def note(self, push, headers, body):
        """Writes down an answer."""
        status = int(headers[":status"])
        word = headers.get("notilua-outcome") if status == 200 else json.loads(body)["reason"]
        self.counts[f"{status} {word}"] += 1
        if push.status == 200:
            expected = ["dropped", "repeated"] if push.word == "dropped" else ["repeated"]
            # A service that is stopped knows nothing more.
            if word not in expected and word not in ("Shutdown", "ServiceUnavailable"):
                self.failures.append(f"push {push.number} ({push.kind}) was answered 200 {push.word} in life {push.life}; "
                                     f"its repeat in life {self.life} is answered {status} {word}")
            return
        push.answered, push.status, push.word, push.life = time.monotonic(), status, word, self.life
        if push.of and status == 200:
            push.of.recall = push.of.recall or self.life
        if push.is_accepted:
            self.accepted.append(push)
            if push.token in self.slow:
                self.recallable.append(push)

    # MARK: Lives of the service

    async def load(self, end):
        """Has clients push until a function of the running service returns."""
        self.is_loading = True
        tasks = [asyncio.create_task(client.run()) for client in self.clients()]
        try:
            return await end()
        finally:
            self.is_loading = False
            _, left = await asyncio.wait(tasks, timeout=5)
            for task in left:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for task in tasks:
                if not task.cancelled() and task.exception():
                    raise task.exception()

    async def killed(self):
        """A life that ends by SIGKILL at a random moment, sometimes before the service listens."""
        process = self.start()

        async def end():
            if random.random() < 0.8:
                await self.first_answer(process)
                await asyncio.sleep(random.uniform(0, 1.6))
            else:
                await asyncio.sleep(random.uniform(0, 0.5))
            expect(process.poll() is None, f"the service ended by itself: {self.log_text()}")
            process.kill()
            process.wait()

        await self.load(end)
        await self.look_after_kill()

    async def killed_at_call(self):
        """A life that ends by SIGKILL at a system call."""
        call, most = CALLS[self.life % len(CALLS)]
        visits = random.randint(1, most)
        process = self.start(
            "strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:signal=SIGKILL:when={visits}")

        async def end():
            late = time.monotonic() + 20
            while process.poll() is None:
                expect(time.monotonic() < late, f"the service did not come to {call} {visits} times")
                await asyncio.sleep(0.01)
            expect(process.returncode == -signal.SIGKILL, f"{call} {visits}: {process.returncode}: {self.log_text()}")
            self.counts[f"killed at {call}"] += 1

        await self.load(end)
        await self.look_after_kill()

    async def look_after_kill(self):
        # What the service had sent reaches the simulator, also where a rule has it wait.
        await asyncio.sleep(0.6)
        self.look()
        for push in self.pushes:
            if push.arrivals and not push.ends:
                push.in_flight += 1
                self.counts["in flight at kills"] += 1

    async def stopped(self):
        """A life that ends by SIGTERM at a random moment."""
        process = self.start()

        async def end():
            await self.first_answer(process)
            await asyncio.sleep(random.uniform(0, 1.0))
            process.terminate()
            began = time.monotonic()
            while process.poll() is None:
                await asyncio.sleep(0.01)
                if time.monotonic() > began + STOP_TIMEOUT + 15:
                    process.kill()
                    raise Failure(f"the service did not stop in {STOP_TIMEOUT + 15} s: {self.log_text()}")
            self.counts["longest stop, ms"] = max(
                self.counts["longest stop, ms"], int(1000 * (time.monotonic() - began)))

        await self.load(end)
        expect(process.returncode == 0, f"SIGTERM: the service ended with {process.returncode}: {self.log_text()}")
        self.look()
        kept = self.kept()
        nowhere = [push for push in self.accepted if not push.ends and push.id not in kept]
        expect(not nowhere, f"{len(nowhere)} were answered 200, have no end and are not in the outbox: "
                            f"{[push.number for push in nowhere[:5]]}")
        for push in self.pushes:
            push.in_flight += bool(push.arrivals and not push.ends)

    async def first_answer(self, process):
        """Waits until the service of this life has answered."""
        before, end = sum(self.counts.values()), time.monotonic() + 30
        while sum(self.counts.values()) == before:
            expect(process.poll() is None, f"the service ended by itself: {self.log_text()}")
            expect(time.monotonic() < end, f"the service does not answer: {self.log_text()}")
            await asyncio.sleep(0.01)

    def kept(self):
        """The ids of what the outbox has."""
        lines = self.command(self.program, "outbox", "list", "--outbox", "outbox", "--json").splitlines()
        return {json.loads(line)["apns_id"] for line in lines if line.startswith("{")}

    async def drain(self):
        """Lets the service bring everything to its end, then repeats pushes of all lives."""
        process = self.start()

        def waiting():
            status = json.loads(self.command(self.program, "outbox", "status", "--outbox", "outbox", "--json"))
            return status["queued"] + sum(reason["count"] for reason in status["waiting"])

        wait("that the outbox is empty", lambda: process.poll() is not None or waiting() == 0, 120)
        self.look()
        before = sum(len(push.arrivals) for push in self.pushes)
        self.repeats = random.sample(self.accepted, min(400, len(self.accepted)))
        self.is_loading = True
        await self.clients()[0].run()
        process.terminate()
        expect(process.wait(timeout=STOP_TIMEOUT + 15) == 0, f"the last stop: {self.log_text()}")
        self.look()
        after = sum(len(push.arrivals) for push in self.pushes)
        expect(before == after, f"repeats of pushes that were answered 200 arrived: {after - before}")

    # MARK: Witnesses

    def look(self):
        """Reads what the journal and the audit have got."""
        for line in self.journal.lines():
            entry = json.loads(line)
            if entry["event"] == "accepted":
                push = self.pushes[entry["payload"]["number"]]
                if push.ends:
                    self.failures.append(f"push {push.number} arrived in life {self.life} after its end {push.ends}")
                if push.recall and push.recall < self.life and not push.arrivals:
                    self.failures.append(f"push {push.number} was recalled in life {push.recall}, and arrived in {self.life}")
                push.arrivals.append(entry["apns_id"])
                self.order.append(push)
        for line in self.audit.lines():
            if line.startswith(b'{"event":') and b'"state":' in line:
                entry = json.loads(line)
                self.by_id[entry["apns_id"]].ends.append(entry["state"])
        if self.failures:
            raise Failure("; ".join(self.failures[:3]) + (f" and {len(self.failures) - 3} more" if self.failures[3:] else ""))

    def check(self):
        """Sees that every push became what its answer says."""
        for push in self.pushes:
            about = (f"push {push.number} ({push.kind}), answered {push.status} {push.word} in life {push.life}, "
                     f"ends {push.ends}, {len(push.arrivals)} arrivals")
            expect(len(push.ends) <= 1, f"{about}: more than one end")
            expect(len(push.arrivals) <= 1 + push.in_flight, f"{about}: {push.in_flight} times in flight at a kill")
            expect(all(id == push.id for id in push.arrivals), f"{about}: its apns-id changed")
            if push.is_accepted:
                allowed = {"dead" if push.kind == "gone" else "delivered"} | ({"withdrawn"} if push.is_recalled else set())
                expect(push.ends and push.ends[0] in allowed, f"{about}: not {' or '.join(sorted(allowed))}")
            elif push.status:
                expect(not push.arrivals and not push.ends, f"{about}: it was not accepted")
            expect(push.kind != "refused" or push.status != 200, f"{about}: it was not refused")
            if push.ends == ["delivered"]:
                expect(push.arrivals, f"{about}: delivered, and never arrived")
        self.check_order()

    def check_order(self):
        """Sees that no push arrived first that was sent after another to its device was accepted, and before that one."""
        latest, seen = {}, set()
        for push in self.order:
            if push in seen:
                continue
            seen.add(push)
            before = latest.get(push.token)
            if before and push.answered and push.is_accepted and push.answered < before.first_sent:
                raise Failure(f"push {before.number} was sent after push {push.number} was accepted, and arrived before it")
            if not before or push.first_sent > before.first_sent:
                latest[push.token] = push

    @property
    def figures(self):
        arrived = sum(bool(push.arrivals) for push in self.pushes)
        again = sum(max(len(push.arrivals) - 1, 0) for push in self.pushes)
        recalled = sum(push.ends == ["withdrawn"] for push in self.pushes)
        answers = ", ".join(f"{count} {name}" for name, count in sorted(self.counts.items()))
        return (f"{len(self.pushes)} pushes, {len(self.accepted)} answered 200 and ended once, {arrived} arrived, "
                f"{again} arrived again, {recalled} withdrawn; {answers}")


async def campaign(world, name, lives, live):
    for number in range(lives):
        try:
            await live()
        except Failure as failure:
            raise Failure(f"{name} {number + 1}: {failure}") from None
        if sys.stderr.isatty():
            print(f"\r{name} {number + 1} of {lives}, {len(world.accepted)} accepted", end="", file=sys.stderr)
    await world.drain()
    world.check()
    print(f"{lives} {name}s: {world.figures}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--calls", type=int, default=9, help="kills at system calls")
    parser.add_argument("--stops", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--programs", default=".build/release")
    parser.add_argument("--keep", help="a folder that is kept, for looking at what was left")
    options = parser.parse_args()
    random.seed(options.seed)
    try:
        for name, lives in [("kill", options.kills), ("call", options.calls), ("stop", options.stops)]:
            if lives == 0:
                continue
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                if options.keep:
                    folder = os.path.join(options.keep, name)
                    os.makedirs(folder)
                with World(folder, options.programs) as world:
                    live = {"kill": world.killed, "call": world.killed_at_call, "stop": world.stopped}[name]
                    asyncio.run(campaign(world, name, lives, live))
    except Failure as failure:
        print(f"{failure}; --seed {options.seed}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
