import LosslessJSON
import NotificationModel
import Testing

/// The push type of lines without `apns-push-type`, by the topics and payloads that Apple documents.
struct PushTypeTests {
  private static let app = "com.example.app"

  private static func type(_ topic: String?, _ payload: String) throws -> PushType {
    var document = JSONDocument()
    try document.parse(payload)
    return PushType(topic: topic, payload: document.root, document)
  }

  /// Apple, "Sending notification requests to APNs", the table of push types.
  static let suffixes = [
    ("voip", ".voip"), ("complication", ".complication"), ("fileprovider", ".pushkit.fileprovider"),
    ("liveactivity", ".push-type.liveactivity"), ("widgets", ".push-type.widgets"),
    ("controls", ".push-type.controls"), ("location", ".location-query"), ("pushtotalk", ".voip-ptt"),
  ]

  @Test(arguments: suffixes)
  func aSuffixDecides(_ name: String, _ suffix: String) throws {
    let topic = Self.app + suffix
    for payload in [
      "{}", #"{"aps":{}}"#, #"{"aps":{"alert":"a"}}"#, #"{"aps":{"content-available":1}}"#, #"{"mdm":"a"}"#,
    ] {
      #expect(try Self.type(topic, payload).rawValue == name)
    }
    #expect(PushType(suffixOf: topic)?.rawValue == name)
    #expect(PushType.bundleID(of: topic) == Self.app)
    #expect(PushType(suffixOf: suffix) == nil, "a suffix alone is of no app")
  }

  @Test func everyTypeIsKnown() {
    let others = ["alert", "background", "mdm"]
    #expect(PushType.names.sorted() == (Self.suffixes.map(\.0) + others).sorted())
    #expect(PushType(suffixOf: Self.app) == nil && PushType.bundleID(of: Self.app) == Self.app)
  }

  @Test(
    arguments: [
      (app, #"{"aps":{"alert":"a"}}"#, .alert), (app, #"{"aps":{"badge":0}}"#, .alert),
      (app, #"{"aps":{}}"#, .alert), (app, "{}", .alert),
      // "Pushing background updates to your App": content-available, and none of alert, badge and sound.
      (app, #"{"aps":{"content-available":1},"id":1}"#, .background),
      (app, #"{"aps":{"content-available":1,"sound":"default"}}"#, .alert),
      // "Setting up push notifications for your MDM customers".
      ("com.apple.mgmt.External.fc5181e1-fa94-473c-a563-d74d11e7e8f6", #"{"mdm":"Magic"}"#, .mdm),
      ("com.apple.mgmt.Custom.a", "{}", .mdm), (app, #"{"mdm":"Magic"}"#, .mdm),
      (app, #"{"mdm":"Magic","aps":{"alert":"a"}}"#, .alert),
      // "Adding a Web Service to Update Passes".
      ("pass.com.example.ticket", "{}", .background),
      ("pass.com.example.ticket", #"{"aps":{}}"#, .background),
      ("pass.com.example.ticket", #"{"aps":{"alert":"a"}}"#, .alert),
      ("passive.com.example", "{}", .alert),
      // A topic without a suffix is against these.
      (app, #"{"aps":{"timestamp":1,"event":"update","content-state":{}}}"#, .alert),
      (nil, #"{"aps":{"timestamp":1,"event":"update","content-state":{}}}"#, .liveactivity),
      (nil, #"{"aps":{"timestamp":1,"event":"start","alert":{"title":"a"}}}"#, .liveactivity),
      (nil, #"{"aps":{"content-changed":true}}"#, .widgets),
      (
        nil, #"{"container-identifier":"NSFileProviderWorkingSetContainerItemIdentifier","domain":"d"}"#,
        .fileprovider
      ),
      (nil, #"{"mdm":"Magic"}"#, .mdm), (nil, #"{"aps":{"content-available":1}}"#, .background),
      (nil, #"{"aps":{"alert":"a"}}"#, .alert), (nil, "{}", .alert),
    ] as [(String?, String, PushType)])
  func theTopicAndThePayloadDecide(_ topic: String?, _ payload: String, _ type: PushType) throws {
    #expect(try Self.type(topic, payload) == type)
  }

  /// The topic of a certificate or of a flag may have a suffix itself.
  @Test(arguments: [
    (app, "alert", app, "alert"), (app, "voip", app + ".voip", "voip"),
    (app + ".voip", "alert", app + ".voip", "voip"), (app + ".voip", "voip", app + ".voip", "voip"),
    (app + ".voip", "background", app + ".voip", "voip"),
    (app + ".voip", "pushtotalk", app + ".voip-ptt", "pushtotalk"),
    (app + ".push-type.liveactivity", "liveactivity", app + ".push-type.liveactivity", "liveactivity"),
    ("com.apple.mgmt.a", "mdm", "com.apple.mgmt.a", "mdm"), (app, "unknown", app, "unknown"),
  ])
  func anAddressHasOneSuffix(_ name: String, _ given: String, _ topic: String, _ type: String) {
    #expect(PushType.address(name, pushType: given) == (topic, type))
  }
}
