"""Kills 'notilua serve' while clients register devices by its HTTP API.

Each client has users and devices of its own and changes them at random: registers, gives another token, removes, sets a badge. What was
answered is what the next life of the service says; what was not answered is there whole or not at all.

- No registration that was answered is lost, and none that was removed is back.
- A token is one device's, whatever happened in between.
- The file is a sound database after each kill (PRAGMA integrity_check).

Needs the programs of this repository and openssl:

    python3 Tests/Faults/registry.py --kills 100 --seed 1

Prints what it saw, and ends with status 1 and the seed where something does not hold.
"""

import argparse
import collections
import hashlib
import http.client
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from trial import Failure, expect, free_port, wait

CLIENTS = 8
CONFIGURATION = """
workers: 1
apns: {{ credentials: store, environment: sandbox, server: "localhost:1" }}
applications: [{{ key: chat, bundle_id: com.example.app, kind: development }}]
outbox: {{ path: outbox }}
registry: {{ path: registry }}
api: {{ listen: "127.0.0.1:{api}", keys: api-keys }}
operations: {{ address: "", socket: control.sock }}
service: {{ log: json, log_level: warning, stop_timeout: 1s }}
"""


def shown(state):
    """A device as answers show it: they have a name in place of the token."""
    return state and (state[0], hashlib.sha256(state[1].encode()).hexdigest()[:32], state[2])


