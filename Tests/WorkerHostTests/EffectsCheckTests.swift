import DeliveryTesting
import NotificationModel
import Testing
import WorkerHost
import WorkerProtocol

/// What a host believes of delivery headers that a worker reports.
struct EffectsCheckTests {
  private static let check = EffectsCheck(grants: [
    nil, DeliveryGrant(fields: [.pushType, .priority, .topic], topics: .apps(["com.example.app"])),
    DeliveryGrant(fields: [.collapseID], topics: .apps(["com.example.talk"])),
  ])

  private static func effects(_ edits: [(Int, DeliveryEdit)]) -> [UInt8] {
    var change = DeliveryChange()
    for (plugin, edit) in edits { change.add(edit, by: plugin) }
    return PassEffects(delivery: change).bytes
  }

  private static func problem(
    _ bytes: [UInt8], topic: String? = "com.example.app", headers: String = "", push: Push? = nil,
    content: ResultContent = .payloads
  ) -> String? {
    let named = topic.map { #""apns-topic":"\#($0)""# } ?? #""x":1"#
    let line = #"{"headers":{\#(named)\#(headers)},"payload":{"aps":{"alert":"a"}}}"#
    return bytes.withUnsafeBytes { bytes in
      Array(line.utf8).withUnsafeBytes { check.problem(bytes, content, $0, push) }
    }
  }

  @Test func whatIsGrantedIsBelieved() {
    #expect(Self.problem(Self.effects([(1, .priority(5)), (1, .pushType(.alert))])) == nil)
    #expect(Self.problem(Self.effects([(1, .topic("com.example.app.voip"))])) == nil)
    #expect(Self.problem(Self.effects([(2, .collapseID("c"))]), topic: "com.example.talk") == nil)
    #expect(Self.problem([]) == nil)
  }

  @Test(arguments: [
    // No grant, no plugin, a field or a topic of another plugin's grant.
    ([(0, DeliveryEdit.priority(5))], "com.example.app" as String?), ([(3, .priority(5))], "com.example.app"),
    ([(Int(UInt32.max), .priority(5))], "com.example.app"), ([(2, .priority(5))], "com.example.talk"),
    ([(1, .collapseID("c"))], "com.example.app"), ([(2, .collapseID("c"))], "com.example.app"),
    ([(1, .priority(5))], "com.example.talk"), ([(1, .priority(5))], nil),
    ([(1, .priority(5)), (1, .expiration(0))], "com.example.app"),
    ([(1, .topic("com.example.talk"))], "com.example.app"),
    // The topic that it came with counts, and not the one that it is given.
    ([(1, .topic("com.example.app"))], "com.example.other"),
  ])
  func whatIsNotGrantedIsNone(_ edits: [(Int, DeliveryEdit)], _ topic: String?) {
    let problem = Self.problem(Self.effects(edits), topic: topic)
    #expect(problem?.contains("not granted") == true, "\(problem ?? "-")")
  }

  /// Each value may be one that APNs takes, and all together not.
  @Test func whatBreaksARuleOfAPNsIsNone() {
    let background = Self.problem(Self.effects([(1, .pushType(.background)), (1, .priority(10))]))
    #expect(background?.contains("a background push must have 'apns-priority' 5") == true)
    let voip = Self.problem(Self.effects([(1, .pushType(.voip))]))
    #expect(voip?.contains("ends in .voip") == true)
    // What the sender has broken already is not the plugins'.
    let known = Self.problem(Self.effects([(1, .pushType(.alert))]), headers: #","apns-priority":"7""#)
    #expect(known == nil)
  }

  @Test func aPayloadAloneHasNoHeaders() {
    let line = Array(#"{"aps":{"alert":"a"}}"#.utf8)
    let problem = Self.effects([(1, .priority(5))]).withUnsafeBytes { bytes in
      line.withUnsafeBytes { Self.check.problem(bytes, .lines, $0, nil) }
    }
    #expect(problem?.contains("has none") == true)
  }

  @Test func aFilterHasNoOtherEffects() {
    let recall = PassEffects(withdrawals: ["m"]).bytes
    #expect(Self.problem(recall, content: .lines) != nil && Self.problem(recall, content: .none) != nil)
    #expect(Self.problem(recall) == nil)
    #expect(Self.problem(Self.effects([(1, .priority(5))]), content: .lines) == nil)
  }

  /// The sender of a push may not reach by a plugin what its own key does not let it push to.
  @Test func theTopicsOfASenderBindItsPushes() throws {
    let check = EffectsCheck(grants: [
      DeliveryGrant(fields: [.topic], topics: .apps(["com.example.app", "com.example.talk"]))
    ])
    func problem(_ topic: String, _ topics: PushTopics?) throws -> String? {
      var push = try MemoryPushes.push("m", payload: #"{"aps":{"alert":"a"}}"#)
      push.topics = topics
      return Self.effects([(0, .topic(topic))]).withUnsafeBytes { bytes in
        push.payloadLine.withUnsafeBytes { check.problem(bytes, .payloads, $0, push) }
      }
    }
    #expect(try problem("com.example.app.voip", .apps(["com.example.app"])) == nil)
    #expect(try problem("com.example.talk", .apps(["com.example.app", "com.example.talk"])) == nil)
    #expect(try problem("com.example.talk", .apps(["com.example.app"]))?.contains("sender") == true)
    #expect(try problem("com.example.app.voip", .listed(["com.example.app"]))?.contains("sender") == true)
    // Where nothing is known of the sender, its push stays with the app that it is for.
    #expect(try problem("com.example.app.voip", nil) == nil)
    #expect(try problem("com.example.talk", nil)?.contains("sender") == true)
    // And the grant binds the plugin, whatever the sender may.
    #expect(try problem("com.example.other", .apps(["com.example.other"]))?.contains("not granted") == true)
  }
}
