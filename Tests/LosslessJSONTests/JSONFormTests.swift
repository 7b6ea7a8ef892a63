import LosslessJSON
import Testing

/// The check of a worker's results lets through what the reader of notifications lets through, and nothing else.
struct JSONFormTests {
  private static func isObject(_ text: [UInt8]) -> Bool {
    // What stands behind is another's text.
    let bytes = text + Array("\"}]1".utf8) + [UInt8](repeating: 0, count: 24)
    return bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { JSONForm.isObject($0, count: text.count) } ?? false
    }
  }

  private static func isMembers(_ text: [UInt8], before next: String = "\"}]1") -> Bool {
    let bytes = text + Array(next.utf8) + [UInt8](repeating: 0, count: 24)
    return bytes.withUnsafeBufferPointer { buffer in
      buffer.baseAddress.map { JSONForm.isMembers($0, count: text.count) } ?? false
    }
  }

  private static func parses(_ text: [UInt8]) -> Bool {
    var document = JSONDocument(depthLimit: 1024, duplicateKeys: .keepLast)
    guard text.withUnsafeBytes({ (try? document.parse($0)) != nil }) else { return false }
    return document.kind(of: document.root) == .object
  }

  /// RFC 8259: what is JSON, and what is nearly.
  private static let texts = [
    "{}", " { } ", "{\"a\":1}", "{\"a\":[]}", "{\"a\":[1,2,{\"b\":null}],\"c\":true,\"d\":false}",
    "{\"a\":-0.5e+10}",
    "{\"a\":\"\\u00e9\\n\\\"\"}", "{\"a\":\"é😀\"}", "{\"a\":{\"b\":{\"c\":[[[]]]}}}", "{\"a\":\"\\ud800\"}",
    "{\"a\":1}\n",
    "", "[]", "1", "\"a\"", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{\"a\":1 \"b\":2}",
    "{\"a\":[1,]}", "{\"a\":[}",
    "{\"a\":01}", "{\"a\":1.}", "{\"a\":.5}", "{\"a\":1e}", "{\"a\":+1}", "{\"a\":tru}", "{\"a\":nulll}",
    "{\"a\":1}{}",
    "{\"a\":\"\u{1}\"}", "{\"a\":\"\u{0}\"}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12g4\"}", "{\"a\":\"b}",
    "{a:1}", "{\"a\":1]", "{'a':1}",
    "{\"a\":1}\u{0}", "{\"a\":\"\\\"}", "{\"a\":\"\\u12\"}", "{\"a\":NaN}", "\u{FEFF}{}",
  ]

  @Test(arguments: texts) func agreesWithTheReader(_ text: String) {
    #expect(Self.isObject(Array(text.utf8)) == Self.parses(Array(text.utf8)), "\(text)")
  }

  @Test func refusesEveryPartOfAnObjectAndEveryChangedByteThatTheReaderRefuses() {
    let text = Array(
      #"{"aps":{"alert":{"body":"größer \u00fc 😀"},"badge":-1.5e3},"l":[true,false,null,[]],"o":{}}"#.utf8)
    for count in 0..<text.count {
      #expect(!Self.isObject(Array(text[..<count])))
    }
    for index in text.indices {
      for byte in [0, 0x0A, 0x1B, 0x20, 0x22, 0x2C, 0x30, 0x5C, 0x5D, 0x7B, 0x7D, 0x80, 0xC0, 0xFF] as [UInt8]
      {
        var changed = text
        changed[index] = byte
        #expect(Self.isObject(changed) == Self.parses(changed), "\(String(decoding: changed, as: UTF8.self))")
      }
    }
  }

  @Test func knowsWhichContainersAreOpenAtAnyDepth() {
    for depth in [1, 63, 64, 65, 127, 128, 129, 500] {
      let opening = (0..<depth).map { $0.isMultiple(of: 3) ? "{\"a\":" : "[" }.joined()
      let closing = (0..<depth).reversed().map { $0.isMultiple(of: 3) ? "}" : "]" }.joined()
      #expect(Self.isObject(Array((opening + "1" + closing).utf8)))
      #expect(!Self.isObject(Array((opening + "1" + closing.dropFirst() + "]").utf8)))
    }
    #expect(
      !Self.isObject(
        Array((String(repeating: "{\"a\":", count: 1025) + "1" + String(repeating: "}", count: 1025)).utf8)))
  }

  @Test func membersAreAnObjectWithoutItsBraces() {
    for text in Self.texts where text.hasPrefix("{") {
      let inside = Array(text.utf8.dropFirst())
      for count in 0...inside.count {
        let part = Array(inside[..<count])
        let isMembers = Self.parses(Array("{".utf8) + part + Array("}".utf8)) && part.contains { $0 > 0x20 }
        for next in ["\"}]1", "12", "expected a value", ".5", "e", ",\"a\":1", "}", ""] {
          #expect(
            Self.isMembers(part, before: next) == isMembers,
            "\(String(decoding: part, as: UTF8.self)) before \(next)")
        }
      }
    }
  }
}
