"""Pictures in programs that are not ours: SVG in librsvg and Chromium, beside the PNG of the same; photos as Pillow turns them.

    python3 pictures.py PROGRAM FOLDER
"""

import io
import json
import os
import re
import struct
import subprocess
import sys
import zlib

import numpy
from PIL import Image, ImageOps

PROGRAM, FOLDER = sys.argv[1:3]
EXAMPLE = "examples/4-content-extension"
# Pixels of one point, and the points that something may stand elsewhere.
SCALE, DISTANCE = 2, 2

SERVICE = """local plugin = { kind = "service", description = "Attaches a file.", capabilities = {} }
function plugin.did_receive(request)
  local content = request.content
  content.attachments = { { identifier = "photo", url = content.user_info.file } }
  return content
end
return plugin
"""
CONFIGURATION = """plugins: [{ path: attach }]
presentation:
  attachments: [FOLDER]
  app: { name: Photos, color: "#FF9500" }
  categories: [{ identifier: ALL }, { identifier: MAPS }]
"""


def run(words, **options):
    ended = subprocess.run(words, capture_output=True, timeout=120, **options)
    assert ended.returncode == 0, (words, ended.returncode, ended.stderr.decode(errors="replace")[-2000:])
    return ended


def preview(file, *words, cwd=None):
    ended = run([PROGRAM, "preview", "--output", file, *words], cwd=cwd)
    return ended.stderr.decode()


def grey(file):
    return numpy.asarray(Image.open(file).convert("L"), dtype=numpy.float32)


def places(one, other):
    """How far what stands in each square of one picture is from where it stands in the other, in points."""
    height, width = min(one.shape[0], other.shape[0]), min(one.shape[1], other.shape[1])
    one, other = one[:height, :width], other[:height, :width]
    side, reach = 40 * SCALE, DISTANCE * SCALE + 4
    rows, columns = height // side, width // side
    one, other = one[: rows * side, : columns * side], other[: rows * side, : columns * side]

    def sums(values):
        return values.reshape(rows, side, columns, side).sum(axis=(1, 3))

    # A square of one colour can stand anywhere.
    mean = sums(one) / side ** 2
    spread = sums((one - mean.repeat(side, 0).repeat(side, 1)) ** 2) / side ** 2
    best = numpy.full((rows, columns), numpy.inf)
    found = numpy.zeros((rows, columns))
    steps = sorted(((x, y) for x in range(-reach, reach + 1) for y in range(-reach, reach + 1)), key=lambda step: max(map(abs, step)))
    padded = numpy.pad(other, reach, mode="edge")
    for x, y in steps:
        moved = padded[reach + y : reach + y + rows * side, reach + x : reach + x + columns * side]
        difference = sums(numpy.abs(one - moved))
        # A nearer place is taken where both are about as good: a line looks the same all along.
        better = (difference < best * 0.8) & ((best > 3 * side ** 2) | ~numpy.isfinite(best))
        best[better] = difference[better]
        found[better] = max(abs(x), abs(y))
    used = spread > 60
    assert used.sum() >= 8, "the picture is empty"
    # However well it was moved, what stands there is the same.
    return found[used].max() / SCALE, (best / side ** 2)[used].max()


def compare(name, png, svg):
    ours = grey(png)
    text = open(svg, encoding="utf-8").read()
    width, height = (int(value) for value in re.search(r'<svg [^>]*width="(\d+)" height="(\d+)"', text).groups())
    drawn = {}
    drawn["librsvg"] = svg + ".rsvg.png"
    run(["rsvg-convert", "--width", str(width * SCALE), "--height", str(height * SCALE), "--output", drawn["librsvg"], svg])
    drawn["Chromium"] = svg + ".chromium.png"
    page = svg + ".page.html"
    with open(page, "w", encoding="utf-8") as file:
        file.write(f'<style>body {{ margin: 0 }} img {{ width: {width}px; height: {height}px; display: block }}</style>'
                   f'<img src="file://{svg}">')
    run(["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--user-data-dir={FOLDER}/chromium",
         f"--force-device-scale-factor={SCALE}", f"--window-size={width},{height}", f"--screenshot={drawn['Chromium']}",
         f"file://{page}"])
    for program, file in drawn.items():
        theirs = grey(file)
        assert abs(theirs.shape[0] - ours.shape[0]) <= SCALE and abs(theirs.shape[1] - ours.shape[1]) <= SCALE, \
            (name, program, ours.shape, theirs.shape)
        distance, difference = places(ours, theirs)
        print(f"{name}: {program}: {distance} points away at most, {difference:.1f} of 255 different")
        assert distance <= DISTANCE, (name, program, distance)
        assert difference < 16, (name, program, difference)