class Client:
    """A client with devices of its own: what it knows of each, and the change that has no answer."""

    def __init__(self, world, number):
        self.world, self.number = world, number
        self.random = random.Random(f"{world.seed}/{number}")
        # The user, token and badge of each device that is registered.
        self.devices = {}
        self.last_token = 0
        # The device whose change was under way, with the states that it may be in.
        self.doubt = None

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.world.port, timeout=30)

    def ask(self, connection, method, target, body=None, kind="application/json"):
        headers = {"Authorization": f"Bearer {self.world.key}", "Content-Type": kind}
        connection.request(method, target, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()

    def run(self):
        connection = self.connect()
        while self.world.is_loading:
            try:
                self.settle(connection)
                self.change(connection)
            except (OSError, http.client.HTTPException):
                connection.close()
                time.sleep(0.02)
                connection = self.connect()
            except Failure as failure:
                self.world.failures.append(failure)
                return

    def look(self, connection, name):
        status, text = self.ask(connection, "GET", f"/v1/devices/{name}")
        if status == 404:
            return None
        expect(status == 200, f"GET {name}: {status} {text}")
        device = json.loads(text)
        return device["user"], device["token_name"], device["badge"]

    def settle(self, connection):
        """Looks at the device whose change had no answer: it is as before, or as after."""
        if not self.doubt:
            return
        name, before, after = self.doubt
        seen = self.look(connection, name)
        states = {shown(state): state for state in (before, after)}
        expect(seen in states, f"{name} is {seen}, and neither {before} nor {after}")
        self.keep(name, states[seen])
        self.doubt = None
        self.world.counts["in doubt"] += 1

    def keep(self, name, state):
        if state is None:
            self.devices.pop(name, None)
        else:
            self.devices[name] = state

    def change(self, connection):
        name = f"c{self.number}-{self.random.randrange(20)}"
        before = self.devices.get(name)
        kind = self.random.choice(["register", "register", "register", "token", "badge", "remove"])
        if kind == "register" or before is None:
            user = f"u{self.number}-{self.random.randrange(5)}"
            badge = self.random.randrange(100)
            self.last_token += 1
            token = f"{self.number:04x}{self.last_token:012x}"
            after = (user, token, badge)
            order = ("PUT", f"/v1/devices/{name}", json.dumps({"user": user, "token": token, "badge": badge}))
        elif kind == "token":
            self.last_token += 1
            after = (before[0], f"{self.number:04x}{self.last_token:012x}", before[2])
            order = ("PUT", f"/v1/devices/{name}/token", bytes.fromhex(after[1]), "application/octet-stream")
        elif kind == "badge":
            after = (before[0], before[1], self.random.randrange(100))
            order = ("PUT", f"/v1/devices/{name}/badge", json.dumps({"badge": after[2]}))
        else:
            after, order = None, ("DELETE", f"/v1/devices/{name}")
        self.doubt = (name, before, after)
        status, text = self.ask(connection, *order)
        expect(status in (200, 201, 204), f"{order[:2]}: {status} {text}")
        self.keep(name, after)
        self.doubt = None
        self.world.counts[kind] += 1


class World:
    """A service, its clients, and what is known of both."""

    def __init__(self, folder, program, seed):
        self.folder, self.program, self.seed = folder, program, seed
        self.port, self.is_loading, self.failures = free_port(), False, []
        self.counts = collections.Counter()
        self.clients = [Client(self, number) for number in range(CLIENTS)]
        self.prepare()

    def path(self, name):
        return os.path.join(self.folder, name)

    def command(self, *words):
        subprocess.run(words, check=True, cwd=self.folder, capture_output=True)

    def prepare(self):
        self.command("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", "AuthKey_KEYID00001.p8")
        os.chmod(self.path("AuthKey_KEYID00001.p8"), 0o600)
        self.command(self.program, "credentials", "add", "test", "AuthKey_KEYID00001.p8", "--team-id", "TEAMID0001",
                     "--application", "development", "--store", "store")
        self.command(self.program, "keys", "api", "add", "--keys", "api-keys", "--scope", "devices", "--topic", "com.example.app",
                     "--out", "app.key")
        os.makedirs(self.path("plugins"))
        with open(self.path("plugins/p.lua"), "w") as file:
            file.write("return { did_receive = function() end }")
        self.key = open(self.path("app.key")).read().strip()
        with open(self.path("notilua.yaml"), "w") as file:
            file.write(CONFIGURATION.format(api=self.port))

    def start(self):
        with open(self.path("service.log"), "ab") as log:
            self.service = subprocess.Popen([self.program, "serve"], stderr=log, cwd=self.folder)
        wait("the service", self.answers)

    def answers(self):
        expect(self.service.poll() is None, "the service has ended: " + open(self.path("service.log")).read()[-2000:])
        try:
            return self.clients[0].ask(self.clients[0].connect(), "GET", "/v1/users/u/devices")[0] == 200
        except OSError:
            return False

    def live(self, seconds):
        """One life of the service under load, which a kill ends."""
        self.start()
        self.check()
        self.is_loading = True
        threads = [threading.Thread(target=client.run) for client in self.clients]
        for thread in threads:
            thread.start()
        time.sleep(seconds)
        self.service.send_signal(signal.SIGKILL)
        self.service.wait()
        self.is_loading = False
        for thread in threads:
            thread.join()
        if self.failures:
            raise self.failures[0]
        self.look_at_file()

    def look_at_file(self):
        with sqlite3.connect(self.path("registry")) as database:
            expect(database.execute("PRAGMA integrity_check").fetchone() == ("ok",), "the file is damaged")
            twice = database.execute(
                "SELECT count(*) FROM (SELECT 1 FROM device WHERE state < 3 GROUP BY token HAVING count(*) > 1)").fetchone()
            expect(twice == (0,), "a token is there twice")
            counts = database.execute("SELECT ifnull(sum(count), 0) FROM device_count").fetchone()
            rows = database.execute("SELECT count(*) FROM device WHERE state < 3").fetchone()
            expect(counts == rows, f"{counts} devices are counted, and there are {rows}")
        database.close()

    def check(self):
        """All that was answered is there, after a start."""
        for client in self.clients:
            connection = client.connect()
            client.settle(connection)
            for number in range(20):
                name = f"c{client.number}-{number}"
                state = client.devices.get(name)
                seen = client.look(connection, name)
                expect(seen == shown(state), f"{name} is {seen}, and was answered as {state}")
            connection.close()
        with sqlite3.connect(f"file:{self.path('registry')}?mode=ro", uri=True) as database:
            tokens = dict(database.execute("SELECT name, hex(token) FROM device WHERE state < 3"))
        database.close()
        known = {name: state[1].upper() for client in self.clients for name, state in client.devices.items()}
        expect(tokens == known, f"the tokens differ: {set(tokens.items()) ^ set(known.items())}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--program", default=os.environ.get("NOTILUA", ".build/release/notilua"))
    options = parser.parse_args()
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        world = World(folder, os.path.abspath(options.program), options.seed)
        try:
            for _ in range(options.kills):
                world.live(chance.uniform(0.05, 1.5))
            world.start()
            world.check()
            world.service.terminate()
            expect(world.service.wait(timeout=60) == 0, "the service does not end well")
        except Failure as failure:
            sys.exit(f"seed {options.seed}: {failure}")
        finally:
            if world.service.poll() is None:
                world.service.kill()
    devices = sum(len(client.devices) for client in world.clients)
    print(f"{options.kills} kills, {dict(world.counts)}, {devices} devices at the end: nothing was lost (seed {options.seed})")


main()
