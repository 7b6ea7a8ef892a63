#!/usr/bin/env python3
"""Prints the figures of the guide "Performance".

usage: measure.py [--program .build/release/notilua] [--lines 200000] [--rounds 7] [--input FILE]

Figures are ratios within one run, since machines differ and are shared: the variants take turns, the order turns every
round, the first round is a warm-up, and medians are printed with the lowest and the highest. All CPU of the program and
its workers counts. Needs orjson for the comparison (pip install orjson==3.8.3); without it that figure is left out.
"""
import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GENERATOR = os.path.join(HERE, "..", "RealInputTests", "Resources", "chat_payloads.py")
LANGUAGES = ["ar", "be", "ca", "de", "en", "en-GB", "es", "eu", "fr", "it", "ja", "ko", "nb", "nl", "pl", "pt-BR", "tr", "uk",
             "zh-Hans"]
LOCALES = ["ar", "de", "en", "es", "fr", "ja", "pl", "pt-BR", "uk", "zh-Hans"]
WIDE = """
    af am an ar ast az be bg bn br bs ca cs cy da de de-AT de-CH el en en-AU en-GB eo es es-419 es-AR es-CL es-CO es-CR
    es-DO es-EC es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-PY es-SV es-UY et eu fa fi fo fr fr-CA ga gd gl gu gsw he
    hi hr hu hy ia id ig is it ja ka kab kk km kn ko ku la lb lo lt lv mk ml mn mr ms my nb ne nl nn oc or pa pl ps
    pt-BR pt-PT ro ru sc si sk sl sq sr sr-Latn sv sw ta te th tk tr ug uk ur uz vi zh-HK zh-Hans zh-Hant zu
    """.split()
REGIONS = "US GB DE FR MX BR IN CN RU CH AT CA AU ZA".split()
KEYS = 310
FIVE = ["recall", "mask-digits", "sender-title", "thread-by-conversation", "badge"]


