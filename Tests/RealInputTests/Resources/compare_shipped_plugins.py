#!/usr/bin/env python3
"""Compares Notilua's output with what a chain of its shipped plugins should make of payloads.

usage: compare_shipped_plugins.py INPUT OUTPUT

This is a second opinion: it follows the plugins' READMEs and shares no code with them. The chain and its settings:

    recall, redact (RULES), mask-digits (KEEP_LAST), sender-title (TITLES), thread-by-conversation,
    badge (add 1, at most MAX_BADGE), quiet (all day, except critical), truncate (LIMIT)

Exits with 0 when all lines agree, and with 1 after showing the first that do not.
"""
import json
import re
import sys
from fractions import Fraction
from typing import NamedTuple

KEEP_LAST = 2
TITLES = {"SYS": "Notice ({kind})"}
GROUP_TITLE, TITLE = "{sender} in {channel}", "{sender}"
# Group, super group and discussion.
GROUPS = {"GRP", "UG", "DS"}
MAX_BADGE = 50
LIMIT = 420
ENDING = "…"

# In the order in which truncate cuts them.
TEXT_FIELDS = ("body", "subtitle", "title")
# What fills the placeholders of the texts' localised forms.
ARGUMENT_KEYS = ("loc-args", "subtitle-loc-args", "title-loc-args")
SHOWN_DIFFERENCES = 5


class Line(NamedTuple):
    """A line in either form: the payload, the text that it stands as, and what surrounds it."""
    payload: dict
    text: bytes
    envelope: dict | None

    @property
    def is_alert(self):
        """Whether plugins for alerts run on it: by its header, else by what the payload is for."""
        aps = self.payload.get("aps", {})
        if self.envelope is not None and "apns-push-type" in self.envelope.get("headers", {}):
            return self.envelope["headers"]["apns-push-type"] == "alert"
        return "content-available" not in aps or any(key in aps for key in ("alert", "badge", "sound"))


class Number(NamedTuple):
    """A number by its literal, because 1, 1.0 and true are equal in Python and not in JSON."""
    literal: str


def parse(text):
    return json.loads(text, parse_int=Number, parse_float=Number)


def read(text):
    """A line's parts; the payload's text is what stands behind its key."""
    value = parse(text)
    if "aps" in value:
        return Line(value, text, None)
    whole = text.decode()
    start = whole.index('"payload":') + len('"payload":')
    _, end = json.JSONDecoder().raw_decode(whole, start)
    payload = value.pop("payload")
    return Line(payload, whole[start:end].encode(), value)


# The properties that plugins see.

def get_text(aps, field):
    alert = aps.get("alert")
    if isinstance(alert, str):
        return alert if field == "body" else None
    text = alert.get(field) if isinstance(alert, dict) else None
    return text if isinstance(text, str) else None


def set_text(aps, field, text):
    alert = aps.get("alert")
    if isinstance(alert, dict):
        alert[field] = text
    elif field == "body":
        aps["alert"] = text
    else:
        aps["alert"] = {"body": alert, field: text}


def rewrite_texts(aps, rewrite, fields=TEXT_FIELDS):
    for field in fields:
        text = get_text(aps, field)
        if text is not None:
            set_text(aps, field, rewrite(text))


def identifier(value):
    """The identifier that a value stands for; None for what stands for none."""
    if isinstance(value, Number):
        return value.literal
    return value if isinstance(value, str) and value else None


# The plugins, in the order of the chain.

def is_recall(rc):
    value = rc.get("rc-dlt-identifier")
    items = value if isinstance(value, list) else [value]
    # Anything but null and "" recalls a message, or is a fault, which drops the push too.
    return any(item not in (None, "") for item in items)


def redact(aps):
    rewrite_texts(aps, lambda text: text.replace("tel", "phone"))
    rewrite_texts(aps, lambda text: ENDING if "review" in text else text, fields=["title"])


def mask_digits(aps):
    def mask_run(run):
        return "*" * (len(run[0]) - KEEP_LAST) + run[0][-KEEP_LAST:]

    def mask(text):
        return re.sub("[0-9]{4,}", mask_run, text)

    rewrite_texts(aps, mask)
    alert = aps.get("alert")
    for key in ARGUMENT_KEYS:
        if isinstance(alert, dict) and isinstance(alert.get(key), list):
            alert[key] = [mask(argument) if isinstance(argument, str) else argument for argument in alert[key]]


def shows_text(aps):
    alert = aps.get("alert")
    keys = ("title", "subtitle", "body", "title-loc-key", "loc-key")
    return isinstance(alert, str) or isinstance(alert, dict) and any(key in alert for key in keys)


def sender_title(aps, rc):
    sender, channel = identifier(rc.get("fId")), identifier(rc.get("tId"))
    if sender is None or not shows_text(aps):
        return
    kind = identifier(rc.get("cType")) or "PR"
    title = TITLES.get(kind, GROUP_TITLE if kind in GROUPS and channel else TITLE)
    set_text(aps, "title", title.format(sender=sender, channel=channel, kind=kind))


def thread_by_conversation(aps, rc):
    kind, target, channel = identifier(rc.get("cType")) or "PR", identifier(rc.get("tId")), identifier(rc.get("bId"))
    if target is not None:
        names_channel = kind == "UG" and channel is not None
        aps["thread-id"] = ":".join([kind, target, channel] if names_channel else [kind, target])


def badge(aps):
    before = aps.get("badge")
    count = Fraction(before.literal if isinstance(before, Number) else 0)
    is_count = count >= 0 and count.denominator == 1
    aps["badge"] = Number(str(min(int(count) + 1 if is_count else 1, MAX_BADGE)))


