/// Names that authors know from other versions of Lua, from its libraries or from other systems, and what to write
/// here instead: a clause behind "there is no 'NAME'; ".
enum ForeignNames {
  /// Returns what to write in place of a name, which may have dots.
  static func advice(for name: String) -> String? {
    if let own = all[name] { return own }
    // All of a library that is not there is replaced by the same.
    return name.firstIndex(of: ".").flatMap { all[String(name[..<$0])] }
  }

  /// Returns what to write in place of a method of strings, or of a member of another library.
  static func advice(forMethod name: String, of library: String = "string") -> String? {
    all["\(library).\(name)"] ?? all["\(library).\(name.lowercased().replacing("_", with: ""))"]
  }

  /// Returns whether there is advice for just this name.
  static func has(_ name: String) -> Bool { all[name] != nil }

  /// Returns whether a name is one of some version of Lua, for which code may ask before it uses it.
  static func isOfLua(_ name: String) -> Bool { ofLua.contains { name == $0 || name.hasPrefix($0 + ".") } }

  private static let ofLua: [String] = [
    "unpack", "loadstring", "load", "loadfile", "dofile", "setfenv", "getfenv", "module", "package",
    "setmetatable", "getmetatable", "newproxy", "rawget", "rawset", "rawlen", "rawequal", "xpcall",
    "collectgarbage", "gcinfo", "coroutine", "warn", "debug", "io", "os", "table", "string", "math", "utf8",
    "bit", "bit32", "jit", "notilua",
  ]

  private static let code = "no code is compiled while plugins run; put it into a module and use require"
  private static let files =
    "plugins read no files; put the data into a module, or into the plugin's settings"
  private static let system =
    "plugins reach nothing of the system; give what they need as settings: notilua.settings"
  private static let wait = "a plugin cannot wait; leave it out"
  private static let split = #"write for part in text:gmatch("[^,]+") do … end"#
  private static let bits = "Lua 5.4 has the operators & | ~ << >>"
  private static let metatables = "tables have no metatables here; write functions that take the table"
  private static let json = "use notilua.json.decode(text) and notilua.json.encode(value)"
  private static let test =
    #"a test here is test("what it shows", function(t) t.equal(got, wanted) end)"#
  private static let assertion = "t.equal(got, wanted), t.ok, t.matches and t.raises check in a test"
  private static let handler =
    "it is a parameter of the handler; write function plugin.did_receive(request, content)"

