"""Writes texts with their normal forms and their case folding, by Python's unicodedata: the other side of
UnicodeTextTests. Each line has a text, its NFC, NFD, NFKC, NFKD, its case folding and its small letters, in hexadecimal UTF-8."""
import random
import sys
import unicodedata

# Code points that this version of Unicode assigns; newer ones would be left as they are here.
assigned = [p for p in range(0x110000) if unicodedata.category(chr(p)) not in ("Cn", "Cs")]


def write(text):
    forms = [unicodedata.normalize(form, text) for form in ("NFC", "NFD", "NFKC", "NFKD")]
    print(*(part.encode().hex() for part in [text, *forms, text.casefold(), text.lower()]))


# Every code point, with lines between them, which nothing composes with.
for start in range(0, len(assigned), 512):
    write("\n".join(map(chr, assigned[start : start + 512])))

# Texts at random, of what composes, takes apart or has an order, and a few letters.
dice = random.Random(int(sys.argv[1]))
marks = [chr(p) for p in assigned if unicodedata.combining(chr(p))]
parts = [chr(p) for p in assigned if unicodedata.decomposition(chr(p)) and p < 0xF900]
jamo = [chr(p) for p in (*range(0x1100, 0x1113), *range(0x1161, 0x1176), *range(0x11A8, 0x11C3))]
syllables = [chr(p) for p in range(0xAC00, 0xD7A4, 7)]
sigmas = list("ΣΣΣαΑ.1' \u2019\u00AD")
vowels = list("aeiouAEIOUßſŉǰΐﬁſtҞΣςσΙͅ\u0345\u1FBE")
for _ in range(400):
    words = []
    for _ in range(50):
        pools = dice.choices(
            [marks, parts, jamo, syllables, vowels, sigmas], weights=[5, 2, 2, 1, 3, 3], k=dice.randint(1, 8))
        words.append("".join(dice.choice(pool) for pool in pools))
    write("\n".join(words))
