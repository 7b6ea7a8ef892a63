"""Kills a run at every system call of the making of its outbox, and makes one by many runs at once.

After each kill the same command runs again without any repair: it has to accept its line, and the file has to be sound.
Needs `strace`, and the programs of this repository:

    python3 Tests/Faults/making.py --random 100 --seed 1

Prints what it saw, and ends with status 1 and the seed where something does not hold.
"""

import argparse
import collections
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

from trial import Failure

LINE = b'{"id":"m1","device_token":"ab01","payload":{"aps":{"alert":"a"}}}\n'
# What version 0.1.0 left when it was killed: this table alone, in the log of a file without a mark.
OLD = "PRAGMA journal_mode=WAL; CREATE TABLE grdb_migrations (identifier TEXT NOT NULL PRIMARY KEY);"


def words(program, box):
    return [program, "run", "--no-plugins", "--quiet", "--outbox", box]


def check(program, box, what):
    """Runs the command again, and looks at the file."""
    result = subprocess.run(words(program, box), input=LINE, capture_output=True, timeout=60)
    if result.returncode != 0 or b'"delivery":"accepted"' not in result.stdout:
        raise Failure(f"{what}: the next run ended with {result.returncode}: {result.stderr.decode()}")
    result = subprocess.run([program, "outbox", "status", "--outbox", box, "--json"], capture_output=True, timeout=60)
    if result.returncode != 0 or json.loads(result.stdout)["queued"] < 1:
        raise Failure(f"{what}: the status is {result.returncode}: {result.stdout.decode()}{result.stderr.decode()}")
    with sqlite3.connect(box) as database:
        if database.execute("PRAGMA integrity_check").fetchone()[0] != "ok":
            raise Failure(f"{what}: the file is not sound")
    others = set(os.listdir(os.path.dirname(box))) - {"box", "box-wal", "box-shm", "box-delivery"}
    if others:
        raise Failure(f"{what}: files are left: {others}")


def new_folder(folder, number):
    path = os.path.join(folder, str(number))
    os.mkdir(path)
    return path


def making(program, folder):
    """The system calls of the main thread that make an outbox: each name with its number among the calls of that name."""
    box = os.path.join(new_folder(folder, "span"), "box")
    log = os.path.join(folder, "log")
    subprocess.run(["strace", "-o", log, *words(program, box)], input=b"", stderr=subprocess.DEVNULL, timeout=120)
    found, count, begun = [], collections.Counter(), False
    with open(log, errors="replace") as file:
        for line in file:
            call = re.match(r"([a-z_0-9]+)\(", line)
            if not call:
                continue
            count[call[1]] += 1
            # When the outbox is there, the time zones are read, and the first worker is started.
            if begun and ("zoneinfo" in line or "CLONE_VFORK" in line):
                break
            begun = begun or f'"{box}' in line and call[1] != "execve"
            if begun:
                found.append((call[1], count[call[1]]))
    if len(found) < 100:
        raise Failure(f"strace shows only {len(found)} system calls of the outbox' making")
    return found


def stepped(program, folder, begins, calls):
    killed = 0
    for name, number in calls:
        box = os.path.join(new_folder(folder, f"{begins}-{name}-{number}"), "box")
        if begins == "old":
            with sqlite3.connect(box, isolation_level=None) as database:
                database.executescript(OLD)
        result = subprocess.run(
            ["strace", "-o", "/dev/null", "-e", f"inject={name}:signal=SIGKILL:when={number}", *words(program, box)],
            input=b"", capture_output=True, timeout=120)
        killed += result.returncode == -signal.SIGKILL
        check(program, box, f"killed at {name} {number}, {begins} file")
        shutil.rmtree(os.path.dirname(box))
    if killed < len(calls) * 8 // 10:
        raise Failure(f"only {killed} of {len(calls)} runs were killed; may this process trace others?")
    return killed


def at_random(program, folder, source, count):
    killed = 0
    for number in range(count):
        box = os.path.join(new_folder(folder, f"random-{number}"), "box")
        process = subprocess.Popen(
            words(program, box), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while not os.path.exists(box) and time.monotonic() < end:
            pass
        time.sleep(source.uniform(0, 0.02))
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        check(program, box, f"random kill {number}")
        shutil.rmtree(os.path.dirname(box))
    return killed


def races(program, folder, count):
    for number in range(count):
        box = os.path.join(new_folder(folder, f"race-{number}"), "box")
        runs = [
            subprocess.Popen(words(program, box), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for _ in range(4)]
        for run in runs:
            run.stdin.write(LINE)
            run.stdin.close()
        for run in runs:
            output, errors = run.stdout.read(), run.stderr.read()
            if run.wait() != 0 or b'"accepted"' not in output:
                raise Failure(f"race {number}: a run ended with {run.returncode}: {errors.decode()}")
        result = subprocess.run([program, "outbox", "status", "--outbox", box, "--json"], capture_output=True, check=True)
        if json.loads(result.stdout)["queued"] != len(runs):
            raise Failure(f"race {number}: {result.stdout.decode()}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--random", type=int, default=100)
    parser.add_argument("--races", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    parser.add_argument("--programs", default=".build/release")
    options = parser.parse_args()
    program = os.path.abspath(options.programs) + "/notilua"
    try:
        with tempfile.TemporaryDirectory() as folder:
            calls = making(program, folder)
            new = stepped(program, folder, "no", calls)
            old = stepped(program, folder, "old", calls[::4])
            print(f"stepped: killed at {new} system calls that make an outbox, at {old} with the file of an older version")
            killed = at_random(program, folder, random.Random(options.seed), options.random)
            print(f"random: {killed} of {options.random} runs were killed while they made one; {new + old + killed} kills in all")
            races(program, folder, options.races)
            print(f"races: {options.races} times four runs made one outbox at once")
    except Failure as failure:
        print(f"{failure}; --seed {options.seed}", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
