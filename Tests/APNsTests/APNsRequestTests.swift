import APNs
import Delivery
import DeliveryTesting
import Foundation
import LosslessJSON
import NotificationModel
import Testing

/// Every row of the table of headers, as the sink sends it.
struct APNsRequestTests {
  private func arrival(_ line: String, topic: String? = "com.example.app") async throws -> TestServer.Arrival?
  {
    var document = JSONDocument(depthLimit: 64)
    let read = Array(line.utf8).withUnsafeBytes {
      PushNotification($0, ticket: 1, place: "test", &document)
    }
    let notification = try #require(read)
    let server = try await TestServer()
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.topic = topic }, on: $0)
    }
    #expect(deliver([notification], to: sink)[1] == .done)
    sink.close()
    await server.stop()
    return server.arrivals.first
  }

  private static let payload = #"{"aps":{"alert":"Héllo","n":1.0}}"#

  /// "The maximum size … for a Voice over Internet Protocol (VoIP) notification is 5 KB", and 4 KB for any other.
  @Test func theTopicDecidesHowLargeAPayloadMayBe() async throws {
    func line(_ size: Int) -> String {
      #"{"device_token":"ab01","payload":{"aps":{},"x":"\#(String(repeating: "x", count: size - 17))"}}"#
    }
    let arrival = try #require(try await arrival(line(5120), topic: "com.example.app.voip"))
    #expect(arrival.header("apns-push-type") == "voip")
    func refusal(_ size: Int, _ topic: String?) throws -> String? {
      var document = JSONDocument(depthLimit: 64)
      let read = Array(line(size).utf8).withUnsafeBytes {
        PushNotification($0, ticket: 1, place: "test", &document)
      }
      return APNsRequest.refusal(try #require(read), topic: topic)?.reason
    }
    #expect(try refusal(5120, "com.example.app.voip") == nil)
    #expect(try refusal(5121, "com.example.app.voip") == "PayloadTooLarge")
    #expect(try refusal(4096, "com.example.app") == nil)
    #expect(try refusal(4097, "com.example.app") == "PayloadTooLarge")
    #expect(try refusal(4097, nil) == "PayloadTooLarge")
  }

  @Test func headersAreWhatTheLineSays() async throws {
    let arrival = try #require(
      try await arrival(
        """
        {"device_token":"ABCDEF01","payload":\(Self.payload),"headers":{"apns-topic":"com.example.other",\
        "apns-push-type":"alert","apns-id":"123E4567-e89b-12d3-a456-426614174000","apns-priority":5,\
        "apns-expiration":"1700000000","apns-collapse-id":"a b"}}
        """))
    #expect(arrival.header(":method") == "POST")
    #expect(arrival.header(":scheme") == "https")
    #expect(arrival.header(":authority") == "localhost")
    #expect(arrival.header(":path") == "/3/device/ABCDEF01")
    #expect(arrival.header("apns-topic") == "com.example.other")
    #expect(arrival.header("apns-push-type") == "alert")
    #expect(arrival.header("apns-id") == "123e4567-e89b-12d3-a456-426614174000")
    #expect(arrival.header("apns-priority") == "5")
    #expect(arrival.header("apns-expiration") == "1700000000")
    #expect(arrival.header("apns-collapse-id") == "a b")
    let token = try #require(arrival.header("authorization"))
    #expect(token.hasPrefix("bearer ") && token.split(separator: ".").count == 3)
    #expect(String(decoding: arrival.body, as: UTF8.self) == Self.payload)
  }

  @Test func whatTheLineLeavesOutIsLeftOut() async throws {
    let arrival = try #require(
      try await arrival(#"{"device_token":"ab01","payload":{"aps":{"content-available":1}}}"#))
    #expect(arrival.header("apns-topic") == "com.example.app")
    #expect(arrival.header("apns-push-type") == "background")
    #expect(UUIDText.isCanonical(arrival.header("apns-id") ?? ""))
    #expect(arrival.header("apns-priority") == "5")
    for name in ["apns-expiration", "apns-collapse-id"] {
      #expect(arrival.header(name) == nil)
    }
  }

  /// The line's topic, else the configuration's, which may have a suffix itself.
  @Test(arguments: [
    (#""apns-topic":"com.example.app.voip""#, "com.example.app", "com.example.app.voip", "voip"),
    (#""apns-topic":"com.example.app.voip","apns-push-type":"alert""#, "a", "com.example.app.voip", "alert"),
    ("", "com.example.app.voip", "com.example.app.voip", "voip"),
    (#""apns-push-type":"voip""#, "com.example.app.voip", "com.example.app.voip", "voip"),
    (#""apns-push-type":"pushtotalk""#, "com.example.app", "com.example.app.voip-ptt", "pushtotalk"),
    (#""apns-topic":"pass.com.example.ticket""#, "com.example.app", "pass.com.example.ticket", "background"),
  ])
  func thePushTypeFollowsTheTopic(
    _ headers: String, _ own: String, _ topic: String, _ type: String
  ) async throws {
    let line = #"{"device_token":"ab01","payload":{"aps":{}},"headers":{\#(headers)}}"#
    let arrival = try #require(try await arrival(line, topic: own))
    #expect(arrival.header("apns-topic") == topic)
    #expect(arrival.header("apns-push-type") == type)
    #expect(arrival.header("apns-priority") == (type == "background" ? "5" : nil))
  }

  @Test(arguments: [
    ("voip", ".voip"), ("complication", ".complication"), ("fileprovider", ".pushkit.fileprovider"),
    ("liveactivity", ".push-type.liveactivity"), ("widgets", ".push-type.widgets"),
    ("controls", ".push-type.controls"), ("location", ".location-query"), ("pushtotalk", ".voip-ptt"),
    ("alert", ""), ("background", ""), ("mdm", ""),
  ])
  func topicOfPushType(_ type: String, _ suffix: String) {
    #expect(APNsRequest.topic(bundleID: "com.example.app", pushType: type) == "com.example.app" + suffix)
    #expect(PushType.names.contains(type))
  }

  @Test(arguments: [
    (#"{"payload":{"aps":{}}}"#, "MissingDeviceToken"), (#"{"aps":{"alert":"x"}}"#, "MissingDeviceToken"),
    (#"{"device_token":"","payload":{"aps":{}}}"#, "MissingDeviceToken"),
    (#"{"device_token":"xyz1","payload":{"aps":{}}}"#, "BadDeviceToken"),
    (#"{"device_token":"abc","payload":{"aps":{}}}"#, "BadDeviceToken"),
    (#"{"device_token":"ab/../cd","payload":{"aps":{}}}"#, "BadDeviceToken"),
    (#"{"device_token":"ab","headers":{"apns-id":"7"},"payload":{"aps":{}}}"#, "BadHeader"),
    (#"{"device_token":"ab","headers":{"apns-priority":"9"},"payload":{"aps":{}}}"#, "BadHeader"),
    (#"{"device_token":"ab","headers":{"apns-push-type":"x"},"payload":{"aps":{}}}"#, "BadHeader"),
    (#"{"device_token":"ab","headers":{"apns-expiration":"soon"},"payload":{"aps":{}}}"#, "BadHeader"),
    (#"{"device_token":"ab","headers":{"apns-topic":"a\r\nb: c"},"payload":{"aps":{}}}"#, "BadHeader"),
    (#"{"device_token":"ab","headers":{"apns-collapse-id":"a\nb"},"payload":{"aps":{}}}"#, "BadHeader"),
    (
      #"{"device_token":"ab","headers":{"apns-collapse-id":""# + String(repeating: "é", count: 33)
        + #""},"payload":{"aps":{}}}"#, "BadHeader"
    ),
    (
      #"{"device_token":"ab","payload":{"aps":{"x":""# + String(repeating: "y", count: 4096) + #""}}}"#,
      "PayloadTooLarge"
    ),
  ])
  func whatAPNsWouldRefuseIsNotSent(_ line: String, _ reason: String) async throws {
    var document = JSONDocument(depthLimit: 64)
    let read = Array(line.utf8).withUnsafeBytes {
      PushNotification($0, ticket: 1, place: "test", &document)
    }
    let server = try await TestServer()
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    guard case .permanent(let why) = deliver([try #require(read)], to: sink)[1] else {
      Issue.record("it was sent")
      return
    }
    #expect(why.reason == reason)
    #expect(server.arrivals.isEmpty)
    sink.close()
    await server.stop()
  }

  @Test func aTopicIsNeeded() async throws {
    let server = try await TestServer()
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.topic = nil }, on: $0)
    }
    let result = deliver(notifications(1), to: sink)[1]
    guard case .blocked(let lane, let why) = result else {
      Issue.record("\(String(describing: result))")
      return
    }
    #expect(lane.hasPrefix("no credential for a push without a topic in "))
    #expect(why.description.contains("notilua credentials add"))
    sink.close()
    await server.stop()
  }

  @Test func newIDsAreUUIDsAndDiffer() {
    let ids = (0..<1000).map { _ in UUIDText.random() }
    #expect(Set(ids).count == 1000)
    #expect(ids.allSatisfy { UUIDText.isCanonical($0) && UUID(uuidString: $0) != nil })
    #expect(ids.allSatisfy { Array($0)[14] == "4" && "89ab".contains(Array($0)[19]) })
  }

  @Test func whatIsRetainedCanBePushedAgain() throws {
    let line = """
      {"locale":"de","device_token":"ab01","payload":\(Self.payload),"environment":"sandbox","id":"m1",\
      "headers":{"apns-topic":"t","apns-collapse-id":"c"}}
      """
    var document = JSONDocument(depthLimit: 64)
    let first = try #require(
      Array(line.utf8).withUnsafeBytes { PushNotification($0, ticket: 1, place: "a", &document) })
    let again = try #require(
      first.envelope.withUnsafeBytes { PushNotification($0, ticket: 1, place: "a", &document) })
    #expect(again.apnsID == first.apnsID)
    #expect(again.payload == first.payload)
    #expect(again.environment == .sandbox)
    #expect(again.headers.topic == "t" && again.headers.collapseID == "c" && again.deviceToken == "ab01")
    #expect(again.envelope == first.envelope)
  }
}
