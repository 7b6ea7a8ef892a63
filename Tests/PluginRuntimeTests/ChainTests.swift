import LuaSandbox
import NotificationModel
import Notilua
import PluginRuntime
import Testing
import WorkerProtocol

/// Plugins in order: what each sees, and what becomes of a notification when one of them fails.
struct ChainTests {
  /// Runs sources, named a, b, c and so on, on one line; gives the outcome.
  private static func run(
    _ sources: [String], policies: [FaultPolicy?] = [], presumed: [Int: Pass.PresumedFault] = [:],
    quarantined: UInt64 = 0, line: String = #"{"aps":{"alert":"hi"}}"#, more: [PluginDefinition] = []
  ) throws -> Outcome {
    var plugins: [Plugin] = []
    for (index, source) in sources.enumerated() {
      let name = String(UnicodeScalar(UInt8(97 + index)))
      var definition = PluginDefinition(
        name: name, path: "\(name).lua",
        source: Array("return { did_receive = function(r, c) \(source) end }".utf8))
      definition.onFault = index < policies.count ? policies[index] : nil
      definition.limits.polls = true
      let plugin = try Plugin(definition: definition, seed: 1)
      #expect(plugin.loadFault == nil, "\(plugin.loadFault?.message ?? "")")
      plugins.append(plugin)
    }
    for definition in more { plugins.append(try Plugin(definition: definition, seed: 1)) }
    var options = RunnerOptions()
    options.writesOutcomes = true
    let runner = BatchRunner(chain: Chain(plugins: plugins), options: options)
    runner.begin(quarantined: quarantined)
    var line = line
    line.withUTF8 { runner.run(item: 0, UnsafeRawBufferPointer($0), receivedAt: 0, presumed: presumed) }
    let members = runner.withResults { _, sections in String(decoding: sections[4], as: UTF8.self) }
    return try Outcome(json: "{\"line\":1,\(members)}")
  }

  private static let edits = [
    "c.user_info.a = 1", "c.user_info.b = c.user_info.a + 1", "c.user_info.c = c.user_info.b + 1",
  ]
  private static let fails = "c.user_info.x = 1 notilua.withdraw('w') error('no', 0)"

