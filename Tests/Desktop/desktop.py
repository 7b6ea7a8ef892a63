"""The desktop sink against notification servers that are not ours, on a screen that nobody sees: dunst and MATE's, and a mock of
KDE's reply in the notification itself.

    swift build -c release && python3 Tests/Desktop/desktop.py [--screenshot FILE]

Needs dbus, dunst, imagemagick, libglib2.0-bin, mate-notification-daemon, python3-dbus, python3-dbusmock, x11-apps and xvfb from Debian.
"""

import argparse
import http.server
import json
import os
import signal
import subprocess
import tempfile
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAM = os.path.join(ROOT, ".build/release/notilua")
MATE = "/usr/lib/mate-notification-daemon/mate-notification-daemon"

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
CONFIGURATION = """plugins:
  - path: {root}/plugins/recall
  - path: {root}/plugins/message
  - path: {root}/plugins/event
presentation:
  app: {{ name: Nexconn }}
  reply: echo "Later, $NOTILUA_TITLE"
  categories:
    - identifier: MESSAGE
      actions: [{{ identifier: reply, title: Reply, text_input: {{ placeholder: Message, button_title: Send }} }}]
      options: [custom_dismiss_action]
    - identifier: QUESTION
      actions: [{{ identifier: answer, title: Answer, text_input: {{ placeholder: Answer }} }}]
      options: [custom_dismiss_action]
    - identifier: EVENT
      actions: [{{ identifier: accept, title: Accept }}, {{ identifier: decline, title: Decline }}]
"""


class Process:
    """A program that is ended with the test, whose lines are kept as they come."""

    def __init__(self, words, environment, stdin=None, folder=None):
        self.lines, self.errors = [], []
        self.process = subprocess.Popen(words, env=environment, stdin=stdin, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True, bufsize=1, cwd=folder)
        for stream, kept in ((self.process.stdout, self.lines), (self.process.stderr, self.errors)):
            threading.Thread(target=lambda stream=stream, kept=kept: [kept.append(line) for line in stream], daemon=True).start()

    def stop(self, number=15):
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    @property
    def text(self):
        return "".join(self.lines)


def until(what, condition, seconds=15):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen in {seconds} s")


