"""What becomes of notifications on a desktop: shown, replaced, acted on, taken back, answered; servers and buses that end."""

import http.server
import json
import os
import signal
import subprocess
import threading
import time

from harness import MATE, MOCK, events, push, until


def with_dunst(desktop):
    server = desktop.dunst()
    run = desktop.notilua()
    push(run, "chat", "Anna <b>", "Lunch? <i>&amp;</i> \u202e", "MESSAGE")
    until("the first notification", lambda: events(run, id="chat", delivery="delivered"))
    until("its appearance", lambda: desktop.shown() == 1)
    # Text from outside is no markup.
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
    server = desktop.start(
        *MOCK, "--session", "--template", "notification_daemon", "--parameters",
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


TIMER = """local plugin = { kind = "content", description = "Counts down.", categories = { "TIMER" } }

function plugin.did_receive(notification, view)
  local info = notification.request.content.user_info
  view.countdown(info.ends, "Ends in")
  view.desktop({ transient = true, expires_after = 60, tag = "timer" })
end

return plugin
"""


def with_times(desktop):
    """A countdown goes on by itself, and does not come back once it is closed; a tag has one place."""
    os.makedirs(f"{desktop.folder}/timer")
    with open(f"{desktop.folder}/timer/init.lua", "w") as file:
        file.write(TIMER)
    with open(f"{desktop.folder}/notilua.yaml", "w") as file:
        file.write(f"plugins: [{{ path: {desktop.folder}/timer }}]\npresentation: {{ app: {{ name: Timer, desktop_entry: org.example.Timer }} }}\n")
    server = desktop.dunst()
    run = desktop.notilua()
    push(run, "a", "Tea", "Green", "TIMER", ends=time.time() + 4)
    until("the end of the countdown", lambda: all(f"Ends in · <b>0:0{left}</b>" in server.text for left in (3, 2, 1, 0)))
    assert desktop.shown() == 1
    assert "org.example.Timer" in server.text and "transient: 1" in server.text, server.text
    # Another of the same tag takes the place, whatever it is about.
    push(run, "b", "Coffee", "Black", "TIMER", ends=time.time() + 30)
    until("another", lambda: "Coffee" in server.text)
    assert desktop.shown() == 1
    desktop.call("dunstctl", "close-all")
    until("its end", lambda: events(run, event="closed", id="b", reason="dismissed"))
    written = server.text
    time.sleep(2.5)
    assert desktop.shown() == 0 and server.text == written, "what was closed stays closed"
    assert run.stop(2) == -2, run.errors
    server.stop()
    print("times: counted down, replaced by tag, left alone once closed")


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
    run = desktop.notilua("--response-url", f"http://127.0.0.1:{web.server_port}/responses")
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
    bus = desktop.bus
    server = desktop.dunst()
    with subprocess.Popen([desktop.program, "run", "--quiet", "--config", f"{desktop.folder}/notilua.yaml", "--sink", "desktop",
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

TESTS = (with_dunst, with_mate, with_replies, with_times, with_web_server, without_answers)