  private static let all: [String: String] = [
    // Lua 5.1, LuaJIT and Lua 5.2 to 5.4: what the sandbox has not.
    "unpack": "Lua 5.4 has table.unpack",
    "loadstring": code, "load": code, "loadfile": code, "dofile": code, "string.dump": code,
    "setfenv": "pass what a function needs as arguments",
    "getfenv": "pass what a function needs as arguments",
    "module": "end the module's file with 'return' and its table, and use require",
    "package": "require finds modules in the plugin's folder and in lib beside it",
    "setmetatable": metatables, "getmetatable": metatables, "newproxy": metatables,
    "rawget": "write t[key]", "rawset": "write t[key] = value", "rawlen": "write #t",
    "rawequal": "write a == b",
    "xpcall": "use pcall; 'notilua explain' shows where an error was raised",
    "collectgarbage": "memory is freed by itself; leave it out", "gcinfo": "leave it out",
    "coroutine": "a handler runs to its end; write a function or a loop",
    "warn": "use notilua.log.warn",
    "debug": "'notilua explain' shows where a plugin stopped, with its variables",
    "io": files, "io.write": "use print, or notilua.log.info", "io.popen": system,
    "io.stderr": "use notilua.log.warn", "io.stdout": "use print",
    "os.getenv": "give the value as a setting of the plugin: notilua.settings",
    "os.execute": system, "os.remove": files, "os.rename": files, "os.tmpname": files,
    "os.exit": "use return, notilua.drop(reason) or error(message)",
    "os.setlocale": "texts are UTF-8; notilua.text.upper and notilua.localize know languages",
    "table.getn": "write #t", "table.maxn": "write #t", "table.setn": "leave it out",
    "table.foreach": "write for key, value in pairs(t) do … end",
    "table.foreachi": "write for index, value in ipairs(t) do … end",
    "string.gfind": "Lua 5.4 has string.gmatch",
    "math.pow": "write x ^ y", "math.mod": "write x % y, or math.fmod(x, y)",
    "math.atan2": "write math.atan(y, x)", "math.log10": "write math.log(x, 10)",
    "math.ldexp": "write x * 2.0 ^ e",
    "math.frexp": "take the exponent with math.log(x, 2)",
    "math.cosh": "write (math.exp(x) + math.exp(-x)) / 2",
    "math.sinh": "write (math.exp(x) - math.exp(-x)) / 2",
    "math.tanh": "write (math.exp(2 * x) - 1) / (math.exp(2 * x) + 1)",
    "math.round": "write math.floor(x + 0.5)",
    "math.randomseed": "random numbers have their seed; leave it out",
    "bit": bits, "bit32": bits, "jit": "leave it out", "ffi": system,
    // Other languages and libraries.
    "null": "notilua.null is JSON's null, nil a value that is not there",
    "NULL": "notilua.null is JSON's null, nil a value that is not there",
    "undefined": "write nil", "None": "write nil", "nul": "write nil", "Nil": "write nil", "NIL": "write nil",
    "True": "write true", "TRUE": "write true", "False": "write false", "FALSE": "write false",
    "arg": "a plugin has no command line; in a function with '...' write local arguments = { ... }",
    "printf": "write print(string.format(…))", "console": "use print, or notilua.log.info",
    "len": "write #value", "strlen": "write #text, or notilua.text.length(text)",
    "json": json, "cjson": json, "dkjson": json, "lunajson": json, "JSON": json, "rapidjson": json,
    "ngx": system, "socket": system, "http": system, "lfs": files,
    "log": "use notilua.log.info", "logger": "use notilua.log.info",
    "drop": "write return notilua.drop(reason)",
    "settings": "the plugin's settings are notilua.settings",
    "request": handler, "content": handler,
    "best_attempt": "it is a parameter; write function plugin.time_will_expire(request, best_attempt)",
    "view":
      "it is a parameter of a content extension's handlers; write function plugin.did_receive(notification, view)",
    "string.trim": #"write text:match("^%s*(.-)%s*$")"#,
    "string.strip": #"write text:match("^%s*(.-)%s*$")"#,
    "string.split": split,
    "string.contains": "write text:find(part, 1, true)", "string.includes": "write text:find(part, 1, true)",
    "string.indexof": "write text:find(part, 1, true)",
    "string.startswith": "write text:sub(1, #part) == part",
    "string.hasprefix": "write text:sub(1, #part) == part",
    "string.starts": "write text:sub(1, #part) == part",
    "string.endswith": "write text:sub(-#part) == part", "string.hassuffix": "write text:sub(-#part) == part",
    "string.ends": "write text:sub(-#part) == part",
    "string.replace": #"write text:gsub("pattern", "new")"#,
    "string.substring": "write text:sub(first, last)", "string.substr": "write text:sub(first, last)",
    "string.slice": "write text:sub(first, last)", "string.charat": "write text:sub(i, i)",
    "string.length": "write #text, or notilua.text.length(text)",
    "string.size": "write #text, or notilua.text.length(text)",
    "string.count": "write #text, or notilua.text.length(text)",
    "string.isempty": #"write text == """#,
    "string.touppercase": "write text:upper(), or notilua.text.upper(text) for letters beyond ASCII",
    "string.uppercase": "write text:upper(), or notilua.text.upper(text) for letters beyond ASCII",
    "string.uppercased": "write text:upper(), or notilua.text.upper(text) for letters beyond ASCII",
    "string.tolowercase": "write text:lower(), or notilua.text.lower(text) for letters beyond ASCII",
    "string.lowercase": "write text:lower(), or notilua.text.lower(text) for letters beyond ASCII",
    "string.lowercased": "write text:lower(), or notilua.text.lower(text) for letters beyond ASCII",
    "string.test": "write text:find(pattern)", "string.matches": "write text:find(pattern)",
    "string.truncate": "write notilua.text.truncate(text, bytes)",
    "string.join": "write table.concat(list, separator)",
    "string.concat": "write a .. b",
    "table.length": "write #t", "table.len": "write #t", "table.size": "write #t", "table.count": "write #t",
    "table.push": "write table.insert(t, value)", "table.append": "write table.insert(t, value)",
    "table.add": "write table.insert(t, value)", "table.pop": "write table.remove(t)",
    "table.join": "write table.concat(t, separator)", "table.slice": "write { table.unpack(t, first, last) }",
    "table.contains": "compare the elements: for _, value in ipairs(t) do … end",
    "table.keys": "collect them: for key in pairs(t) do … end",
    "table.map": "write a loop with pairs", "table.filter": "write a loop with pairs",
    "table.copy": "copy the members: for key, value in pairs(t) do … end",
    "table.clone": "copy the members: for key, value in pairs(t) do … end",
    "os.sleep": wait, "sleep": wait, "task": wait, "wait": wait, "delay": wait, "setTimeout": wait,
    "str": "write tostring(value)", "String": "write tostring(value)", "int": "write tonumber(text)",
    "float": "write tonumber(text)", "Number": "write tonumber(text)", "parseInt": "write tonumber(text)",
    "typeof": "write type(value)", "isinstance": "write type(value)", "Math": "write math",
    "range": "write for i = 1, n do … end", "enumerate": "write for index, value in ipairs(list) do … end",
    "echo": "use print", "puts": "use print", "println": "use print", "NSLog": "use print",
    "os_log": "use print",
    "f": #"write "Hello " .. name for a text with a name in it"#,
    "self": "a handler is given request and content, and nothing else",
    "this": "a handler is given request and content, and nothing else",
    "exports": "end the file with 'return' and its table",
    "strsplit": split, "strlower": "write text:lower()", "strupper": "write text:upper()",
    "strsub": "write text:sub(first, last)", "strfind": "write text:find(pattern)",
    "strmatch": "write text:match(pattern)", "strjoin": "write table.concat(list, separator)",
    "tinsert": "write table.insert(list, value)", "tremove": "write table.remove(list)",
    "format": "write string.format(…)", "gsub": "write text:gsub(pattern, new)",
    "vim": "nothing of Neovim is here; use print, or notilua.log.info to log",
    "game": "nothing of Roblox is here", "script": "nothing of Roblox is here",
    // Apple's names.
    "contentHandler": "content is edited in place; return nothing, or content",
    "bestAttemptContent": "content is edited in place; write content.title = …",
    "mutableCopy": "content is edited in place; write content.title = …",
    "UNMutableNotificationContent": "content is edited in place; write content.title = …",
    "UNNotificationSound": #"a sound is a text: content.sound = "default""#,
    "UNNotificationAttachment":
      #"content.attachments is a list of { identifier = "…", url = "file:///…" }"#,
    "UNNotificationInterruptionLevel": #"a level is a text: content.interruption_level = "time-sensitive""#,
    "UNUserNotificationCenter": "write notilua.withdraw(identifier) to remove a notification",
    "Date": "write notilua.now()", "NSDate": "write notilua.now()",
    "NSLocalizedString": "write notilua.localize(key)", "Bundle": "write notilua.localize(key)",
    "UserDefaults": "the plugin's settings are notilua.settings", "Data": "bytes are texts in Lua",
    "URLSession": "nothing is loaded from the network; have the sender put it into the payload",
    // notilua's own, by the names that others have.
    "notilua.translate": "write notilua.localize", "notilua.tr": "write notilua.localize",
    "notilua.print": "write print, or notilua.log.info", "notilua.warn": "write notilua.log.warn",
    "notilua.info": "write notilua.log.info", "notilua.error": "write notilua.log.error",
    "notilua.debug": "write notilua.log.debug", "notilua.encode": "write notilua.json.encode",
    "notilua.decode": "write notilua.json.decode", "notilua.truncate": "write notilua.text.truncate",
    "notilua.time": "write notilua.now()", "notilua.discard": "write notilua.drop",
    "notilua.reject": "write notilua.drop", "notilua.request": handler, "notilua.content": handler,
    "notilua.nil": "write notilua.null", "notilua.log.warning": "write notilua.log.warn",
    "notilua.json.parse": "write notilua.json.decode", "notilua.json.stringify": "write notilua.json.encode",
    // Other frameworks of tests.
    "describe": test, "it": test, "before_each": test, "after_each": test, "setup": test, "teardown": test,
    "insulate": test, "expose": test, "pending": test, "TestCase": test, "luaunit": test, "lust": test,
    "expect": assertion, "assert_equal": assertion, "assertEquals": assertion, "assert_true": assertion,
    "spy": "call the function and look at what it returns", "stub": "pass the function as an argument",
    "mock": "pass the function as an argument",
    "test": "tests are in files of the folder tests in the plugin's folder",
    "assert.equal": assertion, "assert.equals": assertion, "assert.same": assertion, "assert.are": assertion,
    "assert.is": assertion, "assert.True": assertion, "assert.truthy": assertion, "assert.is_true": assertion,
    "assert.falsy": assertion, "assert.is_nil": assertion, "assert.has_error": assertion,
    "assert.has": assertion,
    "assert.error": assertion, "assert.is_not_nil": assertion, "assert.is_false": assertion,
    "t.eq": "write t.equal(got, wanted)", "t.equals": "write t.equal(got, wanted)",
    "t.assert": "write t.ok(value)", "t.is_true": "write t.ok(value)", "t.same": "write t.equal(got, wanted)",
    "t.match": "write t.matches(text, pattern)", "t.error": "write t.raises(function() … end)",
    "t.throws": "write t.raises(function() … end)",
  ]

  /// The names in the table, for tests.
  static var names: Set<String> { Set(all.keys) }
}
