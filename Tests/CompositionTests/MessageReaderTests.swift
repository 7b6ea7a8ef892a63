import Composition
import Foundation
import NotificationModel
import PushExtras
import Testing

/// Messages as chat servers write them, and what is said of those that are wrong.
struct MessageReaderTests {
  /// A message of one member more; one that is there already is replaced.
  private static func text(_ more: String = "", without: String = "") -> String {
    let members = [
      "id": #""m1""#, "object_name": #""RC:TxtMsg""#, "channel_type": #""PR""#, "from": #""2121""#,
    ]
    let rest = members.filter { $0.key != without && !more.contains("\"\($0.key)\":") }
    let parts =
      rest.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" } + (more.isEmpty ? [] : [more])
    return "{" + parts.joined(separator: ",") + "}"
  }

  private static func read(_ text: String) throws(MessageProblem) -> Message {
    try MessageReader.message(Array(text.utf8))
  }

  private static func problem(_ text: String) -> String {
    do throws(MessageProblem) {
      return "read: \(try read(text))"
    } catch {
      return "\(error)"
    }
  }

  @Test func everyMemberIsRead() throws {
    let message = try Self.read(
      """
      {"id":"m1","object_name":"RC:RcCmd","channel_type":"UG","from":"a","from_name":"Ann","target":"g",
      "target_name":"Climbing","channel":"c","text":"Hello","file_name":"a.pdf","burn_after_reading":true,
      "mention":{"type":"users","users":["b","c"],"content":"you"},"recalls":"m0","push_content":"pc",
      "push_data":"{}","push_title":"pt","disable_push_title":true,"force_show_detail_content":true,
      "template":"T","template_arguments":["1"],"badge":7}
      """)
    var expected = Message(
      id: "m1", objectName: "RC:RcCmd", sender: .init(id: "a", name: "Ann"),
      channel: .init(type: .superGroup, targetID: "g", targetName: "Climbing", channelID: "c"))
    (expected.content.text, expected.content.fileName) = ("Hello", "a.pdf")
    expected.content.burnsAfterReading = true
    expected.mention = .init(.users(["b", "c"]), content: "you")
    expected.recalledID = "m0"
    (expected.push.content, expected.push.data, expected.push.title) = ("pc", "{}", "pt")
    (expected.push.disablesTitle, expected.push.forcesDetails) = (true, true)
    expected.push.template = .init("T", arguments: ["1"])
    expected.push.badge = .absolute(7)
    #expect(message == expected)
    #expect(try Self.read(message.json) == expected)
  }

  /// JSON Schema 2020-12 §4.2.3: a number without a fraction is an integer, however it is written.
  @Test(arguments: [
    ("7.0", 7), ("7e0", 7), ("0.0", 0), ("-0.0", 0), ("70e-1", 7),
    ("2147483647.0", 2_147_483_647),
  ])
  func aWholeNumberIsOneHoweverItIsWritten(_ text: String, _ number: Int) throws {
    #expect(try Self.read(Self.text(#""badge":\#(text)"#)).push.badge == .absolute(number))
  }

  @Test func whatIsNotSaidHasItsDefault() throws {
    let message = try Self.read(Self.text())
    let expected = Message(
      id: "m1", objectName: "RC:TxtMsg", sender: .init(id: "2121"),
      channel: .init(type: .direct, targetID: "2121"))
    #expect(message == expected)
    #expect(message.push.badge == .counted)
    #expect(try Self.read(Self.text(#""text":null,"mention":null,"badge":null"#)) == expected)
  }

