#!/usr/bin/env python3
"""What `notilua check` says of names, judged by Debian's lua5.4 and luacheck.

Needs the packages lua5.4 and lua-check, and the built programs.

1. Every name that lua5.4 has and the sandbox has not is found where it is used, with what to write instead.
2. Every undefined name that luacheck finds (W111, W113, W142, W143) is found in the same line, and no other: in
   snippets, and in the Lua files of Debian's packages, which are read as modules of a plugin.
3. Nothing is found in what ships.

On purpose nothing is said of a name of another version of Lua that the code asks for before it uses it, of globals
that are set while the plugin is loaded, and of what follows from a name that is not there.
"""

import linecache
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.environ.get("NOTILUA", os.path.join(ROOT, ".build", "release"))
NOTILUA = os.path.join(PROGRAMS, "notilua")

PLUGIN = """local plugin = { description = "d" }
function plugin.did_receive(request, content)
  %s
end
function plugin.time_will_expire() end
return plugin
"""

SNIPPETS = [
    "local a, b = unpack({ 1, 2 }) return a, b",
    "count = (count or 0) + 1",
    "if counts then content.badge = counts end",
    "content.body = titel .. '!'",
    "if content.user_info.note == null then return end",
    "local n = table.getn({}) print(n)",
    "local f = loadstring('return 1') print(f)",
    "for word in string.gfind('a b', '%a+') do print(word) end",
    "print(math.pow(2, 3), math.log10(10))",
    "setfenv(1, {})",
    "string.trim = function(s) return s end",
    "print(bit.band(1, 3), bit32.band(1, 3))",
    "local s = content.body; s = s .. suffix; content.body = s",
    "for i = 1, limit do print(i) end",
    "local t = { a = undefined_a, [undefined_b] = 1 } print(t)",
    "return (function() return inner_undefined end)()",
    "while waiting do print(1) end",
    "repeat local x = first_undefined until x == second_undefined",
    "print(table.foreach, table.maxn, string.dumps, os.times, utf8.length)",
    "local function f(...) return select('#', ...), varargs end print(f())",
]

failures = []
# Names of other versions, for which code asks before it uses them.
OF_LUA = {"unpack", "loadstring", "module", "getfenv", "setfenv", "tointeger"}
# What lua5.4 has and the sandbox has not.
absent = set()


def fail(text):
    failures.append(text)
    print("FAIL", text)


def check(folder):
    """The findings of `notilua check` on the plugin in a folder: (file, line, message)."""
    ended = subprocess.run([NOTILUA, "check", "--plugin", folder], capture_output=True, text=True)
    if ended.returncode not in (0, 65):
        fail(f"check ended with {ended.returncode}: {ended.stderr}")
    found = []
    for line in ended.stdout.splitlines():
        match = re.match(r"(.+?):(\d+): (?:warning|error): (.*)", line)
        if match:
            found.append((match[1], int(match[2]), match[3]))
    return found


def judge(files):
    """What luacheck finds undefined: (file, line, name)."""
    ended = subprocess.run(
        ["luacheck", "--std", "lua54", "--globals", "notilua", "--no-config", "--formatter", "plain", "--codes",
         "--no-color", *files, "--only", "111", "112", "113", "142", "143"],
        capture_output=True, text=True)
    found = []
    for line in ended.stdout.splitlines():
        match = re.match(r"(.+?):(\d+):\d+: \(W(\d+)\) (.*)", line)
        if not match:
            continue
        names = re.findall(r"'([^']+)'", match[4])
        name = names[0].split(".")[-1] if names else ""
        found.append((match[1], int(match[2]), match[3], name, match[4]))
    return found


