"""Types lines into shells on a pseudo-terminal, presses Tab, and reads what the shell makes of them.

Usage: shells.py NOTILUA FOLDER
"""

import os
import pathlib
import pty
import re
import select
import subprocess
import sys
import time

notilua, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
home, work = folder / "home", folder / "work"
for path in [home, work / "plugins/badge", work / "keys"]:
    path.mkdir(parents=True)
for name in ["notilua.yaml", "notes.txt", "payloads.ndjson", "plugins/mask.lua", "plugins/notes.md", "a b.ndjson"]:
    (work / name).touch()
environment = {"PATH": f"{notilua.parent}:/usr/bin:/bin", "HOME": str(home), "TERM": "dumb", "PS1": "$ ", "LC_ALL": "C.UTF-8"}

readme = pathlib.Path("README.md").read_text()
lines = re.findall(r"^    \$ ((?:mkdir .*completions|notilua --generate-completion-script).*)", readme, re.M)
subprocess.run(["sh", "-ec", "\n".join(lines)], check=True, env=environment)
scripts = {"bash": home / ".local/share/bash-completion/completions/notilua",
           "fish": home / ".config/fish/completions/notilua.fish", "zsh": home / ".zfunc/_notilua"}
for shell, script in scripts.items():
    assert script.stat().st_size > 1000, script
    subprocess.run([shell, "-n", script], check=True)

starts = {
    "bash": (["bash", "--norc", "--noprofile", "-i"], [f". {scripts['bash']}"]),
    "zsh": (["zsh", "-f", "-i"], ["fpath=(~/.zfunc $fpath)", "autoload -Uz compinit", "compinit -u -D"]),
}


class Shell:
    """An interactive shell."""

    def __init__(self, name):
        arguments, lines = starts[name]
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(work)
            os.execvpe(arguments[0], arguments, environment)
        for line in lines:
            self.run(line)

    def read(self, until, seconds=10):
        text, end = "", time.monotonic() + seconds
        while not re.search(until, text) and time.monotonic() < end:
            if select.select([self.terminal], [], [], 0.1)[0]:
                text += os.read(self.terminal, 65536).decode(errors="replace")
        return text

    def run(self, line):
        """Runs a line; gives what it wrote."""
        # The mark is cut, so that the line itself does not have it.
        os.write(self.terminal, f"{line}; echo en''d\n".encode())
        return self.read(r"\bend\r?\n")

    def completed(self, line):
        """The line behind one Tab, as the shell then runs it: an echo in the place of the program."""
        # Control-A and control-E: to the line's beginning and end.
        os.write(self.terminal, f"{line}\t\x01echo : \x05 en''d\n".encode())
        text = self.read(r": notilua.* end\r?\n|No such file")
        return "".join(re.findall(r": (notilua.*?) *end\r?\n", text)[-1:])


cases = [
    ("notilua pre", "notilua preview"),
    ("notilua run payl", "notilua run payloads.ndjson"),
    ("notilua run --config noti", "notilua run --config notilua.yaml"),
    ("notilua run --sink des", "notilua run --sink desktop"),
    ("notilua check --plugin plugins/m", "notilua check --plugin plugins/mask.lua"),
    ("notilua check --plugins ke", "notilua check --plugins keys"),
    ("notilua preview --form ban", "notilua preview --form banner"),
    ("notilua explain a", "notilua explain a b.ndjson"),
    ("notilua outbox list --state wai", "notilua outbox list --state waiting"),
]
problems = []
for name in ["bash", "zsh"]:
    shell = Shell(name)
    for line, wanted in cases + ([
        # What the script does not know, bash completes by itself.
        # The redirection is none of the words that echo has; a file that is not there would be an error.
        ("notilua run < payl", "notilua run"),
        ("notilua run --config=noti", "notilua run --config=notilua.yaml"),
        ("notilua test --report ju", "notilua test --report junit="),
        ("notilua test --report junit=note", "notilua test --report junit=notes.txt"),
    ] if name == "bash" else []):
        found = shell.completed(line)
        if found.rstrip("/ ") != wanted:
            problems.append((name, line, found))
    os.close(shell.terminal)
    os.waitpid(shell.process, 0)

for line, wanted in cases:
    # fish finds the script by itself.
    found = subprocess.run(["fish", "-c", f"complete -C {line!r}"], cwd=work, capture_output=True, text=True, check=True,
                           env=environment)
    offered = [entry.split("\t")[0].rstrip("/") for entry in found.stdout.splitlines()]
    last = wanted[wanted.rindex(" a b" if "a b" in wanted else " ") + 1:]
    if last not in [entry.replace("\\", "") for entry in offered]:
        problems.append(("fish", line, offered, found.stderr))

for problem in problems:
    print(*problem, file=sys.stderr)
if problems:
    sys.exit(1)
print("completions in bash, fish and zsh")
