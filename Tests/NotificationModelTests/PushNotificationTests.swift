import Foundation
import LosslessJSON
import NotificationModel
import Testing

/// A notification that is written for another run is the same when that run reads it.
struct PushNotificationTests {
  private static func read(_ line: some Sequence<UInt8>) -> PushNotification? {
    var document = JSONDocument(depthLimit: 64)
    return Array(line).withUnsafeBytes { PushNotification($0, ticket: 1, place: "a:1", &document) }
  }

  /// All that a notification is, by name.
  private static func parts(_ notification: PushNotification) -> [String: String?] {
    [
      "identifier": notification.identifier, "aliases": "\(notification.aliases)",
      "names": "\(Set(notification.names).sorted())", "token": notification.deviceToken,
      "environment": notification.environment?.rawValue, "topic": notification.headers.topic,
      "push type": notification.headers.pushType, "priority": notification.headers.priority,
      "expiration": notification.headers.expiration, "collapse id": notification.headers.collapseID,
      "apns-id": notification.apnsID, "payload": String(decoding: notification.payload, as: UTF8.self),
      "of recall": "\(notification.isOfRecall)", "may have arrived": "\(notification.mayHaveArrived)",
      "breach": notification.headers.breach, "attachments": "\(notification.attachments)",
      "locales": "\(notification.locales)", "time zone": notification.timeZone,
      "other members": notification.otherMembers, "other headers": notification.headers.others,
    ]
  }

  @Test func whatIsWrittenIsReadAsTheSame() throws {
    var shapes = EnvelopeShapes(seed: 17)
    for number in 0..<3000 {
      let line = shapes.next()
      var notification = try #require(Self.read(line.utf8), "line \(number): \(line)")
      notification.mayHaveArrived = notification.mayHaveArrived || number.isMultiple(of: 7)
      let again = try #require(Self.read(notification.envelope), "line \(number): \(line)")
      let (wrote, read) = (Self.parts(notification), Self.parts(again))
      if wrote != read || again.envelope != notification.envelope {
        Issue.record("line \(number): \(line)\nwas \(wrote)\nis \(read)")
      }
    }
  }

  @Test func nothingOfTheSendersEnvelopeIsLost() throws {
    var shapes = EnvelopeShapes(seed: 18)
    for number in 0..<2000 {
      let line = shapes.next()
      guard let sent = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] else {
        continue
      }
      let retained = try #require(Self.read(line.utf8)).envelope
      let kept = try #require(JSONSerialization.jsonObject(with: Data(retained)) as? [String: Any])
      if sent["aps"] != nil {
        #expect(kept["payload"] as? NSDictionary == sent as NSDictionary, "line \(number): \(line)")
        continue
      }
      for (name, value) in sent
      where !(value is NSNull) && !["headers", "notilua"].contains(name) {
        #expect(kept[name] as? NSObject == value as? NSObject, "\(name) of line \(number): \(line)")
      }
      let headers = kept["headers"] as? [String: Any] ?? [:]
      for (name, value) in sent["headers"] as? [String: Any] ?? [:] where !(value is NSNull) {
        let name = headers[name] == nil ? name.lowercased() : name
        // RFC 9562: the hexadecimal digits of a UUID mean the same in capitals.
        let isUUID = name == "apns-id"
        let (text, sent) = ("\(headers[name] ?? "none")", "\(value)")
        #expect(
          isUUID ? text.lowercased() == sent.lowercased() : text == sent, "\(name) of line \(number): \(line)"
        )
      }
    }
  }

  @Test(arguments: [
    (
      #"{"id":"m1","headers":{"apns-collapse-id":"chat-7"},"device_token":"ab","payload":{}}"#, "chat-7", "m1"
    ),
    (#"{"id":"m2","device_token":"ab","payload":{}}"#, "m2", "m2"),
    (#"{"payload":{"rc":{"id":12}},"device_token":"ab"}"#, "12", "12"),
  ])
  func theSendersNameStays(_ line: String, _ identifier: String, _ name: String) throws {
    let first = try #require(Self.read(line.utf8))
    let again = try #require(Self.read(first.envelope))
    #expect(again.identifier == identifier && again.names.contains(name))
  }

  @Test func aCollapseIDOfTheOutboxRenamesNothing() throws {
    var notification = try #require(Self.read(#"{"id":"m2","device_token":"ab","payload":{}}"#.utf8))
    notification.headers.collapseID = notification.apnsID
    let again = try #require(Self.read(notification.envelope))
    #expect(Self.parts(again) == Self.parts(notification) && again.identifier == "m2")
  }

  @Test func aNameThatLooksLikeOursStaysTheSenders() throws {
    let line =
      #"{"apns_id":"order 17","of_recall":"yes","may_have_arrived":1,"device_token":"ab","payload":{}}"#
    let notification = try #require(Self.read(line.utf8))
    #expect(
      !notification.isOfRecall && !notification.mayHaveArrived
        && UUIDText.isCanonical(notification.apnsID))
    #expect(notification.otherMembers.contains(#""apns_id":"order 17""#))
  }
}

