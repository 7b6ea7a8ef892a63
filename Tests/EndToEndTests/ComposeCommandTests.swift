import Foundation
import Testing

/// `notilua compose`: decisions, payloads, and mistakes in messages.
struct ComposeCommandTests {
  private static func message(_ more: String = "") -> String {
    #"{"id":"m1","object_name":"RC:TxtMsg","channel_type":"PR","from":"a","from_name":"Ann","text":"Hi"\#(more)}"#
  }

  private static func run(_ arguments: [String], _ input: String = message()) throws -> Program.Ended {
    try Program.run(["compose"] + arguments, input: input)
  }

  private static func object(_ ended: Program.Ended) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: ended.output) as? [String: Any], "\(ended.errors)")
  }

  @Test(arguments: [
    ("alert,badge,sound", ["alert", "badge", "sound"]), ("alert", ["alert"]), ("badge", ["badge"]),
    ("sound,alert", ["alert", "sound"]), ("provisional", ["alert", "badge", "sound"]),
  ])
  func thePermissionDecidesTheParts(_ permission: String, _ parts: [String]) throws {
    let object = try Self.object(try Self.run(["--json", "--permission", permission]))
    #expect(object["decision"] as? String == "push")
    let aps = (object["payload"] as? [String: Any])?["aps"] as? [String: Any]
    #expect(aps?.keys.sorted() == parts)
  }

  @Test(arguments: [
    ("--permission", "denied", "permission_denied"), ("--permission", "not_asked", "permission_not_asked"),
  ])
  func withoutThePermissionThereIsNone(_ flag: String, _ value: String, _ code: String) throws {
    let ended = try Self.run(["--json", flag, value])
    let object = try Self.object(ended)
    #expect(ended.status == 0)
    #expect(object["decision"] as? String == "not_permitted")
    #expect((object["reason"] as? [String: Any])?["code"] as? String == code)
    #expect(object["payload"] == nil)
  }

  @Test func aCutTextIsTold() throws {
    let long = String(repeating: "x", count: 5000)
    let ended = try Self.run([], Self.message(#","push_content":"\#(long)""#))
    #expect(ended.status == 0)
    #expect(ended.text.contains("warning   the text was cut from 5000 characters to "))
    let payload = try #require(ended.text.split(separator: "\n").last).dropFirst("payload   ".count)
    #expect(payload.utf8.count == 4096)
  }

  @Test func hiddenDetailsAreHidden() throws {
    let ended = try Self.run(["--hide-details", "--locale", "zh-Hans", "--badge", "2", "--user", "u"])
    #expect(ended.text.contains(#"{"alert":"你收到一条新消息","badge":3,"sound":"default"}"#))
    #expect(ended.text.contains(#""rId":"u""#))
  }

  @Test(arguments: [
    ("{", 1, "notilua: standard input: byte 2: "),
    (#"{"id":"m1"}"#, 1, "notilua: standard input: 'object_name' is missing; add a type such as RC:TxtMsg\n"),
    (
      message(#","pushTitle":"t""#), 1,
      "notilua: standard input: there is no member 'pushTitle'; did you mean 'push_title'?\n"
    ),
  ])
  func aWrongMessageIsToldWithItsPlace(_ input: String, _ status: Int32, _ error: String) throws {
    let ended = try Self.run([], input)
    #expect(ended.status == status)
    #expect(ended.errors.hasPrefix(error), "\(ended.errors)")
    #expect(ended.text.isEmpty)
  }

  @Test(arguments: [
    (["--permission", "alarm"], 64, "--permission is 'alarm'"), (["--permission", ""], 64, "--permission"),
    (["--locale", "no tag"], 64, "--locale is 'no tag'"), (["--badge", "-1"], 64, "badge"),
    (["--user", ""], 64, "--user is empty"), (["missing.json"], 66, "missing.json"),
    (["--catalog", "missing"], 66, "there is no such file or folder"),
    (["--config", "missing.yaml"], 64, "missing.yaml"),
  ])
  func aWrongFlagIsTold(_ arguments: [String], _ status: Int32, _ part: String) throws {
    let ended = try Self.run(arguments)
    #expect(ended.status == status, "\(ended.errors)")
    #expect(ended.errors.contains(part), "\(ended.errors)")
  }

  @Test func aCatalogOfAnotherNameIsRefused() throws {
    try Program.withFolder { folder in
      let catalog = folder.appending(path: "Texts.xcstrings")
      try #"{"sourceLanguage":"en","version":"1.0","strings":{}}"#.write(
        to: catalog, atomically: true, encoding: .utf8)
      let ended = try Self.run(["--catalog", catalog.path])
      #expect(ended.status == 66)
      #expect(ended.errors.contains("no catalog named Messages is there; rename it"))
    }
  }

  @Test func theConfigurationHasTheCatalogs() throws {
    try Program.withFolder { folder in
      let text = #"{"localizations":{"de":{"stringUnit":{"value":"%1$@ schreibt: %2$@"}}}}"#
      try #"{"sourceLanguage":"en","version":"1.0","strings":{"GROUP_TEXT":\#(text)}}"#.write(
        to: folder.appending(path: "Messages.xcstrings"), atomically: true, encoding: .utf8)
      try "strings: { catalogs: Messages.xcstrings }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let message = Self.message(#","target":"g""#).replacing(#""PR""#, with: #""GRP""#)
      let file = folder.appending(path: "message.json")
      try message.write(to: file, atomically: true, encoding: .utf8)
      let ended = try Program.run(["compose", "message.json", "--locale", "de"], in: folder)
      #expect(ended.text.contains("Ann schreibt: Hi"), "\(ended.text)\(ended.errors)")
    }
  }
}
