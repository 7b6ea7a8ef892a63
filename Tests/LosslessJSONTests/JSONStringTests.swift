import Foundation
import LosslessJSON
import Testing

/// Strings of JSON in both directions, beside Foundation's reader.
struct JSONStringTests {
  private static func quoted(_ bytes: [UInt8]) -> (text: String, invalid: Int?) {
    var buffer = ByteBuffer()
    let invalid = bytes.withUnsafeBytes { JSONString.append($0, to: &buffer) }
    return (String(decoding: buffer.bytes, as: UTF8.self), invalid)
  }

  /// RFC 8259 §7: quote, backslash and the control characters must be escaped, and nothing else.
  @Test func everyASCIICharacterIsEscapedWhereItMustBe() throws {
    for byte in UInt8(0)..<0x80 {
      let quoted = Self.quoted([byte])
      #expect(quoted.invalid == nil)
      let read = try JSONSerialization.jsonObject(with: Data("[\(quoted.text)]".utf8)) as? [String]
      #expect(read == [String(UnicodeScalar(byte))])
      #expect((quoted.text.utf8.count == 3) == (byte >= 0x20 && byte != 0x22 && byte != 0x5C))
    }
  }

  /// What is special may stand at any place of a word of eight bytes.
  @Test(arguments: 0..<20) func aSpecialByteIsFoundAtEveryPlace(_ place: Int) {
    for (special, escape) in [
      ("\"", "\\\""), ("\\", "\\\\"), ("\n", "\\n"), ("\u{1F}", "\\u001f"), ("é", "é"),
    ] {
      let before = String(repeating: "a", count: place)
      let quoted = Self.quoted(Array((before + special + "b").utf8))
      #expect(quoted.text == "\"" + before + escape + "b\"")
    }
  }

  /// Unicode 16.0, table 3-7, and RFC 3629 §4.
  @Test(
    arguments: [
      [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x9F, 0xBF], [0xE0, 0xA0],
      [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
      [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x98], [0xFE], [0xFF],
    ] as [[UInt8]])
  func bytesThatAreNoUTF8HaveTheirPlace(_ bytes: [UInt8]) {
    for place in [0, 1, 7, 8, 9] {
      let before = [UInt8](repeating: 0x61, count: place)
      #expect(Self.quoted(before + bytes).invalid == place)
    }
  }

  @Test(
    arguments: [
      [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80],
      [0xEF, 0xBF, 0xBF], [0xF0, 0x90, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
    ] as [[UInt8]])
  func theEdgesOfUTF8AreTaken(_ bytes: [UInt8]) { #expect(Self.quoted(bytes).invalid == nil) }

  @Test(arguments: [
    (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"), (#"\u00e9\u00E9"#, "éé"), (#"\ud83d\ude00"#, "😀"),
    (#"\ud800"#, "\u{FFFD}"), (#"\ude00\ud83d"#, "\u{FFFD}\u{FFFD}"), (#"\ud83d\u0041"#, "\u{FFFD}A"),
    (#"\u0000"#, "\u{0}"), (#"a\\u0041"#, #"a\u0041"#), (#"\uffff"#, "\u{FFFF}"),
  ])
  func escapesAreResolved(_ inside: String, _ text: String) {
    var buffer = ByteBuffer()
    let bytes = Array(inside.utf8)
    bytes.withUnsafeBufferPointer { source in
      if let start = source.baseAddress {
        JSONString.appendUnescaped(start, count: source.count, to: &buffer)
      }
    }
    #expect(String(decoding: buffer.bytes, as: UTF8.self) == text)
  }
}
