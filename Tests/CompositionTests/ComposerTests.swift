import Composition
import NotificationModel
import PushExtras
import Testing

/// Payloads, field by field as the table of the integration guide has them.
struct ComposerTests {
  /// Rows 9, 10 and 15: the payload of the seed, but for the recalled message, which a text has not.
  @Test func theSeedsPayloadIsMade() throws {
    var message = Sample.message()
    message.push.content = "You got your emails."
    message.push.data = "xxxx"
    message.push.disablesTitle = true
    let expected = try JSONValue(
      """
      {"aps":{"alert":"You got your emails.","badge":1,"sound":"default"},"rc":{"cType":"PR","fId":"2121",
      "oName":"RC:TxtMsg","tId":"3232","rId":"3243","id":"5FSClm2gQ9V9BZ-kUZn58B"},"appData":"xxxx"}
      """)
    #expect(try Sample.payload(message) == expected)
  }

  /// Row 7: every kind of channel that pushes has its name in `cType`.
  @Test(arguments: ["PR", "DS", "GRP", "CS", "SYS", "MC", "MP", "PH", "UG"])
  func theChannelTypeIsWritten(_ name: String) throws {
    let payload = try Sample.payload(Sample.message("RC:TxtMsg", ChannelType(rawValue: name)))
    #expect(payload?["rc"]?["cType"] == .string(name))
  }

