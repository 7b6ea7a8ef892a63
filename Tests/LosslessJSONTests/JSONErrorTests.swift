import LosslessJSON
import Testing

/// The words of errors.
struct JSONErrorTests {
  /// The byte at which a text is refused, and the slip that is named there.
  @Test(arguments: [
    (#"{"a":1,}"#, "; take out the comma before it"), ("[1,]", "; take out the comma before it"),
    ("{'a':1}", ""), ("['a']", "; a text stands in double quotes"), ("{ // x", "; JSON has no comments"),
    ("# x", "; JSON has no comments"), (#"{"a":1"#, "; a brace, a bracket or a quote is not closed"),
    ("[1 2]", ""), ("[01]", ""),
  ])
  func aSlipOfAWriterIsNamed(_ text: String, _ slip: String) throws {
    let error = try #require(JSONScannerTests.error(Array(text.utf8)))
    let bytes = Array(text.utf8)
    let byte = bytes.indices.contains(error.offset) ? bytes[error.offset] : nil
    #expect(error.cause.slip(at: byte) == slip)
  }

  /// RFC 8259 §8.1: "Implementations MUST NOT add a byte order mark"; files that were joined have one in the middle.
  @Test(arguments: [("\u{FEFF}{}", 0), ("[1,\u{FEFF}2]", 3), ("{\u{FEFF}\"a\":1}", 1), ("{}\u{FEFF}", 2)])
  func aByteOrderMarkIsNamed(_ text: String, _ offset: Int) throws {
    let error = try #require(JSONScannerTests.error(Array(text.utf8)))
    #expect(error.offset == offset)
    #expect(error.cause == (offset == 2 ? .trailingBytes : .byteOrderMark))
  }

  @Test func anErrorSaysItsPlace() {
    #expect(
      JSONError(cause: .expectedValue, offset: 12).description == "byte 12: expected a value")
    #expect(JSONError.Cause.unexpectedEnd.ofLine.hasSuffix("; a payload stands on one line"))
    #expect(JSONError.Cause.duplicateKey.ofLine.contains("duplicate_keys: last"))
    #expect(JSONError.Cause.duplicateKey.ofPayload.contains("duplicate_keys: last"))
    #expect(JSONError.Cause.unexpectedEnd.ofPayload == JSONError.Cause.unexpectedEnd.rawValue)
  }
}
