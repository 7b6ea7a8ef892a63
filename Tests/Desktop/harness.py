"""A session that nobody sees, for programs that are not ours: a bus, a screen of X11 or Wayland, notification servers, and a run
of Notilua with the shipped plugins."""

import json
import os
import re
import shutil
import subprocess
import threading
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
MATE = "/usr/lib/mate-notification-daemon/mate-notification-daemon"
# Debian's own Python has Debian's modules.
MOCK = ["/usr/bin/python3", "-u", "-m", "dbusmock"]
NOBODY = 65534

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:dir={folder}</listen><auth>EXTERNAL</auth>
<standard_session_servicedirs/>
<policy context="default"><allow user="*"/><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
CONFIGURATION = """plugins:
  - path: {root}/plugins/recall
  - path: {root}/plugins/message
  - path: {root}/plugins/event
  - path: {root}/plugins/delivery
presentation:
  app: {{ name: Nexconn }}
  reply: echo "Later, $NOTILUA_TITLE"
  categories:
    - identifier: MESSAGE
      expires_after: 120 s
      actions: [{{ identifier: reply, title: Reply, text_input: {{ placeholder: Message, button_title: Send }} }},
                {{ identifier: mute, title: Mute }}]
      options: [custom_dismiss_action]
    - identifier: QUESTION
      actions: [{{ identifier: answer, title: Answer, text_input: {{ placeholder: Answer }} }}]
      options: [custom_dismiss_action]
    - identifier: EVENT
      expires_after: 120 s
      actions: [{{ identifier: accept, title: Accept }}, {{ identifier: decline, title: Decline }}]
    - identifier: DELIVERY
      expires_after: 120 s
      actions: [{{ identifier: track, title: Track }}, {{ identifier: later, title: Later }}]
    - identifier: TRANSFER
      actions:
        - {{ identifier: approve, title: Approve, options: [authentication_required] }}
        - {{ identifier: later, title: Later }}
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
    """A session of X11."""

    size = (420, 500)

    def __init__(self, folder, program, size=None, screenshots=None):
        self.folder, self.program, self.screenshots = folder, program, screenshots
        self.size = size or self.size
        self.processes = []
        self.environment = dict(os.environ, XDG_RUNTIME_DIR=folder, HOME=folder, NO_COLOR="1", NO_AT_BRIDGE="1",
                                XDG_CONFIG_HOME=f"{folder}/config", XDG_CACHE_HOME=f"{folder}/cache")
        for name in ("WAYLAND_DISPLAY", "XDG_SESSION_ID", "DBUS_SYSTEM_BUS_ADDRESS"):
            self.environment.pop(name, None)
        self.start_bus()
        self.start_screen()
        with open(f"{folder}/notilua.yaml", "w") as file:
            file.write(CONFIGURATION.format(root=ROOT))

    def words(self, words):
        """The words of a command that belongs to the session."""
        return list(words)

    def start_bus(self):
        self.bus, self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.make_bus("bus")

    def make_bus(self, name):
        os.makedirs(f"{self.folder}/{name}", exist_ok=True)
        os.chmod(f"{self.folder}/{name}", 0o777)
        with open(f"{self.folder}/{name}.conf", "w") as file:
            file.write(BUS.format(folder=f"{self.folder}/{name}"))
        bus = subprocess.Popen(self.words(["dbus-daemon", f"--config-file={self.folder}/{name}.conf", "--nofork",
                                           "--print-address=1"]),
                               env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.processes.append(bus)
        return bus, bus.stdout.readline().strip()

    def start_screen(self):
        reading, writing = os.pipe()
        width, height = self.size
        screen = subprocess.Popen(["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
                                  pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        self.processes.append(screen)
        self.environment["DISPLAY"] = ":" + os.read(reading, 16).decode().strip()

    def start(self, *words, stdin=None):
        process = Process(self.words(words), self.environment, stdin, self.folder)
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
        return subprocess.run(self.words(words), env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=10).stdout

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

    def notilua(self, *words, **environment):
        run = Process([self.program, "run", "--quiet", "--config", f"{self.folder}/notilua.yaml", "--sink", "desktop", "--follow",
                       *words], dict(self.environment, **environment), subprocess.PIPE, self.folder)
        self.processes.append(run.process)
        return run

    def shoot(self, path):
        # xwd fails where a window goes away meanwhile.
        shot = f"set -o pipefail; xwd -root -silent | convert xwd:- '{path}'"
        until("a picture of the screen", lambda: subprocess.run(
            ["bash", "-c", shot], env=self.environment, stderr=subprocess.DEVNULL).returncode == 0)

    def picture(self, path):
        """Keeps what the screen shows, and tells how many colours that has."""
        self.shoot(path)
        colours = subprocess.run(["convert", path, "-format", "%k", "info:"], capture_output=True, text=True, check=True).stdout
        return int(colours)

    def click(self, x, y):
        self.call("xdotool", "mousemove", str(x), str(y), "sleep", "0.3", "click", "1", "sleep", "0.2", "mousemove", "0", "0")

    # Reading

    def words_on_screen(self):
        """The words that tesseract reads on the screen, with the place of each: as one block, and then wherever they are."""
        path, large = f"{self.folder}/screen.png", f"{self.folder}/large.png"
        self.shoot(path)
        # tesseract reads nothing where most of the picture is empty.
        box = subprocess.run(["convert", path, "-format", "%@", "info:"], capture_output=True, text=True).stdout
        if box.startswith("0x0"):
            return
        left, top = (int(number) for number in box.split("+")[1:])
        subprocess.run(["convert", path, "-crop", box, "+repage", "-colorspace", "Gray", "-bordercolor", "gray15",
                        "-border", "20", "-resize", "250%", large], check=True)
        for mode in ("6", "11"):
            table = subprocess.run(["tesseract", large, "-", "--psm", mode, "tsv"], capture_output=True, text=True,
                                   env=dict(os.environ, OMP_THREAD_LIMIT="1")).stdout
            for line in table.splitlines()[1:]:
                cells = line.split("\t")
                if len(cells) == 12 and cells[11].strip():
                    x, y, width, height = (int(cell) for cell in cells[6:10])
                    yield cells[11].strip(), left - 20 + int((x + width / 2) / 2.5), top - 20 + int((y + height / 2) / 2.5)

    def read(self, *wanted, seconds=12):
        """Waits until all of some words can be read, and returns their places."""
        seen = []

        def places():
            seen.clear()
            found = {}
            for text, x, y in self.words_on_screen():
                seen.append(text)
                for word in wanted:
                    if re.sub(r"\W", "", text).lower() == word.lower():
                        found[word] = (x, y)
                if len(found) == len(wanted):
                    return found
            return None

        try:
            return until(f"the words {wanted}", places, seconds)
        except AssertionError as error:
            if self.screenshots:
                self.picture(f"{self.screenshots}/failed.png")
            raise AssertionError(f"{error}; there is {' '.join(seen)}") from None

    def end(self):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()


class WaylandDesktop(Desktop):
    """A session of Wayland by sway without a screen, which another user than root has to run."""

    size = (700, 600)

    def words(self, words):
        if os.geteuid() != 0:
            return list(words)
        return ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", *words]

    def start_bus(self):
        if os.geteuid() == 0:
            os.chown(self.folder, NOBODY, NOBODY)
        super().start_bus()

    def start_screen(self):
        self.environment.pop("DISPLAY", None)
        self.environment.update(WLR_BACKENDS="headless", WLR_LIBINPUT_NO_DEVICES="1", WLR_RENDERER="pixman",
                                XDG_SESSION_TYPE="wayland")
        with open(f"{self.folder}/sway.conf", "w") as file:
            file.write("xwayland disable\noutput HEADLESS-1 resolution {}x{}\n".format(*self.size))
        self.sway = self.start("sway", "--config", f"{self.folder}/sway.conf")

        def sockets():
            names = os.listdir(self.folder)
            displays = [name for name in names if re.fullmatch(r"wayland-\d+", name)]
            controls = [name for name in names if name.startswith("sway-ipc")]
            return (displays, controls) if displays and controls else None

        displays, controls = until("sway's start", sockets)
        self.environment.update(WAYLAND_DISPLAY=displays[0], SWAYSOCK=f"{self.folder}/{controls[0]}")

    def shoot(self, path):
        own = f"{self.folder}/grim.png"
        self.call("grim", own)
        if own != path:
            shutil.copy(own, path)


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