class Desktop:
    def __init__(self, folder, screenshot):
        self.folder, self.screenshot = folder, screenshot
        self.processes = []
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=folder, HOME=folder, NO_COLOR="1")
        self.environment.pop("WAYLAND_DISPLAY", None)
        reading, writing = os.pipe()
        screen = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", "420x500x24", "-nolisten", "tcp"],
                                  pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        self.processes.append(screen)
        self.environment["DISPLAY"] = ":" + os.read(reading, 16).decode().strip()
        with open(f"{folder}/bus.conf", "w") as file:
            file.write(BUS.format(folder=folder))
        bus = subprocess.Popen(["dbus-daemon", f"--config-file={folder}/bus.conf", "--nofork", "--print-address=1"],
                               stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.processes.append(bus)
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = bus.stdout.readline().strip()
        with open(f"{folder}/notilua.yaml", "w") as file:
            file.write(CONFIGURATION.format(root=ROOT))

    def start(self, *words, stdin=None):
        process = Process(list(words), self.environment, stdin, self.folder)
        self.processes.append(process.process)
        return process

    def dunst(self):
        with open(f"{self.folder}/choose", "w") as file:
            file.write("#!/bin/sh\ngrep \"$(cat choice)\" | head -1\n")
        os.chmod(f"{self.folder}/choose", 0o755)
        with open(f"{self.folder}/dunstrc", "w") as file:
            file.write("[global]\nfont = Noto Sans 10\nwidth = 380\nheight = 300\norigin = top-right\nmarkup = full\n"
                       f"format = \"<b>%s</b>\\n%b\"\ndmenu = {self.folder}/choose\ncorner_radius = 8\npadding = 12\n"
                       "horizontal_padding = 14\nframe_width = 1\nshow_indicators = no\n"
                       "[urgency_normal]\nbackground = \"#26282d\"\nforeground = \"#f4f5f7\"\ntimeout = 60\n")
        server = self.start("dunst", "-config", f"{self.folder}/dunstrc", "-print")
        self.wait_for_server()
        return server

    def call(self, *words):
        return subprocess.run(words, env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=10).stdout

    def emit(self, name, form, words):
        """Has the mocked server send a signal."""
        self.call("gdbus", "call", "--session", "--dest", "org.freedesktop.Notifications", "--object-path",
                  "/org/freedesktop/Notifications", "--method", "org.freedesktop.DBus.Mock.EmitSignal",
                  "org.freedesktop.Notifications", name, form, words)

    def has_server(self):
        return "true" in self.call(
            "dbus-send", "--session", "--print-reply", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Notifications")

    def wait_for_server(self):
        until("a server's start", self.has_server)

    def shown(self):
        """How many notifications dunst shows."""
        return int(self.call("dunstctl", "count", "displayed").strip() or -1)

    def notilua(self):
        run = self.start(PROGRAM, "run", "--quiet", "--config", f"{self.folder}/notilua.yaml", "--sink", "desktop", "--follow",
                         stdin=subprocess.PIPE)
        return run

    def picture(self, path):
        subprocess.run(f"xwd -root -silent | convert xwd:- '{path}'", shell=True, check=True, env=self.environment)
        colours = subprocess.run(["convert", path, "-format", "%k", "info:"], capture_output=True, text=True, check=True).stdout
        return int(colours)

    def end(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()


def push(run, identifier, title, body, category, thread=None, **more):
    payload = {"aps": {"alert": {"title": title, "body": body}, "category": category, "thread-id": thread or identifier}, **more}
    run.process.stdin.write(json.dumps({"id": identifier, "payload": payload}) + "\n")
    run.process.stdin.flush()


def events(run, **wanted):
    found = []
    for line in list(run.lines):
        event = json.loads(line)
        if all(event.get(key) == value for key, value in wanted.items()):
            found.append(event)
    return found


def with_dunst(desktop):
    server = desktop.dunst()
    run = desktop.notilua()
    push(run, "chat", "Anna <b>", "Lunch? <i>&amp;</i> \u202e", "MESSAGE")
    until("the first notification", lambda: events(run, id="chat", delivery="delivered"))
    until("its appearance", lambda: desktop.shown() == 1)
    # What a stranger wrote is text, and no markup.
    assert "&lt;i&gt;&amp;amp;&lt;/i&gt;" in server.text, server.text
    until("its picture", lambda: desktop.picture(f"{desktop.folder}/shot.png") > 10)

    push(run, "chat", "Anna <b>", "Or later?", "MESSAGE")
    until("its replacement", lambda: len(events(run, id="chat", delivery="delivered")) == 2)
    until("the second message in the same place", lambda: "Or later?" in server.text and desktop.shown() == 1)

    # Another message of the thread goes on in the view that is shown.
    push(run, "chat-b", "Anna <b>", "At one?", "MESSAGE", thread="chat")
    until("the next message", lambda: events(run, id="chat-b", delivery="delivered"))
    until("both in one place", lambda: "Or later?\nAt one?" in server.text and desktop.shown() == 1)

    # dunst has no field for text: the operator's command asks.
    open(f"{desktop.folder}/choice", "w").write("Reply")
    desktop.call("dunstctl", "context")
    answer = until("the reply to it", lambda: events(run, event="response", action="reply"))[0]
    assert answer["user_text"] == "Later, Anna <b>" and answer["option"] == "do_not_dismiss", answer
    until("the reply below the messages", lambda: "→ Later, Anna &lt;b&gt;" in server.text and desktop.shown() == 1)

    push(run, "event", "Release review", "Please come.", "EVENT", event={"when": "Thu 10:00", "where": "Room 4"})
    until("an invitation", lambda: desktop.shown() == 2)
    if desktop.screenshot:
        time.sleep(0.5)
        desktop.picture(desktop.screenshot)
    open(f"{desktop.folder}/choice", "w").write("Accept")
    desktop.call("dunstctl", "context")
    answer = until("the response to it", lambda: events(run, event="response", action="accept"))[0]
    assert answer["option"] == "do_not_dismiss" and answer["plugin"] == "event" and answer["payload"]["aps"], answer
    until("what was answered, in the notification", lambda: "You said that you come." in server.text)

    push(run, "recall", "", "You got your emails.", "", rc={"rc-dlt-identifier": "chat"})
    until("the recall", lambda: events(run, event="withdrawn", id="chat-b"))
    until("its disappearance", lambda: desktop.shown() == 1)

    push(run, "chat2", "Ben", "Hello", "MESSAGE")
    until("another message", lambda: desktop.shown() == 2)
    desktop.call("dunstctl", "close-all")
    until("the end of all", lambda: len(events(run, event="closed", reason="dismissed")) == 2)
    until("the dismissal as a response", lambda: events(run, event="response", id="chat2", action="dismiss"))

    # A server that comes back has other numbers; what comes in between waits for it.
    server.stop()
    until("its end", lambda: not desktop.has_server())
    push(run, "late", "Cleo", "Are you there?", "MESSAGE")
    time.sleep(1.5)
    assert not events(run, id="late"), run.lines
    server = desktop.dunst()
    until("what came without a server", lambda: events(run, id="late", delivery="delivered"))
    until("its appearance", lambda: desktop.shown() == 1)
    assert any("has gone" in line for line in run.errors), run.errors

    run.process.stdin.close()
    time.sleep(0.5)
    assert run.process.poll() is None, "with --follow it goes on"
    assert run.stop(2) == -2, run.errors
    server.stop()
    print("dunst: shown, replaced, acted on, closed by recall, dismissed, restarted")


def with_mate(desktop):
    server = desktop.start(MATE)
    desktop.wait_for_server()
    run = desktop.notilua()
    push(run, "chat", "Anna", "Lunch?", "MESSAGE")
    until("a notification", lambda: events(run, id="chat", delivery="delivered"))
    empty = desktop.picture(f"{desktop.folder}/mate.png")
    until("its picture", lambda: desktop.picture(f"{desktop.folder}/mate.png") > 10, 10) if empty <= 10 else None
    push(run, "recall", "", "You got your emails.", "", rc={"rc-dlt-identifier": "chat"})
    until("the recall", lambda: events(run, event="withdrawn", id="chat"))
    until("an empty screen", lambda: desktop.picture(f"{desktop.folder}/mate.png") < 10, 10)
    assert run.stop(2) == -2, run.errors
    server.stop()
    print("MATE's notification daemon: shown and closed by recall")


def with_replies(desktop):
    # Debian's own Python has Debian's modules.
    server = desktop.start(
        "/usr/bin/python3", "-u", "-m", "dbusmock", "--session", "--template", "notification_daemon", "--parameters",
        json.dumps({"capabilities": "body body-markup actions inline-reply"}))
    desktop.wait_for_server()
    run = desktop.notilua()
    push(run, "chat", "Anna", "Lunch?", "MESSAGE")
    until("a notification", lambda: events(run, id="chat", delivery="delivered"))
    notify = until("what the server was given", lambda: [line for line in server.lines if " Notify " in line])[0]
    assert '"inline-reply"' in notify and "x-kde-reply-placeholder-text" in notify, notify
    # Whoever is not the server is not listened to.
    desktop.call("dbus-send", "--session", "--type=signal", "/org/freedesktop/Notifications",
                 "org.freedesktop.Notifications.NotificationReplied", "uint32:1", "string:forged")
    desktop.emit("NotificationReplied", "us", "[<uint32 1>, <'In ten minutes <b>'>]")
    reply = until("the reply", lambda: events(run, event="response", action="reply"))[0]
    assert reply["user_text"] == "In ten minutes <b>" and reply["option"] == "do_not_dismiss", reply
    second = until("the reply below the message", lambda: [line for line in server.lines if "→ In ten minutes" in line])[0]
    assert "&lt;b&gt;" in second, second

    # Without a plugin, in the order of KDE: plasma-workspace replies, and closes the notification as dismissed then.
    push(run, "plain", "Ben", "Tea?", "QUESTION")
    until("another notification", lambda: events(run, id="plain", delivery="delivered"))
    # The mock counts those that replace nothing, from 1.
    number = sum(" Notify " in line and '" 0 "' in line for line in server.lines)
    for signal_name, form, words in (("NotificationReplied", "us", f"[<uint32 {number}>, <'Yes'>]"),
                                     ("NotificationClosed", "uu", f"[<uint32 {number}>, <uint32 2>]")):
        desktop.emit(signal_name, form, words)
    until("the end of it", lambda: events(run, event="closed", id="plain"))
    assert [event["user_text"] for event in events(run, event="response", id="plain")] == ["Yes"], run.lines
    assert run.stop(2) == -2, run.errors
    server.stop()
    print("inline reply: written, handled by the plugin, told as an event, shown")


def with_web_server(desktop):
    taken, answers = [], [503, 200]

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = answers.pop(0) if answers else 200
            if status == 200:
                taken.append((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *words):
            pass

    web = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=web.serve_forever, daemon=True).start()
    server = desktop.dunst()
    run = desktop.start(PROGRAM, "run", "--quiet", "--config", f"{desktop.folder}/notilua.yaml", "--sink", "desktop", "--follow",
                        "--response-url", f"http://127.0.0.1:{web.server_port}/responses", stdin=subprocess.PIPE)
    push(run, "chat", "Anna", "Lunch?", "MESSAGE")
    until("a notification", lambda: desktop.shown() == 1)
    desktop.call("dunstctl", "close-all")
    # The first attempt is refused, and made again.
    until("the events at the web server", lambda: len(taken) == 2)
    assert [(path, kind) for path, kind, _ in taken] == [("/responses", "application/json")] * 2, taken
    assert [event["event"] for _, _, event in taken] == ["closed", "response"], taken
    assert run.stop(2) == -2, run.errors
    web.shutdown()
    server.stop()
    print("a web server: told of what people do")


def without_answers(desktop):
    """A bus that is stopped holds up nothing for ever: what was taken is given back, and signals end the run."""
    bus = desktop.processes[1]
    server = desktop.dunst()
    with subprocess.Popen([PROGRAM, "run", "--quiet", "--config", f"{desktop.folder}/notilua.yaml", "--sink", "desktop",
                           "--retry-for", "1s", "--undelivered", f"{desktop.folder}/later"], env=desktop.environment,
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        bus.send_signal(signal.SIGSTOP)
        try:
            process.stdin.write(json.dumps({"id": "a", "payload": {"aps": {"alert": "x"}}}) + "\n")
            process.stdin.close()
            assert process.wait(60) == 1
            assert '"delivery":"undelivered"' in process.stdout.read()
            assert "aps" in open(f"{desktop.folder}/later").read()
        finally:
            bus.send_signal(signal.SIGCONT)
            process.kill()
    server.stop()
    print("a bus that says nothing: given back and kept")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--screenshot", help="where a picture of dunst's notifications goes")
    options = parser.parse_args()
    for test in (with_dunst, with_mate, with_replies, with_web_server, without_answers):
        with tempfile.TemporaryDirectory() as folder:
            desktop = Desktop(folder, options.screenshot)
            try:
                test(desktop)
            finally:
                desktop.end()


main()
