#!/usr/bin/env python3
"""Pages of `notilua preview` in Chromium, beside the pictures of the same notifications.

usage: pages.py NOTILUA FOLDER [--look CONFIG PAYLOADS...]

Each case is shown in all forms, light and dark, from the left and from the right. Of each form: the page has the height
of the picture within 15 %, its texts stand in the order of the view, none is cut, lies over another or leaves the card,
each has a contrast of 4.5 (WCAG 2.1, 1.4.3), and the page asks for nothing. Pages and pictures stand side by side in
FOLDER. With --look, other payloads are shown, and all that is wrong is listed.
"""
import base64
import contextlib
import io
import itertools
import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

from PIL import Image, ImageDraw
from websockets.sync.client import connect

NOTILUA, FOLDER = os.path.realpath(sys.argv[1]), os.path.realpath(sys.argv[2])
CASES = os.path.join(os.path.dirname(os.path.realpath(__file__)), "page-cases")
FORMS = ["banner", "expanded", "lock", "hidden"]
# What is cut by intent even where a notification is expanded.
CUT = {"long"}

MEASURE = r"""
(() => {
  const linear = c => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  const parse = text => (text.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
  const light = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = parse(getComputedStyle(element).backgroundColor);
      if (colour.length < 4 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const round = box => ({ left: box.left, top: box.top, right: box.right, bottom: box.bottom });
  return JSON.stringify([...document.querySelectorAll("figure")].map(figure => {
    const frame = figure.getBoundingClientRect();
    const result = { direction: document.documentElement.dir, height: frame.height, width: frame.width, top: frame.top, left: frame.left, texts: [], boxes: [], cut: [],
      pictures: [] };
    const walker = document.createTreeWalker(figure, NodeFilter.SHOW_TEXT);
    for (let node; (node = walker.nextNode());) {
      if (!node.data.trim()) continue;
      const parent = node.parentElement;
      const style = getComputedStyle(parent);
      let alpha = 1;
      for (let e = parent; e; e = e.parentElement) alpha *= Number(getComputedStyle(e).opacity);
      const range = document.createRange();
      range.selectNodeContents(node);
      let clip = null;
      for (let e = parent; e !== figure; e = e.parentElement)
        if (getComputedStyle(e).overflow !== "visible" && !clip) clip = e.getBoundingClientRect();
      const rects = [...range.getClientRects()].map(round).map(box => clip ? {
        left: Math.max(box.left, clip.left), right: Math.min(box.right, clip.right),
        top: Math.max(box.top, clip.top), bottom: Math.min(box.bottom, clip.bottom) } : box)
        .filter(box => box.right - box.left > 0.5 && box.bottom - box.top > 0.5);
      const isDrawn = parent instanceof SVGElement;
      // Names on a map stand on plates of the card's colour, numbers in pins of the destructive one.
      const behind = isDrawn ? parse(getComputedStyle(parent.previousElementSibling).fill) : ground(parent);
      result.texts.push({ text: node.data, isDrawn, rects,
        contrast: alpha < 1 ? 0 : contrast(parse(isDrawn ? style.fill : style.color), behind),
        inCard: !!parent.closest(".card"), card: round((parent.closest(".card") || figure).getBoundingClientRect()) });
    }
    for (const input of figure.querySelectorAll("input")) {
      const colour = parse(getComputedStyle(input, "::placeholder").color);
      result.texts.push({ text: input.placeholder, contrast: contrast(colour, ground(input.parentElement)), rects: [] });
    }
    for (const element of figure.querySelectorAll("*")) {
      const style = getComputedStyle(element);
      if (style.overflow === "visible" || element instanceof SVGElement || element.tagName === "INPUT") continue;
      if (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 2)
        result.cut.push(element.className + ": " + element.textContent.slice(0, 60));
    }
    for (const image of figure.querySelectorAll("img"))
      result.pictures.push({ ...round(image.getBoundingClientRect()), natural: [image.naturalWidth, image.naturalHeight], alt: image.alt });
    const time = figure.querySelector("header time").getBoundingClientRect();
    const icon = figure.querySelector(".icon").getBoundingClientRect();
    result.iconFirst = icon.left < time.left;
    const header = figure.querySelector("header").getBoundingClientRect();
    // The clock stands where lines end.
    result.timeGap = result.iconFirst ? header.right - time.right : time.left - header.left;
    result.elements = [...figure.querySelectorAll(".long>*")].map(e => round(e.getBoundingClientRect()));
    result.starts = [...figure.querySelectorAll(".long>h2,.long>h3:not(.center,.end),.long>p:not(.center,.end),dt,.timeline b,.places b")].map(e => {
      const range = document.createRange();
      range.selectNodeContents(e);
      return { text: e.textContent, own: round(range.getBoundingClientRect()), box: round(e.getBoundingClientRect()) };
    });
    return result;
  }));
})()
"""


