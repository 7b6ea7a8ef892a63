"""The desktop sink against notification servers that are not ours, on screens that nobody sees.

    swift build -c release && python3 Tests/Desktop/desktop.py [--screenshot FOLDER] [--only NAME]

`behaviour.py` has what becomes of notifications, with dunst, MATE's server and a mock of KDE's; `servers.py` has what seven
servers show of the shipped plugins, five on X11 and two on Wayland; `quirks.py` has servers that answer late or never, and texts
of both directions; `session_lock.py` has the lock of the session. `.ci/run` has the list of what they need from Debian.
"""

import argparse
import os
import tempfile
import time

import behaviour
import quirks
import servers
import session_lock
from harness import ROOT, Desktop


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshot", metavar="FOLDER", help="where pictures of each server go")
    parser.add_argument("--only", metavar="NAME", action="append", help="a server or a function; more than once for several")
    parser.add_argument("--program", default=os.path.join(ROOT, ".build/release/notilua"))
    options = parser.parse_args()
    if options.screenshot:
        os.makedirs(options.screenshot, exist_ok=True)
    tests = [(function.__name__, Desktop, None, function)
             for function in (*behaviour.TESTS, *quirks.TESTS, *session_lock.TESTS)]
    tests += [(server.name, server.desktop, server.size,
               lambda desktop, server=server: servers.show(server, desktop)) for server in servers.SERVERS]
    for name, kind, size, test in tests:
        if options.only and name not in options.only:
            continue
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder:
            desktop = kind(folder, os.path.abspath(options.program), size, options.screenshot)
            try:
                test(desktop)
            finally:
                desktop.end()
        print(f"  {name}: {time.monotonic() - started:.1f} s", flush=True)


main()
