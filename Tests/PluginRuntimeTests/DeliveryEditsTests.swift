import LosslessJSON
import NotificationModel
import PluginRuntime
import Testing
import WorkerProtocol

/// What plugins write to the delivery headers, as a worker reports it.
struct DeliveryEditsTests {
  private static let line =
    #"{"id":"m1","headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":"hi"}}}"#
  private static let grant = DeliveryGrant(
    fields: [.pushType, .priority, .collapseID, .topic], topics: .apps(["com.example.app"]))

  /// A plugin of a chain.
  private struct Member {
    var code: String
    var grant: DeliveryGrant? = DeliveryEditsTests.grant
    var onFault: FaultPolicy = .skip
  }

  private static func runner(_ chain: [Member], _ options: RunnerOptions) throws -> BatchRunner {
    let plugins = try chain.enumerated().map { index, member in
      var definition = PluginDefinition(
        name: "p\(index)", path: "p\(index).lua",
        source: Array("return { did_receive = function(r, c)\n\(member.code)\nend }".utf8))
      definition.limits.polls = true
      definition.delivery = member.grant
      definition.onFault = member.onFault
      return try Plugin(definition: definition, seed: 1)
    }
    return BatchRunner(chain: Chain(plugins: plugins), options: options)
  }

  /// The changes that a chain makes of a line, and its outcome.
  private static func run(
    _ chain: [Member], _ line: String = line, relaxed: Set<APNsRule> = [], content: ResultContent = .payloads
  ) throws -> (headers: String?, outcome: String, payload: String) {
    var options = RunnerOptions()
    options.content = content
    options.writesOutcomes = true
    options.relaxedRules = relaxed
    let runner = try runner(chain, options)
    runner.begin(quarantined: 0, identifiers: IdentifierSeed(7))
    Array(line.utf8).withUnsafeBytes { runner.run(item: 0, $0, receivedAt: 0) }
    let bytes = runner.withResults { _, sections in sections.flatMap { Array($0) } }
    return try bytes.withUnsafeBytes { bytes in
      let results = try #require(ResultBody(bytes, pending: 0..<1))
      #expect(results.isConsistent(content, writesHeaders: true))
      let entry = try #require(results.entries.first)
      let effects = try #require(PassEffects(entry.effects))
      return (
        effects.delivery.members(), String(decoding: entry.outcome, as: UTF8.self),
        String(decoding: entry.output, as: UTF8.self)
      )
    }
  }

  private static func run(_ code: String, _ line: String = line) throws -> (headers: String?, outcome: String)
  {
    let ran = try run([Member(code: code)], line)
    return (ran.headers, ran.outcome)
  }