  /// To who receives a message, a conversation of two has the sender's name (the client's `targetId`).
  @Test func theTargetOfAConversationOfTwoIsItsSender() throws {
    #expect(try Self.read(Self.text(#""channel_type":"SYS""#)).channel.targetID == "2121")
    #expect(try Self.read(Self.text(#""target":"3232""#)).channel.targetID == "3232")
    for type in ["GRP", "DS", "UG", "chatroom"] {
      #expect(
        Self.problem(Self.text(#""channel_type":"\#(type)""#))
          == "'target' is missing; add the id of the group")
    }
  }

  /// Row 7: names and codes.
  @Test(arguments: [
    (#""PR""#, "PR"), ("1", "PR"), ("2", "DS"), ("3", "GRP"), ("4", "chatroom"), ("5", "CS"), ("6", "SYS"),
    ("7", "MC"), ("8", "MP"), ("9", "PH"), ("10", "UG"), (#""UG""#, "UG"), (#""chatroom""#, "chatroom"),
  ])
  func aChannelTypeIsANameOrACode(_ json: String, _ name: String) throws {
    let message = try Self.read(Self.text(#""channel_type":\#(json),"target":"g""#))
    #expect(message.channel.type.rawValue == name)
  }

  @Test(
    arguments: [
      ("", "byte 1: the text ends in the middle of a value; write one JSON object"),
      ("[]", "a message is a JSON object, and this is none; write {\"id\": …}"),
      (#"{"id":"a","id":"b"}"#, "byte 11: a key stands twice in one object; write one JSON object"),
      (#"{"x":1}"#, nil),
      (#"{"pushContent":"x"}"#, "there is no member 'pushContent'; did you mean 'push_content'?"),
      (text(without: "id"), "'id' is missing; add the id of the message"),
      (text(without: "from"), "'from' is missing; add the id of the user who sent the message"),
      (text(without: "object_name"), "'object_name' is missing; add a type such as RC:TxtMsg"),
      (
        text(without: "channel_type"),
        "'channel_type' is missing; add one of PR, DS, GRP, CS, SYS, MC, MP, PH, UG, chatroom"
      ),
      (text(#""id":"""#), "/id: empty; write the id of the message"),
      (text(#""id":7"#), "/id: not a string; write it in double quotes"),
      (
        text(#""channel_type":"XY""#),
        "/channel_type: 'XY' is no type of channel; write one of PR, DS, GRP, CS, SYS, MC, MP, PH, UG, chatroom"
      ),
      (
        text(#""channel_type":11"#),
        "/channel_type: '11' is no type of channel; write one of PR, DS, GRP, CS, SYS, MC, MP, PH, UG, chatroom"
      ),
      (text(#""channel_type":{}"#), nil),
      (
        text(#""object_name":"RC:TextMsg""#),
        "/object_name: 'RC:TextMsg' is no built-in type; did you mean 'RC:TxtMsg'?"
      ),
      (
        text(#""object_name":"RC:MyOwnOrderMessage""#),
        "/object_name: 'RC:MyOwnOrderMessage' is no built-in type; name an app's own type so that it does not begin with RC:"
      ),
      (
        text(#""object_name":"\#(String(repeating: "x", count: 33))""#),
        "/object_name: a type's name has up to 32 characters, and this has 33; shorten it"
      ),
      (text(#""channel":"c""#), "/channel: only a super group (UG) has channels; leave it out"),
      (text(#""recalls":"m0""#), "/recalls: only a message of type RC:RcCmd recalls another; leave it out"),
      (
        text(#""object_name":"RC:RcCmd""#), "'recalls' is missing; add the id of the message that is recalled"
      ),
      (
        text(#""object_name":"RC:RcCmd","recalls":"m0","push_data":"text""#),
        "/push_data: not a JSON object, to which a recall adds the message's id; write an object as text, or leave it out"
      ),
      (
        text(#""badge":-1"#),
        "/badge: not a whole number from 0 to 2147483647, or \"count\"; write one of them"
      ),
      (
        text(#""badge":"all""#),
        "/badge: not a whole number from 0 to 2147483647, or \"count\"; write one of them"
      ),
      (text(#""badge":1.5"#), nil),
      (text(#""burn_after_reading":1"#), "/burn_after_reading: neither true nor false; write one of them"),
      (
        text(#""mention":{"type":"users"}"#),
        #"/mention: 'users' is missing; write {"type": "users", "users": ["2121"]}"#
      ),
      (
        text(#""mention":{"type":"all","users":["a"]}"#),
        "/mention/users: a mention of all names nobody; leave it out"
      ),
      (
        text(#""mention":{}"#),
        #"/mention/type: neither all nor users; write {"type": "users", "users": ["2121"]}"#
      ),
      (text(#""mention":{"typ":"all"}"#), "/mention: there is no member 'typ'; did you mean 'type'?"),
      (
        text(#""mention":{"type":"users","users":["a",1]}"#),
        "/mention/users/1: not a string; write it in double quotes"
      ),
      (text(#""mention":[]"#), nil), (text(#""mention":{"type":"users","users":"a"}"#), nil),
      (
        text(#""template_arguments":["a"]"#),
        "/template_arguments: there is no template for them; add 'template'"
      ),
      (
        text(#""from_name":"\#(String(repeating: "x", count: 257))""#),
        "/from_name: 257 characters long, and 256 are the limit; shorten it"
      ),
      (text(#""push_data":"\#(String(repeating: "x", count: 4097))""#), nil),
      (text(#""text":\#(String(repeating: "[", count: 1000))"#), nil),
    ] as [(String, String?)])
  func aMistakeIsToldWithItsPlace(_ text: String, _ sentence: String?) {
    let told = Self.problem(text)
    #expect(!told.hasPrefix("read:"))
    #expect(told.contains("; "))
    if let sentence { #expect(told == sentence) }
  }

  /// Row 11: a name of 32 characters that does not begin with `RC:` is an app's own.
  @Test(arguments: ["app:order", String(repeating: "ü", count: 32), "rc:TxtMsg"])
  func aCustomTypeIsRead(_ name: String) throws {
    let message = try Self.read(Self.text(#""object_name":"\#(name)""#))
    #expect(message.objectName == name)
    #expect(MessageType(objectName: name) == .custom)
  }

  @Test func aMessageHasALimit() {
    let long = Self.text(#""text":"\#(String(repeating: "x", count: MessageReader.limit))""#)
    #expect(Self.problem(long).hasPrefix("the message has "))
  }

  @Test func theGuideHasEveryMember() throws {
    let guide = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../Sources/Notilua/Notilua.docc/FromAChatServerToAPhone.md")
    let rows = try String(contentsOf: guide, encoding: .utf8).split(separator: "\n")
      .drop { !$0.hasPrefix("| member |") }.prefix { $0.hasPrefix("|") }
    let names = rows.flatMap { row in
      row.split(separator: "|")[0].matches(of: /`([a-z_]+)`/).map { String($0.1) }
    }
    #expect(Set(names) == Set(MessageReader.Member.allCases.map(\.rawValue)))
    #expect(names.count == MessageReader.Member.allCases.count)
  }
}