def cost(command, path):
    """Wall and CPU seconds of a command, its children's included, that reads a file and writes to nowhere."""
    start = time.monotonic()
    process = os.fork()
    if process == 0:
        os.dup2(os.open(path, os.O_RDONLY), 0)
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        os.execvp(command[0], command)
    _, status, usage = os.wait4(process, 0)
    if status:
        sys.exit(f"{' '.join(command)}: ended with {status}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime


def compare(variants, path, rounds, measured=None):
    """The costs of each variant, round by round: of a command that reads `path`, or as `measured` finds them."""
    measured = measured or (lambda command: cost(command, path))
    seen = {name: [] for name in variants}
    names = list(variants)
    for turn in range(rounds + 1):
        for index in range(len(names)):
            name = names[(index + turn) % len(names)]
            figures = measured(variants[name])
            if turn:
                seen[name].append(figures)
    return seen


def together(command, path, count):
    """Wall seconds of some copies of a command at once: what the machine gives to programs that share nothing."""
    start = time.monotonic()
    running = [
        subprocess.Popen(command, stdin=open(path, "rb"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(count)
    ]
    for process in running:
        process.wait()
    return time.monotonic() - start


def scaling(command, path, rounds):
    """How much more work two copies of a program get done than one, in the same time."""
    gains = sorted(2 * together(command, path, 1) / together(command, path, 2) for _ in range(rounds))
    return f"{statistics.median(gains):6.2f}  ({gains[0]:.2f} to {gains[-1]:.2f})"


def ratio(seen, base, other, column):
    """How many times as much `base` takes as `other`: median, lowest, highest."""
    ratios = sorted(b[column] / o[column] for b, o in zip(seen[base], seen[other]))
    return f"{statistics.median(ratios):6.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def memory(process):
    """Resident memory of a process and of its first worker, in MiB."""
    def resident(pid):
        with open(f"/proc/{pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS")) / 1024
    with open(f"/proc/{process}/task/{process}/children") as children:
        return resident(process), max(resident(int(child)) for child in children.read().split())


def first_output(program, chain, line):
    """Milliseconds from the start of the program to its first line of output."""
    start = time.monotonic()
    with subprocess.Popen([program, "run", "-q", *chain], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(line)
        process.stdin.flush()
        process.stdout.readline()
        return (time.monotonic() - start) * 1000


def latencies(program, chain, line, count):
    """Microseconds that single notifications take through a running pipe."""
    times = []
    with subprocess.Popen([program, "run", "-q", *chain], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        for _ in range(count):
            start = time.monotonic()
            process.stdin.write(line)
            process.stdin.flush()
            process.stdout.readline()
            times.append((time.monotonic() - start) * 1e6)
    return sorted(times[count // 10:])


def peaks(program, chain, path, copies):
    """The most memory of host and worker while `copies` times the input go through, early and at the end."""
    nowhere = open(os.devnull, "wb")
    process = subprocess.Popen([program, "run", "-q", "--workers", "1", *chain], stdin=subprocess.PIPE, stdout=nowhere)
    seen = []
    for _ in range(copies):
        with open(path, "rb") as lines:
            while piece := lines.read(1 << 20):
                process.stdin.write(piece)
        seen.append(memory(process.pid))
    process.stdin.close()
    process.wait()
    return seen


def write_catalog(path, keys=KEYS, languages=LANGUAGES):
    """A catalog of 2 MB: a third of the keys have forms by number."""
    def unit(text):
        return {"stringUnit": {"state": "translated", "value": text}}

    def text(key, language):
        words = f"{language} notification text number {key}"
        if key % 3:
            return unit(f"{words}: %1$@ \u2014 %2$@")
        forms = {category: unit(f"{words}, {category}: %1$@, %2$lld") for category in ("one", "few", "many", "other")}
        return {"variations": {"plural": forms}}

    strings = {f"KEY_{key}": {"localizations": {language: text(key, language) for language in languages}}
               for key in range(keys)}
    with open(path, "w") as file:
        json.dump({"sourceLanguage": "en", "strings": strings, "version": "1.0"}, file, ensure_ascii=False, indent=1)


def localised(program, folder, path):
    """The payloads with keys, and the same with the texts that these make; and the chain that both go through."""
    catalog, keyed, literal = (os.path.join(folder, name) for name in ("Localizable.xcstrings", "keyed", "literal"))
    write_catalog(catalog)
    chooser = random.Random(1)
    with open(path, "rb") as source, open(keyed, "w") as target:
        for line in source:
            payload = json.loads(line)
            alert = payload["aps"].get("alert", "")
            alert = alert if isinstance(alert, dict) else {"body": alert}
            key = chooser.randrange(KEYS)
            argument = str(chooser.randrange(100)) if key % 3 == 0 else alert.pop("body", "")
            alert.pop("body", None)
            payload["aps"]["alert"] = {**alert, "loc-key": f"KEY_{key}", "loc-args": [payload["rc"]["fId"], argument]}
            envelope = {"locale": chooser.choice(LOCALES), "payload": payload}
            target.write(json.dumps(envelope, ensure_ascii=False, separators=(",", ":")) + "\n")
    plugin = os.path.join(HERE, "..", "..", "plugins", "localize")
    chains = {"localize": [plugin], "both": [plugin, os.path.join(HERE, "rewrite.lua")]}
    for name, plugins in chains.items():
        with open(os.path.join(folder, name + ".yaml"), "w") as file:
            json.dump({"plugins": plugins, "workers": 1, "strings": {"catalogs": catalog}}, file)
    with open(keyed) as source, open(literal, "w") as target:
        subprocess.run([program, "run", "-q", "--config", os.path.join(folder, "localize.yaml")], stdin=source,
                       stdout=target, check=True)
    return keyed, literal, [program, "run", "--config", os.path.join(folder, "both.yaml")]


def localisation(program, folder, path, rounds):
    """How many times as much CPU payloads with keys take as those with the same texts."""
    keyed, literal, command = localised(program, folder, path)
    ratios = []
    for turn in range(2 * rounds + 1):
        costs = {}
        for source in (keyed, literal) if turn % 2 else (literal, keyed):
            costs[source] = cost(command, source)[1]
        if turn:
            ratios.append(costs[keyed] / costs[literal])
    ratios.sort()
    return f"{statistics.median(ratios):6.2f}  ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def preference_lists(program, folder, lines, rounds):
    """The rate with 20,000 different lists of three languages as a part of that with one, on a catalog of many languages."""
    catalog, config = os.path.join(folder, "wide", "Localizable.xcstrings"), os.path.join(folder, "wide.yaml")
    os.mkdir(os.path.dirname(catalog))
    write_catalog(catalog, 50, WIDE)
    with open(config, "w") as file:
        plugin = os.path.join(HERE, "..", "..", "plugins", "localize")
        json.dump({"plugins": [plugin], "workers": 1, "strings": {"catalogs": catalog}}, file)
    chooser = random.Random(1)

    def preference():
        language = chooser.choice(WIDE)
        return language if "-" in language else f"{language}-{chooser.choice(REGIONS)}"

    lists = [[preference() for _ in range(3)] for _ in range(20_000)]
    sources = {}
    for count in (1, len(lists)):
        sources[count] = os.path.join(folder, f"lists-{count}")
        with open(sources[count], "w") as file:
            for number in range(lines):
                alert = {"loc-key": f"KEY_{number % 50}", "loc-args": ["Ann", "3"]}
                payload = {"aps": {"alert": alert, "mutable-content": 1}}
                file.write(json.dumps({"locale": lists[number % count], "payload": payload}) + "\n")
    seen = compare({"one": sources[1], "many": sources[len(lists)]}, None, rounds,
                   lambda source: cost([program, "run", "-q", "--config", config], source))
    return ratio(seen, "one", "many", 1)


def language_memory(program, folder):
    """KiB that a worker has more in memory when it has found every text of one language once."""
    catalog = os.path.join(folder, "Localizable.xcstrings")
    sizes = []
    for body in ("", f"for key = 0, {KEYS - 1} do notilua.localize('KEY_' .. key, 'Ann', 3) end"):
        plugin = os.path.join(folder, "texts.lua")
        with open(plugin, "w") as file:
            file.write(f"return {{ did_receive = function() {body} end }}")
        with open(os.path.join(folder, "texts.yaml"), "w") as file:
            json.dump({"plugins": [plugin], "workers": 1, "strings": {"catalogs": catalog, "locale": "de"}}, file)
        command = [program, "run", "-q", "--config", os.path.join(folder, "texts.yaml")]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            for _ in range(200):
                process.stdin.write(b'{"aps":{"alert":"hi"}}\n')
                process.stdin.flush()
                process.stdout.readline()
            sizes.append(memory(process.pid)[1] * 1024)
    return sizes[1] - sizes[0]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--program", default=".build/release/notilua")
    arguments.add_argument("--lines", type=int, default=200_000)
    arguments.add_argument("--rounds", type=int, default=7)
    arguments.add_argument("--input", help="payloads to use instead of generated ones")
    given = arguments.parse_args()
    program = os.path.abspath(given.program)
    with tempfile.TemporaryDirectory() as folder:
        path = given.input or os.path.join(folder, "chat.ndjson")
        if not given.input:
            with open(path, "wb") as file:
                subprocess.run([sys.executable, GENERATOR, str(given.lines), "1"], stdout=file, check=True)
        with open(path, "rb") as file:
            count, line = sum(1 for _ in file), open(path, "rb").readline()

        def plugin(name, source):
            place = os.path.join(folder, name + ".lua")
            with open(place, "w") as file:
                file.write(source)
            return ["--plugin", place]

        def run(workers, *chain):
            return [program, "run", "--workers", str(workers), *chain]

        work = ["--plugin", os.path.join(HERE, "rewrite.lua")]
        idle = plugin("idle", "return { did_receive = function() end }")
        never = plugin("never", "return { match = { ['/no/such'] = true }, did_receive = function() end }")
        five = [part for name in FIVE for part in ("--plugin", os.path.join(HERE, "..", "..", "plugins", name))]
        variants = {
            "one": run(1, *work), "two": run(2, *work), "never": run(1, *work, *never), "idle": run(1, *work, *idle),
        }
        try:
            import orjson  # noqa: F401
            variants["orjson"] = [sys.executable, os.path.join(HERE, "rewrite.py")]
        except ImportError:
            print("orjson is not installed: the comparison with it is left out")
        seen = compare(variants, path, given.rounds)
        per_second = statistics.median(count / figures[1] for figures in seen["one"])
        print(f"{count} notifications, {given.rounds} rounds: medians (lowest to highest)")
        print(f"notifications per CPU-second, one worker      {per_second:10,.0f}")
        if "orjson" in seen:
            print(f"CPU of Python + orjson against one worker     {ratio(seen, 'orjson', 'one', 1)}")
        print(f"wall time of one worker against two           {ratio(seen, 'one', 'two', 0)}")
        alone = variants.get("orjson", ["gzip", "-c"])
        print(f"  what two of '{os.path.basename(alone[0])}' gain on this machine    {scaling(alone, path, given.rounds)}")
        print(f"CPU with a plugin whose match fails           {ratio(seen, 'never', 'one', 1)}")
        print(f"CPU with a plugin that does nothing           {ratio(seen, 'idle', 'one', 1)}")
        starts = [first_output(program, five, line) for _ in range(given.rounds)]
        print(f"first output with five plugins, ms            {statistics.median(starts):6.1f}  ({min(starts):.1f} to {max(starts):.1f})")
        times = latencies(program, five, line, 2000)
        print(f"one notification through a running pipe, us   {times[len(times) // 2]:6.0f}  (99 %: {times[len(times) * 99 // 100]:.0f})")
        print(f"CPU with loc-keys against literal texts       {localisation(program, folder, path, given.rounds)}")
        print(f"rate with 20,000 lists of languages against one {preference_lists(program, folder, count, given.rounds)}")
        print(f"memory of one of 19 languages in a worker     {language_memory(program, folder):6.0f} KiB")
        seen = peaks(program, five, path, max(1, 1_000_000 // count))
        print(f"worker after {count} and after {count * len(seen)}, MiB   {seen[0][1]:.1f} and {seen[-1][1]:.1f}")
        print(f"host after {count} and after {count * len(seen)}, MiB     {seen[0][0]:.1f} and {seen[-1][0]:.1f}")


main()