  @Test(arguments: [
    ("r.priority = 5 r.collapse_id = 'c'", #"{"apns-priority":"5","apns-collapse-id":"c"}"# as String?),
    (
      "r.push_type = 'voip' r.topic = r.topic .. '.voip'",
      #"{"apns-push-type":"voip","apns-topic":"com.example.app.voip"}"#
    ),
    // Those of a topic without a type.
    ("r.topic = 'com.example.app.voip' c.body = r.push_type", #"{"apns-topic":"com.example.app.voip"}"#),
    ("r.collapse_id = 'c' r.collapse_id = nil", nil), ("r.topic = 'com.example.app'", nil),
    ("local x = r.priority", nil),
    ("r.priority = 5.0", #"{"apns-priority":"5"}"#),
  ])
  func whatIsWrittenIsReported(_ code: String, _ headers: String?) throws {
    let ran = try Self.run(code)
    #expect(ran.headers == headers && ran.outcome.contains(#""faults":[]"#), "\(ran.outcome)")
    let told = headers.map { #""headers":\#($0),"payload":"# }
    #expect(told.map { ran.outcome.contains($0) } ?? !ran.outcome.contains(#""headers":{},"#))
  }

  /// A plugin reads what it has written, and so do those behind it; the notification's name stays.
  @Test func laterReadersSeeIt() throws {
    let ran = try Self.run([
      Member(code: "r.collapse_id = 'new' r.priority = 5 c.title = r.identifier .. r.collapse_id"),
      Member(
        code: "c.body = table.concat({ r.identifier, r.collapse_id, r.priority, r.push_type }, ' ')",
        grant: nil),
    ])
    #expect(ran.payload.contains("m1new") && ran.payload.contains("m1 new 5 alert"), "\(ran.payload)")
    #expect(ran.outcome.hasPrefix(#""id":"m1","#))
  }

  @Test(arguments: [
    ("r.expiration = 0", "add 'expiration' to the fields of 'delivery'"),
    ("r.topic = 'com.example.other'", "is for com.example.app"), ("r.topic = nil", "got nil"),
    ("r.priority = 7", "expected 10, 5 or 1, got 7"), ("r.priority = {}", "got a table"),
    ("r.collapse_id = 'a\\r\\napns-priority: 10'", "without control characters"),
    ("r.push_type = r", "got a request"),
    ("r.locale = 'de'", "request.locale is read only; change content instead"),
    ("r.content = nil", "request.content is read only"), ("r.settings = {}", "request.settings is read only"),
    ("r.pushtype = 'x'", "did you mean 'push_type'?"), ("r[1] = 'x'", "no property of type number"),
  ])
  func whatIsNotGrantedOrNoValueIsAFault(_ code: String, _ message: String) throws {
    let ran = try Self.run("r.collapse_id = 'undone'\n" + code)
    #expect(ran.headers == nil && ran.outcome.contains(#""kind":"error""#))
    #expect(ran.outcome.contains("p0.lua:3: ") && ran.outcome.contains(message), "\(ran.outcome)")
  }

  @Test func withoutAGrantNothingIsWritten() throws {
    let ran = try Self.run([Member(code: "r.priority = 5", grant: nil)])
    #expect(ran.headers == nil && ran.outcome.contains("request.priority needs the capability 'delivery'"))
    #expect(ran.outcome.contains("fields: [priority]"))
  }

  @Test(arguments: [
    (#"{"aps":{"alert":"hi"}}"#, "the line is a payload alone, and there are no headers"),
    (
      #"{"headers":{"apns-topic":"com.example.other"},"payload":{"aps":{}}}"#,
      "for the topic 'com.example.other'"
    ),
    (#"{"payload":{"aps":{}}}"#, "names no topic"),
  ])
  func whatTheLineDoesNotHaveIsAFault(_ line: String, _ message: String) throws {
    let ran = try Self.run("r.priority = 5", line)
    #expect(ran.headers == nil && ran.outcome.contains(message), "\(ran.outcome)")
  }

  // MARK: Rules

  @Test(arguments: [
    ("r.push_type = 'voip'", "ends in .voip", " (written at p0.lua:2)"),
    ("r.topic = 'com.example.app.voip' r.push_type = 'alert'", "not of a push of type alert", "p0.lua:2"),
    ("r.push_type = 'background'", "a background push must not have 'aps.alert'", " (written at p0.lua:2)"),
    (
      "c.user_info = { aps = { ['content-available'] = 1 } }\nr.push_type = 'background'\nr.priority = 10",
      "a background push must have 'apns-priority' 5", " (written at p0.lua:4)"
    ),
  ])
  func headersThatDoNotGoTogetherAreAFault(_ code: String, _ message: String, _ place: String) throws {
    let ran = try Self.run(code)
    #expect(ran.headers == nil && ran.outcome.contains(#""kind":"invalid_result""#), "\(ran.outcome)")
    #expect(ran.outcome.contains(message) && ran.outcome.contains(place), "\(ran.outcome)")
  }

  /// What the sender has broken is not the plugin's.
  @Test func aBreachOfTheInputStays() throws {
    let line =
      #"{"headers":{"apns-topic":"com.example.app","apns-priority":"7"},"payload":{"aps":{"alert":"a"}}}"#
    let ran = try Self.run("r.collapse_id = 'c'", line)
    #expect(ran.headers == #"{"apns-collapse-id":"c"}"# && ran.outcome.contains(#""faults":[]"#))
  }

  @Test func aRelaxedRuleIsAWarning() throws {
    let code = "c.user_info = { aps = {} }\nr.push_type = 'background'"
    let refused = try Self.run([Member(code: code)])
    #expect(refused.headers == nil && refused.outcome.contains("needs 'aps.content-available': 1"))
    let relaxed = try Self.run([Member(code: code)], relaxed: [.backgroundContentAvailable])
    #expect(relaxed.headers == #"{"apns-push-type":"background"}"#)
    #expect(relaxed.outcome.contains(#""faults":[]"#))
    #expect(
      relaxed.outcome.contains(
        "p0: a background push needs 'aps.content-available': 1 (written at p0.lua:3) (relaxed:"
          + " background_content_available)"), "\(relaxed.outcome)")
    // Another rule holds all the same.
    let other = try Self.run(
      [Member(code: "r.push_type = 'background'")], relaxed: [.backgroundContentAvailable])
    #expect(other.headers == nil && other.outcome.contains("must not have 'aps.alert'"))
    let text = try Self.run([Member(code: "c.body = nil")], relaxed: [.alertText])
    #expect(text.payload == #"{"aps":{}}"# && text.outcome.contains("relaxed: alert_text"), "\(text.outcome)")
  }

  // MARK: Going back

  @Test func aFaultTakesBackWhatItsPluginWrote() throws {
    let first = Member(code: "r.priority = 5 r.collapse_id = 'first'")
    let ran = try Self.run([
      first, Member(code: "r.priority = 1 r.collapse_id = nil error('no')"),
      Member(code: "c.body = r.collapse_id"),
    ])
    #expect(ran.headers == #"{"apns-priority":"5","apns-collapse-id":"first"}"#)
    #expect(ran.payload == #"{"aps":{"alert":"first"}}"#, "\(ran.payload)")
    let original = try Self.run([first, Member(code: "r.priority = 1 error('no')", onFault: .original)])
    #expect(original.headers == nil && original.outcome.contains(#""kind":"error""#))
    let dropped = try Self.run([first, Member(code: "return notilua.drop('x')")])
    #expect(dropped.headers == nil)
  }

  /// The largest payload is that of the push's type, and without the plugin that broke it the others run again.
  @Test func theSizeIsThatOfTheNewType() throws {
    let long = String(repeating: "x", count: 4500)
    let line =
      #"{"headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":"hi"},"k":"\#(long)"}}"#
    let voip = try Self.run(
      [Member(code: "r.topic = 'com.example.app.voip' r.push_type = 'voip' c.body = 'x'")], line)
    #expect(voip.outcome.contains(#""faults":[]"#) && voip.headers != nil, "\(voip.outcome.prefix(500))")
    let grown = try Self.run(
      [
        Member(code: "r.collapse_id = 'a' r.priority = 5"),
        Member(code: "c.user_info.k = ('x'):rep(6000) r.collapse_id = 'b'"),
      ], Self.line)
    #expect(grown.headers == #"{"apns-priority":"5","apns-collapse-id":"a"}"#, "\(grown.outcome.prefix(500))")
  }

  /// The next notification begins with its own headers.
  @Test func nothingIsLeftForTheNextNotification() throws {
    var options = RunnerOptions()
    options.content = .payloads
    let runner = try Self.runner([Member(code: "if c.body == 'hi' then r.priority = 5 end")], options)
    runner.begin(quarantined: 0)
    for (item, body) in ["hi", "ho", "hi"].enumerated() {
      Array(Self.line.replacing("hi", with: body).utf8).withUnsafeBytes {
        runner.run(item: item, $0, receivedAt: 0)
      }
    }
    let bytes = runner.withResults { _, sections in sections.flatMap { Array($0) } }
    try bytes.withUnsafeBytes { bytes in
      let results = try #require(ResultBody(bytes, pending: 0..<3))
      #expect(results.entries.map { PassEffects($0.effects)?.delivery.entries.count } == [1, 0, 1])
    }
  }

  // MARK: Senders

  /// Runs a chain on pushes of senders, and returns the topic that is written and the outcome of each.
  private static func run(
    _ chain: [Member], senders: [PushTopics?]
  ) throws -> [(headers: String?, outcome: String)] {
    var options = RunnerOptions()
    options.content = .payloads
    options.writesOutcomes = true
    let runner = try runner(chain, options)
    runner.begin(quarantined: 0)
    for (item, topics) in senders.enumerated() {
      let payload = Array(#"{"aps":{"alert":"hi"}}"#.utf8)
      let envelope = PushEnvelope(
        deviceName: nil, environment: nil, headers: [.topic: "com.example.app"])
      let push = Push(
        PushNotification(ticket: 0, place: "p", deviceToken: "ab", payload: payload), envelope, topics: topics
      )
      push.item(namesTopics: topics != nil).withUnsafeBytes { runner.push(item: item, $0, receivedAt: 0) }
    }
    let bytes = runner.withResults { _, sections in sections.flatMap { Array($0) } }
    return try bytes.withUnsafeBytes { bytes in
      try #require(ResultBody(bytes, pending: 0..<senders.count)).entries.map {
        (PassEffects($0.effects)?.delivery.members(), String(decoding: $0.outcome, as: UTF8.self))
      }
    }
  }

  /// The fault is where the plugin writes, and the notification goes on as its policy says.
  @Test func aTopicThatTheSendersKeyIsNotForIsAFault() throws {
    let wide = DeliveryGrant(fields: [.topic, .collapseID], topics: nil)
    let first = Member(code: "r.collapse_id = 'first'", grant: wide)
    let second = Member(code: "r.collapse_id = 'second'\nr.topic = 'com.example.talk'", grant: wide)
    let both = PushTopics.apps(["com.example.app", "com.example.talk"])
    let one = PushTopics.apps(["com.example.app"])
    let ran = try Self.run([first, second], senders: [one, both, nil, .listed(["com.example.app"]), one])
    let kept = #"{"apns-collapse-id":"first"}"#
    let changed = #"{"apns-collapse-id":"second","apns-topic":"com.example.talk"}"#
    #expect(ran.map(\.headers) == [kept, changed, changed, kept, kept])
    for index in [0, 3, 4] {
      let outcome = ran[index].outcome
      #expect(outcome.contains(#""kind":"error","then":"skip""#), "\(outcome)")
      #expect(
        outcome.contains(
          "p1.lua:3: request.topic cannot be 'com.example.talk'; the key of the push's sender is not for that"
            + " topic: add the topic to the key, or write another"), "\(outcome)")
    }
    let original = try Self.run(
      [first, Member(code: second.code, grant: wide, onFault: .original)], senders: [one])
    #expect(original[0].headers == nil && original[0].outcome.contains(#""then":"original""#))
  }

  /// A plugin may catch it, as any error.
  @Test func aPluginMayChooseAnotherTopic() throws {
    let code = """
      local ok = pcall(function() r.topic = 'com.example.talk' end)
      if not ok then r.topic = r.topic .. '.voip' r.push_type = nil end
      """
    let grant = DeliveryGrant(fields: [.topic, .pushType], topics: nil)
    let ran = try Self.run([Member(code: code, grant: grant)], senders: [.apps(["com.example.app"])])
    #expect(ran[0].headers == #"{"apns-topic":"com.example.app.voip"}"#, "\(ran[0].outcome)")
  }

  /// A line goes out as it came; the host writes the headers.
  @Test func aFilterReportsThemBesideTheLine() throws {
    let ran = try Self.run([Member(code: "r.priority = 5 notilua.withdraw('m0')")], content: .lines)
    #expect(ran.payload == Self.line + "\n" && ran.headers == #"{"apns-priority":"5"}"#)
  }
}
