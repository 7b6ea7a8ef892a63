"""Shows texts of all scripts of CLDR in the terminal, and counts the columns of each line as wcwidth does.

    python3 Tests/Strangers/terminal.py .build/release/notilua
"""

import json
import os
import re
import subprocess
import sys
import tempfile

import babel
import babel.localedata
from wcwidth import wcswidth

PROGRAM = os.path.abspath(sys.argv[1])
WIDTH = 48
EMOJI = ("👩‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 🏴‍☠️ 🇩🇪🇫🇷🇯🇵 1️⃣ 2️⃣ #️⃣ ❤️‍🔥 ❤ ☎️ ☎ 🌡️ ©️ © 🧑🏿‍🤝‍🧑🏻 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👍🏽 👍 ✈️ ✈ ⌚ ⌚︎ 🫱🏻‍🫲🏿 🇦 가각힣 가각 ｶﾞ ｱｲ ＡＢ か゛ が "
         "क्षत्रिय ज्ञान श्री ক্ষ க்ஷ క్ష ಕ್ಷ ക്ഷ ශ්‍රී ក្ខ မြန်မာ བོད་ skål\u00ad a\u200bb \u2066x\u2069 و\u200c م")


PLUGIN = """
local plugin = { kind = "content", description = "Shows a text in every element.", categories = { "ALL" } }
function plugin.did_receive(notification, view)
  local text = notification.request.content.user_info.text
  view.text({ { text = text, monospaced = true } })
  view.fields({ { text, text } })
  view.timeline({ { title = text, detail = text, time = "9:41", state = "failed" } })
  view.columns({ { cells = { text } }, { cells = { text }, alignment = "end" }, { cells = { text }, alignment = "center" } })
  view.conversation({ { sender = text, text = text }, { text = text, is_own = true } })
  view.progress(0.5, text)
end
return plugin
"""


def names(locale):
    """The names that a language has: of languages, territories, months and days."""
    try:
        data = babel.Locale.parse(locale)
    except (ValueError, babel.UnknownLocaleError):
        return ""
    found = list(data.territories.values())[:60] + list(data.languages.values())[:60]
    found += list(data.days["format"]["wide"].values()) + list(data.months["format"]["wide"].values())
    return " ".join(found)


def preview(text, locale, folder):
    """The lines of the box in which a text is shown."""
    path = os.path.join(folder, "payload.json")
    with open(path, "w", encoding="utf-8") as file:
        alert = {"title": text[:200], "body": text[:900]}
        words = " ".join(text.split(" ")[10:40])
        json.dump({"aps": {"alert": alert, "category": "ALL"}, "text": words}, file, ensure_ascii=False)
    shown = subprocess.run([PROGRAM, "preview", "--locale", locale.replace("_", "-"), path],
                           cwd=folder, capture_output=True, text=True, check=True)
    return shown.stdout.splitlines()


def columns(line):
    """The columns of a line, word by word: wcwidth joins a space or a dash to the conjunct before it as if it were a letter."""
    words = re.split(r"[ …·│&/.,()-]", line)
    return sum(wcswidth(word) for word in words) + len(words) - 1


def main():
    locales = [name for name in babel.localedata.locale_identifiers() if "_" not in name or len(name.split("_")[1]) == 4]
    samples = {name: names(name) for name in locales}
    samples = {name: text for name, text in samples.items() if any(ord(letter) > 0x24F for letter in text)}
    samples["en"] = EMOJI
    count = 0
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "plugins"))
        with open(os.path.join(folder, "plugins/all.lua"), "w", encoding="utf-8") as file:
            file.write(PLUGIN)
        for name, text in samples.items():
            for line in preview(text, name, folder):
                count += 1
                if columns(line) != WIDTH:
                    wrong.append(f"{name}: {columns(line)} columns: {line}")
    print("\n".join(wrong))
    assert len(samples) > 100 and count > 2000, (len(samples), count)
    assert not wrong, f"{len(wrong)} of {count} lines"
    print(f"{count} lines in {len(samples)} languages have {WIDTH} columns in wcwidth")


main()