class Chromium:
    """One tab of a browser without a window."""

    def __init__(self, folder):
        self.folder = folder
        self.process = subprocess.Popen(
            ["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
             "--remote-debugging-port=0", "--user-data-dir=" + folder, "--force-device-scale-factor=2", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        path = os.path.join(folder, "DevToolsActivePort")
        deadline = time.monotonic() + 30
        while not (os.path.exists(path) and open(path).read().count("\n")):
            assert time.monotonic() < deadline, "Chromium does not start"
            time.sleep(0.05)
        port, browser = open(path).read().split("\n")[:2]
        self.stack = contextlib.ExitStack()
        self.socket = self.stack.enter_context(connect("ws://127.0.0.1:" + port + browser, max_size=None))
        self.number = 0
        self.events = []
        self.session = None
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(domain + ".enable")
        self.resize(1200)

    def resize(self, height):
        self.call("Emulation.setDeviceMetricsOverride", width=1640, height=int(height), deviceScaleFactor=2, mobile=False)

    def call(self, method, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        self.socket.send(json.dumps(message))
        while True:
            answer = json.loads(self.socket.recv(60))
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, answer)
                return answer["result"]
            self.events.append(answer)

    def open(self, path):
        """Loads a page; returns what it asked for beside itself, and what the browser has to say."""
        self.events = []
        self.call("Page.navigate", url="file://" + path)
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(json.loads(self.socket.recv(60)))
        asked = []
        for event in self.events:
            if event.get("method") == "Network.requestWillBeSent":
                url = event["params"]["request"]["url"]
                if url != "file://" + path and not url.startswith("data:"):
                    asked.append(url)
            elif event.get("method") in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown"):
                asked.append(json.dumps(event["params"]))
        return asked

    def measure(self):
        return json.loads(self.call("Runtime.evaluate", expression=MEASURE, returnByValue=True)["result"]["value"])

    def picture(self, height):
        self.resize(height)
        data = self.call("Page.captureScreenshot")["data"]
        self.resize(1200)
        return Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")

    def close(self):
        self.stack.close()
        self.process.terminate()
        self.process.wait()


def texts(view):
    """The texts of a view, in order, as they are seen."""
    for name, *arguments in view:
        first = arguments[0]
        if name == "text":
            yield from [first] if isinstance(first, str) else [piece["text"] for piece in first if len(piece.get("text", "")) > 2]
        elif name == "image":
            # Without its picture a caption is left out.
            if first != "nothing":
                yield from arguments[1:2]
        elif name == "columns":
            for cell in itertools.chain.from_iterable(column["cells"] for column in first):
                yield from (cell[key] for key in ("text", "caption") if key in cell)
        elif name == "countdown":
            yield arguments[1]
        elif name == "map":
            yield from (place["detail"] for place in first["places"] if place.get("detail"))
        elif name == "fields":
            yield from itertools.chain.from_iterable(first)
        elif name == "progress":
            yield arguments[1]
        elif name == "timeline":
            for step in first:
                yield from (step[key] for key in ("title", "detail", "time") if step.get(key))
        elif name == "places":
            yield from (place[key] for place in first for key in ("name", "detail") if place.get(key))
        elif name == "conversation":
            yield from (message["text"] for message in first if message["text"])
        elif name == "buttons":
            yield from (button["title"] for button in first)
        elif name == "text_input":
            yield arguments[2]


def overlap(a, b):
    return (min(a["right"], b["right"]) - max(a["left"], b["left"]) > 1
            and min(a["bottom"], b["bottom"]) - max(a["top"], b["top"]) > 1.5)


def problems(case, form, figure, height, direction):
    """Yields what is wrong with a form of a page."""
    payload = case["payload"]
    if abs(figure["height"] - height) > 0.15 * height:
        yield f"{figure['height']:.0f} points high, the picture {height:.0f}"
    if figure["iconFirst"] != (direction == "ltr"):
        yield "icon and time have changed places"
    if abs(figure["timeGap"]) > 1:
        yield f"the clock stands {figure['timeGap']:.0f} points from the end"
    for text in figure["texts"]:
        if text["contrast"] < 4.5:
            yield f"contrast {text['contrast']:.2f}: {text['text'][:40]!r}"
        for box in text["rects"]:
            card = text["card"]
            if box["left"] < card["left"] - 0.5 or box["right"] > card["right"] + 0.5 or box["bottom"] > card["bottom"] + 0.5:
                yield f"leaves its card: {text['text'][:40]!r}"
    boxes = [(text["text"], box) for text in figure["texts"] for box in text["rects"]]
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        if one != other and overlap(a, b):
            yield f"{one[:30]!r} lies over {other[:30]!r}"
    if form == "expanded" and case.get("id") not in CUT:
        for cut in figure["cut"]:
            yield f"cut: {cut!r}"
    for above, below in zip(figure["elements"], figure["elements"][1:]):
        if below["top"] < above["bottom"] - 0.5:
            yield "elements lie over each other"
    for start in figure["starts"]:
        # Spaces before a line break hang over the edge.
        if direction == "rtl" and start["own"]["right"] < start["box"]["right"] - 3:
            yield f"does not begin at the right: {start['text'][:40]!r}"
    if form == "expanded":
        alert = payload["aps"]["alert"]
        alert = {"title": alert} if isinstance(alert, str) else alert
        if "view" in payload:
            wanted = [alert[key] for key in ("title", "subtitle", "body") if key in alert] + list(texts(payload["view"]))
            seen = [text["text"] for text in figure["texts"]]
            at = 0
            for text in wanted:
                found = next((i for i in range(at, len(seen)) if seen[i].strip().startswith(text.strip()[:20])), None)
                if found is None:
                    yield f"not there in its order: {text!r}"
                else:
                    at = found


def run(arguments):
    ended = subprocess.run([NOTILUA, "preview", *arguments], capture_output=True, text=True, cwd=FOLDER)
    said = [line for line in ended.stderr.splitlines() if "which is not there" not in line]
    assert "--look" in sys.argv or ended.returncode == 0 and not said, (arguments, ended.stderr)


def prepare():
    """Lays the cases with their pictures into the folder; returns them."""
    os.makedirs(os.path.join(FOLDER, "pictures"), exist_ok=True)
    for name, size in {"landscape": (1600, 900), "portrait": (450, 800), "tiny": (48, 48)}.items():
        image = Image.new("RGB", size, (92, 132, 176))
        ImageDraw.Draw(image).ellipse([size[0] * 0.6, size[1] * 0.1, size[0] * 0.9, size[1] * 0.3], fill=(250, 220, 120))
        image.save(os.path.join(FOLDER, "pictures", name + ".png"))
    for name in ("view.lua", "notilua.yaml"):
        with open(os.path.join(CASES, name)) as source, open(os.path.join(FOLDER, name), "w") as target:
            target.write(source.read())
    with open(os.path.join(CASES, "cases.ndjson")) as file:
        text = file.read().replace("FOLDER", FOLDER)
    path = os.path.join(FOLDER, "cases.ndjson")
    with open(path, "w") as file:
        file.write(text)
    cases = [json.loads(line) for line in text.splitlines()]
    return os.path.join(FOLDER, "notilua.yaml"), [(case, path, line) for line, case in enumerate(cases, 1)]


def others(paths):
    """Payloads that are only looked at."""
    for path in paths:
        path = os.path.realpath(path)
        with open(path) as file:
            text = file.read()
        try:
            lines = [json.loads(text)]
        except ValueError:
            lines = [json.loads(line) for line in text.splitlines() if line.strip()]
        for line, case in enumerate(lines, 1):
            if "payload" not in case:
                case = {"payload": case}
            case["payload"].pop("view", None)
            case["id"] = os.path.splitext(os.path.basename(path))[0] + (f"-{line}" if len(lines) > 1 else "")
            yield case, path, line


def main():
    os.makedirs(FOLDER, exist_ok=True)
    isLook = "--look" in sys.argv
    if isLook:
        config, cases = os.path.realpath(sys.argv[4]), list(others(sys.argv[5:]))
    else:
        config, cases = prepare()
    shots = [(*case, appearance, direction) for case in cases for appearance in ("light", "dark") for direction in ("ltr", "rtl")]

    def make(shot):
        case, path, line, appearance, direction = shot
        name = f"{case['id']}-{appearance}-{direction}"
        common = ["--config", config, "--appearance", appearance, "--line", str(line)]
        if direction == "rtl":
            common += ["--locale", "ar"]
        for form in FORMS:
            run([*common, "--form", form, "--output", f"{name}-{form}.png", path])
        run([*common, *itertools.chain.from_iterable(("--form", form) for form in FORMS), "--output", f"{name}.html", path])
        return name

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        names = list(pool.map(make, shots))
    wrong, highest = [], 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        browser = Chromium(profile)
        for (case, _, _, _, direction), name in zip(shots, names):
            wrong += [f"{name}: asks for {asked}" for asked in browser.open(os.path.join(FOLDER, name + ".html"))]
            figures = browser.measure()
            # A payload that is only looked at may have a language of its own.
            direction = figures[0]["direction"] if isLook else direction
            page = browser.picture(max(figure["top"] + figure["height"] for figure in figures) + 1)
            columns = []
            for form, figure in zip(FORMS, figures):
                picture = Image.open(os.path.join(FOLDER, f"{name}-{form}.png")).convert("RGB")
                height = picture.height / 2
                highest = max(highest, abs(figure["height"] - height) / height)
                wrong += [f"{name}-{form}: {problem}" for problem in problems(case, form, figure, height, direction)]
                box = [int(2 * value) for value in (figure["left"], figure["top"], figure["left"] + figure["width"],
                                                    figure["top"] + figure["height"])]
                columns.append((picture, page.crop(box)))
            sheet = Image.new("RGB", (sum(2 * picture.width + 24 for picture, _ in columns),
                                      max(image.height for pair in columns for image in pair)), (255, 0, 255))
            x = 0
            for picture, shown in columns:
                sheet.paste(picture, (x, 0))
                sheet.paste(shown, (x + picture.width, 0))
                x += 2 * picture.width + 24
            sheet.save(os.path.join(FOLDER, name + "-both.png"))
        browser.close()
    for line in wrong:
        print(line, file=sys.stderr)
    print(f"{len(names)} pages, {len(FORMS) * len(names)} forms; heights differ by {highest:.1%} at most")
    sys.exit(1 if wrong else 0)


main()
