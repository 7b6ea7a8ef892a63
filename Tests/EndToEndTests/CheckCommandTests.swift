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

  @Test func hasNothingToSayOfAGoodPlugin() throws {
    #expect(try Self.check("return { \(Self.whole) }") == (0, ["1 plugin, 0 errors, 0 warnings"]))
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
      "local string = 1\nreturn { \(whole) }",
      "p.lua:1: warning: 'string' hides the global of that name; give it a name of its own"
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
      "return { \(whole), descripton = 'x' }",
      "p.lua: error: plugin.descripton is no key of a plugin; did you mean 'description'?"
    ),
  ])
  func failsOfWhatCannotRun(_ source: String, _ finding: String) throws {
    let found = try Self.check(source)
    #expect(found.status == 65)
    #expect(found.lines.contains(finding), "\(found.lines)")
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
