"""Reloads 'notilua serve' again and again, without a push and under load.

- Each reload puts in force what is on the disk, and says so; one that must fail changes nothing, and says why.
- Anonymous memory (of the service and its workers) and descriptors after the last reload are those after a tenth of them.
- Workers are killed at random moments of reloads; no reload fails for that, and no push is lost.
- Under load with a reload each second: every push that was answered 200 arrives once, pushes to one device token arrive in the
  order in which they were sent, and no push goes to a generation older than that of the push before it.

Needs h2, PyJWT and cryptography from PyPI, openssl, and the programs of this repository:

    python3 Tests/Faults/reload.py --reloads 10000 --seconds 60 --seed 1

Prints what it saw, and ends with status 1 and the seed where something does not hold.
"""

import argparse
import asyncio
import collections
import http.client
import json
import os
import random
import shutil
import signal
import socket
import ssl
import sys
import tempfile
import time
import uuid

import h2.config
import h2.connection
import h2.events

import serve
from trial import Failure, expect, wait

# KiB that a few more threads and buffers may take however many reloads there were.
ALLOWANCE = 1024

CONFIGURATION = """
plugins:
  - path: plugins/stamp
    settings: {{ generation: "{number}" }}
workers: {workers}
apns: {{ credentials: store, environment: sandbox, server: "localhost:{simulator}" }}
outbox: {{ path: outbox }}
door: {{ listen: ["127.0.0.1:{door}"], certificate: door.pem, key: door.key, keys: door-keys, answer: accepted }}
operations: {{ address: "127.0.0.1:{operations}", socket: control.sock }}
service: {{ log: json, log_level: notice, stop_timeout: 20s, reload: {{ gate: {gate} }} }}
"""
PLUGIN = """
-- Version {number}.
return {{ did_receive = function(request, content)
  content.subtitle = notilua.settings.generation
end }}
"""
CASES = """
- name: stamps
  given: {{ aps: {{ alert: a }} }}
  settings: {{ generation: x }}
  expect: {{ content: {{ subtitle: {subtitle} }} }}
"""


class UnixConnection(http.client.HTTPConnection):
    """HTTP on the service's Unix socket."""

    def __init__(self, path):
        super().__init__("localhost", timeout=120)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


class World(serve.World):
    """A service whose plugins change."""

    gate, workers = "tests", 1
    number = 0

    def write_generation(self, broken=None):
        """Writes the plugins of the next generation in one step: a folder in the place of another."""
        self.number += 1
        new, old = self.path("plugins.new"), self.path("plugins.old")
        os.makedirs(new + "/stamp/tests")
        code = PLUGIN.format(number=self.number)
        self.write("plugins.new/stamp/init.lua", "return {" if broken == "code" else code)
        self.write("plugins.new/stamp/tests/cases.yaml", CASES.format(subtitle="y" if broken == "tests" else "x"))
        self.write_configuration(workers=self.workers + 1 if broken == "settings" else self.workers)
        if os.path.exists(self.path("plugins")):
            os.rename(self.path("plugins"), old)
        os.rename(new, self.path("plugins"))
        shutil.rmtree(old, ignore_errors=True)

    def write_configuration(self, workers):
        self.write("notilua.new", CONFIGURATION.format(
            number=self.number, workers=workers, gate=self.gate, simulator=self.simulator_port, door=self.door,
            operations=self.operations))
        os.rename(self.path("notilua.new"), self.path("notilua.yaml"))

    def start_service(self):
        self.write_generation()
        log = open(self.path("service.log"), "wb")
        self.service = serve.subprocess.Popen(
            [self.program, "serve", "--config", "notilua.yaml", "--trust", "simulator/ca.pem", "--audit", "audit"],
            stderr=log, cwd=self.folder)
        log.close()
        wait("the start", lambda: '"event":"ready"' in self.log_text(), 60)

    def ask(self, method, target):
        """Asks the service; returns the status and the object of its answer."""
        connection = UnixConnection(self.path("control.sock"))
        connection.request(method, target, headers={"content-length": "0"})
        answer = connection.getresponse()
        body = json.loads(answer.read())
        connection.close()
        return answer.status, body

    def reload(self):
        return self.ask("POST", "/v1/reload")

    @property
    def workers_now(self):
        with open(f"/proc/{self.service.pid}/task/{self.service.pid}/children") as file:
            mine = file.read().split()
        for thread in os.listdir(f"/proc/{self.service.pid}/task"):
            try:
                with open(f"/proc/{self.service.pid}/task/{thread}/children") as file:
                    mine += file.read().split()
            except OSError:
                pass
        return sorted({int(number) for number in mine})

    def kill_worker(self):
        """Kills a worker, of whatever generation, or of the tests."""
        workers = self.workers_now
        if workers:
            try:
                os.kill(random.choice(workers), signal.SIGKILL)
                self.counts["workers killed"] += 1
            except ProcessLookupError:
                pass

    def memory(self):
        """PSS of the service and its workers, and the anonymous part of it, in KiB.

        What is shared counts more where other programs with the same libraries end meanwhile; what is anonymous is the
        service's own.
        """
        whole = anonymous = 0
        for process in [self.service.pid, *self.workers_now]:
            try:
                with open(f"/proc/{process}/smaps_rollup") as file:
                    fields = dict(line.split()[:2] for line in file if ":" in line.split()[0])
            except OSError:
                continue
            whole += int(fields.get("Pss:", 0))
            anonymous += int(fields.get("Pss_Anon:", 0))
        return whole, anonymous

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.service.pid}/fd"))


