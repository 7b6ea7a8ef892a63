"""Servers that are slow to say who they are, or never do, and texts of both directions, which fribidi judges."""

import json
import subprocess
import time

from harness import events, push, until

XFCE_MOCK = """
import json, sys, time
import dbus, dbus.service
from dbus.mainloop.glib import DBusGMainLoop
from gi.repository import GLib

DBusGMainLoop(set_as_default=True)
NAME = "org.freedesktop.Notifications"
DELAY = float(sys.argv[1])


class Server(dbus.service.Object):
    count = 0

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaces, icon, summary, body, actions, hints, timeout):
        Server.count += 1
        print(json.dumps({"summary": summary, "body": body, "actions": list(actions), "hints": list(hints)}), flush=True)
        return dbus.UInt32(replaces or Server.count)

    @dbus.service.method(NAME, out_signature="as")
    def GetCapabilities(self):
        return dbus.Array(["body", "body-markup", "actions"], signature="s")

    @dbus.service.method(NAME, out_signature="ssss", async_callbacks=("answer", "fail"))
    def GetServerInformation(self, answer, fail):
        if DELAY >= 0:
            GLib.timeout_add(int(DELAY * 1000), lambda: answer("Xfce Notify Daemon", "Xfce", "0.7.3", "1.2"))


bus = dbus.SessionBus()
name = dbus.service.BusName(NAME, bus)
server = Server(bus, "/org/freedesktop/Notifications")
GLib.MainLoop().run()
"""
PARCEL = {"name": "Parcel", "status": "3 of 5", "progress": 0.6}


def serve(desktop, delay):
    with open(f"{desktop.folder}/server.py", "w") as file:
        file.write(XFCE_MOCK)
    server = desktop.start("/usr/bin/python3", f"{desktop.folder}/server.py", str(delay))
    desktop.wait_for_server()
    return server


def with_late_names(desktop):
    """A server's name is waited for before anything is shown, and again where another server takes its place."""
    server = serve(desktop, 0.7)
    run = desktop.notilua()
    push(run, "parcel", "Parcel", "Today", "DELIVERY", delivery=PARCEL)
    until("the parcel", lambda: events(run, id="parcel", delivery="delivered"))
    shown = json.loads(server.lines[0])
    assert "value" not in shown["hints"] and shown["actions"][:2] == ["default", ""], shown
    server.stop()
    until("its end", lambda: not desktop.has_server())
    # One that never says its name is taken as it is, after a time.
    server = serve(desktop, -1)
    started = time.monotonic()
    push(run, "later", "Parcel", "Today", "DELIVERY", delivery=PARCEL)
    until("another parcel", lambda: events(run, id="later", delivery="delivered"))
    assert time.monotonic() - started < 6
    assert "value" in json.loads(server.lines[0])["hints"]
    assert run.stop(2) == -2, run.errors
    server.stop()
    print("a server's name: waited for, with an end")


def with_both_directions(desktop):
    """Values keep their order of letters, as fribidi shows them."""
    server = serve(desktop, 0)
    run = desktop.notilua()
    push(run, "plain", "Review", "Please come.", "EVENT", event={"when": "10:00–10:45", "where": "Room 4"})
    until("an invitation", lambda: events(run, id="plain", delivery="delivered"))
    assert "\u2068" not in server.text, "text of one direction stays as it is"
    for value in ("2 × Shoyu ramen", "+49 30 901820", "10:00–10:45", "https://example.com/a?b=1"):
        push(run, value, "مراجعة", "x", "DELIVERY", delivery={"steps": [{"title": "الهاتف", "time": value, "state": "done"}]})
        until("a step", lambda value=value: events(run, id=value, delivery="delivered"))
        line = json.loads(server.lines[-1])["body"].splitlines()[-1]
        assert value in visual(line), (line, visual(line))
        assert value not in visual(line.replace("\u2068", "").replace("\u2069", "")) or value.startswith("http"), line
    assert run.stop(2) == -2, run.errors
    server.stop()
    print("both directions: values in their own order")


def visual(line):
    """A line in the order in which fribidi shows its letters, without what is not seen."""
    shown = subprocess.run(["fribidi", "--nopad", "--nobreak", "--charset", "UTF-8"], input=line + "\n", capture_output=True,
                           text=True, check=True).stdout
    return shown.replace("\u2068", "").replace("\u2069", "").strip()


TESTS = (with_late_names, with_both_directions)
