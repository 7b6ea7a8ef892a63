import LosslessJSON
import NotificationModel
import Testing

/// What the chain made of a payload changes the payload, the attachments and what follows from them, and nothing else.
struct PayloadChangeTests {
  private static let line =
    #"{"id":"m","device_token":"ab01","environment":"sandbox","locale":"de","x":1.50,"#
    + #""headers":{"apns-topic":"com.example.app","apns-priority":"10"},"payload":{"aps":{"alert":"a"},"rc":{"id":9}}}"#

  private static func read(_ line: String, _ change: PayloadChange?) -> PushNotification? {
    var document = JSONDocument(depthLimit: 64)
    return Array(line.utf8).withUnsafeBytes {
      PushNotification($0, ticket: 1, place: "a:1", identifier: "made", change: change, &document)
    }
  }

  private static func payload(_ text: String) -> PayloadChange { PayloadChange(payload: Array(text.utf8)) }

  @Test func whatNamesAndAddressesItIsTheLines() throws {
    let lie =
      #"{"aps":{"alert":"b"},"rc":{"id":"other"},"device_token":"ffff","id":"evil","payload":{},"#
      + #""headers":{"apns-topic":"evil","apns-id":"0f6f1d5e-1111-4111-8111-aaaaaaaaaaaa"},"environment":"production"}"#
    let honest = try #require(Self.read(Self.line, nil))
    let changed = try #require(Self.read(Self.line, Self.payload(lie)))
    #expect(changed.payload == Array(lie.utf8))
    #expect(changed.identifier == "m" && changed.deviceToken == "ab01" && changed.environment == .sandbox)
    #expect(changed.headers == honest.headers && changed.otherMembers == honest.otherMembers)
    #expect(Set(changed.names).subtracting([changed.apnsID]) == ["m", "9"])
    #expect(changed.locales == ["de"] && changed.apnsID != "0f6f1d5e-1111-4111-8111-aaaaaaaaaaaa")
  }

  /// Apple, "Sending notification requests to APNs": a push with content-available alone is of type background.
  @Test(arguments: [
    (#"{"device_token":"ab","payload":{"aps":{"alert":"a"}}}"#, "background"),
    (#"{"headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":"a"}}}"#, "background"),
    (#"{"headers":{"apns-push-type":"alert"},"payload":{"aps":{"alert":"a"}}}"#, "alert"),
    (#"{"headers":{"apns-topic":"com.example.app.voip"},"payload":{"aps":{"alert":"a"}}}"#, "voip"),
    (#"{"headers":{"apns-topic":"com.apple.mgmt.x"},"payload":{"aps":{"alert":"a"}}}"#, "mdm"),
    (#"{"aps":{"alert":"a"}}"#, "background"),
  ])
  func thePushTypeIsThatOfThePayloadThatLeaves(_ line: String, _ expected: String) throws {
    let changed = try #require(Self.read(line, Self.payload(#"{"aps":{"content-available":1}}"#)))
    #expect(changed.headers.pushType == expected)
  }

  /// The worker has read the payload; what it says is believed where a payload could stand for it beside the topic.
  @Test(
    arguments: [
      ("com.example.app", .background, 1, "background"), (nil, .liveactivity, 1, "liveactivity"),
      ("com.example.app", .voip, 2, "alert"), (nil, .voip, 2, "alert"), (nil, .pushtotalk, 2, "alert"),
      ("com.example.app", .mdm, 2, "alert"), ("com.example.app", .liveactivity, 2, "alert"),
      ("com.example.app.voip", .alert, 1, "voip"), ("com.apple.mgmt.x", .background, 1, "mdm"),
      ("com.example.app", nil, 2, "alert"),
    ] as [(String?, PushType?, Int, String)])
  func theWorkerSaysForWhichTypeThePayloadStands(
    _ topic: String?, _ said: PushType?, _ parses: Int, _ expected: String
  ) throws {
    let headers = topic.map { #""headers":{"apns-topic":"\#($0)"},"# } ?? ""
    let line = #"{\#(headers)"payload":{"aps":{"alert":"a"}}}"#
    let change = PayloadChange(payload: Array(#"{"aps":{"alert":"b"}}"#.utf8), pushType: said)
    var read: PushNotification?
    #expect(ParseCount.during { read = Self.read(line, change) } == parses)
    #expect(read?.headers.pushType == expected)
    let given = line.replacing(
      #"{"aps":{"alert":"a"}}"#, with: #"{"aps":{"alert":"a"}},"headers":{"apns-push-type":"alert"}"#)
    if topic == nil { #expect(Self.read(given, change)?.headers.pushType == "alert") }
  }

  @Test func aPriorityIsLookedAtWithThePayloadThatLeaves() throws {
    let silent = try #require(Self.read(Self.line, Self.payload(#"{"aps":{"content-available":1}}"#)))
    #expect(silent.headers.breach == "a background push must have 'apns-priority' 5")
    #expect(try #require(Self.read(Self.line, nil)).headers.breach == nil)
  }

  @Test func attachmentsOfPluginsTakeThePlaceOfTheEnvelopes() throws {
    let line = #"{"attachments":[{"identifier":"e","url":"file:///e.png"}],"x":1,"payload":{"aps":{}}}"#
    let attached = Attachment(
      identifier: "p", url: "file:///p.png", typeHint: "public.png", hidesThumbnail: true,
      clip: .init(x: 0, y: 0.5, width: 1, height: 0.25), time: 2)
    #expect(try #require(Self.read(line, nil)).attachments.map(\.identifier) == ["e"])
    let changed = try #require(Self.read(line, PayloadChange(attachments: [attached])))
    #expect(changed.attachments == [attached] && changed.payload == Array(#"{"aps":{}}"#.utf8))
    let again = try #require(Self.read(String(decoding: changed.envelope, as: UTF8.self), nil))
    #expect(again.attachments == [attached] && again.otherMembers.contains(#""x":1"#))
  }

  @Test func aLineWithoutANameHasOneThatIsMadeOnce() throws {
    let named = "0f6f1d5e-2222-4222-8222-aaaaaaaaaaaa"
    var document = JSONDocument(depthLimit: 64)
    let read = try #require(
      Array(#"{"aps":{}}"#.utf8).withUnsafeBytes {
        PushNotification($0, ticket: 1, place: "a:1", identifier: named, &document)
      })
    #expect(read.identifier == named && read.apnsID == named && read.names == [named])
    let again = try #require(Self.read(String(decoding: read.envelope, as: UTF8.self), nil))
    #expect(again.identifier == named && again.apnsID == named && again.names == [named])
    // The line's own apns-id is its name.
    let own = #"{"headers":{"apns-id":"0F6F1D5E-1111-4111-8111-AAAAAAAAAAAA"},"payload":{}}"#
    let second = try #require(Self.read(own, nil))
    #expect(second.identifier == "0F6F1D5E-1111-4111-8111-AAAAAAAAAAAA")
    #expect(second.apnsID == "0f6f1d5e-1111-4111-8111-aaaaaaaaaaaa")
  }
}
