import LuaSandbox
import PluginManifests
import PluginRuntime
import Testing
import WorkerProtocol

/// Clauses of `match` that hold for no notification.
struct MatchTests {
  private static func warnings(_ clause: String) throws -> [String] {
    let source = "return { match = { \(clause) }, did_receive = function() end }"
    let plugin = try Plugin(
      definition: PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8)), seed: 1)
    #expect(plugin.loadFault == nil)
    return plugin.manifest.warnings
  }

  @Test(
    arguments: [
      (
        "environment = 'prod'",
        #"plugin.match.environment has "prod", which is no environment; did you mean 'production'?"#
      ),
      (
        "environment = 'producton'",
        #"plugin.match.environment has "producton", which is no environment; did you mean 'production'?"#
      ),
      // Sending Notification Requests to APNs: 10, 5 and 1.
      ("priority = 'high'", #"plugin.match.priority has "high", which is no priority; write "10""#),
      ("priority = '7'", #"plugin.match.priority has "7", which is no priority; did you mean '1'?"#),
      (
        "push_type = 'alret'",
        #"plugin.match.push_type has "alret", which is no push type; did you mean 'alert'?"#
      ),
      ("push_type = false", "plugin.match.push_type is false, but every notification has it; leave it out"),
      (
        "expiration = 'soon'",
        #"plugin.match.expiration has "soon"; it is a number of seconds since 1970, so look at it in did_receive"#
      ),
      (
        "device_token = 'abc'",
        #"plugin.match.device_token has "abc", which is no device's name: that has 32 digits and letters a to f"#
      ),
      (
        "['/type'] = '^MSG$'",
        #"plugin.match["/type"] has "^MSG$", and a text here is no pattern: only * stands for anything; write what the text is, or look at it in did_receive with string.find"#
      ),
      (
        "['/type'] = '[A-Z]*'",
        #"plugin.match["/type"] has "[A-Z]*", and a text here is no pattern: only * stands for anything; write what the text is, or look at it in did_receive with string.find"#
      ),
      (
        "['/aps/category/'] = 'x'",
        #"plugin.match["/aps/category/"] ends with '/', which is a member with the empty name; write "/aps/category""#
      ),
      (
        "['/aps/thread_identifier'] = true",
        #"plugin.match["/aps/thread_identifier"] is no key that Apple documents; did you mean "/aps/thread-id"?"#
      ),
      (
        "['/aps/title'] = true",
        #"plugin.match["/aps/title"] is no key that Apple documents; did you mean "/aps/alert/title"?"#
      ),
    ])
  func aClauseThatNeverHoldsIsTold(_ clause: String, _ message: String) throws {
    #expect(try Self.warnings(clause) == [message])
  }

  @Test(
    arguments: [
      "push_type = { 'alert', 'live*' }", "environment = { 'sandbox', 'p*' }", "priority = { '10', '5' }",
      "topic = 'com.example.*'", "['/url'] = 'https://*/%d0%a4*'", "['/price'] = '5$'", "expiration = '0'",
      "['/aps/category'] = 'chat*'", "['/aps/alert/title'] = true", "locale = 'de*'", "push_type = true",
      "['/list/0'] = 'a-b+c'", "['/text'] = 'why?'", "['/aps/alert/title'] = '[News]*'",
    ])
  func aClauseThatMayHoldIsNot(_ clause: String) throws {
    #expect(try Self.warnings(clause) == [])
  }

  /// A list of tables: one whose clauses all hold is enough.
  @Test(arguments: [
    (#"{"aps":{"alert":"x"},"a":"1"}"#, true), (#"{"aps":{"alert":"x"},"b":"2","c":"3"}"#, true),
    (#"{"aps":{"alert":"x"},"a":"1","b":"2","c":"3"}"#, true), (#"{"aps":{"alert":"x"},"b":"2"}"#, false),
    (#"{"aps":{"alert":"x"},"c":"3"}"#, false), (#"{"aps":{"alert":"x"}}"#, false),
  ])
  func oneTableOfAListIsEnough(_ line: String, _ isFor: Bool) throws {
    let source = """
      return { match = { { ["/a"] = true }, { ["/b"] = "2", ["/c"] = { "3", "4" } } },
        did_receive = function(request, content) content.user_info.ran = true end }
      """
    let plugin = try Plugin(
      definition: PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8)), seed: 1)
    try #require(plugin.loadFault == nil)
    let runner = BatchRunner(chain: Chain(plugins: [plugin]), options: RunnerOptions())
    runner.begin(quarantined: 0)
    var line = line
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0) }
    let output = runner.withResults { _, sections in String(decoding: sections[3], as: UTF8.self) }
    #expect(output.contains(#""ran":true"#) == isFor, "\(output)")
  }

  @Test(arguments: [
    ("{ 'alert' }", "plugin.match[1] is a string; it must be a table with keys"),
    ("{ { ['/a'] = true }, 'alert' }", "plugin.match[2] is a string; it must be a table with keys"),
    (
      "{ { ['/a'] = true }, { title = true } }",
      "plugin.match has \"title\", which is neither a property of request nor a pointer; did you mean '/aps/alert/title'?"
    ),
  ])
  func aListHasTablesOfClauses(_ match: String, _ message: String) throws {
    let source = "return { match = \(match), did_receive = function() end }"
    let plugin = try Plugin(
      definition: PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8)), seed: 1)
    #expect(plugin.loadFault?.message.contains(message) ?? false, "\(plugin.loadFault?.message ?? "")")
  }

  @Test func aClauseOfAListThatNeverHoldsIsTold() throws {
    #expect(
      try Self.warnings("{ ['/a'] = true }, { environment = 'prod' }")
        == [#"plugin.match.environment has "prod", which is no environment; did you mean 'production'?"#])
  }
}