def settled(world):
    """The memory and the descriptors once the workers of one generation are left."""
    wait("that workers of one generation are left", lambda: len(world.workers_now) == world.workers)
    # The connection of the last request is still there, perhaps.
    readings = []
    for _ in range(10):
        time.sleep(0.05)
        readings.append((*world.memory(), world.descriptors()))
    return tuple(min(column) for column in zip(*readings))


def expect_failure(world, broken, words):
    """Reloads what must fail, and sees that nothing has changed."""
    generation = world.ask("GET", "/v1/status")[1]["generation"]
    world.write_generation(broken)
    status, body = world.reload()
    expect(status == 422, f"a generation with broken {broken}: {status} {body}")
    expect(words in body["detail"], f"a generation with broken {broken}: {body}")
    expect(world.ask("GET", "/v1/status")[1]["generation"] == generation, f"broken {broken} has changed the generation")
    world.counts[f"{broken} refused"] += 1


async def repeat(world, reloads):
    """Reloads without a push."""
    world.start_service()
    first, warm = 1, max(min(reloads // 2, 100), reloads // 10)
    whole = anonymous = descriptors = None
    began, slowest = time.monotonic(), 0
    for index in range(reloads):
        if index == warm:
            whole, anonymous, descriptors = settled(world)
        world.write_generation()
        killer = None
        if random.random() < 0.1:
            killer = asyncio.get_running_loop().run_in_executor(
                None, lambda: (time.sleep(random.uniform(0, 0.1)), world.kill_worker()))
        start = time.monotonic()
        status, body = await asyncio.get_running_loop().run_in_executor(None, world.reload)
        slowest = max(slowest, time.monotonic() - start)
        if killer:
            await killer
        expect(status == 200 and body["result"] == "activated", f"reload {index + 1}: {status} {body}")
        first += 1
        expect(body["generation"] == first, f"reload {index + 1} is generation {body['generation']}, not {first}")
        if index % 50 == 17:
            expect_failure(world, "code", "plugins/stamp/init.lua")
            expect_failure(world, "tests", "cases.yaml:2: stamp: stamps")
            expect_failure(world, "settings", "workers needs a restart")
        if index % 50 == 33:
            status, body = world.ask("POST", "/v1/generations/previous/activate")
            expect(status == 200 and body["generation"] == first - 1, f"a rollback: {status} {body}")
            status, body = world.ask("POST", f"/v1/generations/{first}/activate")
            expect(status == 200 and body["generation"] == first, f"back again: {status} {body}")
            world.counts["rollbacks"] += 2
        if sys.stderr.isatty():
            print(f"\r{index + 1} of {reloads} reloads", end="", file=sys.stderr)
    seconds = time.monotonic() - began
    after = settled(world)
    expect(after[2] == descriptors, f"{descriptors} descriptors after {warm} reloads, {after[2]} after {reloads}")
    expect(after[1] <= anonymous * 1.05 + ALLOWANCE,
           f"{anonymous} KiB of anonymous memory after {warm} reloads, {after[1]} KiB after {reloads}")
    world.service.terminate()
    expect(world.service.wait(timeout=60) == 0, f"the stop: {world.log_text()[-2000:]}")
    counts = ", ".join(f"{count} {name}" for name, count in sorted(world.counts.items()))
    print(f"{reloads} reloads in {seconds:.0f} s, the slowest in {slowest * 1000:.0f} ms: "
          f"from reload {warm} on PSS {whole} → {after[0]} KiB, anonymous {anonymous} → {after[1]} KiB, "
          f"descriptors {descriptors} → {after[2]}; {counts}", flush=True)


class Sender:
    """One connection that sends pushes at a rate, whatever comes back."""

    def __init__(self, world, context, bearer, number, rate):
        self.world, self.context, self.bearer, self.number, self.rate = world, context, bearer, number, rate
        self.open, self.latencies, self.accepted = {}, [], []

    async def run(self, seconds):
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", self.world.door, ssl=self.context, server_hostname="localhost")
        connection = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        connection.initiate_connection()
        writer.write(connection.data_to_send())
        receiving = asyncio.create_task(self.receive(connection, reader, writer))
        began, sent = time.monotonic(), 0
        while (now := time.monotonic()) < began + seconds:
            while sent < (now - began) * self.rate and len(self.open) < 90:
                self.send(connection, sent)
                sent += 1
            writer.write(connection.data_to_send())
            await asyncio.sleep(0.004)
        end = time.monotonic() + 20
        while self.open and time.monotonic() < end:
            await asyncio.sleep(0.02)
        receiving.cancel()
        writer.transport.abort()
        expect(not self.open, f"{len(self.open)} pushes have no answer")

    def send(self, connection, sequence):
        # A connection has tokens of its own, so that their order is that of its pushes.
        token = f"{self.number:02x}{sequence % 20:062x}"
        name = str(uuid.UUID(int=random.getrandbits(128), version=4))
        body = json.dumps({"aps": {"alert": "a"}, "sequence": sequence}).encode()
        stream = connection.get_next_available_stream_id()
        connection.send_headers(stream, [
            (":method", "POST"), (":scheme", "https"), (":path", f"/3/device/{token}"), (":authority", "localhost"),
            ("authorization", self.bearer), ("apns-topic", serve.TOPIC), ("apns-id", name)])
        connection.send_data(stream, body, end_stream=True)
        self.open[stream] = (name, time.monotonic())

    async def receive(self, connection, reader, writer):
        statuses = {}
        while data := await reader.read(65536):
            for event in connection.receive_data(data):
                if isinstance(event, h2.events.ResponseReceived):
                    statuses[event.stream_id] = dict(event.headers)[":status"]
                elif isinstance(event, h2.events.DataReceived):
                    connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, h2.events.StreamEnded):
                    name, start = self.open.pop(event.stream_id)
                    self.latencies.append(time.monotonic() - start)
                    if statuses.pop(event.stream_id) == "200":
                        self.accepted.append(name)
                    else:
                        self.world.counts["refused"] += 1
            writer.write(connection.data_to_send())


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def load(world, bearer, seconds, rate, first):
    """Pushes for a time over two connections."""
    context = ssl.create_default_context(cafile=world.path("door.pem"))
    context.set_alpn_protocols(["h2"])
    senders = [Sender(world, context, bearer, first + number, rate / 2) for number in range(2)]
    await asyncio.gather(*[sender.run(seconds) for sender in senders])
    return [name for sender in senders for name in sender.accepted], [
        latency for sender in senders for latency in sender.latencies]


async def under_load(world, seconds, rate):
    """A reload each second while clients push, after as long without one."""
    world.start_service()
    bearer = world.clients()[0].bearer
    await load(world, bearer, 3, rate, 0)
    accepted, quiet = await load(world, bearer, seconds, rate, 2)
    reloads, durations = 0, []

    async def reload_each_second(end):
        nonlocal reloads
        loop = asyncio.get_running_loop()
        while time.monotonic() < end:
            start = time.monotonic()
            await loop.run_in_executor(None, world.write_generation)
            begun = time.monotonic()
            status, body = await loop.run_in_executor(None, world.reload)
            durations.append(time.monotonic() - begun)
            expect(status == 200 and body["result"] == "activated", f"reload {reloads + 1}: {status} {body}")
            reloads += 1
            if world.kills and random.random() < 0.3:
                world.kill_worker()
            await asyncio.sleep(max(0, start + 1 - time.monotonic()))

    (more, busy), _ = await asyncio.gather(
        load(world, bearer, seconds, rate, 4), reload_each_second(time.monotonic() + seconds))
    accepted += more
    wait("that the outbox is empty", lambda: world.ask("GET", "/v1/status")[1]["waiting"] == 0, 60)
    world.service.terminate()
    expect(world.service.wait(timeout=60) == 0, f"the stop: {world.log_text()[-2000:]}")
    look(world, accepted)
    ratio = percentile(busy, 0.99) / percentile(quiet, 0.99)
    print(f"{reloads} reloads in {seconds} s (gate: {world.gate}, {world.counts['workers killed']} workers killed): "
          f"{len(accepted)} pushes answered 200, 0 lost, 0 out of order, {world.counts['refused']} refused; "
          f"a reload takes {percentile(durations, 0.5) * 1000:.0f} ms; answers at 50 % {percentile(quiet, 0.5) * 1000:.1f} ms "
          f"and {percentile(busy, 0.5) * 1000:.1f} ms with reloads, at 99 % {percentile(quiet, 0.99) * 1000:.1f} ms and "
          f"{percentile(busy, 0.99) * 1000:.1f} ms: {ratio:.2f} times", flush=True)


def look(world, accepted):
    """Sees by the journal that what was accepted has arrived once, and in order."""
    arrived, latest, generations = collections.Counter(), {}, set()
    for line in world.journal.lines():
        entry = json.loads(line)
        if entry["event"] != "accepted":
            continue
        arrived[entry["apns_id"]] += 1
        sequence, generation = entry["payload"]["sequence"], int(entry["payload"]["aps"]["alert"]["subtitle"])
        before = latest.get(entry["token"], (-1, 0))
        expect(before[0] < sequence, f"{entry['token']}: push {sequence} arrived after push {before[0]}")
        expect(before[1] <= generation, f"{entry['token']}: generation {generation} after {before[1]}")
        latest[entry["token"]] = (sequence, generation)
        generations.add(generation)
    lost = [name for name in accepted if arrived[name] != 1]
    expect(not lost, f"{len(lost)} of {len(accepted)} pushes that were answered 200 did not arrive once: {lost[:3]}")
    world.counts["generations seen"] = len(generations)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reloads", type=int, default=200)
    parser.add_argument("--seconds", type=int, default=15, help="of load without reloads, and again with them")
    parser.add_argument("--rate", type=int, default=300, help="pushes a second")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--programs", default=".build/release")
    options = parser.parse_args()
    random.seed(options.seed)
    try:
        for gate, kills, run in [
                ("tests", True, lambda world: repeat(world, options.reloads)),
                ("load", False, lambda world: under_load(world, options.seconds, options.rate)),
                ("tests", True, lambda world: under_load(world, options.seconds, options.rate))]:
            with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
                with World(folder, options.programs) as world:
                    world.gate, world.kills = gate, kills
                    asyncio.run(run(world))
    except Failure as failure:
        print(f"{failure}; --seed {options.seed}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
