import LosslessJSON
import Testing

/// The grammar of RFC 8259: what is refused, and at which byte.
struct JSONScannerTests {
  /// The error that a text gives, or nil.
  static func error(_ bytes: [UInt8], depthLimit: Int = 64) -> JSONError? {
    var document = JSONDocument(depthLimit: depthLimit)
    do {
      try bytes.withUnsafeBytes { try document.parse($0) }
      return nil
    } catch {
      return error as? JSONError
    }
  }

  @Test(arguments: [
    ("", 0, JSONError.Cause.unexpectedEnd), ("{", 1, .unexpectedEnd), (#"{"a"}"#, 4, .expectedColon),
    (#"{"a":1,}"#, 7, .expectedKey), ("[1,]", 3, .expectedValue), ("01", 1, .invalidNumber),
    ("1.", 2, .unexpectedEnd), ("-", 1, .unexpectedEnd), ("+1", 0, .expectedValue),
    ("nul", 3, .unexpectedEnd),
    ("\"a\u{1}\"", 2, .controlCharacter), (#""\x""#, 1, .invalidEscape), (#""\u12g4""#, 1, .invalidEscape),
    ("1 2", 2, .trailingBytes), (#"{"a":1,"a":2}"#, 7, .duplicateKey),
    (#"{"a":1,"\u0061":2}"#, 7, .duplicateKey),
    ("\u{FEFF}1", 0, .byteOrderMark), ("\"", 1, .unexpectedEnd), ("[1 2]", 3, .expectedCommaOrBracket),
  ])
  func refusesWhatIsNotJSON(_ text: String, _ offset: Int, _ cause: JSONError.Cause) {
    #expect(Self.error(Array(text.utf8)) == JSONError(cause: cause, offset: offset))
  }

  @Test(
    arguments: [
      [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22],
      [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    ] as [[UInt8]])
  func refusesInvalidUTF8(_ bytes: [UInt8]) {
    #expect(Self.error(bytes) == JSONError(cause: .invalidUTF8, offset: 1))
  }

  @Test func refusesNestingBeyondTheLimit() {
    #expect(Self.error(Array("[[[1]]]".utf8), depthLimit: 3) == nil)
    #expect(Self.error(Array("[[[[1]]]]".utf8), depthLimit: 3) == JSONError(cause: .tooDeep, offset: 3))
  }
}
