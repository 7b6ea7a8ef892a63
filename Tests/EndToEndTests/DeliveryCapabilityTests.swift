import Foundation
import Testing

/// A plugin's say in how a notification is delivered, in the built programs: where it goes, and what is said of it.
struct DeliveryCapabilityTests {
  private static let plugin = """
    return { description = "d", capabilities = { "delivery" }, did_receive = function(request, content)
      request.collapse_id = content.user_info.tag
      request.priority = 5
    end, time_will_expire = function() end }
    """
  private static let grant =
    "[delivery: { fields: [push_type, priority, collapse_id], topics: [com.example.app] }]"
  private static let token = "ab" + String(repeating: "0", count: 62)

  private static func line(_ id: String, headers: String = #""apns-topic":"com.example.app""#) -> String {
    #"{"id":"\#(id)","device_token":"\#(token)","headers":{\#(headers)},"payload":{"aps":{"alert":"a"},"tag":"t1"}}"#
  }

  /// Runs a command beside a configuration with a plugin.
  private static func run(
    _ arguments: [String], _ input: String, grant: String = grant, plugin: String = plugin, more: String = "",
    _ body: (Program.Ended, URL) throws -> Void
  ) throws {
    try Program.withFolder { folder in
      try plugin.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      let configuration = folder.appending(path: "notilua.yaml")
      try "workers: 1\n\(more)plugins: [{ path: p.lua, capabilities: \(grant) }]\n"
        .write(to: configuration, atomically: true, encoding: .utf8)
      let ended = try Program.run(
        [arguments[0], "--config", configuration.path]
          + arguments.dropFirst().map { $0.replacing("FOLDER", with: folder.path) },
        input: input)
      try body(ended, folder)
    }
  }

