"""The programs of Notilua beside a test that looks at them from outside: their folder, their lives, and what has arrived.

The script that imports this is called with NOTILUA FOLDER; programs run in FOLDER, and their logs are there.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time

PROGRAM, FOLDER = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
DEVICE = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
# What no log may have.
SECRETS = [DEVICE]


def path(name):
    return os.path.join(FOLDER, name)


def write(name, text):
    with open(path(name), "w") as file:
        file.write(text)
    return path(name)


def run(*arguments, **options):
    return subprocess.run(arguments, check=True, capture_output=True, text=True, cwd=FOLDER, **options).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def eventually(condition, seconds=30):
    end = time.time() + seconds
    while not condition():
        assert time.time() < end, "it did not happen"
        time.sleep(0.05)


def log_of(command):
    """What a program has said so far, and before when it was run in the same folder."""
    return open(path(command + ".log")).read()


@contextlib.contextmanager
def process(*arguments, ready, status=0):
    """A program that runs while the block does, from its saying of a text on."""
    with open(path(os.path.basename(arguments[1]) + ".log"), "w+") as log:
        child = subprocess.Popen(arguments, stderr=log, cwd=FOLDER)
        try:
            eventually(lambda: ready in open(log.name).read() or child.poll() is not None, 60)
            assert child.poll() is None, open(log.name).read()
            yield child
        finally:
            if child.poll() is None:
                child.send_signal(signal.SIGTERM)
            code = child.wait(timeout=60)
        text = open(log.name).read()
        assert code == status, (code, text)
        for secret in SECRETS:
            assert secret not in text, "a device token or a key is in the log"


@contextlib.contextmanager
def simulator():
    """A simulator of APNs with credentials in 'store'; gives its port. What it accepts is in its journal."""
    with process(
            PROGRAM, "apns-simulator", "--write-credentials", "simulator", "--port-file", "port", "--journal",
            "journal.ndjson", ready="listening on"):
        run(PROGRAM, "credentials", "add", "test", "simulator/AuthKey_KEYID00001.p8", "--team-id", "TEAMID0001",
            "--application", "development", "--store", "store")
        yield int(open(path("port")).read())


def arrived():
    """The pushes that the simulator has accepted."""
    records = [json.loads(line) for line in open(path("journal.ndjson"))]
    return [record for record in records if record["event"] == "accepted"]


def make_certificate(name, host="localhost"):
    """Writes NAME.pem with NAME.key, for a host that is its own authority."""
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}", "-keyout", f"{name}.key", "-out", f"{name}.pem")