  /// Row 7: code 4 is the chatroom, which never pushes, whatever the message asks for.
  @Test func aChatroomNeverPushes() throws {
    var message = Sample.message("RC:TxtMsg", try #require(ChannelType(code: 4)))
    message.push.content = "Hello"
    #expect(try Sample.compose(message) == .withheld(.neverPushes, .chatroom))
  }

  /// Row 8: `bId` is there for super groups only, and empty where the message belongs to no channel.
  @Test(arguments: ["PR", "DS", "GRP", "CS", "SYS", "MC", "MP", "PH", "UG"])
  func theChannelOfASuperGroupIsWritten(_ name: String) throws {
    var message = Sample.message("RC:TxtMsg", ChannelType(rawValue: name))
    #expect(try Sample.payload(message)?["rc"]?["bId"] == (name == "UG" ? .string("") : nil))
    message.channel.channelID = "RCDefault"
    #expect(try Sample.payload(message)?["rc"]?["bId"] == (name == "UG" ? .string("RCDefault") : nil))
  }

  /// Row 9: `tId` is the user of a conversation of two, and the group of a group's.
  @Test func theTargetIsTheConversation() throws {
    #expect(try Sample.payload(Sample.message())?["rc"]?["tId"] == .string("3232"))
    #expect(try Sample.payload(Sample.message("RC:TxtMsg", .group))?["rc"]?["tId"] == .string("3232"))
  }

  /// Row 10: `appData` is pushData as it came, and missing without.
  @Test(arguments: ["xxxx", "", #"{"a":1}"#, "\"\n\u{0}é😀"])
  func theDataIsThatOfTheSender(_ data: String) throws {
    var message = Sample.message()
    #expect(try Sample.payload(message)?["appData"] == nil)
    message.push.data = data
    #expect(try Sample.payload(message)?["appData"] == .string(data))
  }

  /// Row 12: the recalled message stands where each client looks, in `rc` and as JSON in `appData`.
  @Test func aRecallIsWrittenInBothPlaces() throws {
    let payload = try #require(try Sample.payload(Sample.message("RC:RcCmd")))
    #expect(payload["rc"]?["rc-dlt-identifier"] == .string("2FSClm2gQ9Q9BZ-kUZn54B"))
    #expect(payload["appData"] == .string(#"{"rc-dlt-identifier":"2FSClm2gQ9Q9BZ-kUZn54B"}"#))
    #expect(payload["rc"]?["oName"] == .string("RC:RcCmd"))
    #expect(payload["aps"]?["category"] == .string("RC:RcCmd"))
    #expect(payload["aps"]?["mutable-content"] == .number("1"))
    #expect(payload["aps"]?["alert"]?["body"] == .string("[recalled a message]"))
  }

  /// Row 12: a recall of a sender with data of its own keeps that.
  @Test func aRecallKeepsTheDataOfItsSender() throws {
    var message = Sample.message("RC:RcCmd")
    message.push.data = #"{"a": 1.0, "rc-dlt-identifier":"other"}"#
    let payload = try #require(try Sample.payload(message))
    #expect(
      payload["appData"] == .string(#"{"a": 1.0, "rc-dlt-identifier":"2FSClm2gQ9Q9BZ-kUZn54B"}"#))
  }

  /// Row 15: the badge is the caller's number, or one more than the device's.
  @Test(arguments: [(0, 1), (4, 5), (Int.max, Int.max)])
  func theBadgeIsCounted(_ before: Int, _ after: Int) throws {
    var recipient = Sample.recipient()
    recipient.badgeCount = before
    #expect(try Sample.payload(Sample.message(), recipient)?["aps"]?["badge"] == .number("\(after)"))
    var message = Sample.message()
    message.push.badge = .absolute(0)
    #expect(try Sample.payload(message, recipient)?["aps"]?["badge"] == .number("0"))
    message.push.badge = .absolute(99)
    #expect(try Sample.payload(message, recipient)?["aps"]?["badge"] == .number("99"))
  }

  /// A recall brings nothing to read: the number stays, unless the sender says one.
  @Test func aRecallCountsNothing() throws {
    var recipient = Sample.recipient()
    recipient.badgeCount = 4
    var message = Sample.message("RC:RcCmd")
    #expect(try #require(try Sample.payload(message, recipient)?["aps"])["badge"] == nil)
    message.push.badge = .absolute(3)
    #expect(try Sample.payload(message, recipient)?["aps"]?["badge"] == .number("3"))
  }

  /// Row 5: each part is written where it is permitted, and with none of them there is no push.
  @Test(arguments: 0..<8) func aPushHasThePartsThatArePermitted(_ bits: UInt8) throws {
    var recipient = Sample.recipient()
    let names = ["alert", "badge", "sound"].enumerated().filter { bits & 1 << $0.offset != 0 }.map(\.element)
    recipient.permission = .granted(PushPermission.Parts(rawValue: bits))
    let payload = try Sample.payload(Sample.message(), recipient)
    if names.isEmpty {
      #expect(
        try Sample.compose(Sample.message(), recipient) == .withheld(.notPermitted, .nothingPermitted))
    } else {
      #expect(payload?["aps"]?.keys == names)
      #expect(payload?["rc"]?["id"] == .string("5FSClm2gQ9V9BZ-kUZn58B"))
    }
    recipient.permission = .provisional(PushPermission.Parts(rawValue: bits))
    #expect(try Sample.payload(Sample.message(), recipient) == payload)
  }

  /// Row 5: a user who was not asked, or has refused, gets nothing.
  @Test func withoutThePermissionThereIsNoPush() throws {
    var recipient = Sample.recipient()
    recipient.permission = .notAsked
    #expect(
      try Sample.compose(Sample.message(), recipient) == .withheld(.notPermitted, .permissionNotAsked))
    recipient.permission = .denied
    #expect(try Sample.compose(Sample.message(), recipient) == .withheld(.notPermitted, .permissionDenied))
    // What has nothing to say is that, to each device alike.
    #expect(
      try Sample.compose(Sample.message("app:order"), recipient)
        == .withheld(.noContent, .customTypeNeedsPushContent))
  }

  @Test func aPushIsOfTypeAlertAlsoWithoutOne() throws {
    var recipient = Sample.recipient()
    recipient.permission = .granted(.badge)
    guard case .push(let push, let reason) = try Sample.compose(Sample.message("RC:ImgMsg"), recipient) else {
      Issue.record("no push")
      return
    }
    #expect(push.pushType == .alert)
    #expect(reason == .withoutAlert)
    #expect(
      try JSONValue(String(decoding: push.payload, as: UTF8.self))["aps"] == JSONValue(#"{"badge":1}"#))
    #expect(
      try Sample.compose(Sample.message("RC:RcCmd"), recipient)
        == .withheld(.notPermitted, .recallWithoutAlert))
  }

  @Test func theSameMessageIsTheSamePayload() throws {
    let message = Sample.message("RC:FileMsg", .superGroup)
    #expect(try Sample.compose(message) == Sample.compose(message))
  }
}