def examples():
    """The shipped plugins, in light and dark, from both sides."""
    for line, plugin in ((1, "message"), (2, "delivery"), (3, "event")):
        for appearance, locale in (("light", "en"), ("dark", "ar")):
            words = ["--config", f"{EXAMPLE}/notilua.yaml", "--line", str(line), "--form", "banner", "--form", "expanded",
                     "--appearance", appearance, "--locale", locale, f"{EXAMPLE}/payloads.ndjson"]
            files = [os.path.join(FOLDER, f"{plugin}-{appearance}{ending}") for ending in (".png", ".svg")]
            for file in files:
                preview(file, *words)
            compare(f"{plugin}, {appearance}, {locale}", *files)


CONTENT = """local plugin = { kind = "content", description = "Shows all.", categories = { "ALL", "MAPS" }, user_interaction_enabled = true }
function plugin.did_receive(notification, view)
  if notification.request.content.category_identifier == "MAPS" then
    view.map({ places = { { name = "Suva", latitude = -18.1, longitude = 178.4 }, { name = "Apia", latitude = -13.8, longitude = -171.8 } },
      route = { { -18.1, 178.4 }, { -13.8, -171.8 } } })
    view.map({ circle = { latitude = 60, longitude = 10, radius = 5000000 } })
    view.map({ circle = { latitude = 10, longitude = 10, radius = 19900000 } })
    local places = {}
    for i = 1, 64 do places[i] = { name = "Stop", latitude = 90, longitude = 180 } end
    view.map({ places = places })
    return
  end
  view.columns({ { alignment = "center", cells = { { image = "photo", fit = "avatar", size = 56 }, { text = "Ajax", style = "title" } } },
    { alignment = "center", width = 2, cells = { { text = "3 : 2", style = "title" }, { text = "87'", style = "caption" } } } })
  view.text("In the middle", "body", "center")
  view.text("At the end", "caption", "end")
  view.image("photo", "A strip", { fit = "fill", size = 90 })
  view.map({ places = { { name = "Courier", latitude = 52.5219, longitude = 13.4132 },
      { name = "You", latitude = 52.5163, longitude = 13.3777, detail = "Pariser Platz 1" } },
    route = { { 52.5219, 13.4132 }, { 52.5180, 13.3990 }, { 52.5163, 13.3777 } },
    circle = { latitude = 52.5163, longitude = 13.3777, radius = 600 } })
  view.timeline({ { title = "Build", state = "done" }, { title = "Test", state = "failed" }, { title = "Deploy", state = "upcoming" } })
  view.conversation({ { sender = "Anna", text = "Lunch?", time = "12:01", avatar = "photo" }, { sender = "", text = "Yes!", is_own = true } })
end
return plugin
"""


def elements():
    """All elements of a view, and maps at the edges of the earth."""
    for name, code in (("attach", SERVICE), ("show", CONTENT)):
        os.makedirs(f"{FOLDER}/{name}", exist_ok=True)
        with open(f"{FOLDER}/{name}/init.lua", "w") as file:
            file.write(code)
    with open(f"{FOLDER}/elements.yaml", "w") as file:
        file.write(CONFIGURATION.replace("FOLDER", FOLDER).replace("attach }]", "attach }, { path: show }]"))
    with open(f"{FOLDER}/photo.jpg", "wb") as file:
        file.write(photo(6))
    for category in ("ALL", "MAPS"):
        with open(f"{FOLDER}/{category}.json", "w") as file:
            json.dump({"aps": {"alert": {"title": "Elements"}, "mutable-content": 1, "category": category},
                       "file": f"file://{FOLDER}/photo.jpg"}, file)
        for appearance, locale in (("light", "en"), ("dark", "ar")):
            files = [os.path.join(FOLDER, f"{category}-{appearance}{ending}") for ending in (".png", ".svg")]
            for file in files:
                said = preview(file, "--config", "elements.yaml", "--appearance", appearance, "--locale", locale,
                               f"{category}.json", cwd=FOLDER)
                assert said == "", said
            compare(f"{category}, {appearance}, {locale}", *files)


# MARK: Photos

COLOURS = [(220, 40, 40), (40, 180, 60), (50, 70, 220), (230, 200, 40)]