def write(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def every_name_of_lua(folder):
    listing = subprocess.run(
        ["lua5.4", "-e", """
         for name, value in pairs(_G) do
           print(name)
           if type(value) == "table" and name ~= "_G" and name ~= "package" then
             for member in pairs(value) do print(name .. "." .. member) end
           end
         end"""], capture_output=True, text=True, check=True).stdout.split()
    listing = sorted(name for name in listing if re.fullmatch(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)?", name))
    listing = [name for name in listing if name not in ("arg", "_G")]
    plugin = os.path.join(folder, "names")
    path = write(plugin, "init.lua", "local x\n" + "".join(f"x = {name}\n" for name in listing)
                 + 'return { description = "d", did_receive = function() return x end, time_will_expire = print }\n')
    found = {line: message for file, line, message in check(plugin) if file == path}
    for line, name in enumerate(listing, 2):
        present = f"assert({name} ~= nil)\nreturn {{ did_receive = function() end }}\n"
        write(plugin, "init.lua", present)
        is_there = subprocess.run([NOTILUA, "check", "--plugin", plugin], capture_output=True).returncode == 0
        if is_there == (line in found):
            fail(f"{name}: {'there' if is_there else 'not there'}, and check says {found.get(line)}")
        if not is_there:
            absent.add(name)
            advice = found.get(line, "")
            if "; " not in advice or "known are" in advice or "give it a value" in advice or "did you mean" in advice:
                fail(f"{name}: no advice of its own: {advice}")
    print(f"{len(listing)} names of lua5.4, {len(absent)} of them not in the sandbox")
    if len(absent) < 50:
        fail("fewer names are absent than the sandbox leaves out")


def snippets(folder):
    count = 0
    for number, body in enumerate(SNIPPETS):
        plugin = os.path.join(folder, f"snippet-{number}")
        path = write(plugin, "init.lua", PLUGIN % body)
        count += compare(plugin, [path])
    print(f"{len(SNIPPETS)} snippets, {count} findings of luacheck")
    if count < 25:
        fail("luacheck finds too little for a judge")


def compare(plugin, files):
    """How many findings luacheck has, each of which must be ours, and the other way round."""
    ours = check(plugin)
    theirs = judge(files)
    set_here = {name for _, _, code, name, _ in theirs if code == "111"}
    for path, line, code, name, text in theirs:
        on_purpose = path.endswith("module.lua") and (name in OF_LUA and code == "113" or name in set_here)
        # Code that asks for the type of a name before it uses it knows that there may be none.
        on_purpose = on_purpose or f"type({name})" in linecache.getline(path, line)
        told = any(at == line and (name in message or re.search(r"'(\w+)' is not defined", message))
                     or f"'{name}' is not defined" in message for file, at, message in ours if file == path)
        if not told and not on_purpose:
            fail(f"{path}:{line}: W{code} {text}: not found; {linecache.getline(path, line).strip()[:100]}")
    for path, line, message in ours:
        match = re.match(r"'(\w+)' is not defined|there is no '([\w.]+)'|'(\w+)' is a global", message)
        # What Lua has and the sandbox has not is nothing to luacheck; other findings are for the tests in Swift.
        if not match or '-- luacheck: ignore' in linecache.getline(path, line).replace("--luacheck", "-- luacheck"):
            continue
        name = match[1] or match[2] or match[3]
        if name in absent | {"arg", "loadstring", "setfenv"}:
            continue
        if not any(file == path and at == line and name in message for file, at, _, name, _ in theirs):
            fail(f"{path}:{line}: luacheck does not find: {message}; {linecache.getline(path, line).strip()[:100]}")
    return len(theirs)


def packages(folder):
    """Files that others wrote, as modules of one plugin each."""
    count = files = 0
    for top, _, names in os.walk("/usr/share/lua"):
        for name in sorted(names):
            source = os.path.join(top, name)
            if not name.endswith(".lua") or os.path.islink(top) or not os.path.isfile(source):
                continue
            if subprocess.run(["luac5.4", "-p", source], capture_output=True).returncode != 0:
                continue
            plugin = os.path.join(folder, f"package-{files}")
            write(plugin, "init.lua", PLUGIN % "")
            path = os.path.join(plugin, "module.lua")
            shutil.copy(source, path)
            count += compare(plugin, [path])
            files += 1
    print(f"{files} files of Debian's packages, {count} findings of luacheck")


def shipped():
    files = []
    for top, _, names in os.walk(os.path.join(ROOT, "plugins")):
        # What begins with a dot is for editors.
        if not top.endswith("/tests") and "/." not in top[len(ROOT):]:
            files += [os.path.join(top, name) for name in names if name.endswith(".lua")]
    theirs = judge(files)
    if theirs:
        fail(f"luacheck finds in what ships: {theirs}")
    ended = subprocess.run([NOTILUA, "check", "--plugins", os.path.join(ROOT, "plugins")], capture_output=True, text=True)
    for line in ended.stdout.splitlines():
        if re.search(r"\.lua:\d+: ", line):
            fail(f"found in what ships: {line}")
    print(f"{len(files)} files that ship")


def main():
    with tempfile.TemporaryDirectory() as folder:
        every_name_of_lua(folder)
        snippets(folder)
        packages(folder)
    shipped()
    if failures:
        sys.exit(f"{len(failures)} failures")


if __name__ == "__main__":
    main()
