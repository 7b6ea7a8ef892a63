import TerminalPages
import Testing

/// Text for a terminal: literals stay, strings from outside are made printable.
struct TerminalTextTests {
  @Test func literalsStayAndStringsAreMadePrintable() {
    let outside = "a\u{1B}[31mb\nc"
    let text: TerminalText = "\u{1B}[1m\(outside)\n"
    #expect(text.string.hasPrefix("\u{1B}[1m"))
    #expect(text.string.hasSuffix("\n"))
    #expect(text.string.dropFirst().filter { $0 == "\u{1B}" } == "")
    #expect(text.string.filter { $0 == "\n" }.count == 1)
  }

  @Test func linesStayLines() {
    let text = TerminalText(lines: "a\nb\u{1B}\rc\n")
    #expect(text.string.split(separator: "\n", omittingEmptySubsequences: false).count == 3)
    #expect(!text.string.contains("\u{1B}"))
    #expect(!text.string.contains("\r"))
  }

  @Test func textsAreJoinedAsTheyAre() {
    let parts: [TerminalText] = ["a", "b"]
    #expect(parts.joined(separator: ", ").string == "a, b")
    #expect((TerminalText("x") + TerminalText.spaces(2)).string == "x  ")
    #expect(TerminalText.spaces(-3).isEmpty)
    #expect(TerminalText("\u{E9}").columns == 1)
  }
}
