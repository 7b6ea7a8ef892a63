"""Runs on a disk that gets full: what stays free, and how files that are appended to go on.

Mounts small file systems in a mount namespace of its own, so it needs root (or `unshare -Ur`), and the programs of this
repository:

    python3 Tests/Faults/disks.py

Prints what it saw, and ends with status 1 where something does not hold.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time

from trial import Failure, expect, wait

MIB = 1 << 20
TOPIC = {"apns-topic": "com.example.app"}


def mount(folder, size):
    path = os.path.join(folder, "disk")
    os.makedirs(path, exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", path], check=True)
    return path


def unmount(path):
    subprocess.run(["umount", path], check=True)


def free(path):
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize


def lines(count, size=400, token="ab01"):
    return b"".join(
        json.dumps({
            "id": f"m{number}", "device_token": f"{token}{number:04x}", "headers": TOPIC,
            "payload": {"aps": {"alert": "a" * size}}}).encode() + b"\n" for number in range(count))


def feed(pipe, data):
    try:
        with pipe:
            pipe.write(data)
    except BrokenPipeError:
        pass


class Lowest:
    """The least that a disk had free while something ran."""

    def __init__(self, path):
        self.path, self.bytes, self.goes_on = path, free(path), True
        self.thread = threading.Thread(target=self.look, daemon=True)

    def look(self):
        while self.goes_on:
            self.bytes = min(self.bytes, free(self.path))
            time.sleep(0.0005)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.goes_on = False
        self.thread.join()


def keeps_free(program, folder):
    """outbox.free holds, also for the log and what it becomes, and a run goes on when there is room."""
    disk = mount(folder, 4 * MIB)
    configuration = os.path.join(folder, "notilua.yaml")
    with open(configuration, "w") as file:
        file.write("outbox: { free: 1MiB }\n")
    words = [program, "run", "--no-plugins", "--quiet", "--config", configuration, "--outbox", disk + "/box"]
    with Lowest(disk) as lowest:
        run = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        threading.Thread(target=feed, args=(run.stdin, lines(20_000)), daemon=True).start()
        accepted = []
        reader = threading.Thread(target=lambda: accepted.extend(run.stdout), daemon=True)
        reader.start()
        wait("an acceptance", lambda: accepted)
        time.sleep(4)
        expect(run.poll() is None, "the run ended although the disk has no room")
        count = len(accepted)
        expect(lowest.bytes >= MIB, f"outbox.free is 1 MiB, and {lowest.bytes} bytes were free")
        subprocess.run(["mount", "-o", f"remount,size={64 * MIB}", disk], check=True)
        wait("that the run goes on", lambda: run.poll() is not None, 60)
    reader.join()
    errors = run.stderr.read().decode()
    expect(run.returncode == 0, f"the run ended with {run.returncode}: {errors}")
    expect(0 < count < 20_000 and len(accepted) == 20_000, f"{count} were accepted, then {len(accepted)}")
    expect("outbox.free keeps 1 MiB" in errors and "there is room again" in errors, errors)
    status = subprocess.run([program, "outbox", "status", "--outbox", disk + "/box", "--json"], capture_output=True, check=True)
    expect(json.loads(status.stdout)["queued"] == 20_000, status.stdout.decode())
    unmount(disk)
    print(f"outbox.free: {count} accepted on a disk of 4 MiB, {lowest.bytes} bytes free at the least; 20,000 when it was larger")


def gives_back(program, folder):
    """A run that is stopped while the disk has no room gives back what it has read."""
    disk = mount(folder, 4 * MIB)
    configuration, later = os.path.join(folder, "notilua.yaml"), os.path.join(folder, "later.ndjson")
    words = [program, "run", "--no-plugins", "--config", configuration, "--outbox", disk + "/box", "--undelivered", later]
    run = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    threading.Thread(target=feed, args=(run.stdin, lines(20_000)), daemon=True).start()
    output = []
    reader = threading.Thread(target=lambda: output.extend(run.stdout), daemon=True)
    reader.start()
    wait("an acceptance", lambda: output)
    time.sleep(2)
    # Another program takes what the outbox had left to itself.
    fill(disk, MIB)
    run.terminate()
    wait("the end of a run that was stopped", lambda: run.poll() is not None, 20)
    expect(run.returncode == -15, f"the run ended with {run.returncode}")
    reader.join()
    ends = [json.loads(line) for line in output]
    accepted = {end["id"] for end in ends if end["delivery"] == "accepted"}
    with open(later) as file:
        kept = {json.loads(line)["id"] for line in file}
    expect(not accepted & kept, "some were accepted and given back")
    count = len(accepted) + len(kept)
    expect(accepted | kept == {f"m{number}" for number in range(count)}, "some that were read are nowhere")
    expect(kept, "nothing was given back")
    unmount(disk)
    print(f"a stop on a full disk: {len(accepted)} accepted, {len(kept)} given back, none lost")


def fill(disk, left):
    """Leaves so many bytes of a disk."""
    path = os.path.join(disk, "filler")
    with open(path, "wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
    with open(path, "r+b") as file:
        file.truncate(max(os.path.getsize(path) - left, 0))


def parsed(path):
    """The lines of a file that are whole, and how many are not."""
    found, broken = [], 0
    with open(path, "rb") as file:
        data = file.read()
    expect(data.endswith(b"\n"), f"{path} ends in the middle of a line")
    for line in data.split(b"\n")[:-1]:
        try:
            found.append(json.loads(line))
        except ValueError:
            broken += 1
    return found, broken


class Simulator:
    def __init__(self, program, folder):
        keys, port = os.path.join(folder, "keys"), os.path.join(folder, "port")
        self.process = subprocess.Popen(
            [program, "apns-simulator", "--write-credentials", keys, "--port-file", port, "--seconds", "600"],
            stderr=subprocess.DEVNULL)
        wait("the simulator", lambda: os.path.exists(port) and os.path.getsize(port))
        store = os.path.join(folder, "store")
        subprocess.run(
            [program, "credentials", "add", "test", keys + "/AuthKey_KEYID00001.p8", "--team-id", "TEAMID0001",
             "--application", "development", "--store", store], check=True, stdout=subprocess.DEVNULL)
        with open(port) as file:
            self.flags = ["--sink", "apns", "--environment", "sandbox", "--credentials", store, "--server",
                          f"localhost:{file.read().strip()}", "--trust", keys + "/ca.pem"]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


def audits_heal(program, folder):
    """The audit of an outbox on a disk that gets full: every event is readable once, its number without a gap."""
    with Simulator(program, folder) as simulator:
        disk = mount(folder, 8 * MIB)
        audit, box = disk + "/audit", os.path.join(folder, "audited")
        words = [program, "run", "--no-plugins", "--outbox", box, "--audit", audit, *simulator.flags]
        # A byte more each time, so that lines break at every place.
        broken = 0
        for number in range(12):
            fill(disk, 8192 + 4096 * (number % 3))
            run = subprocess.run(words, input=lines(120, size=10 + number * 7), capture_output=True, timeout=120)
            expect(run.returncode in (0, 1, 74), f"a run ended with {run.returncode}: {run.stderr.decode()}")
            os.remove(disk + "/filler")
        run = subprocess.run(words, input=b"", capture_output=True, timeout=120)
        expect(run.returncode in (0, 1), f"the last run ended with {run.returncode}: {run.stderr.decode()}")
        found, broken = parsed(audit)
        numbers = [line["event"] for line in found if "event" in line]
        expect(numbers == list(range(1, len(numbers) + 1)), f"the numbers of {len(numbers)} events have gaps: {numbers[:40]}")
        status = subprocess.run([program, "outbox", "status", "--outbox", box, "--json"], capture_output=True, check=True)
        totals = json.loads(status.stdout)["totals"]
        ends = sum(totals[name] for name in ("delivered", "dead", "expired", "withdrawn"))
        expect(ends == sum("state" in line for line in found), f"{ends} ended, and the audit has {len(numbers)} events")
        expect(ends > 200, f"only {ends} ended")
        expect(broken > 0, "no line was broken: the disk was never full in the middle of one")
        unmount(disk)
        print(f"audit: {len(numbers)} events, numbered without a gap, beside {broken} lines that a full disk broke")


def files_heal(program, folder):
    """Rejects and undelivered lines on a full disk, then with room."""
    disk = mount(folder, MIB)
    for option, name, data in [
        ("--rejects", "rejects", b'{"no":1' + b"x" * 700 + b"\n"),
        ("--undelivered", "undelivered", lines(1, size=700)),
        ("--audit", "outcomes", lines(1, size=700)),
    ]:
        path = os.path.join(disk, name)
        with Simulator(program, tempfile.mkdtemp(dir=folder)) as simulator:
            flags = [*simulator.flags, "--retry-for", "0s"]
            # No server is there.
            flags[flags.index("--server") + 1] = "localhost:9"
            words = [program, "run", "--no-plugins", "--quiet", option, path] + (flags if option == "--undelivered" else [])
            fill(disk, 4096)
            run = subprocess.run(words, input=data * 30, capture_output=True, timeout=120)
            expect(run.returncode == 74, f"{option} on a full disk ended with {run.returncode}: {run.stderr.decode()}")
            with open(path, "rb") as file:
                half = file.read()
            expect(half and not half.endswith(b"\n"), f"{option}: the full disk broke no line")
            os.remove(disk + "/filler")
            run = subprocess.run(words, input=data, capture_output=True, timeout=120)
            errors = run.stderr.decode()
            expect(f"{option}: '{path}' ended in the middle of a line, at byte {len(half)}" in errors, errors)
            with open(path, "rb") as file:
                expect(file.read().startswith(half + b"\n"), f"{option}: the half line has not got its newline")
            with open(path, "rb") as file:
                expect(file.read().count(b"\n") == half.count(b"\n") + 2, f"{option}: no line of its own follows")
            os.remove(path)
    unmount(disk)
    print("rejects, undelivered, audit: a line that a full disk broke is ended, and the next begins its own")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--programs", default=".build/release")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        # What is mounted is gone with the last process that sees it.
        sys.exit(subprocess.run(
            ["unshare", "-m", *([] if os.geteuid() == 0 else ["-Ur"]), sys.executable, *sys.argv, "--inside"]).returncode)
    program = os.path.abspath(options.programs) + "/notilua"
    try:
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            keeps_free(program, folder)
            gives_back(program, folder)
            audits_heal(program, folder)
            files_heal(program, folder)
    except Failure as failure:
        print(failure, file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
