import ConfigurationFiles
import Foundation
import Notilua
import PluginTools
import Testing

struct RedactionTests {
  private static func redacted(_ line: String, _ redaction: Redaction = Redaction(key: [1, 2, 3])) -> String?
  {
    redaction.redacted(Array(line.utf8)).map { String(decoding: $0, as: UTF8.self) }
  }

  @Test func textsAreMaskedAndWhatProgramsGoByStays() throws {
    let line =
      #"{"aps":{"alert":{"title":"Ada 7","body":"Ünï 字 🎉 é!","loc-key":"K","loc-args":["Bob"]},"sound":"ping","badge":3}}"#
    #expect(
      Self.redacted(line)
        == #"{"aps":{"alert":{"title":"Xxx 0","body":"äxä 字 🎉 ä!","loc-key":"K","loc-args":["Xxx"]},"sound":"ping","badge":3}}"#
    )
  }

  @Test func theSameTextHasTheSamePseudonymOfItsShape() throws {
    let line =
      #"{"aps":{"alert":"x"},"a":"Ab3-xy","b":["Ab3-xy","Ab3-xz"],"n":491701234567,"small":123456,"f":1.50}"#
    let first = try #require(Self.redacted(line))
    let match = try #require(
      first.wholeMatch(
        of:
          /\{"aps":\{"alert":"x"\},"a":"([A-Z][a-z]\d-[a-z]{2})","b":\["([^"]*)","([^"]*)"\],"n":(\d{12}),"small":123456,"f":1\.50\}/
      ), "\(first)")
    #expect(match.1 == match.2)
    #expect(match.2 != match.3)
    #expect(match.1 != "Ab3-xy")
    #expect(match.4 != "491701234567")
    #expect(Self.redacted(line) == first)
    #expect(Self.redacted(line, Redaction(key: [9])) != first)
  }

  /// What belongs together still does, and what does not still does not.
  @Test func noTwoTextsOfAShapeShareAPseudonym() throws {
    let texts = (0..<1000).map { String(format: "%03d", $0) }
    let line = #"{"aps":{},"a":[\#(texts.map { "\"\($0)\"" }.joined(separator: ","))]}"#
    let text = try #require(Self.redacted(line))
    let found = text.matches(of: /"(\d{3})"/).map { String($0.1) }
    #expect(Set(found).count == 1000)
    #expect(found != texts)
    let others = try #require(
      Self.redacted(#"{"aps":{},"a":["A","B","z"],"u":"0aF-9f","n":[1234567890123456789,-7654321.5e10]}"#))
    #expect(
      others.contains(
        /"a":\["[A-Z]","[A-Z]","[a-z]"\],"u":"[0-9][a-f][A-F]-\d[a-f]","n":\[1\d{18},-7\d{6}\.\de10\]/),
      "\(others)")
    #expect(Int64(try #require(others.firstMatch(of: /"n":\[(\d+)/)).1) != nil)
  }

  @Test func otherScriptsKeepTextsApartToo() throws {
    let line =
      #"{"aps":{"alert":"x"},"m":{"小明":1,"小红":2,"Иван":3,"Олег":4,"é f":5,"ü f":6},"sound":"4915112345678"}"#
    let text = try #require(Self.redacted(line))
    let keys = text.matches(of: /"([^"]+)":[1-6][,}]/).map { String($0.1) }
    #expect(Set(keys).count == 6, "\(text)")
    #expect(text.utf8.count == line.utf8.count)
    #expect(!text.contains("明") && !text.contains("ван") && !text.contains("4915112345678"))
  }

  @Test func sentencesAndAddressesAreNoWordsOfPrograms() throws {
    let line =
      #"{"aps":{"alert":{"loc-key":"Hello John, PIN 1234","title-loc-key":"GREETING_%@"},"category":"john@x.org","sound":{"critical":1,"name":"a.caf"}},"john@x.org":1,"call 13898861402":2,"kind":3}"#
    let text = try #require(Self.redacted(line))
    #expect(!text.contains("John") && !text.contains("john") && !text.contains("13898861402"), "\(text)")
    #expect(text.contains(#""sound":{"critical":1,"name":"a.caf"}"#) && text.contains(#""kind":3"#))
  }

  @Test func tokensAreHashedAndTheEnvelopeStaysOne() throws {
    let line =
      #"{"device_token":"00ff","locale":"de","id":"N1","headers":{"apns-topic":"a.b","apns-id":"Z9"},"payload":{"aps":{}}}"#
    let text = try #require(Self.redacted(line))
    #expect(!text.contains("00ff"))
    #expect(
      text.contains(
        /"device_token":"[0-9a-f]{64}","locale":"de","id":"[A-Z]\d","headers":\{"apns-topic":"a.b","apns-id":"[A-Z]\d"\}/
      ),
      "\(text)")
  }

  @Test func rulesOfTheOperatorComeFirst() throws {
    var redaction = Redaction(key: [1])
    try redaction.add(.keep, at: "/rc")
    try redaction.add(.mask, at: "/rc/name")
    try redaction.add(.hash, at: "/aps/category")
    try redaction.add(.remove, at: "/secret")
    let text = try #require(
      Self.redacted(
        #"{"aps":{"category":"C","alert":"hi"},"rc":{"cType":"PR","name":"Ada","n":1234567890},"secret":{"a":1}}"#,
        redaction))
    #expect(text.contains(#""rc":{"cType":"PR","name":"Xxx","n":1234567890}}"#), "\(text)")
    #expect(text.contains(/"category":"[0-9a-f]{64}"/))
    #expect(throws: HostError.self) { try redaction.add(.keep, at: "rc") }
  }

  @Test(arguments: ["", "7", "[]", "{", "{\"a\":1}", "{\"payload\":3}"])
  func whatIsNoNotificationIsNotKept(_ line: String) { #expect(Self.redacted(line) == nil) }
}
