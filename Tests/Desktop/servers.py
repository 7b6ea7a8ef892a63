"""Notification servers that are not ours, with the shipped plugins: title, body and buttons are read by tesseract, and pressed.

Each is given a parcel on its way, an invitation and a message, as in the guide's example."""

import glob
import json
import os
import time

from harness import MATE, Desktop, WaylandDesktop, events, push, until

XFCE = "/usr/lib/*/xfce4/notifyd/xfce4-notifyd"
GNOME_2 = "/usr/lib/notification-daemon/notification-daemon"
PARCEL = {"name": "Parcel 4711", "status": "3 of 5 stops", "progress": 0.6, "steps": [
    {"title": "Handed in", "time": "Mon 18:02", "state": "done"}, {"title": "In the depot", "time": "Tue 04:31", "state": "done"},
    {"title": "With the courier", "time": "Tue 08:12", "state": "current"}, {"title": "Delivered", "state": "upcoming"}]}
EVENT = {"when": "Thu 3 December", "where": "Room 4", "who": "Mei, Jonas, Amira and you"}


class Server:
    """A notification server, and how its buttons are pressed."""

    def __init__(self, name, command, desktop=Desktop, size=(640, 900), has_buttons=True,
                 shows_app=False, grows=True, queues=False):
        self.name, self.command, self.desktop, self.size = name, command, desktop, size
        self.has_buttons, self.shows_app, self.grows, self.queues = has_buttons, shows_app, grows, queues

    def start(self, desktop):
        found = glob.glob(self.command[0]) or [self.command[0]]
        server = desktop.start(found[0], *self.command[1:])
        desktop.wait_for_server()
        return server

    def renew(self, desktop, running):
        """Begins with an empty screen, where one notification would hide the next."""
        if not self.queues:
            return running
        running.stop()
        until("the server's end", lambda: not desktop.has_server())
        return self.start(desktop)

    def press(self, desktop, title):
        desktop.click(*desktop.read(title)[title])


class Dunst(Server):
    def start(self, desktop):
        return desktop.dunst()

    def press(self, desktop, title):
        # dunst has a menu in place of buttons.
        with open(f"{desktop.folder}/choice", "w") as file:
            file.write(title)
        desktop.call("dunstctl", "context")


class Mako(Server):
    def press(self, desktop, title):
        shown = json.loads(desktop.call("makoctl", "list"))["data"][0]
        for notification in shown:
            for key, label in notification["actions"]["data"].items():
                if label == title:
                    desktop.call("makoctl", "invoke", "-n", str(notification["id"]["data"]), key)
                    return
        raise AssertionError(f"mako lists no {title}: {shown}")


class Swaync(Server):
    def press(self, desktop, title):
        # There is no pointer: its panel has a key for each action of the newest notification, from 1.
        desktop.call("swaync-client", "--open-panel", "--skip-wait")
        time.sleep(1)
        # One keyboard for both keys: what is typed before the panel knows it is lost.
        desktop.call("wtype", "-s", "400", "-k", "Down", "-s", "400", "1", "-s", "200")
        time.sleep(0.5)
        desktop.call("swaync-client", "--close-panel", "--skip-wait")


SERVERS = [
    Dunst("dunst", ["dunst"], has_buttons=False),
    Server("mate", [MATE]),
    # It shows one at a time, and leaves what was closed on the screen (notification-daemon 3.20).
    Server("notification-daemon", [GNOME_2], queues=True),
    Server("xfce", [XFCE]),
    # What takes the place of something shorter is cut off at its lower edge (lxqt-notificationd 1.2).
    Server("lxqt", ["lxqt-notificationd"], shows_app=True, grows=False),
    Mako("mako", ["mako", "--height", "400", "--width", "420", "--font", "Noto Sans 12", "--background-color", "#202020ff",
                  "--progress-color", "over #202020ff"], WaylandDesktop, has_buttons=False),
    Swaync("swaync", ["swaync"], WaylandDesktop),
]


def show(server, desktop):
    running = server.start(desktop)
    run = desktop.notilua()
    push(run, "parcel", "Your parcel arrives today", "Between 14:10 and 14:40, at your door.", "DELIVERY", delivery=PARCEL)
    until("the parcel", lambda: events(run, id="parcel", delivery="delivered"))
    # Each text and each button can be read, and no button has the app's name: the default action is none.
    read(server, desktop, ["parcel", "depot", "courier", "Delivered"], ["Track"])
    if server.has_buttons and not server.shows_app:
        assert not [word for word, _, _ in desktop.words_on_screen() if word == "Nexconn"], "a button has the app's name"
    keep(desktop, f"{server.name}-delivery.png")
    answer(server, desktop, run, "Track", "parcel")

    running = server.renew(desktop, running)
    push(run, "event", "Release review", "Please look at the notes.", "EVENT", event=EVENT)
    until("the invitation", lambda: events(run, id="event", delivery="delivered"))
    read(server, desktop, ["Release", "notes", "December"], ["Accept", "Decline"])
    keep(desktop, f"{server.name}-event.png")
    answer(server, desktop, run, "Accept", "event")
    if server.grows:
        desktop.read("come")
    running = server.renew(desktop, running)
    push(run, "chat", "Anna Lindqvist", "The train is late & cold <3. Shall we meet at the square?", "MESSAGE")
    until("the message", lambda: events(run, id="chat", delivery="delivered"))
    read(server, desktop, ["Lindqvist", "square"], ["Reply"])
    answer(server, desktop, run, "Reply", "chat")
    if server.grows:
        desktop.read("Later")
    keep(desktop, f"{server.name}-message.png")

    # Text that is long leaves the buttons on the screen.
    running = server.renew(desktop, running)
    push(run, "long", "A long story", "All this happened, more or less. " * 120, "EVENT", event=EVENT)
    until("the long one", lambda: events(run, id="long", delivery="delivered"))
    read(server, desktop, ["story"], ["Accept", "Decline"])
    keep(desktop, f"{server.name}-long.png")
    # Text is never taken for markup (telegramdesktop/tdesktop pull request 6705).
    assert not [line for line in running.errors if "markup" in line], running.errors
    assert run.stop(2) == -2, run.errors
    running.stop()
    print(f"{server.name}: read, pressed, answered")


def answer(server, desktop, run, title, identifier):
    """Presses a button until that is told: the first time, a window that has just come may take nothing."""
    def answered():
        return events(run, event="response", id=identifier, action=title.lower())

    for _ in range(3):
        server.press(desktop, title)
        try:
            return until(f"the response {title}", answered, 4)
        except AssertionError as error:
            failure = error
    raise failure


def read(server, desktop, words, buttons):
    desktop.read(*words, *(buttons if server.has_buttons else []))


def keep(desktop, name):
    if desktop.screenshots:
        time.sleep(0.3)
        desktop.picture(os.path.join(desktop.screenshots, name))
