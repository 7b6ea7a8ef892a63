"""Writes the tables of Sources/Localization and what the tests compare them with.

Facts of CLDR, as babel has them (Unicode licence v3); what to compare with is ICU's, by the build of PyICU that brings
its own. How long a number gets before it is grouped is ICU's alone.

    pip install babel==2.19.0 icukit-pyicu==78.3.1
    python3 Tests/LocalizationTests/cldr.py
"""

import os
import textwrap
from decimal import Decimal

import babel
import babel.localedata as localedata
import icu
from babel.core import get_cldr_version, get_global
from babel.numbers import format_decimal

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HEADER = (f"// Written by Tests/LocalizationTests/cldr.py from babel {babel.__version__}"
          f" (CLDR {get_cldr_version()}, Unicode licence v3).\n\n")
ORDER = ["zero", "one", "two", "few", "many"]


def tag(identifier):
    return identifier.replace("_", "-")


def wrapped(words):
    """A Swift string of words over several lines."""
    lines = textwrap.wrap(" ".join(words), 100, break_long_words=False, break_on_hyphens=False)
    return '"""\n' + "\n".join("    " + line for line in lines) + '\n    """'


def entry(text, locales):
    """One set of a table, indented as swift-format does."""
    return "    (\n" + textwrap.indent(f'    "{text}",\n    {wrapped(locales)}\n', "  ") + "    ),\n"


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
        lines.append(entry(text, locales))
    lines.append("  ]\n}\n")
    with open(ROOT + "/Sources/Localization/PluralRuleData.swift", "w") as file:
        file.write("".join(lines))


