"""Writes the tables of Sources/Localization and what the tests compare them with.

Facts of CLDR, as babel from PyPI has them (Unicode licence v3); categories to compare with are ICU's, by PyICU.

    pip install babel PyICU
    python3 Tests/LocalizationTests/cldr.py
"""

import os
import textwrap
from decimal import Decimal

import babel
import babel.localedata as localedata
import icu
from babel.core import get_global

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER = f"// Written by Tests/LocalizationTests/cldr.py from babel {babel.__version__} (CLDR, Unicode licence v3).\n\n"
ORDER = ["zero", "one", "two", "few", "many"]


def tag(identifier):
    return identifier.replace("_", "-")


def wrapped(words):
    """A Swift string of words over several lines."""
    lines = textwrap.wrap(" ".join(words), 100, break_long_words=False, break_on_hyphens=False)
    return '"""\n' + "\n".join("    " + line for line in lines) + '\n    """'


def plural_sets():
    sets = {}
    for identifier in sorted(localedata.locale_identifiers()):
        data = localedata.load(identifier, merge_inherited=False)
        if "plural_form" in data:
            rules = data["plural_form"].rules
            text = "; ".join(
                f"{name}: " + rules[name].replace(" mod ", " % ").replace(" not in ", " != ").replace(" in ", " = ")
                for name in ORDER if name in rules)
            sets.setdefault(text, []).append(tag(identifier))
    # A locale that says the same as its language needs no entry.
    of = {locale: text for text, locales in sets.items() for locale in locales}
    for text, locales in sets.items():
        locales[:] = [l for l in locales if "-" not in l or of.get(l.split("-")[0]) != text]
    return sets


def write_plurals():
    lines = [HEADER, "/// The cardinal rules of CLDR, in its own notation (UTS 35 part 3, Language Plural Rules), and their locales.\n",
             "enum PluralRuleData {\n  static let sets: [(rules: String, locales: String)] = [\n"]
    for text, locales in sorted(plural_sets().items(), key=lambda item: item[1]):
        lines.append(f"    (\n    \"{text}\",\n    {wrapped(locales)}\n    ),\n")
    lines.append("  ]\n}\n")
    with open(ROOT + "/Sources/Localization/PluralRuleData.swift", "w") as file:
        file.write("".join(lines))


def write_languages():
    likely = get_global("likely_subtags")
    known = {identifier.split("_")[0] for identifier in localedata.locale_identifiers()} - {"root"}
    scripts, regions, by_region = {}, {}, {}
    for language in sorted(known):
        full = likely.get(language)
        if full and full.count("_") == 2:
            _, scripts[language], regions[language] = full.split("_")
    for key, full in sorted(likely.items()):
        parts = key.split("_")
        if len(parts) == 2 and parts[0] in scripts and len(parts[1]) in (2, 3) and full.count("_") == 2:
            script = full.split("_")[1]
            if script != scripts[parts[0]]:
                by_region[tag(key)] = script
    aliases = {}
    for old, new in sorted(get_global("language_aliases").items()):
        if "_" not in old and new.split("_")[0] in known and len(new.split("_")) <= 2:
            aliases[old] = tag(new)
    territories = {old: new[0] for old, new in sorted(get_global("territory_aliases").items())
                   if len(new) == 1 and old.isalpha() and len(old) == 2}
    parents = {tag(child): "" if parent == "root" else tag(parent)
               for child, parent in sorted(get_global("parent_exceptions").items())}
    text = HEADER + "/// What CLDR knows of languages: pairs of words, or three.\nenum LanguageData {\n"
    for name, about, pairs in [
        ("likely", "The script and the region that a language has where none is said: `de Latn DE`.",
         [f"{l} {scripts[l]} {regions[l]}," for l in sorted(scripts)]),
        ("scripts", "The script that a language has in a region, where it is another: `zh-TW Hant`.",
         [f"{k} {v}," for k, v in by_region.items()]),
        ("aliases", "Languages by other names: `iw he`.", [f"{k} {v}," for k, v in aliases.items()]),
        ("regions", "Regions by other names: `UK GB`.", [f"{k} {v}," for k, v in territories.items()]),
        ("parents", "What a locale inherits from, where that is not found by leaving out its last part; nothing where it inherits nothing.",
         [f"{k} {v},".replace(" ,", ",") for k, v in parents.items()]),
    ]:
        text += f"  /// {about}\n  static let {name} = {wrapped(pairs)}\n\n"
    with open(ROOT + "/Sources/Localization/LanguageData.swift", "w") as file:
        file.write(text.rstrip() + "\n}\n")


def samples():
    for number in range(10001):
        yield str(number)
    # ICU looks at large numbers as at doubles: up to 2^53 both are right.
    for power in range(4, 14):
        for factor in (1, 2, 3, 5, 11, 12, 21, 99):
            yield str(factor * 10 ** power)
            yield str(factor * 10 ** power + 1)
            yield str(factor * 10 ** power + 12)
    for whole in (0, 1, 2, 3, 5, 10, 11, 21, 100, 1000000):
        for fraction in ("0", "1", "2", "5", "00", "01", "10", "11", "12", "21", "50", "99", "001", "110", "000"):
            yield f"{whole}.{fraction}"


def icu_numbers():
    """The samples as ICU takes them, with their fractions as they are written."""
    formatter = icu.NumberFormatter.withLocale(icu.Locale("en"))
    for number in samples():
        fraction = len(number.split(".")[1]) if "." in number else 0
        yield formatter.precision(icu.Precision.fixedFraction(fraction)).formatDecimalToValue(number.encode())


def write_expectations():
    """For each locale a digest (FNV-1a) of the categories of all samples.

    They are ICU's. Where ICU is older than babel's CLDR and does not know a language, they are babel's.
    """
    letters = {"zero": "z", "one": "1", "two": "2", "few": "f", "many": "m", "other": "o"}
    decimals = [Decimal(number) for number in samples()]
    shown = list(icu_numbers())
    known = {locale.getLanguage() for locale in icu.Locale.getAvailableLocales().values()}
    lines = []
    for locale in sorted(l for s in plural_sets().values() for l in s):
        own = babel.Locale.parse(locale, sep="-").plural_form
        categories = [own(number) for number in decimals]
        judge = "babel"
        if locale.split("-")[0] in known:
            rules = icu.PluralRules.forLocale(icu.Locale.forLanguageTag(locale))
            found = [rules.select(number) for number in shown]
            if found == categories:
                judge = "ICU"
            else:
                print(f"{locale}: ICU {icu.ICU_VERSION} has other rules than babel {babel.__version__}")
        digest = 0xCBF29CE484222325
        for category in categories:
            digest = (digest ^ ord(letters[category])) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        lines.append(f"{locale} {digest:016x} {judge}")
    path = ROOT + "/Tests/LocalizationTests/Resources/plurals.txt"
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(f"ICU {icu.ICU_VERSION}, babel {babel.__version__}\n" + "\n".join(lines) + "\n")


write_plurals()
write_languages()
write_expectations()
