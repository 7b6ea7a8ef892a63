import FileReading
import Testing

/// Lines and columns of bytes, for error messages.
struct TextLinesTests {
  @Test(arguments: [
    ("", 0, "1:1"), ("abc", 2, "1:3"), ("a\nb", 1, "1:2"), ("a\nb", 2, "2:1"), ("a\n", 2, "2:1"),
    // Columns count characters, not bytes.
    ("é😀x", 6, "1:3"), ("\r\nx", 2, "2:1"), ("\n\n\n", 3, "4:1"),
    // Behind the end, the end.
    ("ab", 100, "1:3"), ("a\nb", 100, "2:2"),
  ])
  func aPlaceIsLineAndColumn(_ text: String, _ offset: Int, _ place: String) {
    #expect(TextLines(Array(text.utf8)).place(of: offset) == place)
  }

  @Test func everyByteOfManyLinesIsOnItsLine() {
    let text = (0..<500).map { String(repeating: "x", count: $0 % 7) }.joined(separator: "\n")
    let lines = TextLines(Array(text.utf8))
    var line = 1
    for (offset, byte) in text.utf8.enumerated() {
      #expect(lines.line(of: offset) == line)
      if byte == 0x0A { line += 1 }
    }
  }

  @Test func aLongLineHasNoColumn() {
    let lines = TextLines([UInt8](repeating: 0x61, count: 5000))
    #expect(lines.place(of: 2000) == "1:2001")
    #expect(lines.place(of: 2001) == "1")
  }

  @Test(
    arguments: [
      ([], []), ([0xEF, 0xBB, 0xBF], []), ([0xEF, 0xBB, 0xBF, 0x61], [0x61]), ([0xEF, 0xBB], [0xEF, 0xBB]),
      ([0x61, 0xEF, 0xBB, 0xBF], [0x61, 0xEF, 0xBB, 0xBF]),
    ] as [([UInt8], [UInt8])])
  func theMarkIsTakenOff(_ bytes: [UInt8], _ rest: [UInt8]) {
    #expect(bytes.withoutMark == rest)
    #expect(([0xEF, 0xBB, 0xBF] + bytes).withoutMarks == rest)
  }
}