  private static func objects(_ text: some StringProtocol) -> [NSDictionary] {
    text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary
    }
  }

  @Test(arguments: [[], ["--outbox", "FOLDER/box"]])
  func apnsIsSentWhatThePluginWants(_ arguments: [String]) throws {
    let simulator = try Simulator()
    try Self.run(["run", "--sink", "apns"] + arguments + simulator.flags, Self.line("m1") + "\n") {
      ended, _ in
      #expect(ended.status == 0, "\(ended.errors)")
      let push = try #require(simulator.journal.first)
      #expect("\(push["priority"] ?? "")" == "5" && push["collapse_id"] as? String == "t1")
      // It is known by its sender's name, and was accepted with others.
      let ends = Self.objects(ended.text).filter { $0["delivery"] as? String == "delivered" }
      #expect(ends.map { $0["id"] as? String } == ["m1"], "\(ended.text)")
    }
  }

  @Test func theOutboxKeepsIt() throws {
    try Self.run(["run", "--outbox", "FOLDER/box"], Self.line("m1") + "\n") { ended, folder in
      #expect(ended.status == 0, "\(ended.errors)")
      let exported = try Program.run(["outbox", "export", "--outbox", folder.appending(path: "box").path])
      let envelope = try #require(Self.objects(exported.text).first, "\(exported.errors)")
      let headers = try #require(envelope["headers"] as? NSDictionary)
      #expect(headers["apns-collapse-id"] as? String == "t1" && headers["apns-priority"] as? String == "5")
      #expect(headers["apns-topic"] as? String == "com.example.app" && envelope["id"] as? String == "m1")
      // The next run knows it by the same name.
      #expect((envelope["notilua"] as? NSDictionary)?["identifier"] as? String == "m1")
      let box = folder.appending(path: "box").path
      let purged = try Program.run(["outbox", "purge", "--undelivered", "m1", "--outbox", box])
      #expect(purged.status == 0, "\(purged.errors)")
      #expect(try Program.run(["outbox", "export", "--outbox", box]).text.isEmpty)
    }
  }

  /// A line of a filter is written by the host; what nobody changes keeps its bytes.
  @Test func aFilterWritesIt() throws {
    let untouched = #"{"headers":{"apns-topic":"com.example.other"}, "payload": {"aps":{"alert":"a"}} }"#
    let input = Self.line("m1") + "\n" + untouched + "\n" + Self.line("m2")
    try Self.run(["run"], input) { ended, _ in
      let lines = ended.text.split(separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count == 3 && lines[1] == untouched, "\(ended.text)")
      let headers = Self.objects(lines[2]).first?["headers"] as? NSDictionary
      let wanted = ["apns-topic": "com.example.app", "apns-priority": "5", "apns-collapse-id": "t1"]
      #expect(headers == wanted as NSDictionary)
      #expect(ended.errors.contains("3 delivered, 2 of them changed"), "\(ended.errors)")
      #expect(ended.errors.contains("for the topic 'com.example.other'"))
    }
  }

  @Test func outcomesSayWhoChangedWhat() throws {
    try Self.run(["run", "--emit", "outcomes"], Self.line("m1") + "\n") { ended, _ in
      let outcome = try #require(Self.objects(ended.text).first)
      let changed = ["apns-priority": "5", "apns-collapse-id": "t1"] as NSDictionary
      #expect(outcome["headers"] as? NSDictionary == changed && outcome["id"] as? String == "m1")
      let runs = try #require(outcome["plugins"] as? [NSDictionary])
      #expect(runs.first?["headers"] as? NSDictionary == changed)
    }
  }

  @Test func explainShowsIt() throws {
    let input = Self.line("m1", headers: #""apns-topic":"com.example.app","apns-priority":"10""#)
    try Self.run(["explain"], input) { ended, _ in
      let lines = ended.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      let at = try #require(lines.firstIndex(of: "apns-collapse-id"), "\(ended.text)")
      #expect(lines[at...].prefix(5) == ["apns-collapse-id", "+ t1", "apns-priority", "- 10", "+ 5"])
      #expect(lines.contains("delivered, changed"))
    }
  }

  @Test func aPayloadAloneHasNoHeaders() throws {
    try Self.run(["run"], #"{"aps":{"alert":"a"},"tag":"t1"}"# + "\n") { ended, _ in
      #expect(ended.text == #"{"aps":{"alert":"a"},"tag":"t1"}"# + "\n")
      #expect(ended.errors.contains("there are no headers"), "\(ended.errors)")
    }
  }

  // MARK: Configuration

  @Test(arguments: [
    ("[delivery]", "'delivery' is granted without fields and topics; write 'delivery: { fields: [push_type]"),
    ("[delivery: { fields: [push_type] }]", "delivery has no topics"),
    ("[delivery: { topics: [com.example.app] }]", "delivery has no fields"),
    ("[delivery: { fields: [], topics: [a] }]", "delivery has no fields"),
    (
      "[delivery: { fields: [pushtype], topics: [a] }]",
      "delivery.fields has 'pushtype'; did you mean 'push_type'? there are push_type, priority, expiration, collapse_id"
    ),
    ("[delivery: { fields: [id], topics: [a] }]", "there are push_type"),
    ("[delivery: { fields: [topic], topics: ['a b'] }]", "delivery.topics has 'a b', which is no topic"),
    ("[delivery: { fields: [topic], topic: a }]", "delivery has no key 'topic'"),
    ("[crypto: {}]", "a capability has no key 'crypto'"), ("[{}]", "a capability has no name"),
    (
      "[delivery: { fields: [topic], topics: [a] }, delivery: { fields: [topic], topics: [a] }]",
      "granted twice"
    ),
    ("[deliver]", "grants 'deliver', which is no capability; there are crypto, delivery"),
  ])
  func aGrantThatIsNoneIsNamed(_ grant: String, _ message: String) throws {
    try Self.run(["run"], "", grant: grant) { ended, _ in
      #expect(ended.status == 64 && ended.errors.contains("notilua.yaml:2:"), "\(ended.errors)")
      #expect(ended.errors.contains(message), "\(ended.errors)")
    }
  }

  @Test(arguments: [
    ("rules: { background: warn }", "rules has 'background', which is no rule; "),
    ("rules: { payload_size: warn }", "there are aps_required, background_content_available"),
    ("rules: { alert_text: ignore }", "rules.alert_text is 'ignore'; use warn, or fault"),
    ("rules: [alert_text]", "rules is not a mapping"),
  ])
  func aRuleThatIsNoneIsNamed(_ rules: String, _ message: String) throws {
    try Self.run(["run"], "", more: rules + "\n") { ended, _ in
      #expect(ended.status == 64 && ended.errors.contains("notilua.yaml:2:"), "\(ended.errors)")
      #expect(ended.errors.contains(message), "\(ended.errors)")
    }
  }

  @Test(arguments: [("", false), ("rules: { background_content_available: warn }\n", true)])
  func aRelaxedRuleIsAWarning(_ rules: String, _ isRelaxed: Bool) throws {
    let plugin = """
      return { did_receive = function(request, content)
        content.user_info = { aps = {} }
        request.push_type = "background"
      end }
      """
    try Self.run(["run", "--emit", "outcomes"], Self.line("m1"), plugin: plugin, more: rules) { ended, _ in
      let outcome = try #require(Self.objects(ended.text).first, "\(ended.errors)")
      #expect((outcome["headers"] != nil) == isRelaxed)
      let said = "a background push needs 'aps.content-available': 1 (written at"
      #expect(
        ended.errors.contains(said) && ended.errors.contains("relaxed: ") == isRelaxed, "\(ended.errors)")
    }
  }

  /// A line without a topic is for the app that the configuration names.
  @Test(arguments: [
    ("apns: { topic: com.example.app }\n", true), ("apns: { topic: com.example.x }\n", false), ("", false),
  ])
  func aLineWithoutATopicIsOfTheConfiguredApp(_ apns: String, _ isGranted: Bool) throws {
    try Self.run(["run"], Self.line("m1", headers: ""), more: apns) { ended, _ in
      #expect(ended.text.contains("apns-collapse-id") == isGranted, "\(ended.errors)")
      #expect(ended.errors.contains("names no topic") != isGranted)
    }
  }

  @Test func whatIsNotGrantedIsNamedBefore() throws {
    try Self.run(["check"], "", grant: "[]") { ended, _ in
      #expect(
        ended.text.contains(
          "asks for the capability 'delivery', which the configuration does not grant; add"
            + " 'capabilities: [delivery: { fields: [push_type], topics: [com.example.app] }]'"),
        "\(ended.text)")
    }
  }

  // MARK: Tests of plugins

  @Test func casesLookAtHeaders() throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "plugins/p")
      try FileManager.default.createDirectory(
        at: plugin.appending(path: "tests"), withIntermediateDirectories: true)
      try Self.plugin.write(to: plugin.appending(path: "init.lua"), atomically: true, encoding: .utf8)
      let given = """
          given: '{"aps":{"alert":"a"},"tag":"t1"}'
          request: { headers: { apns-topic: com.example.app, Apns-Priority: "10" } }

        """
      try """
      - name: right
      \(given)  expect: { headers: { apns-priority: 5, apns-collapse-id: t1, apns-topic: com.example.app, apns-expiration: null } }
      - name: wrong
      \(given)  expect: { headers: { apns-priority: 10, apns-collapse-id: null } }
      - name: kept
      \(given)  expect: snapshot

      """.write(to: plugin.appending(path: "tests/cases.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["test", "plugins"], in: folder)
      #expect(ended.status == 1 && ended.text.contains("2 passed, 1 failed"), "\(ended.text)\(ended.errors)")
      #expect(ended.text.contains("apns-priority") && ended.text.contains("apns-collapse-id"))
      let kept = try String(
        contentsOf: plugin.appending(path: "tests/cases.snapshots/kept.json"), encoding: .utf8)
      #expect(kept.contains(#""headers": {"apns-collapse-id":"t1","apns-priority":"5"}"#), "\(kept)")
    }
  }

  @Test(arguments: [
    ("{ push_type: alert }", "did you mean 'apns-push-type'?"), ("{ x: y }", "headers has no key 'x'"),
    ("{}", "headers is empty; name one of apns-id"), ("[a]", "headers is not a mapping"),
  ])
  func anExpectationOfNoHeaderIsNamed(_ headers: String, _ message: String) throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "plugins/p")
      try FileManager.default.createDirectory(
        at: plugin.appending(path: "tests"), withIntermediateDirectories: true)
      try Self.plugin.write(to: plugin.appending(path: "init.lua"), atomically: true, encoding: .utf8)
      try "- { name: a, given: { aps: { alert: a } }, expect: { headers: \(headers) } }\n"
        .write(to: plugin.appending(path: "tests/cases.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["test", "plugins"], in: folder)
      #expect(
        ended.status != 0 && (ended.text + ended.errors).contains(message), "\(ended.text)\(ended.errors)")
    }
  }

  /// The example's cases, as CI runs those of plugins.
  @Test func theRulesOfAServerPass() throws {
    let example = "examples/8-server-rules"
    let ended = try Program.run(
      ["test", "--ci", "--config", "\(example)/notilua.yaml", "--threshold", "95", "\(example)/server-rules"])
    let passed = try #require(
      ended.text.firstMatch(of: /(\d+) passed/).flatMap { Int($0.1) }, "\(ended.text)")
    #expect(ended.status == 0 && passed >= 30, "\(ended.text)\(ended.errors)")
    let checked = try Program.run(["check", "--config", "\(example)/notilua.yaml"])
    #expect(checked.text.contains("0 errors, 0 warnings"), "\(checked.text)")
    let ran = try Program.run(
      ["run", "--config", "\(example)/notilua.yaml", "\(example)/messages.ndjson"])
    let types = Self.objects(ran.text).compactMap {
      ($0["headers"] as? NSDictionary)?["apns-push-type"] as? String
    }
    #expect(types == ["alert", "background", "background"], "\(ran.errors)")
  }
}
