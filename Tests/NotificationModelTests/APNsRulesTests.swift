import LosslessJSON
import NotificationModel
import Testing

/// What APNs would refuse, and what a device would not show.
struct APNsRulesTests {
  private static func subjects(_ payload: String, pushType: String) throws -> [String] {
    var document = JSONDocument()
    try document.parse(payload)
    let line = try NotificationLine(document)
    return APNsRules.breaches(line, document, pushType: pushType).map(\.subject)
  }

  @Test(
    arguments: [
      (#"{"aps":{"alert":"a","badge":0,"sound":"default"}}"#, "alert", []),
      (#"{"aps":{"badge":-1}}"#, "alert", ["aps.badge"]),
      (#"{"aps":{"badge":1.5}}"#, "alert", ["aps.badge"]), (#"{"aps":{"alert":7}}"#, "alert", ["aps.alert"]),
      (
        #"{"aps":{"sound":{"critical":2,"volume":1.5,"name":1}}}"#, "alert",
        ["aps.sound.critical", "aps.sound.volume", "aps.sound.name"]
      ),
      (#"{"aps":{"sound":{"critical":1,"volume":0.5,"name":"a"}}}"#, "alert", []),
      (#"{"aps":{"thread-id":1}}"#, "alert", ["aps.thread-id"]),
      (#"{"aps":{"relevance-score":1.5}}"#, "alert", ["aps.relevance-score"]),
      (#"{"aps":{"relevance-score":150,"timestamp":1,"event":"update"}}"#, "liveactivity", []),
      (#"{"aps":{"interruption-level":"loud"}}"#, "alert", ["aps.interruption-level"]),
      (#"{"aps":{"content-available":1}}"#, "background", []),
      (#"{"aps":{"content-available":1,"badge":1}}"#, "background", ["aps.badge"]),
      (#"{"aps":{}}"#, "background", ["aps.content-available"]),
      (#"{"aps":{"content-state":{}}}"#, "alert", ["aps.content-state"]),
      (#"{"aps":{"event":"start"}}"#, "liveactivity", ["aps.timestamp"]),
      (#"{"aps":{"mutable-content":true}}"#, "alert", []),
      (#"{"aps":{"mutable-content":2}}"#, "alert", ["aps.mutable-content"]),
      (#"{"payload":{}}"#, "alert", ["aps"]),
      (#"{"payload":{}}"#, "voip", []),
    ] as [(String, String, [String])])
  func findsWhatIsWrong(_ payload: String, _ pushType: String, _ wanted: [String]) throws {
    #expect(try Self.subjects(payload, pushType: pushType) == wanted)
  }

  @Test func aPayloadHasItsSizeToKeep() {
    #expect(APNsRules.sizeBreach(pushType: "alert", size: 4096) == nil)
    #expect(
      APNsRules.sizeBreach(pushType: "alert", size: 4097)?.message
        == "the payload has 4097 bytes; APNs takes 4096")
    #expect(APNsRules.sizeBreach(pushType: "voip", size: 5120) == nil)
    #expect(APNsRules.sizeBreach(pushType: "voip", size: 5121) != nil)
  }

  @Test(
    arguments: [
      (#"{"aps":{"alert":"a","mutable-content":1}}"#, nil),
      (#"{"aps":{"alert":"a"}}"#, "'aps.mutable-content' is not 1"),
      (#"{"aps":{"alert":{"loc-key":"k"},"mutable-content":true}}"#, nil),
      (#"{"aps":{"alert":{},"mutable-content":1}}"#, "the alert has no title, subtitle or body"),
      (#"{"aps":{"content-available":1}}"#, "it is a push of type background, not an alert"),
      (#"{"payload":{}}"#, "it has no 'aps'"),
      (#"{"payload":{},"headers":{"apns-push-type":""}}"#, "it is a push of type \"\", not an alert"),
    ] as [(String, String?)])
  func saysWhyADeviceWouldNotRunItsExtension(_ text: String, _ reason: String?) throws {
    var document = JSONDocument()
    try document.parse(text)
    let line = try NotificationLine(document)
    #expect(APNsRules.reasonNotRun(line, document) == reason)
  }

  /// Each rule that an operator may relax is that of a breach, and no other breach has one.
  @Test(arguments: [
    (APNsRule.apsRequired, #"{"payload":{}}"#, "alert"),
    (.backgroundContentAvailable, #"{"aps":{}}"#, "background"),
    (.backgroundWithoutAlert, #"{"aps":{"content-available":1,"badge":1}}"#, "background"),
    (.liveActivityMembers, #"{"aps":{"event":"end"}}"#, "liveactivity"),
    (.liveActivityOnly, #"{"aps":{"alert":"a","content-state":{}}}"#, "alert"),
    (.alertSound, #"{"aps":{"alert":{"body":"a","sound":"s"}}}"#, "alert"),
  ])
  func aBreachNamesItsRule(_ rule: APNsRule, _ text: String, _ type: String) throws {
    var document = JSONDocument(depthLimit: 20)
    try document.parse(text)
    let line = try NotificationLine(document)
    #expect(APNsRules.pushTypeBreaches(line, document, pushType: type).map(\.rule) == [rule])
    #expect(APNsRules.lostAlertText.rule == .alertText)
  }

  @Test func whatAPNsRefusesIsNotRelaxed() throws {
    var document = JSONDocument(depthLimit: 20)
    try document.parse(
      #"{"headers":{"apns-push-type":"x","apns-priority":"7","apns-expiration":"x","apns-id":"x"},"payload":{"aps":{}}}"#
    )
    let line = try NotificationLine(document)
    let breaches = APNsRules.headerBreaches(line, document)
    #expect(breaches.count == 4 && breaches.allSatisfy { $0.rule == nil })
    #expect(APNsRules.sizeBreach(pushType: "alert", size: 5000)?.rule == nil)
  }

  /// "background: … Always use priority 5."
  /// Apple, of the push type "background": "Always use priority 5", without exception.
  func aBackgroundPushHasPriority5(_ priority: String, _ isBroken: Bool) throws {
    var document = JSONDocument(depthLimit: 20)
    try document.parse(
      #"{"headers":{"apns-push-type":"background","apns-priority":"\#(priority)"},"payload":{"aps":{"content-available":1}}}"#
    )
    let line = try NotificationLine(document)
    #expect(APNsRules.headerBreaches(line, document).isEmpty == !isBroken)
  }
}
