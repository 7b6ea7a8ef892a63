import APNsProtocol
import APNsSimulator
import HTTP2Transport
import NotificationModel
import Testing

/// Every rule of a request, with what APNs says where it is broken.
struct RequestCheckTests {
  private static let id = "123E4567-e89b-12d3-a456-42665544000A"

  @Test func acceptsARequestThatIsAsAppleSays() throws {
    let decision = try Sample().simulation().answer(try Sample().request(["authorization": nil]))
    #expect(decision.said == "403 MissingProviderToken")
    let sample = try Sample()
    let accepted = sample.simulation().answer(try sample.request(["apns-id": Self.id]))
    #expect(accepted.said == "200")
    #expect(accepted.header("apns-id") == Self.id.lowercased())
    #expect(accepted.header("apns-unique-id").map(UUIDText.isCanonical) == true)
  }

  @Test func makesAnIDWhereThereIsNone() throws {
    var sample = try Sample()
    sample.environment = .production
    let decision = sample.simulation().answer(try sample.request())
    #expect(decision.header("apns-id").map(UUIDText.isCanonical) == true)
    #expect(decision.header("apns-unique-id") == nil)
  }

  @Test(arguments: [
    ("GET", "/3/device/ab", "405 MethodNotAllowed"), ("POST", "/3/devices/ab", "404 BadPath"),
    ("POST", "/3/device/ab/cd", "404 BadPath"), ("POST", "/", "404 BadPath"),
    ("POST", "/3/device/", "400 MissingDeviceToken"), ("POST", "/3/device", "400 MissingDeviceToken"),
    ("POST", "/3/device/abc", "400 BadDeviceToken"), ("POST", "/3/device/xy", "400 BadDeviceToken"),
    ("POST", "/3/device/ab", "200"), ("POST", "/3/device/\(String(repeating: "aB", count: 80))", "200"),
  ])
  func looksAtMethodAndPath(_ method: String, _ path: String, _ said: String) throws {
    let sample = try Sample()
    #expect(sample.simulation().answer(try sample.request(method: method, path: path)).said == said)
  }

  @Test(
    arguments: [
      ("apns-topic", nil, "400 MissingTopic"), ("apns-topic", "", "400 BadTopic"),
      ("apns-topic", "com.example app", "400 BadTopic"),
      ("apns-topic", "com.example.app.voip", "200"),
      ("apns-push-type", "alert", "200"), ("apns-push-type", "shout", "400 InvalidPushType"),
      ("apns-push-type", "voip", "400 InvalidPushType"), ("apns-push-type", "mdm", "200"),
      ("apns-push-type", "location", "400 InvalidPushType"),
      ("apns-id", id, "200"), ("apns-id", "123e4567e89b12d3a45642665544000a", "400 BadMessageId"),
      ("apns-id", "123e4567-e89b-12d3-a456-42665544000", "400 BadMessageId"),
      ("apns-id", "123e4567-e89b-12d3-a456-42665544000g", "400 BadMessageId"),
      ("apns-expiration", "0", "200"), ("apns-expiration", "1767225600", "200"),
      ("apns-expiration", "-1", "400 BadExpirationDate"), ("apns-expiration", "", "400 BadExpirationDate"),
      ("apns-expiration", "1.5", "400 BadExpirationDate"),
      ("apns-expiration", "99999999999999999999", "400 BadExpirationDate"),
      ("apns-priority", "1", "200"), ("apns-priority", "5", "200"), ("apns-priority", "10", "200"),
      ("apns-priority", "7", "400 BadPriority"), ("apns-priority", "", "400 BadPriority"),
      ("apns-push-type", "background", "400 BadPriority"),
      ("apns-collapse-id", String(repeating: "x", count: 64), "200"),
      ("apns-collapse-id", String(repeating: "ü", count: 33), "400 BadCollapseId"),
      ("apns-collapse-id", String(repeating: "ü", count: 32), "200"),
    ] as [(String, String?, String)])
  func looksAtEachHeader(_ name: String, _ value: String?, _ said: String) throws {
    let sample = try Sample()
    #expect(sample.simulation().answer(try sample.request([name: value])).said == said)
  }

  /// Apple, "Sending notification requests to APNs", the table of push types.
  @Test(arguments: [
    ("voip", ".voip"), ("complication", ".complication"), ("fileprovider", ".pushkit.fileprovider"),
    ("liveactivity", ".push-type.liveactivity"), ("widgets", ".push-type.widgets"),
    ("controls", ".push-type.controls"), ("location", ".location-query"), ("pushtotalk", ".voip-ptt"),
  ])
  func eachTypeHasItsTopic(_ pushType: String, _ suffix: String) throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    func said(_ pushType: String, _ topic: String) throws -> String {
      simulation.answer(try sample.request(["apns-push-type": pushType, "apns-topic": topic])).said
    }
    #expect(try said(pushType, "com.example.app\(suffix)") == "200")
    #expect(try said(pushType, "com.example.app") == "400 InvalidPushType")
    #expect(try said("alert", "com.example.app\(suffix)") == "400 InvalidPushType")
    let other = try sample.request(["apns-topic": "com.example.app\(suffix)"])
    #expect(simulation.answer(other).said == "200")
    #expect(
      String(decoding: simulation.journal.lines(), as: UTF8.self).contains(#""push_type":"\#(pushType)""#))
  }

  /// Without the header the payload decides; the header's rule of priorities is not asked for then.
  @Test(arguments: [
    ("com.example.app", #"{"aps":{"content-available":1}}"#, "background"),
    ("com.example.app", #"{"mdm":"Magic"}"#, "mdm"), ("pass.com.example.ticket", "{}", "background"),
    ("com.example.app", "{}", "alert"),
  ])
  func thePayloadDecidesWithoutAHeader(_ topic: String, _ body: String, _ pushType: String) throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    #expect(simulation.answer(try sample.request(["apns-topic": topic], body: body)).said == "200")
    #expect(
      String(decoding: simulation.journal.lines(), as: UTF8.self).contains(#""push_type":"\#(pushType)""#))
  }

  @Test func backgroundHasPriorityFive() throws {
    let sample = try Sample()
    let headers: [String: String?] = ["apns-push-type": "background", "apns-priority": "5"]
    #expect(sample.simulation().answer(try sample.request(headers)).said == "200")
  }

  @Test(arguments: ["apns-topic", "apns-id", "apns-priority", "apns-collapse-id", "authorization"])
  func refusesAHeaderThatComesTwice(_ name: String) throws {
    let sample = try Sample()
    let twice = [HTTP2Header(name, "5"), HTTP2Header(name, "5")]
    #expect(sample.simulation().answer(try sample.request(extra: twice)).said == "400 DuplicateHeaders")
  }

  @Test(arguments: [
    ("alert", "", "400 PayloadEmpty"), ("alert", "[]", "400 PayloadEmpty"),
    ("alert", "{", "400 PayloadEmpty"),
    ("alert", "{}", "200"), ("alert", pad(4096), "200"), ("alert", pad(4097), "413 PayloadTooLarge"),
    ("voip", pad(5120), "200"), ("voip", pad(5121), "413 PayloadTooLarge"),
  ])
  func looksAtThePayload(_ pushType: String, _ body: String, _ said: String) throws {
    let sample = try Sample()
    let topic = pushType == "voip" ? "com.example.app.voip" : "com.example.app"
    let request = try sample.request(["apns-push-type": pushType, "apns-topic": topic], body: body)
    #expect(sample.simulation().answer(request).said == said)
  }

  private static func pad(_ size: Int) -> String {
    #"{"a":""# + String(repeating: "x", count: size - 8) + #""}"#
  }
}
