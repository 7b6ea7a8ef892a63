import Foundation
import Testing

/// `notilua check` says what is wrong, where, and what to do.
struct CheckCommandTests {
  /// The findings on a plugin, without the path of its folder.
  private static func check(_ source: String, options: [String] = []) throws -> (
    status: Int32, lines: [String]
  ) {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      try source.write(to: plugin, atomically: true, encoding: .utf8)
      let ended = try Program.run(["check", "--plugin", plugin.path] + options, input: "")
      let lines = ended.text.replacing(folder.path + "/", with: "").split(separator: "\n").map(String.init)
      return (ended.status, lines)
    }
  }

  private static let whole =
    "description = 'd', did_receive = function() end, time_will_expire = function() end"

  /// A global may be kept in a variable of its name.
  @Test(arguments: [
    "", "local print, error, tostring = print, error, tostring\n",
    "local string <const>, table = string, table\n",
    "local print = print; local type = type or print local math = math\n",
  ])
  func hasNothingToSayOfAGoodPlugin(_ beginning: String) throws {
    #expect(
      try Self.check("\(beginning)return { \(Self.whole) }") == (0, ["1 plugin, 0 errors, 0 warnings"]))
  }

  @Test(arguments: [
    (
      "return { \(whole), match = { push_type = 'alret' } }",
      "p.lua: warning: plugin.match.push_type has \"alret\", which is no push type; did you mean 'alert'?"
    ),
    (
      "return { description = 'd', did_receive = function() end }",
      "p.lua: warning: no time_will_expire: when time runs out the plugin's edits are lost; add the function, and leave in it only what may be shown unfinished"
    ),
    (
      "return { did_receive = function() end, time_will_expire = function() end }",
      "p.lua: warning: no description; add 'description = \"…\"' to the plugin's table"
    ),
    (
      "return { description = 'd', did_receive = function() end, will_expire = function() end }",
      "p.lua: warning: plugin.will_expire is no handler, so it is never called; did you mean 'time_will_expire'?"
    ),
    (
      "return { \(whole), match = { environment = 'prod' } }",
      "p.lua: warning: plugin.match.environment has \"prod\", which is no environment; did you mean 'production'?"
    ),
    (
      "local M = {}\nfunction M.f() return titel end\nreturn { \(whole), match = { topic = M.f and 'a' } }",
      "p.lua:2: warning: 'titel' is not defined; give it a value first, with 'local titel = …'"
    ),
    (
      "local string = 1\nreturn { \(whole) }",
      "p.lua:1: warning: 'string' hides the global of that name; give it a name of its own"
    ),
    (
      "local string, table = table, string\nreturn { \(whole) }",
      "p.lua:1: warning: 'string' hides the global of that name; give it a name of its own"
    ),
    (
      "local print, error = print, error == nil\nreturn { \(whole) }",
      "p.lua:1: warning: 'error' hides the global of that name; give it a name of its own"
    ),
    (
      "local print = print local function f(print) print() end f(print)\nreturn { \(whole) }",
      "p.lua:1: warning: 'print' hides the global of that name; give it a name of its own"
    ),
    (
      "return { \(whole), capabilities = { 'crypto' } }",
      "p.lua: warning: asks for the capability 'crypto', which the configuration does not grant; add 'capabilities: [crypto]' to the plugin in notilua.yaml"
    ),
  ])
  func warnsOfWhatIsProbablyWrong(_ source: String, _ finding: String) throws {
    let found = try Self.check(source)
    #expect(found.status == 0)
    #expect(found.lines.contains(finding), "\(found.lines)")
    #expect(try Self.check(source, options: ["--strict"]).status == 1)
  }

  @Test(arguments: [
    ("x = = 1", "p.lua:1: error: unexpected symbol near '='"),
    ("return {\n", "p.lua:2: error: unexpected symbol near <eof>"),
    ("return 7", "p.lua: error: returns a number instead of the plugin's table; end it with 'return plugin'"),
    (
      "return { did_recieve = function() end }",
      "p.lua: error: plugin.did_recieve is no handler; did you mean 'did_receive'?"
    ),
    (
      "return { didReceive = function() end }",
      "p.lua: error: plugin.didReceive is no handler; did you mean 'did_receive'?"
    ),
    (
      "return { \(whole), kind = 'widget' }",
      "p.lua: error: plugin.kind is \"widget\"; use \"service\" or \"content\""
    ),
    (
      "return { \(whole), match = { push_type = {} } }",
      "p.lua: error: plugin.match[\"push_type\"] is an empty list, which nothing matches; leave it out"
    ),
    (
      "return { \(whole), match = { ['/a'] = 5 } }",
      "p.lua: error: plugin.match[\"/a\"] is neither a text, a list of texts, true (present) nor false (absent)"
    ),
    (
      "return { \(whole), on_fault = 'explode' }",
      "p.lua: error: plugin.on_fault is \"explode\"; use \"skip\", \"original\", \"drop\" or \"halt\""
    ),
    (
      "return { \(whole), match = function() end }",
      "p.lua: error: plugin.match is a function; it must be a table with keys"
    ),
    (
      "return { \(whole), match = { 'alert' } }",
      "p.lua: error: plugin.match[1] is a string; it must be a table with keys"
    ),
    (
      "return { \(whole), match = 'alert' }",
      "p.lua: error: plugin.match is a string; it must be a table with keys"
    ),
    (
      "return { \(whole), match = { ['/a'] = function() end } }",
      "p.lua: error: plugin.match: a value of type function has no place in JSON"
    ),
    (
      "return { \(whole), on_fault = function() return 'drop' end }",
      "p.lua: error: plugin.on_fault is a function; use \"skip\", \"original\", \"drop\" or \"halt\""
    ),
    (
      "return { \(whole), on_fault = { 'drop' } }",
      "p.lua: error: plugin.on_fault is a list; use \"skip\", \"original\", \"drop\" or \"halt\""
    ),
    (
      "return { \(whole), kind = function() end }",
      "p.lua: error: plugin.kind is a function; use \"service\" or \"content\""
    ),
    (
      "return { \(whole), kind = true }",
      "p.lua: error: plugin.kind is a boolean; use \"service\" or \"content\""
    ),
    (
      "return { \(whole), capabilities = function() end }",
      "p.lua: error: plugin.capabilities is a function; it must be a list of strings"
    ),
    (
      "return { \(whole), capabilities = 'crypto' }",
      "p.lua: error: plugin.capabilities is a string; it must be a list of strings"
    ),
    (
      "return { \(whole), capabilities = { 5 } }",
      "p.lua: error: plugin.capabilities has a number in it; it must be a list of strings"
    ),
    (
      "return { \(whole), fresh_state = function() end }",
      "p.lua: error: plugin.fresh_state is a function; it must be true or false"
    ),
    (
      "return { \(whole), fresh_state = 'yes' }",
      "p.lua: error: plugin.fresh_state is a string; it must be true or false"
    ),
    (
      "return { did_receive = function() end, description = function() end }",
      "p.lua: error: plugin.description is a function; it must be a string"
    ),
    (
      "return { did_receive = function() end, description = 5 }",
      "p.lua: error: plugin.description is a number; it must be a string"
    ),
    (
      "return { did_receive = 'x' }",
      "p.lua: error: plugin.did_receive is a string; make it a function"
    ),
    (
      "return { did_receive = function() end, time_will_expire = true }",
      "p.lua: error: plugin.time_will_expire is a boolean; make it a function"
    ),
    (
      "return { handle = function() end }",
      "p.lua: error: the plugin has no function did_receive; rename plugin.handle"
    ),
    (
      "local x = unpack({})\nreturn { \(whole) }",
      "p.lua:1: error: attempt to call a nil value (global 'unpack'); Lua 5.4 has table.unpack"
    ),
    (
      "return { \(whole), descripton = 'x' }",
      "p.lua: error: plugin.descripton is no key of a plugin; did you mean 'description'?"
    ),
  ])
  func failsOfWhatCannotRun(_ source: String, _ finding: String) throws {
    let found = try Self.check(source)
    #expect(found.status == 65)
    #expect(found.lines.contains(finding), "\(found.lines)")
  }

  /// What `check` calls an error keeps a plugin from running.
  @Test func whatHasAWrongTypeDoesNotRun() throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      for key in ["match", "on_fault", "kind", "capabilities", "fresh_state", "description"] {
        let source = "return { did_receive = function() end, \(key) = function() end }"
        try source.write(to: plugin, atomically: true, encoding: .utf8)
        let ended = try Program.run(["run", "--plugin", plugin.path], input: #"{"aps":{"alert":"hi"}}"#)
        #expect(ended.status == 65)
        #expect(ended.text.isEmpty)
        #expect(ended.errors.contains("plugin.\(key) is a function; "), "\(ended.errors)")
      }
    }
  }

  /// `lua` runs such a file, and so does a kernel that is told to.
  @Test func aScriptsFirstLineIsNoMistake() throws {
    #expect(
      try Self.check("#!/usr/bin/env notilua\nreturn { \(Self.whole) }") == (
        0, ["1 plugin, 0 errors, 0 warnings"]
      ))
    #expect(
      try Self.check("#!/usr/bin/env notilua\nx = = 1").lines.first
        == "p.lua:2: error: unexpected symbol near '='")
  }

  @Test func aFileInAnotherEncodingIsNamed() throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      try Data(
        "-- \nreturn { description = 'K\u{F6}ln', \(Self.whole) }".unicodeScalars.map { UInt8($0.value) }
      )
      .write(to: plugin)
      for command in ["check", "run"] {
        let ended = try Program.run([command, "--plugin", plugin.path], input: "")
        #expect(ended.status == 65)
        #expect(
          (ended.text + ended.errors).contains("p.lua:2: ")
            && (ended.text + ended.errors).contains("the file is not UTF-8"))
      }
    }
  }

  /// What is in lib is in reach of every plugin beside it.
  @Test func aFindingInLibIsSaidOnce() throws {
    try Program.withFolder { folder in
      let plugins = folder.appending(path: "plugins")
      try FileManager.default.createDirectory(
        at: plugins.appending(path: "lib"), withIntermediateDirectories: true)
      try "return { f = function() return nothing end }".write(
        to: plugins.appending(path: "lib/m.lua"), atomically: true, encoding: .utf8)
      for name in ["a", "b"] {
        try "return { \(Self.whole) }".write(
          to: plugins.appending(path: "\(name).lua"), atomically: true, encoding: .utf8)
      }
      let ended = try Program.run(["check", "--plugins", plugins.path], input: "")
      #expect(ended.status == 0)
      #expect(ended.text.split(separator: "\n").count == 2, "\(ended.text)")
      #expect(ended.text.hasSuffix("2 plugins, 0 errors, 1 warning\n"))
    }
  }

  @Test func whatShipsHasNoFinding() throws {
    try Program.withFolder { folder in
      for template in ["blank", "rewrite", "recall", "localize", "content"] {
        let made = try Program.run(["new", "x-\(template)", "--template", template], in: folder)
        #expect(made.status == 0, "\(made.errors)")
      }
      let ended = try Program.run(["check", "--strict", "--plugins", "plugins"], in: folder)
      #expect(ended.status == 0, "\(ended.text)")
    }
    let shipped = try Program.run(["check", "--plugins", "plugins"], input: "")
    // decrypt asks for what no configuration grants here.
    #expect(
      shipped.text.split(separator: "\n").dropLast().allSatisfy { $0.hasPrefix("plugins/decrypt/") },
      "\(shipped.text)")
  }

  @Test func aWorkerThatIsNotThereIsSaidOnce() throws {
    let ended = try Program.run(
      ["check", "--plugins", "plugins"], environment: ["NOTILUA_WORKER": "/nowhere/worker"])
    #expect(ended.status == 69)
    #expect(ended.errors.split(separator: "\n").count == 1)
    #expect(ended.errors.contains("/nowhere/worker"))
  }

  @Test func wrongWordsAreOneSentence() throws {
    for (arguments, message) in [
      (
        ["check", "--nothing"],
        "notilua: Unknown option '--nothing'; 'notilua check --help' shows what there is\n"
      ),
      (
        ["run", "--emit", "x"],
        "notilua: --emit is 'x'; use payloads, outcomes or deliveries; 'notilua run --help' shows what there is\n"
      ),
    ] {
      let ended = try Program.run(arguments, input: "")
      #expect(ended.status == 64)
      #expect(ended.errors == message)
    }
  }
}