def photo(orientation, little=True, width=120, height=80):
    """A JPEG of four colours, and the orientation that a camera would write."""
    image = Image.new("RGB", (width, height))
    for index, colour in enumerate(COLOURS):
        image.paste(colour, (index % 2 * width // 2, index // 2 * height // 2, (index % 2 + 1) * width // 2, (index // 2 + 1) * height // 2))
    order = "<" if little else ">"
    exif = (b"Exif\0\0" + (b"II" if little else b"MM") + struct.pack(order + "HI", 42, 8)
            + struct.pack(order + "HHHIHHI", 1, 0x0112, 3, 1, orientation, 0, 0))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=95, exif=exif)
    return file.getvalue()


def corners(image):
    width, height = image.size
    return [image.getpixel((int(width * x), int(height * y))) for y in (0.25, 0.75) for x in (0.25, 0.75)]


def near(one, other):
    return all(abs(a - b) < 24 for a, b in zip(one, other))


def decode(data, side=400, part=("0", "0", "1", "1"), orientation=1):
    """What the process that decodes pictures makes of a file."""
    ended = subprocess.run([os.path.join(os.path.dirname(PROGRAM), "notilua-thumbnailer"), "public.jpeg", "0", *part, str(side),
                            str(orientation)], input=data, capture_output=True, timeout=20)
    assert ended.returncode == 0, ended.returncode
    width, height = struct.unpack("<II", ended.stdout[:8])
    return Image.frombytes("RGBA", (width, height), ended.stdout[8:], "raw", "BGRA").convert("RGB")


def photos():
    """Photos are turned as Pillow turns them: by the process that decodes them, and in a picture of the whole."""
    os.makedirs(f"{FOLDER}/attach", exist_ok=True)
    with open(f"{FOLDER}/attach/init.lua", "w") as file:
        file.write(SERVICE)
    with open(f"{FOLDER}/notilua.yaml", "w") as file:
        file.write(CONFIGURATION.replace("FOLDER", FOLDER))
    for orientation in range(1, 9):
        for little in (True, False):
            data = photo(orientation, little)
            theirs = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
            ours = decode(data, orientation=orientation)
            assert ours.size == theirs.size, (orientation, ours.size, theirs.size)
            assert all(near(*pair) for pair in zip(corners(ours), corners(theirs))), orientation
            # A part is one of the upright picture: its upper left quarter.
            part = decode(data, part=("0", "0", "0.5", "0.5"), orientation=orientation)
            assert all(near(colour, corners(theirs)[0]) for colour in corners(part)), orientation
        with open(f"{FOLDER}/photo.jpg", "wb") as file:
            file.write(data)
        with open(f"{FOLDER}/photo.json", "w") as file:
            json.dump({"aps": {"alert": {"title": "Photo"}, "mutable-content": 1}, "file": f"file://{FOLDER}/photo.jpg"}, file)
        said = preview(f"{FOLDER}/photo.png", "photo.json", cwd=FOLDER)
        assert said == "", said
        drawn = numpy.asarray(Image.open(f"{FOLDER}/photo.png").convert("RGB"), dtype=int)
        # The photo is the only thing with strong colours below the header, which ends 56 points from the edge.
        strong = (drawn.max(axis=2) - drawn.min(axis=2) > 60)
        strong[: 60 * SCALE] = False
        rows, columns = numpy.where(strong.any(axis=1))[0], numpy.where(strong.any(axis=0))[0]
        box = (columns[0], rows[0], columns[-1] + 1, rows[-1] + 1)
        size = ((box[2] - box[0]) / SCALE, (box[3] - box[1]) / SCALE)
        assert abs(size[0] - theirs.size[0]) <= 1 and abs(size[1] - theirs.size[1]) <= 1, (orientation, size, theirs.size)
        cut = Image.open(f"{FOLDER}/photo.png").convert("RGB").crop(box)
        assert all(near(*pair) for pair in zip(corners(cut), corners(theirs))), (orientation, corners(cut), corners(theirs))
    # Four inks, as Adobe's programs write them: Pillow writes the inverted numbers, as they do.
    for ink, colour in (((0, 0, 0, 0), (255, 255, 255)), ((255, 0, 0, 0), (0, 255, 255)), ((0, 255, 255, 0), (255, 0, 0)),
                        ((0, 0, 0, 255), (0, 0, 0))):
        file = io.BytesIO()
        Image.new("CMYK", (40, 30), ink).save(file, "JPEG", quality=95)
        ours = decode(file.getvalue())
        theirs = Image.open(io.BytesIO(file.getvalue())).convert("RGB")
        assert near(ours.convert("RGB").getpixel((20, 15)), colour), (ink, ours.getpixel((20, 15)))
        assert near(theirs.getpixel((20, 15)), colour), (ink, theirs.getpixel((20, 15)))
    print("photos: 8 orientations, in both orders of bytes, as Pillow turns them")


def bombs():
    """A small file that unpacks to a large picture is left out, or drawn, within seconds."""
    def png(width, height):
        def chunk(name, data):
            return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        packed = zlib.compressobj(9)
        rows = b"".join(packed.compress(b"\0" * (width + 1)) for _ in range(height)) + packed.flush()
        return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
                + chunk(b"IDAT", rows) + chunk(b"IEND", b""))

    for width, height, is_drawn in ((5000, 6000, True), (20000, 20000, False), (32767, 1000, False), (32000, 1000, True),
                                    (1, 32000, True)):
        with open(f"{FOLDER}/photo.jpg", "wb") as file:
            file.write(png(width, height))
        said = preview(f"{FOLDER}/bomb.png", "photo.json", cwd=FOLDER)
        assert (said == "") == is_drawn, (width, height, said)
        drawn = Image.open(f"{FOLDER}/bomb.png").convert("RGB")
        assert drawn.size[1] < 1400
        # Black is what all of them are; the letters alone have less of it.
        black = sum(count for count, colour in drawn.getcolors(1 << 24) if max(colour) < 12)
        assert width == 1 or (black > 5000) == is_drawn, (width, height, black)
    print("bombs: 5")


examples()
elements()
photos()
bombs()