def quiet(aps):
    if aps.get("interruption-level") != "critical":
        aps["interruption-level"] = "passive"
        aps.pop("sound", None)


def expected_payload(line):
    """What the chain makes of a line, but for truncate; None when it drops the notification."""
    payload = parse(line.text)
    aps = payload.get("aps", {})
    rc = payload.get("rc")
    rc = rc if isinstance(rc, dict) else {}
    if is_recall(rc):
        return None
    redact(aps)
    if line.is_alert:
        mask_digits(aps)
        sender_title(aps, rc)
        thread_by_conversation(aps, rc)
        badge(aps)
        quiet(aps)
    return payload


# Truncate. Characters as people see them are beyond the standard library, so its result is not made but judged.

# Flags, accents, skin tones, keycaps and joined emoji: what chat payloads have of characters of many code points.
CHARACTER = re.compile(
    "(?:[\U0001F1E6-\U0001F1FF]{2}|.)(?:[\u0300-\u036F\u20E3\uFE0F\U0001F3FB-\U0001F3FF]|\u200D.)*", re.DOTALL)


def size(text, escaped=False):
    return len(json.dumps(text, ensure_ascii=escaped).encode())


def least_size(aps, line):
    """The size that a line has with nothing left of its texts."""
    spared = 0
    for text in filter(None, (get_text(aps, field) for field in TEXT_FIELDS)):
        # What no plugin touched keeps the escapes that its sender wrote.
        kept_escapes = json.dumps(text).encode() in line
        spared += max(0, size(text, kept_escapes) - size(ENDING))
    return len(line) - spared


def is_cut_of(whole, cut):
    return None not in (whole, cut) and cut.endswith(ENDING) and whole.startswith(cut.removesuffix(ENDING))


def cut_complaint(whole, cut, line):
    """What is wrong with where a text was cut, which is the last that was."""
    kept = cut.removesuffix(ENDING)
    end = 0
    while end < len(kept):
        end = CHARACTER.match(whole, end).end()
    if end > len(kept):
        return "is cut inside of a character"
    # The README does not promise the longest beginning: what the escapes of the rest would take may stay free.
    rest = whole[end:]
    escapes = size(rest) - size("") - len(rest.encode())
    following = CHARACTER.match(rest)
    if following and len(line) + size(following[0]) - size("") + escapes <= LIMIT:
        return "has room for another character"
    return None


class Verdict(NamedTuple):
    complaint: str | None = None
    is_cut: bool = False


def judge(expected, line):
    """Compares a payload of the output with what it should be, were it not for truncate."""
    actual = parse(line)
    if actual == expected:
        can_be_cut = len(line) > LIMIT and least_size(actual.get("aps", {}), line) <= LIMIT
        return Verdict("is too large, and its text could be cut" if can_be_cut else None)

    texts = {field: (get_text(expected.get("aps", {}), field), get_text(actual.get("aps", {}), field))
             for field in TEXT_FIELDS}
    cut_fields = [field for field, (whole, cut) in texts.items() if whole != cut]
    if not all(is_cut_of(*texts[field]) for field in cut_fields):
        return Verdict("differs")
    for field in cut_fields:
        set_text(actual["aps"], field, texts[field][0])
    if actual != expected:
        return Verdict("differs")

    # Apart from its texts the payload is as it should be.
    uncut_size = len(line) + sum(size(whole) - size(cut) for whole, cut in texts.values() if whole != cut)
    if uncut_size <= LIMIT:
        return Verdict("is cut, and would fit")
    if len(line) > LIMIT:
        return Verdict("is cut, and still too large")
    *earlier_fields, last_field = TEXT_FIELDS[:TEXT_FIELDS.index(cut_fields[-1]) + 1]
    for field in earlier_fields:
        if texts[field][1] not in (None, "", ENDING):
            return Verdict(f"has its {last_field} cut before its {field} is used up")
    complaint = cut_complaint(*texts[last_field], line)
    return Verdict(complaint and f"has a {last_field} that {complaint}", is_cut=True)


def lines_of(path):
    with open(path, "rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield number, line.rstrip(b"\r\n")


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: compare_shipped_plugins.py INPUT OUTPUT")
    outputs = lines_of(sys.argv[2])
    lines = dropped = cut = compared = differences = 0

    def show(where, complaint, **details):
        nonlocal differences
        differences += 1
        print(f"{where} {complaint}")
        for name, value in details.items():
            print(f"  {name}: {value}")

    for number, text in lines_of(sys.argv[1]):
        lines += 1
        line = read(text)
        expected = expected_payload(line)
        if expected is None:
            dropped += 1
            continue
        output_number, output = next(outputs, (None, None))
        if output is None:
            show(f"input line {number}", "has no output", input=text.decode())
            break
        compared += 1
        result = read(output)
        if result.envelope != line.envelope:
            show(f"output line {output_number}", "has another envelope", output=output.decode())
            break
        verdict = judge(expected, result.text)
        cut += verdict.is_cut
        if verdict.complaint:
            wanted = json.dumps(expected, ensure_ascii=False, separators=(",", ":"))
            show(f"output line {output_number}, of input line {number},", verdict.complaint,
                 input=text.decode(), output=output.decode(), expected_before_truncate=wanted)
            if differences == SHOWN_DIFFERENCES:
                break
    else:
        for output_number, output in outputs:
            show(f"output line {output_number}", "comes from no input", output=output.decode())
            if differences == SHOWN_DIFFERENCES:
                break

    if differences:
        sys.exit(1)
    print(f"{lines} lines, {dropped} dropped, {cut} changed by truncate, {compared} compared")


if __name__ == "__main__":
    main()
