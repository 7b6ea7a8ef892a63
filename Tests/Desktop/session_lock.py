"""The lock of the session: systemd-logind's, as python-dbusmock has it."""

import json
import os

from harness import MOCK, events, push, until

MANAGER = "org.freedesktop.login1.Manager"


class Logind:
    """A system bus with a logind of python-dbusmock, and one session."""

    def __init__(self, desktop, session="c1"):
        self.desktop, self.session = desktop, session
        self.bus, self.address = desktop.make_bus("system")
        desktop.environment["DBUS_SYSTEM_BUS_ADDRESS"] = self.address
        self.process = desktop.start(*MOCK, "--template", "logind")
        until("logind's start", lambda: "login1" in self.call("org.freedesktop.DBus", "/", "org.freedesktop.DBus.ListNames"))
        self.mock("AddSession", session, "seat0", f"uint32 {os.getuid()}", "person", "true")
        self.path = f"/org/freedesktop/login1/session/{session}"

    def call(self, destination, path, method, *words):
        return self.desktop.call("gdbus", "call", "--address", self.address, "--dest", destination, "--object-path", path,
                                 "--method", method, *words)

    def mock(self, method, *words):
        return self.call("org.freedesktop.login1", "/org/freedesktop/login1", f"org.freedesktop.DBus.Mock.{method}", *words)

    def lock(self, locked):
        self.call("org.freedesktop.login1", self.path, "org.freedesktop.login1.Session.SetLockedHint", "true" if locked else "false")


def server(desktop):
    process = desktop.start(*MOCK, "--session", "--template", "notification_daemon", "--parameters",
                            json.dumps({"capabilities": "body body-markup actions"}))
    desktop.wait_for_server()
    return process


def press(desktop, number, key):
    desktop.emit("ActionInvoked", "us", f"[<uint32 {number}>, <'{key}'>]")


def hold(desktop, run, logind, number=1):
    """Presses while the session is locked, and unlocks it then."""
    logind.lock(True)
    # What needs no owner goes on, and shows that the one before was not lost on the way.
    press(desktop, number, "approve")
    press(desktop, number + 1, "later")
    until("the response that needs no owner", lambda: events(run, event="response", action="later"))
    assert not events(run, event="response", action="approve"), run.lines
    logind.lock(False)
    until("the response, once it is unlocked", lambda: events(run, event="response", action="approve"))


def push_two(run):
    for name in ("a", "b"):
        push(run, name, "Transfer", "1,250 USD", "TRANSFER")
        until("a transfer", lambda name=name: events(run, id=name, delivery="delivered"))


def with_lock(desktop):
    """The session that the environment names."""
    logind = Logind(desktop)
    showing = server(desktop)
    run = desktop.notilua(XDG_SESSION_ID=logind.session)
    push_two(run)
    hold(desktop, run, logind)
    # At the end of the run, what is held back is nobody's.
    push_two(run)
    logind.lock(True)
    press(desktop, 1, "approve")
    press(desktop, 2, "later")
    until("another response", lambda: len(events(run, event="response", action="later")) == 2)
    assert run.stop(2) == -2, run.errors
    assert len(events(run, event="response", action="approve")) == 1, run.lines
    assert any("session is locked" in line for line in run.errors), run.errors
    showing.stop()
    print("a locked session: responses held back, handled once it is unlocked, discarded at the end")


def with_lock_of_display(desktop):
    """A user's unit, which is outside of any session: the one that the person looks at."""
    logind = Logind(desktop)
    user = f"/org/freedesktop/login1/user/{os.getuid()}"
    logind.mock("AddMethod", MANAGER, "GetUser", "u", "o", f'ret = "{user}"')
    logind.call("org.freedesktop.login1", user, "org.freedesktop.DBus.Mock.UpdateProperties", "org.freedesktop.login1.User",
                "{'Display': <('%s', objectpath '%s')>}" % (logind.session, logind.path))
    showing = server(desktop)
    run = desktop.notilua()
    push_two(run)
    hold(desktop, run, logind)
    assert run.stop(2) == -2, run.errors
    showing.stop()
    print("a unit outside of any session: the lock of the person's display")


def without_logind(desktop):
    """Nothing knows of a lock: that is said once, and actions are taken as they come."""
    _, desktop.environment["DBUS_SYSTEM_BUS_ADDRESS"] = desktop.make_bus("system")
    showing = server(desktop)
    run = desktop.notilua()
    push_two(run)
    for number in (1, 2):
        press(desktop, number, "approve")
    until("the responses", lambda: len(events(run, event="response", action="approve")) == 2)
    assert len([line for line in run.errors if "authentication_required" in line]) == 1, run.errors
    assert run.stop(2) == -2, run.errors
    showing.stop()
    print("without logind: said once")


TESTS = (with_lock, with_lock_of_display, without_logind)
