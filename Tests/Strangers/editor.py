"""Opens correct and wrong plugins in a language server, and looks at its diagnostics, completions and hovers.

Usage: editor.py NOTILUA EMMYLUA_LS FOLDER, in the root of the repository.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

notilua, server, root = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
ERROR, WARNING = 1, 2
problems = []


class Editor:
    """A client of the Language Server Protocol, over the server's standard streams."""

    def __init__(self, folder):
        # Lua's own library is in the definitions, as far as plugins have it.
        self.process = subprocess.Popen(
            [server, "--load-stdlib", "false"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL)
        self.identifier = 0
        uri = folder.as_uri()
        self.ask("initialize", {
            "processId": os.getpid(), "rootUri": uri, "workspaceFolders": [{"uri": uri, "name": "work"}],
            "capabilities": {
                "workspace": {"configuration": True},
                "textDocument": {"diagnostic": {}, "hover": {"contentFormat": ["markdown"]}}}})
        self.send({"method": "initialized", "params": {}})

    def send(self, message):
        body = json.dumps(dict(message, jsonrpc="2.0")).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def receive(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, value = line.split(b":", 1)
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the server has ended"
        return json.loads(self.process.stdout.read(length))

    def ask(self, method, params):
        self.identifier += 1
        self.send({"id": self.identifier, "method": method, "params": params})
        while True:
            message = self.receive()
            if message.get("id") == self.identifier and "method" not in message:
                assert "error" not in message, (method, message["error"])
                return message["result"]
            if "id" in message:
                items = message["params"].get("items", []) if message["method"] == "workspace/configuration" else None
                self.send({"id": message["id"], "result": items and [None] * len(items)})

    def open(self, path, text):
        """Opens a file; gives the line and the text of each of its errors and warnings."""
        document = {"uri": path.as_uri(), "languageId": "lua", "version": 1, "text": text}
        self.send({"method": "textDocument/didOpen", "params": {"textDocument": document}})
        found = self.ask("textDocument/diagnostic", {"textDocument": {"uri": path.as_uri()}})["items"]
        # Hints, such as names that are not used, are no findings.
        return sorted((item["range"]["start"]["line"] + 1, f"{item['code']}: {item['message']}")
                      for item in found if item["severity"] in (ERROR, WARNING))

    def close(self, path):
        self.send({"method": "textDocument/didClose", "params": {"textDocument": {"uri": path.as_uri()}}})

    def at(self, path, text, place):
        """The position behind `place` in the text."""
        before = text[:text.index(place) + len(place)]
        return {"textDocument": {"uri": path.as_uri()},
                "position": {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}}

    def completions(self, path, text, place):
        answer = self.ask("textDocument/completion", self.at(path, text, place)) or []
        return {item["label"] for item in (answer if isinstance(answer, list) else answer["items"])}

    def hover(self, path, text, place):
        answer = self.ask("textDocument/hover", self.at(path, text, place)) or {}
        return answer.get("contents", {}).get("value", "")


def run(*arguments):
    return subprocess.run([notilua, *arguments], cwd=root, check=True, capture_output=True, text=True).stdout


# ---- The folder that an author has ----

root.mkdir(parents=True)
templates = re.findall(r"([a-z]+) \(", re.search(r"Templates: (.*?)\.\n\n", run("new", "--help"), re.S).group(1))
assert "blank" in templates and "content" in templates, templates
for template in templates:
    run("new", "new-" + template, "--template", template)
shutil.copytree("plugins", root / "plugins", dirs_exist_ok=True, ignore=shutil.ignore_patterns(".editor"))
pages = [pathlib.Path("README.md"), *pathlib.Path("Sources/Notilua/Notilua.docc").glob("*.md")]
examples = [block for page in pages for block in re.findall(r"```lua[^\n]*\n(.*?)```", page.read_text(), re.S)
            if "return plugin" in block]
assert len(examples) >= 3, len(examples)
for number, example in enumerate(examples):
    (root / f"plugins/example-{number}.lua").write_text(example)

editor = Editor(root)
# The server reads the folder in the background.
probe = root / "probe.lua"
for _ in range(300):
    if not editor.open(probe, "return notilua.uuid()\n"):
        break
    editor.close(probe)
    time.sleep(0.1)

# ---- Correct plugins: nothing to say ----

files = sorted(path for path in root.glob("plugins/**/*.lua") if ".editor" not in path.parts)
assert len(files) > 20, files
typed = 0
for path in files:
    text = path.read_text()
    for finding in editor.open(path, text):
        problems.append((str(path.relative_to(root)), finding))
    if re.search(r"function plugin\.did_receive\(\w+, (content|view)\)", text):
        # A handler's argument is typed without a word of the author's, but in the short examples of the guides.
        second = re.search(r"function plugin\.did_receive\(\w+, (con|vi)", text).group(0)
        shown = editor.hover(path, text, second)
        if "example-" not in path.name and not re.search(r"notilua\.(Content|View)\b", shown):
            problems.append((str(path.relative_to(root)), shown))
        typed += "notilua." in shown
if typed < 14:
    problems.append(("handlers with types", typed))

# ---- Wrong ones: the line, and no other ----

service = """---@type notilua.Plugin
local plugin = { description = "d" }

function plugin.did_receive(request, content)
  %s
end

return plugin
"""
presenting = """---@type notilua.ContentPlugin
local plugin = { kind = "content", categories = { "C" } }

function plugin.did_receive(notification, view)
  %s
end

return plugin
"""
table = """---@type notilua.Plugin
local plugin = {
  description = "d",
  match = { push_type = "alert" },
  %s
}

return plugin
"""
key = """---@type notilua.Plugin
local plugin = { description = "d" }

-- A handler.

%s

return plugin
"""
wrong = [
    # Properties that are not there.
    (service, 'content.titel = "x"', "titel"),
    (service, "return notilua.drop(content.boddy)", "boddy"),
    (service, 'content.threadIdentifier = "x"', "threadIdentifier"),
    (service, 'content.userInfo.x = "x"', "userInfo"),
    (service, 'content.aps.badge = 1', "aps"),
    (service, "print(request.locle)", "locle"),
    (service, "print(request.recieved_at)", "recieved_at"),
    (presenting, "print(notification.content)", "content"),
    # Values of another type.
    (service, 'content.badge = "3"', "badge|integer"),
    (service, "content.title = 5", "string"),
    (service, "content.title = notilua.null", "Null"),
    (service, 'content.relevance_score = "high"', "number"),
    (service, 'content.interruption_level = "time_sensitive"', "time-sensitive"),
    (service, 'content.title_loc_args = "x"', "string"),
    (service, 'content.sound = { volume = "loud" }', "volume|Sound"),
    (service, "content.body = content.body:upper()", "nil"),
    # Functions.
    (service, 'return notilua.drp("x")', "drp"),
    (service, "return notilua.drop()", "drop|argument|parameter"),
    (service, "return notilua.drop(5)", "string"),
    (service, "return true", "Drop|boolean|true"),
    (service, 'content.title = notilua.text.upcase("x")', "upcase"),
    (service, 'content.title = notilua.text.upper(5)', "string"),
    (service, 'content.title = notilua.text.truncate("x")', "argument|parameter"),
    (service, 'notilua.withdraw("a", "b")', "argument|parameter"),
    (service, 'notilua.localise("x")', "localise"),
    (presenting, 'view.txt("x")', "txt"),
    (presenting, "view.progress(\"half\")", "number"),
    (presenting, "view.fields()", "argument|parameter"),
    (presenting, 'view.image(5)', "string"),
    (presenting, 'view.place({ { "x" } })', "place"),
    # What the sandbox lacks.
    (service, 'io.open("x")', "io"),
    (service, "print(setmetatable({}, {}))", "setmetatable"),
    (service, 'print(os.getenv("HOME"))', "getenv"),
    (service, "print(string.dump(print))", "dump"),
    (service, "print(unpack({ 1 }))", "unpack"),
    (service, "print(table.getn({ 1 }))", "getn"),
    (service, "math.randomseed(1)", "randomseed"),
    (service, "coroutine.yield()", "coroutine"),
    (service, 'load("x = 1")', "load"),
    (service, "content.title = titel", "titel"),
    (service, "console.log(content.title)", "console"),
    # The plugin's table.
    (table, 'on_fault = "explode",', "explode|skip|string"),
    (table, 'kind = "widget",', "widget|service|string"),
    (table, 'fresh_state = "yes",', "boolean"),
    (table, 'capabilities = "crypto",', "string"),
    (table, "did_receive = true,", "did_receive|DidReceive|boolean"),
    (key, "function plugin.did_recieve(request, content) end", "did_recieve"),
    (key, 'plugin.on_fualt = "drop"', "on_fualt"),
    (key, "function plugin.did_receive_response(response, view) end", "did_receive_response"),
]
for number, (whole, line, says) in enumerate(wrong):
    text = whole % line
    path = root / f"plugins/wrong-{number}.lua"
    place = text[:text.index(line)].count("\n") + 1
    found = editor.open(path, text)
    if {at for at, _ in found} != {place} or not any(re.search(says, message) for _, message in found):
        problems.append((line, place, found))

# ---- Completions and hovers ----

manual = run("manual")
properties = {part: set(re.findall(r"^\| `(\w+)` \|", re.search(rf"^### {part}\n(.*?)\n### ", manual, re.S | re.M).group(1), re.M))
              for part in ("content", "request")}
functions = re.findall(r"^### (notilua|view)\.([\w.]+)\(", manual, re.M)
members = {name: {parts.split(".")[0] for module, parts in functions if module == name} for name in ("notilua", "view")}
members["notilua"] |= {"null", "settings", "array"}
path = root / "plugins/completed.lua"
for place, wanted in [
    ("content.", properties["content"]), ("request.", properties["request"]), ("notilua.", members["notilua"]),
    ("os.", {"clock", "date", "difftime", "time"}),
]:
    whole = service % f"local a = {place}"
    editor.open(path, whole)
    if (offered := editor.completions(path, whole, f"local a = {place}")) != wanted:
        problems.append((place, offered - wanted, wanted - offered))
    editor.close(path)
whole = presenting % "local a = view."
editor.open(path, whole)
if (offered := editor.completions(path, whole, "local a = view.")) != members["view"]:
    problems.append(("view.", offered - members["view"], members["view"] - offered))
absent = {"collectgarbage", "coroutine", "debug", "dofile", "getmetatable", "io", "load", "loadfile", "package", "rawequal",
          "rawget", "rawlen", "rawset", "setmetatable", "warn", "xpcall"}
for prefix, wanted in [("local a = ", {"pairs", "notilua", "string", "tostring"}), ("local a = string.", {"gsub", "rep"}),
                       ("local a = math.", {"floor", "random"})]:
    whole = service % prefix
    other = root / f"plugins/completed-{len(prefix)}.lua"
    editor.open(other, whole)
    offered = editor.completions(other, whole, prefix)
    if not wanted <= offered or offered & (absent | {"dump", "randomseed"}):
        problems.append((prefix, wanted - offered, offered & absent))

whole = service % 'content.badge = 1\n  return notilua.drop("x")'
other = root / "plugins/hovered.lua"
editor.open(other, whole)
for place, words in [("content.bad", ["0 removes it"]), ("notilua.dro", ["drops the notification", "reason"])]:
    shown = editor.hover(other, whole, place)
    if not all(word in shown for word in words):
        problems.append(("hover", place, shown))

editor.process.kill()
for problem in problems:
    print(*problem, sep="\n    ", file=sys.stderr)
if problems:
    sys.exit(1)
print(f"{len(files)} files without a finding, {len(wrong)} mistakes at their lines")
