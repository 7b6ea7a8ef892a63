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
                 shows_app=False):
        self.name, self.command, self.desktop, self.size = name, command, desktop, size
        self.has_buttons, self.shows_app = has_buttons, shows_app

    def start(self, desktop):
        found = glob.glob(self.command[0]) or [self.command[0]]
        server = desktop.start(found[0], *self.command[1:])
        desktop.wait_for_server()
        return server

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
        desktop.call("wtype", "1")
        time.sleep(0.5)
        desktop.call("swaync-client", "--close-panel", "--skip-wait")


SERVERS = [
    Dunst("dunst", ["dunst"], has_buttons=False),
    Server("mate", [MATE]),
    Server("notification-daemon", [GNOME_2]),
    Server("xfce", [XFCE]),
    Server("lxqt", ["lxqt-notificationd"], shows_app=True),
    Mako("mako", ["mako"], WaylandDesktop, has_buttons=False),
    Swaync("swaync", ["swaync"], WaylandDesktop),
]


def show(server, desktop):
    running = server.start(desktop)
    run = desktop.notilua()
    push(run, "parcel", "Your parcel arrives today", "Between 14:10 and 14:40, at your door.", "DELIVERY", delivery=PARCEL)
    until("the parcel", lambda: events(run, id="parcel", delivery="delivered"))
    # Each text and each button can be read, and no button has the app's name: the default action is none.
    read(server, desktop, ["parcel", "stops", "courier", "Delivered"], ["Track"])
    if server.has_buttons and not server.shows_app:
        assert not [word for word, _, _ in desktop.words_on_screen() if word == "Nexconn"], "a button has the app's name"
    keep(desktop, f"{server.name}-delivery.png")
    server.press(desktop, "Track")
    until("its response", lambda: events(run, event="response", id="parcel", action="track"))

    push(run, "event", "Release review", "Please look at the notes.", "EVENT", event=EVENT)
    until("the invitation", lambda: events(run, id="event", delivery="delivered"))
    read(server, desktop, ["Release", "notes", "December"], ["Accept", "Decline"])
    keep(desktop, f"{server.name}-event.png")
    server.press(desktop, "Accept")
    until("the answer", lambda: events(run, event="response", id="event", action="accept"))
    desktop.read("come")
    push(run, "chat", "Anna Lindqvist", "The train is late. Shall we meet at the square?", "MESSAGE")
    until("the message", lambda: events(run, id="chat", delivery="delivered"))
    read(server, desktop, ["Lindqvist", "square"], ["Reply"])
    server.press(desktop, "Reply")
    until("the reply", lambda: events(run, event="response", id="chat", action="reply"))
    desktop.read("Later")
    keep(desktop, f"{server.name}-message.png")

    # Text that is long leaves the buttons on the screen.
    push(run, "long", "A long story", "All this happened, more or less. " * 120, "EVENT", event=EVENT)
    until("the long one", lambda: events(run, id="long", delivery="delivered"))
    read(server, desktop, ["story"], ["Accept", "Decline"])
    keep(desktop, f"{server.name}-long.png")
    assert run.stop(2) == -2, run.errors
    running.stop()
    print(f"{server.name}: read, pressed, answered")


def read(server, desktop, words, buttons):
    desktop.read(*words, *(buttons if server.has_buttons else []))


def keep(desktop, name):
    if desktop.screenshots:
        time.sleep(0.3)
        desktop.picture(os.path.join(desktop.screenshots, name))