def write_languages():
    likely = get_global("likely_subtags")
    # Those that CLDR has a locale of, those of ISO 639-1, and those that are written differently in some region.
    known = {identifier.split("_")[0] for identifier in localedata.locale_identifiers()} - {"root"}
    known |= {key for key in likely if len(key) == 2}
    known |= {key.split("_")[0] for key, full in likely.items()
              if key.count("_") == 1 and full.split("_")[1] != likely.get(key.split("_")[0], full).split("_")[1]}
    known -= {"und"}
    scripts, regions, by_region, by_script = {}, {}, {}, {}
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
        if len(parts) == 2 and parts[0] in scripts and len(parts[1]) == 4 and full.count("_") == 2:
            if full.split("_")[2] != regions[parts[0]]:
                by_script[tag(key)] = full.split("_")[2]
    aliases = {}
    for old, new in sorted(get_global("language_aliases").items()):
        if "_" not in old and len(new.split("_")) <= 2:
            aliases[old] = tag(new)
    territories = {old: new[0] for old, new in sorted(get_global("territory_aliases").items())
                   if len(new) == 1 and (old.isdigit() or len(old) == 2)}
    parents = {tag(child): "" if parent == "root" else tag(parent)
               for child, parent in sorted(get_global("parent_exceptions").items())}
    text = HEADER + "/// What CLDR knows of languages: pairs of words, or three.\nenum LanguageData {\n"
    for name, about, pairs in [
        ("likely", "The script and the region that a language has where none is said: `de Latn DE`.",
         [f"{l} {scripts[l]} {regions[l]}," for l in sorted(scripts)]),
        ("scripts", "The script that a language has in a region, where it is another: `zh-TW Hant`.",
         [f"{k} {v}," for k, v in by_region.items()]),
        ("scriptRegions", "The region that a script of a language has, where it is another: `zh-Hant TW`.",
         [f"{k} {v}," for k, v in by_script.items()]),
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


# Regions with signs of their own that babel leaves out, as it leaves out all that CLDR marks as a draft. CLDR's own JSON
# (44 to 47) has them as ICU has.
DRAFTS = {"de_AT", "fr_MA"}
NUMBER_LOCALES = """
    en en-IN en-ZA en-CH de de-AT de-CH de-LI fr fr-CH fr-MA es es-MX es-AR pt pt-PT it it-CH pl ru uk be cs sv nb nn fi
    da et lt lv sl hu hr bg sr-Latn el tr ka sq gsw rm ee ar ar-EG ar-AE ar-MA fa ur he ps ckb ks sd uz uz-Cyrl uz-Arab
    ff-Adlm hi hi-IN mr ne bn bn-IN as pa gu ta te kn ccp mni sat my km th dz id vi zh zh-Hant-HK ja ko hy es-CR oc lmo
    gl ba to fr-RW an la
    """.split()
NUMBERS = [(number, 0) for number in (
    "0 7 -7 999 1000 1234 9999 10000 12345 -123456 1234567 123456789012".split())]
NUMBERS += [("0.5", 1), ("-1234.5", 1), ("3.14", 2), ("1234567.891", 2)]


def parent(identifier):
    """What a locale inherits from, but the root; nothing in another script than the usual one (UTS 35, localRules)."""
    known = get_global("parent_exceptions").get(identifier)
    if known:
        return None if known == "root" else known
    rest, _, last = identifier.rpartition("_")
    if len(last) == 4 and last.isalpha() and "_" not in rest:
        if get_global("likely_subtags").get(rest, "__").split("_")[1] != last:
            return None
    return rest or None


def number_format(signs, sizes, minimum):
    """A format as the table has it."""
    signs = ["-".join(f"{ord(scalar):X}" for scalar in sign) for sign in signs]
    return " ".join(signs + [str(size) for size in sizes] + [str(minimum)])


def icu_signs(locale):
    symbols = icu.NumberFormat.createInstance(icu.Locale.forLanguageTag(locale)).getDecimalFormatSymbols()
    return [symbols.getSymbol(kind) for kind in (
        symbols.kDecimalSeparatorSymbol, symbols.kGroupingSeparatorSymbol, symbols.kMinusSignSymbol,
        symbols.kZeroDigitSymbol)]


def own_signs(identifier):
    """The signs that babel has of a locale or of what it inherits from, by name; the root's are not among them."""
    signs = {}
    while identifier:
        localedata.clear_caches()
        data = localedata.load(identifier, merge_inherited=False)
        for symbols in data.get("number_symbols", {}).values():
            if isinstance(symbols, dict):
                signs |= {name: identifier for name in symbols if name in ("decimal", "group")}
        identifier = parent(identifier)
    localedata.clear_caches()
    return signs


def icu_sizes(locale):
    pattern = icu.NumberFormat.createInstance(icu.Locale.forLanguageTag(locale))
    last = pattern.getGroupingSize() if pattern.isGroupingUsed() else 0
    return [last, pattern.getSecondaryGroupingSize() or last] if last > 0 else [0, 0]


def icu_minimum(locale):
    """The fewest digits before the first group sign: how long a number gets before ICU groups it."""
    last = icu_sizes(locale)[0]
    formatter = icu.NumberFormatter.withLocale(icu.Locale.forLanguageTag(locale))
    for digits in range(1, 10):
        number = "1" + "0" * (last + digits - 1)
        if last and len(formatter.formatDecimal(number.encode())) > len(number):
            return digits
    return 1


def number_formats():
    """The format of each locale by babel, and by ICU where it knows the locale."""
    known = set(icu.Locale.getAvailableLocales())
    own, others, minimum, drafts = {}, {}, {None: 1}, {None: False}
    # Shorter names first, but not always: en_AT inherits from en_150, and that from en_001.
    waiting = sorted(localedata.locale_identifiers(), reverse=True)
    while waiting:
        identifier = waiting.pop()
        above = parent(identifier)
        if above not in minimum:
            waiting.insert(0, identifier)
            continue
        signed = own_signs(identifier)
        locale, data = tag(identifier), babel.Locale.parse(identifier)
        system = data.default_numbering_system
        # What a numbering system does not say is as in Latin digits, by the aliases of CLDR's root.
        symbols = {**data.number_symbols["latn"], **(data.number_symbols.get(system) or {})}
        signs = [symbols["decimal"], symbols["group"], symbols["minusSign"],
                 icu.NumberingSystem.createInstanceByName(system).getDescription()[0]]
        # Signs that are the root's in babel are drafts that it leaves out, where ICU has others for the same digits.
        drafts[identifier] = identifier in DRAFTS or drafts[above] or not signed
        if drafts[identifier] and identifier in known and icu_signs(locale)[3] == signs[3]:
            signs = icu_signs(locale)
        # babel has patterns in Latin digits only: ICU, which has all, groups every locale that both know alike.
        pattern = data.decimal_formats[None]
        sizes = pattern.grouping if "," in pattern.pattern else (0, 0)
        # CLDR's minimumGroupingDigits are not in babel: they are ICU's, or inherited where ICU does not know a locale.
        minimum[identifier] = icu_minimum(locale) if identifier in known else minimum[above]
        own[identifier] = number_format(signs, sizes, minimum[identifier])
        if identifier in known:
            others[identifier] = number_format(icu_signs(locale), icu_sizes(locale), icu_minimum(locale))
            if others[identifier] != own[identifier]:
                print(f"{locale}: numbers {own[identifier]} by babel {babel.__version__},"
                      f" {others[identifier]} by ICU {icu.ICU_VERSION}")
    return own, others


def write_numbers():
    formats, others = number_formats()
    sets = {}
    for identifier, text in sorted(formats.items()):
        if formats.get(parent(identifier)) != text:
            sets.setdefault(text, []).append(tag(identifier))
    lines = [HEADER, "/// How languages write numbers in their own digits: signs, and how digits are grouped.\n",
             "enum NumberData {\n",
             "  /// Signs, digits and groups, and the locales that have them.\n",
             "  ///\n",
             "  /// The Unicode scalars of decimal, group and minus sign, of digit zero, in hexadecimal ('-' joins\n",
             "  /// several of one sign, as in 200E-2D); the digits of the last group and of those before it, 0 where\n",
             "  /// there are no groups; the fewest digits before the first group sign.\n",
             "  ///\n",
             "  /// A locale that writes as the one it inherits from is left out; none inherits from the root.\n",
             "  static let sets: [(format: String, locales: String)] = [\n"]
    for text, locales in sorted(sets.items(), key=lambda item: item[1]):
        lines.append(entry(text, locales))
    lines.append("  ]\n}\n")
    with open(ROOT + "/Sources/Localization/NumberData.swift", "w") as file:
        file.write("".join(lines))
    write_number_expectations(formats, others)


def write_number_expectations(formats, others):
    """Numbers as ICU writes them; as babel does in those locales that ICU, which is older, has otherwise or not at all."""
    lines = [f"ICU {icu.ICU_VERSION}, babel {babel.__version__}"]
    localedata.clear_caches()
    for locale in NUMBER_LOCALES:
        identifier = locale.replace("-", "_")
        judge = "ICU" if others.get(identifier) == formats[identifier] else "babel"
        formatter = icu.NumberFormatter.withLocale(icu.Locale.forLanguageTag(locale))
        for number, fraction in NUMBERS:
            if judge == "ICU":
                text = formatter.precision(icu.Precision.fixedFraction(fraction)).formatDecimal(number.encode())
            else:
                data = babel.Locale.parse(identifier)
                pattern = data.decimal_formats[None].pattern.split(".")[0] + ("." + "0" * fraction if fraction else "")
                text = format_decimal(Decimal(number), pattern, data, numbering_system="default")
            lines.append(f"{locale}\t{number}\t{fraction}\t{text}\t{judge}")
    with open(ROOT + "/Tests/LocalizationTests/Resources/numbers.txt", "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")


write_plurals()
write_languages()
write_expectations()
write_numbers()
