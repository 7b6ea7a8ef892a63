import LosslessJSON
import PushExtras
import Testing

/// Payloads that devices have received, read back.
struct PushExtraTests {
  /// The payload of the seed, to the letter.
  private static let seed = """
    {
    "aps" :
    {
    "alert" : "You got your emails.",
    "badge" : 1,
    "sound" : "default"
    },
    "rc":{
    "cType":"PR",
    "fId":"2121",
    "oName":"RC:TxtMsg",
    "tId":"3232",
    "rId":"3243",
    "id":"5FSClm2gQ9V9BZ-kUZn58B",
    "rc-dlt-identifier":"2FSClm2gQ9Q9BZ-kUZn54B"
    },
    "appData":"xxxx"
    }
    """

  /// Row 13: what `getPushExtraFromRemoteNotification` gives an app.
  @Test func theSeedsPayloadIsRead() throws {
    let extra = try #require(PushExtra(payload: Self.seed))
    #expect(extra.channelType == .direct)
    #expect(extra.channelID == nil)
    #expect(extra.senderID == "2121")
    #expect(extra.objectName == "RC:TxtMsg")
    #expect(extra.targetID == "3232")
    #expect(extra.recipientID == "3243")
    #expect(extra.messageID == "5FSClm2gQ9V9BZ-kUZn58B")
    #expect(extra.recalledMessageIDs == ["2FSClm2gQ9Q9BZ-kUZn54B"])
    #expect(extra.appData == "xxxx")
  }

  /// Row 13: what `getPushExtraFromLaunchOptions` gives an app.
  @Test func launchOptionsHaveThePayload() {
    let options = #"{"UIApplicationLaunchOptionsRemoteNotificationKey":\#(Self.seed),"other":1}"#
    #expect(PushExtra(payload: options) == PushExtra(payload: Self.seed))
    #expect(PushExtra.launchOptionsKey == "UIApplicationLaunchOptionsRemoteNotificationKey")
  }

  /// Row 9: the dictionary of RongCloud's client (`RCKitUtility`, `getNotificationUserInfoDictionary`) has `mId`, too.
  @Test func theClientsOwnDictionaryIsRead() throws {
    let extra = try #require(
      PushExtra(
        payload: #"{"rc":{"cType":"GRP","fId":"a","oName":"RC:ImgMsg","tId":"g","mId":"17","id":"m"}}"#))
    var expected = PushExtra()
    (expected.channelType, expected.senderID, expected.objectName) = (.group, "a", "RC:ImgMsg")
    (expected.targetID, expected.messageID) = ("g", "m")
    #expect(extra == expected)
  }

  /// Row 12: sealtalk's service extension reads the identifier from the JSON in `appData`, the seed has it in `rc`.
  @Test(arguments: [
    (#"{"rc":{"rc-dlt-identifier":"A"}}"#, ["A"]),
    (#"{"appData":"{\"rc-dlt-identifier\":\"A\"}"}"#, ["A"]),
    (#"{"rc":{"rc-dlt-identifier":"A"},"appData":"{\"rc-dlt-identifier\":\"A\"}"}"#, ["A"]),
    (#"{"rc":{"rc-dlt-identifier":"A"},"appData":"{\"rc-dlt-identifier\":\"B\"}"}"#, ["A", "B"]),
    (#"{"rc":{"rc-dlt-identifier":["A","B","A"]}}"#, ["A", "B"]),
    (#"{"rc":{"rc-dlt-identifier":7}}"#, ["7"]),
    (#"{"rc":{"rc-dlt-identifier":""}}"#, []), (#"{"rc":{"rc-dlt-identifier":null}}"#, []),
    (#"{"rc":{"rc-dlt-identifier":["",null,{},1.5,true]}}"#, []),
    (#"{"rc":{"rc-dlt-identifier":{"id":"A"}}}"#, []), (#"{"appData":"rc-dlt-identifier"}"#, []),
    (#"{"appData":"[\"rc-dlt-identifier\"]"}"#, []), (#"{"appData":"{\"rc-dlt-identifier\":"}"#, []),
  ])
  func aRecallIsReadFromBothPlaces(_ payload: String, _ ids: [String]) throws {
    #expect(try #require(PushExtra(payload: payload)).recalledMessageIDs == ids)
  }

  @Test(arguments: [
    "", "null", "[]", "1", "\"rc\"", "{", "{}", #"{"aps":{"alert":"x"}}"#, #"{"rc":[]}"#, #"{"rc":"x"}"#,
    #"{"appData":{}}"#, #"{"UIApplicationLaunchOptionsRemoteNotificationKey":{"aps":{}}}"#,
    #"{"UIApplicationLaunchOptionsRemoteNotificationKey":"x","rc":{}}"#,
  ])
  func anythingElseIsNoPushOfAMessage(_ payload: String) {
    #expect(PushExtra(payload: payload) == nil)
  }

  @Test func valuesOfOtherTypesAreNone() throws {
    let extra = try #require(
      PushExtra(
        payload:
          #"{"rc":{"cType":{},"bId":[],"fId":true,"oName":null,"tId":1.5,"rId":[["x"]],"id":{}},"appData":[]}"#
      ))
    #expect(extra == PushExtra())
  }

  @Test func anIdentifierMayBeAWholeNumber() throws {
    let extra = try #require(PushExtra(payload: #"{"rc":{"fId":2121,"id":9223372036854775807}}"#))
    #expect(extra.senderID == "2121")
    #expect(extra.messageID == "9223372036854775807")
  }

  @Test func anUnknownChannelTypeIsKept() throws {
    #expect(try #require(PushExtra(payload: #"{"rc":{"cType":"ENC"}}"#)).channelType?.rawValue == "ENC")
  }

  @Test func depthAndSizeAreBounded() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(PushExtra(payload: #"{"rc":{"id":"a"},"x":"# + deep) == nil)
    let closed = String(repeating: #"{"rc":"#, count: 2000) + "{}" + String(repeating: "}", count: 2000)
    #expect(PushExtra(payload: closed) == nil)
    let long = String(repeating: "x", count: PushExtra.sizeLimit)
    #expect(PushExtra(payload: #"{"rc":{},"appData":"\#(long)"}"#) == nil)
    #expect(PushExtra(payload: #"{"rc":{},"appData":"\#(long.dropLast(100))"}"#) != nil)
  }

  @Test func manyRecalledMessagesTakeTimeInProportion() throws {
    let ids = (0..<100_000).map { "\"\($0 % 50_000)\"" }.joined(separator: ",")
    let extra = try #require(PushExtra(payload: #"{"rc":{"rc-dlt-identifier":[\#(ids)]}}"#))
    #expect(extra.recalledMessageIDs.count == 50_000)
  }

  @Test func textsAreReadWithTheirEscapes() throws {
    let extra = try #require(
      PushExtra(payload: #"{"rc":{"fId":"\u00e9\ud83d\ude00\ud800"},"appData":"a\"\n"}"#))
    #expect(extra.senderID == "é😀\u{FFFD}")
    #expect(extra.appData == "a\"\n")
  }

  @Test func pluginsReadItByNamesOfTheirOwn() throws {
    var writer = JSONWriter()
    try #require(PushExtra(payload: Self.seed)).writeTable(to: &writer)
    #expect(
      writer.text
        == #"{"channel_type":"PR","sender_id":"2121","object_name":"RC:TxtMsg","target_id":"3232","recipient_id":"3243","#
        + #""message_id":"5FSClm2gQ9V9BZ-kUZn58B","app_data":"xxxx","recalled_ids":["2FSClm2gQ9Q9BZ-kUZn54B"]}"#
    )
  }
}
