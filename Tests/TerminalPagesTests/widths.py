"""Writes Sources/TerminalPages/WideCharacters.swift: which characters take two columns of a terminal.

Facts of Unicode's EastAsianWidth.txt, as unicodedata2 has them (Unicode licence v3). What the result is compared with
is not made of it: wcwidth's tables, by Tests/Strangers/terminal.

    pip install unicodedata2==18.0.0
    python3 Tests/TerminalPagesTests/widths.py
"""

import os
import textwrap

import unicodedata2

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def ranges():
    """The first and the last of each run of characters that are wide or full-width."""
    found = []
    for value in range(0x110000):
        if unicodedata2.east_asian_width(chr(value)) in ("W", "F"):
            if found and found[-1] == value - 1:
                found[-1] = value
            else:
                found += [value, value]
    return found


numbers = ", ".join(f"0x{value:X}" for value in ranges())
body = textwrap.indent("\n".join(textwrap.wrap(numbers, 100)), "    ")
with open(os.path.join(ROOT, "Sources/TerminalPages/WideCharacters.swift"), "w", encoding="utf-8") as file:
    file.write(f"""\
// Written by Tests/TerminalPagesTests/widths.py from unicodedata2 (Unicode {unicodedata2.unidata_version}, Unicode licence v3).

extension TerminalWidth {{
  /// The first and the last of each range of characters that are wide or full-width (Unicode Standard Annex 11), in order.
  static let wideRanges: [UInt32] = [
{body},
  ]
}}
""")
