"""What the trials of this folder share: a failure, waiting, and files that grow."""

import os
import socket
import time


class Failure(Exception):
    """Something that does not hold."""


def expect(holds, what):
    if not holds:
        raise Failure(what)


def wait(what, condition, seconds=30):
    end = time.monotonic() + seconds
    while not condition():
        expect(time.monotonic() < end, f"{what} did not come about in {seconds} s")
        time.sleep(0.02)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Tail:
    """The whole lines of a file that grows, each once; a process that was killed may have left half a one."""

    def __init__(self, path):
        self.path, self.place = path, 0

    def lines(self):
        if not os.path.exists(self.path):
            return []
        with open(self.path, "rb") as file:
            file.seek(self.place)
            data = file.read()
        whole = data[:data.rfind(b"\n") + 1]
        self.place += len(whole)
        return whole.split(b"\n")[:-1]


def lines_of(path):
    """The whole lines of a file."""
    return Tail(path).lines()
