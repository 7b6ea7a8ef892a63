#!/usr/bin/env python3
"""Writes push payloads of a chat server, one JSON object a line, 350 to 600 bytes each.

usage: chat_payloads.py COUNT SEED > FILE

The same count and seed write the same bytes. One payload of twenty recalls a message.
"""
import json
import random
import string
import sys

SIZES = range(350, 601)
RECALL_SHARE = 0.05

# "hotel" and "preview" hold words that filters look for; so do "tel" and "review".
LATIN_WORDS = ("kettle garden hotel bring window ticket review preview until Sunday maybe later coffee bridge "
               "invoice parcel office thanks never mind ready music train platform dinner tel museum boat").split()
OTHER_WORDS = ["晚饭吃什么", "我在地铁上", "火车晚点了", "记得带伞", "また後で連絡します", "駅前で待ってます", "저녁에 만나요", "고마워요",
               "¡Qué alegría!", "Straßenfest", "déjà vu", "Доброе утро", "Łódź", "شكرا جزيلا", "“certo”", "cafe\u0301"]
EMOJI = ["🥳", "👋🏾", "❤️", "👩‍🚀", "👨‍👩‍👧‍👦", "🇯🇵", "1️⃣", "🐙🐙"]
IDENTIFIER_CHARACTERS = string.ascii_letters + string.digits + "-_"
CONVERSATION_KINDS = {"PR": 10, "GRP": 6, "UG": 2, "DS": 1, "SYS": 1}
OBJECT_NAMES = ["RC:TxtMsg", "RC:ImgMsg", "RC:VcMsg", "RC:FileMsg", "RC:ReferenceMsg", "shop:offer"]


class ChatServer:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def number(self, least, most):
        return self.random.randint(least, most)

    def characters(self, alphabet, count):
        return "".join(self.random.choices(alphabet, k=count))

    def digits(self, count):
        return self.characters(string.digits, count)

    def identifier(self, count):
        return self.characters(IDENTIFIER_CHARACTERS, count)

    def words(self, least, most):
        vocabularies = self.random.choices([LATIN_WORDS, OTHER_WORDS, EMOJI], [14, 4, 2], k=self.number(least, most))
        return " ".join(map(self.random.choice, vocabularies))

    def text(self):
        words = self.words(3, 12)
        # Runs of digits on both sides of the length from which they are masked.
        text = self.random.choice([
            words,
            f"{words} PIN {self.digits(self.number(3, 6))}",
            f"Parcel {self.digits(14)}, {words}",
            f"{words} tel +49 30 {self.digits(7)}-{self.digits(2)}",
            f"{self.digits(4)}/{self.digits(3)}/{self.digits(5)} {words}",
        ])
        if self.chance(0.1):
            text = f'"{text}"'
        if self.chance(0.1):
            text += "\n\t" + self.words(1, 2)
        if self.chance(0.05):
            text += " D:\\music"
        return text

    def alert(self):
        if self.chance(0.2):
            return self.text()
        alert = {"title": self.words(1, 3), "body": self.text()}
        if self.chance(0.1):
            alert["subtitle"] = self.words(1, 4)
        if self.chance(0.02):
            del alert["body"]
        return alert

    def aps(self):
        aps = {"alert": self.alert()}
        if self.chance(0.9):
            aps["badge"] = None if self.chance(0.03) else self.number(0, 80)
        if self.chance(0.95):
            aps["sound"] = self.random.choice(["default", "default", "drip.caf", {"name": "bell.caf", "volume": 1.0}])
        aps["mutable-content"] = 1
        if self.chance(0.6):
            aps["thread-id"] = self.identifier(self.number(5, 18))
        if self.chance(0.2):
            aps["interruption-level"] = self.random.choice(["passive", "active", "time-sensitive", "critical"])
        return aps

    def conversation(self, recalls):
        kind, = self.random.choices(list(CONVERSATION_KINDS), CONVERSATION_KINDS.values())
        conversation = {"cType": kind, "fId": self.digits(self.number(3, 8)), "tId": self.digits(self.number(3, 8)),
                        "oName": self.random.choice(OBJECT_NAMES), "id": self.identifier(22)}
        if kind == "UG":
            conversation["bId"] = "" if self.chance(0.1) else self.identifier(6)
        # Some servers know no sender, some write numbers.
        if self.chance(0.05):
            conversation["fId"] = self.random.choice(["", None, self.number(1, 10**6)])
        if self.chance(0.02):
            del conversation["tId"]
        if recalls:
            conversation["rc-dlt-identifier"] = self.identifier(22)
        elif self.chance(0.02):
            conversation["rc-dlt-identifier"] = self.random.choice(["", None])
        return conversation

    def app_data(self):
        if self.chance(0.5):
            return self.words(1, 8)
        nested = {"ref": self.identifier(8), "page": self.number(1, 300), "note": self.words(1, 4)}
        return json.dumps(nested, ensure_ascii=False)

    def extra(self):
        return self.random.choice([
            {"offer": {"price": self.number(100, 9999) / 100, "discount": 0.0, "sold": self.chance(0.5), "coupon": None}},
            {"link": f"chat://open/{self.digits(6)}?from=push&tab=2", "labels": [self.words(1, 1), {}, []]},
            {"sent": self.number(16 * 10**11, 18 * 10**11), "place": [self.random.uniform(-90, 90), -1e-7]},
        ])

    def line(self, recalls):
        payload = {"aps": self.aps(), "rc": self.conversation(recalls), "appData": self.app_data()}
        if self.chance(0.4):
            payload["extra"] = self.extra()
        # Servers differ in what they escape and in whether they write spaces.
        separators = (", ", ": ") if self.chance(0.05) else (",", ":")
        line = json.dumps(payload, ensure_ascii=self.chance(0.25), separators=separators)
        return (line.replace("/", "\\/") if self.chance(0.1) else line).encode()

    def fitting_line(self):
        # Chosen before the size is known, so that recalls are as frequent as they should be.
        recalls = self.chance(RECALL_SHARE)
        while len(line := self.line(recalls)) not in SIZES:
            pass
        return line


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: chat_payloads.py COUNT SEED > FILE")
    count, seed = map(int, sys.argv[1:])
    server = ChatServer(seed)
    for _ in range(count):
        sys.stdout.buffer.write(server.fitting_line() + b"\n")


if __name__ == "__main__":
    main()