/// Lines of every shape that a notification may have: members that are there, null or absent, in any order, names in
/// capitals, numbers for texts, escapes, and members that no envelope has.
private struct EnvelopeShapes {
  private var random: RandomSource

  init(seed: UInt64) { random = RandomSource(seed: seed) }

  private mutating func chance(_ part: Double) -> Bool { Double.random(in: 0..<1, using: &random) < part }

  private mutating func one(_ texts: [String]) -> String { texts.randomElement(using: &random) ?? "" }

  private mutating func text() -> String {
    one([
      #""""#, #""a""#, #""m-17 \"x\" \\ \/ \u0001""#, #""\u00e9é🙂\ud83d\ude42""#, #""null""#, #""  b ""#,
      #""0F6F1D5E-1111-4111-8111-AAAAAAAAAAAA""#, #""0f6f1d5e-1111-4111-8111-aaaaaaaaaaaa""#, #""12""#,
    ])
  }

  private mutating func number() -> String { one(["0", "5", "10", "-1", "1800000000"]) }

  private mutating func value() -> String {
    one([
      "null", "true", "1.50", "1e2", #"{"identifier":"x"}"#, #"{"identifier":""}"#, #"{"of_recall":true}"#,
      #"{"a":[1,{"b":null}]}"#, "[]", " [ 1 , 2 ] ", text(), text(),
    ])
  }

  private mutating func shuffled(_ members: [String]) -> String {
    let space = one(["", "", " "])
    return "{" + space + members.shuffled(using: &random).joined(separator: "," + space) + space + "}"
  }

  private mutating func headers() -> String {
    var members: [String] = []
    for name in [
      "apns-topic", "apns-push-type", "apns-id", "apns-priority", "apns-expiration", "apns-collapse-id",
      "x-trace", "authorization",
    ] where chance(0.4) {
      let name = chance(0.2) ? name.uppercased() : name
      members.append("\"\(name)\":" + (chance(0.1) ? "null" : chance(0.2) ? number() : text()))
    }
    return shuffled(members)
  }

  private mutating func payload(isLine: Bool) -> String {
    var members =
      isLine || chance(0.8)
      ? [one([#""aps":{"alert":"a"}"#, #""aps":{}"#, #""aps":{"content-available":1}"#])] : []
    if chance(0.4) { members.append(#""rc":{"id":"# + (chance(0.5) ? number() : text()) + "}") }
    if chance(0.3) { members.append(#""x":"# + value()) }
    if isLine, chance(0.3) { members.append(#""id":"# + text()) }
    return shuffled(members)
  }

  mutating func next() -> String {
    if chance(0.2) { return payload(isLine: true) }
    var members = [#""payload":"# + payload(isLine: false)]
    if chance(0.6) {
      members.append(chance(0.1) ? #""\u0069d":"# + text() : #""id":"# + (chance(0.1) ? "null" : text()))
    }
    if chance(0.7) {
      members.append(#""device_token":"# + (chance(0.1) ? "null" : one([#""ab01""#, #""AB\u0030""#])))
    }
    if chance(0.3) { members.append(#""environment":"# + one(["null", #""sandbox""#, #""production""#])) }
    if chance(0.3) { members.append(#""locale":"# + one(["null", #""de""#, #"["de-AT","en"]"#])) }
    if chance(0.6) { members.append(#""headers":"# + (chance(0.1) ? "null" : headers())) }
    if chance(0.2) {
      members.append(#""attachments":"# + one(["[]", #"[{"identifier":"a","url":"file:///a"}]"#]))
    }
    for name in ["trace", "apns_id", "notilua", "notilua\\u0000", "Id"] where chance(0.1) {
      members.append("\"\(name)\":" + value())
    }
    return shuffled(members)
  }
}
