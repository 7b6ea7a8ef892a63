import RESTInterface
import Testing

/// The lines of a stream, however its bytes come.
struct StreamLinesTests {
  /// Returns the lines of a text that comes in parts of a size; nil stands for one that is refused.
  private static func lines(_ text: String, _ size: Int) -> [(Int, String?)] {
    var lines = StreamLines()
    var found: [StreamLines.Line] = []
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      found += lines.take(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    found += lines.end().map { [$0] } ?? []
    return found.map { ($0.number, (try? $0.content.get()).map { String(decoding: $0, as: UTF8.self) }) }
  }

  @Test(arguments: [1, 2, 3, 1000])
  func linesAreCutAndBlankOnesCounted(_ size: Int) {
    let found = Self.lines("a\n\n  \r\nbc\r\n\nd", size)
    #expect(found.map(\.0) == [1, 4, 6] && found.map(\.1) == ["a", "bc\r", "d"])
    #expect(Self.lines("", size).isEmpty && Self.lines("\n\n", size).isEmpty)
  }

  @Test func aLineThatIsTooLongIsAnAnswerAndNotTheEnd() {
    let long = String(repeating: "x", count: EnvelopeReader.limit)
    let found = Self.lines("a\n\(long)y\nb\n\(long)\n", 1 << 12)
    #expect(found.map(\.0) == [1, 2, 3, 4])
    #expect(found.map { $0.1 == nil } == [false, true, false, false])
  }

  @Test func whatIsBehindTheLimitIsRefusedOnce() {
    let text = String(repeating: "x\n", count: StreamLines.limit + 5)
    let found = Self.lines(text, 1 << 12)
    #expect(found.count == StreamLines.limit + 1)
    #expect(found.last?.1 == nil && found.dropLast().allSatisfy { $0.1 == "x" })
  }
}