  @Test func eachSeesWhatTheOneBeforeLeft() throws {
    let outcome = try Self.run(Self.edits)
    #expect(outcome.payload == #"{"aps":{"alert":"hi"},"a":1,"b":2,"c":3}"#)
    #expect(
      outcome.plugins.map(\.patch) == [
        #"[{"op":"add","path":"/a","value":1}]"#, #"[{"op":"add","path":"/b","value":2}]"#,
        #"[{"op":"add","path":"/c","value":3}]"#,
      ])
  }

  @Test(
    arguments: [
      (.skip, .deliver, #"{"aps":{"alert":"hi"},"a":1,"c":1}"#),
      (.original, .deliver, #"{"aps":{"alert":"hi"}}"#),
      (.drop, .drop, #"{"aps":{"alert":"hi"},"a":1}"#), (.halt, .reject, #"{"aps":{"alert":"hi"},"a":1}"#),
    ] as [(NotificationModel.FaultPolicy, Outcome.Action, String)])
  func aFaultMeetsItsPolicy(
    _ policy: NotificationModel.FaultPolicy, _ action: Outcome.Action, _ payload: String
  ) throws {
    let outcome = try Self.run(
      ["c.user_info.a = 1", Self.fails, "c.user_info.c = 1"], policies: [nil, policy])
    #expect(outcome.action == action)
    #expect(outcome.payload == payload)
    #expect(outcome.faults.map(\.plugin) == ["b"])
    #expect(outcome.faultResults == [policy.rawValue])
    // What a plugin asked for goes with its edits.
    #expect(outcome.withdrawals.isEmpty)
  }

  @Test func dropsEndTheChain() throws {
    let outcome = try Self.run(["c.user_info.a = 1", "return notilua.drop('why')", "c.user_info.c = 1"])
    #expect(outcome.action == .drop)
    #expect(outcome.plugin == "b")
    #expect(outcome.reason == "why")
    #expect(outcome.plugins.map(\.name) == ["a", "b"])
  }

  @Test func aPresumedFaultKeepsThePluginFromRunning() throws {
    let outcome = try Self.run(Self.edits, presumed: [0: .init(kind: .crash, message: "the worker died")])
    // b counts on what a did not do.
    #expect(outcome.faults.map(\.kind) == [.crash, .error, .error])
    #expect(outcome.payload == #"{"aps":{"alert":"hi"}}"#)
    #expect(outcome.plugins.map(\.name) == ["a", "b", "c"])
  }

  @Test func whoIsSetAsideIsNamed() throws {
    let outcome = try Self.run(["c.user_info.a = 1", "c.user_info.b = 1"], quarantined: 0b01)
    #expect(outcome.payload == #"{"aps":{"alert":"hi"},"b":1}"#)
    #expect(outcome.skipped.map(\.name) == ["a"])
    let dropped = try Self.run(["c.user_info.a = 1"], policies: [.drop], quarantined: 0b01)
    #expect(dropped.action == .drop)
    #expect(dropped.reason == "quarantined after faults")
  }

  // MARK: Size

  private static func grow(_ key: String, _ count: Int) -> String {
    "c.user_info.\(key) = ('x'):rep(\(count)) notilua.withdraw('\(key)') notilua.log.info('\(key)')"
  }

  @Test func theOneThatMadeItTooLargeIsTakenBack() throws {
    let outcome = try Self.run([Self.grow("a", 1000), Self.grow("b", 4000), Self.grow("c", 1000)])
    #expect(outcome.faults.map(\.plugin) == ["b"])
    #expect(outcome.faults[0].message == "the payload has 5036 bytes; APNs takes 4096")
    #expect(outcome.withdrawals == ["a", "c"])
    #expect(outcome.log.map(\.text) == ["a", "c"])
    #expect(outcome.plugins.map(\.name) == ["a", "b", "c"])
    #expect(outcome.plugins[1].patch == "[]")
    #expect(outcome.payload.utf8.count < 4096)
  }

  @Test func whoIsStillTooLargeIsTakenBackNext() throws {
    let outcome = try Self.run([Self.grow("a", 4000), Self.grow("b", 4500), Self.grow("c", 10)])
    // With a there is no room for b; without b there is room for a and c.
    #expect(outcome.faults.map(\.plugin) == ["b"])
    let both = try Self.run([Self.grow("a", 5000), Self.grow("b", 5000), Self.grow("c", 10)])
    #expect(both.faults.map(\.plugin) == ["a", "b"])
    #expect(both.payload == #"{"aps":{"alert":"hi"},"c":"xxxxxxxxxx"}"#)
  }

  @Test(
    arguments: [(.original, .deliver), (.drop, .drop), (.halt, .reject)]
      as [(NotificationModel.FaultPolicy, Outcome.Action)])
  func aSizeMeetsThePolicyOfWhoMadeIt(_ policy: NotificationModel.FaultPolicy, _ action: Outcome.Action)
    throws
  {
    let outcome = try Self.run(["c.user_info.a = 1", Self.grow("b", 5000)], policies: [nil, policy])
    #expect(outcome.action == action)
    #expect(outcome.faults.map(\.kind) == [.invalidResult])
    if policy == .original { #expect(!outcome.isChanged) }
  }

  @Test func whatALaterPluginCutsHarmsNobody() throws {
    let outcome = try Self.run([Self.grow("a", 5000), "c.user_info.a = nil", "c.badge = 1"])
    #expect(outcome.faults.isEmpty)
    #expect(outcome.payload == #"{"aps":{"alert":"hi","badge":1}}"#)
  }

  /// A plugin that remembers what it saw has seen nothing of the first pass.
  @Test func theSecondPassFindsNewStates() throws {
    var definition = PluginDefinition(
      name: "b", path: "b.lua",
      source: Array(
        """
        local seen
        return { did_receive = function(_, c)
          if seen then return notilua.drop("twice") end
          seen = true
          c.user_info.b = 1
        end }
        """.utf8))
    definition.limits.polls = true
    let outcome = try Self.run([Self.grow("a", 5000)], more: [definition])
    #expect(outcome.action == .deliver)
    #expect(outcome.payload == #"{"aps":{"alert":"hi"},"b":1}"#)
  }

  @Test func aBreachBesideTheSizeIsTheOneThatCounts() throws {
    // The size is undone with the rest, and nobody is taken back for it.
    let outcome = try Self.run([Self.grow("a", 5000) + " c.user_info.aps.event = 'end'", "c.user_info.b = 1"])
    #expect(
      outcome.faults.map(\.message) == [
        "'aps.event' belongs to a liveactivity push, not to one of type alert (written at a.lua:1)"
      ])
    #expect(outcome.plugins.map(\.name) == ["a", "b"])
    // And what a failed plugin cut is not cut.
    let cut = try Self.run([Self.grow("a", 5000), "c.user_info.a = nil c.user_info.aps.event = 'end'"])
    #expect(cut.faults.map(\.plugin) == ["a", "b"])
    #expect(cut.payload == #"{"aps":{"alert":"hi"}}"#)
  }

  @Test func whatReplacesApsIsNamed() throws {
    let outcome = try Self.run(["c.user_info.aps = 'x'"])
    #expect(
      outcome.faults.map(\.message) == [
        "a.lua:1: 'aps': expected a table with keys or nil, got a string"
      ])
  }

  @Test func whatCameTooLargeIsNobodysFault() throws {
    let line = "{\"aps\":{\"alert\":\"\(String(repeating: "y", count: 5000))\"}}"
    let outcome = try Self.run([Self.grow("a", 100)], line: line)
    #expect(outcome.faults.isEmpty)
    #expect(outcome.warnings == ["the payload has 5020 bytes; APNs takes 4096"])
  }

  // MARK: What is changed

  /// Every byte is as it was, however it came to be.
  @Test(
    arguments: [
      "c.user_info.x = c.user_info.x", "c.subtitle = 'x' c.subtitle = nil", "c.badge = 2 c.badge = 1",
      "local t = c.user_info.x t[1] = 5 t[1] = 1.0", "c.user_info.y = 1 c.user_info.y = nil",
      "table.insert(c.user_info.x, 1) table.remove(c.user_info.x)", "c.user_info = c.user_info",
      "c.attachments = { { identifier = 'a', url = 'file:///a.png' } }", "c.body = 'x' error('no')",
    ])
  func whatLeavesEveryByteIsNoChange(_ source: String) throws {
    let line = #" {"aps":{"alert":{"title":"A" ,"body":"\u00e9"},"badge":1},"x":[1.0,{}]}"#
    let outcome = try Self.run([source, "c.user_info.x = c.user_info.x"], line: line)
    #expect(!outcome.isChanged)
  }

  @Test func oneByteIsAChange() throws {
    #expect(try Self.run(["c.body = 'ho'"]).isChanged)
    #expect(try Self.run(["c.user_info.x = 1"]).isChanged)
    // The number is the same, its bytes are not.
    #expect(try Self.run(["c.user_info.x = 1"], line: #"{"aps":{"alert":"hi"},"x":1e0}"#).isChanged)
  }

  // MARK: Rules at the end

  /// Who broke a rule of several members is named by the line that wrote the member.
  @Test(
    arguments: [
      (
        "local a = 1\nc.title = nil\nc.body = nil", "alert", #"{"alert":"hi"}"#,
        "all text of the alert is gone, so that a device shows the original; return "
          + "notilua.drop(reason) to show nothing"
          + " (written at a.lua:3)"
      ),
      (
        "local a = 1\nc.badge = 1", "background", #"{"content-available":1}"#,
        "a background push must not have 'aps.badge' (written at a.lua:2)"
      ),
      (
        "c.user_info.aps['content-available'] = nil", "background", #"{"content-available":1}"#,
        "a background push needs 'aps.content-available': 1 (written at a.lua:1)"
      ),
      (
        "local a = 1\nc.user_info = {}", "background", #"{"content-available":1}"#,
        "a push of type background needs 'aps' (written at a.lua:2)"
      ),
      (
        "c.user_info.aps.timestamp = nil", "liveactivity", #"{"timestamp":1,"event":"end"}"#,
        "a liveactivity push needs 'aps.timestamp' (written at a.lua:1)"
      ),
      (
        "local a = 1\n\nc.user_info.aps['stale-date'] = 1", "alert", #"{"alert":"hi"}"#,
        "'aps.stale-date' belongs to a liveactivity push, not to one of type alert (written at a.lua:3)"
      ),
      (
        "c.user_info.aps.alert = { title = 'a', sound = 'b' }", "alert", #"{"alert":"hi"}"#,
        "a.lua:1: a device ignores 'aps.alert.sound'; use 'aps.sound'"
      ),
      (
        "table.insert(c.attachments, { url = 'http://a' })", "alert", #"{"alert":"hi"}"#,
        "content.attachments[1].url: expected the URL of a file, such as file:///var/lib/notilua/map.png"
          + " (written at a.lua:1)"
      ),
    ] as [(String, String, String, String)])
  func aRuleOfSeveralMembersNamesTheLine(
    _ source: String, _ type: String, _ aps: String, _ message: String
  ) throws {
    let line = #"{"payload":{"aps":\#(aps)},"headers":{"apns-push-type":"\#(type)"}}"#
    let outcome = try Self.run([source], line: line)
    #expect(outcome.faults.map(\.message) == [message])
    #expect(!outcome.isChanged)
  }

  @Test(
    arguments: [
      ("timezone", "the line has 'timezone', which no envelope has; did you mean 'time_zone'?"),
      ("deviceToken", "the line has 'deviceToken', which no envelope has; did you mean 'device_token'?"),
      ("x-app", "the line has 'x-app', which no envelope has"),
    ])
  func aKeyThatNoEnvelopeHasIsAWarning(_ key: String, _ message: String) throws {
    let line = #"{"payload":{"aps":{"alert":"hi","mutable-content":1}},"\#(key)":"x"}"#
    #expect(try Self.run([""], line: line).warnings == [message])
  }
}
