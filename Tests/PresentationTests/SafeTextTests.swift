import Presentation
import Testing

/// Text from outside does no harm to what stands around it.
struct SafeTextTests {
  @Test(arguments: [
    ("plain", "plain"),
    ("two\nlines", "two lines"),
    ("  spaces  ", "spaces"),
    ("red \u{1B}[31mtext\u{07}", "red [31mtext"),
    ("nul\0 and del\u{7F}", "nul and del"),
    ("over\u{202E}ride\u{202C}", "override"),
    ("\u{2067}open", "\u{2067}open\u{2069}"),
    ("stray\u{2069}", "stray"),
    ("\u{2068}whole\u{2069}", "\u{2068}whole\u{2069}"),
    ("mark\u{FEFF}", "mark"),
    ("👩‍👩‍👧 🇩🇪 ✈️", "👩‍👩‍👧 🇩🇪 ✈️"),
  ])
  func aLineIsOneLine(_ text: String, _ shown: String) {
    #expect(SafeText.line(text).unicodeScalars.elementsEqual(shown.unicodeScalars))
  }

  @Test func marksDoNotPileUp() {
    let text = SafeText.line("Z" + String(repeating: "\u{0351}", count: 100) + "a")
    #expect(text.unicodeScalars.count == 6)
    #expect(SafeText.line("ก" + String(repeating: "\u{0E34}", count: 40)).unicodeScalars.count == 5)
  }

  /// The longest sequences that there are for general use stay (Unicode's emoji-zwj-sequences.txt), and none is without an end.
  @Test func clustersHaveAnEnd() {
    let storm = SafeText.line(String(repeating: "👨\u{200D}", count: 60))
    #expect(storm.max { $0.unicodeScalars.count < $1.unicodeScalars.count }?.unicodeScalars.count ?? 99 <= 18)
    for text in ["👩🏽‍❤️‍💋‍👨🏿", "👨‍👩‍👧‍👦", "🏴‍☠️", "क्‍ष क्‍ष क्‍ष क्‍ष क्‍ष क्‍ष क्‍ष क्‍ष क्‍ष"] {
      #expect(SafeText.line(text).unicodeScalars.elementsEqual(text.unicodeScalars))
    }
  }

  @Test func whatIsLongIsCutAtACharacter() {
    let text = SafeText.line(String(repeating: "ä", count: 1 << 20))
    #expect(text.utf8.count <= 512 + 3)
    #expect(text.hasSuffix("ä…"))
  }

  @Test func paragraphsKeepTheirLines() {
    #expect(SafeText.paragraphs("\n\na\nb\n\n\n\n\nc\n") == "a\nb\n\nc")
    #expect(SafeText.paragraphs("c\r\nd") == "c\nd")
    #expect(SafeText.paragraphs("\u{2067}a\nb") == "\u{2067}a\u{2069}\nb")
  }

  @Test func piecesKeepTheirSpaces() {
    #expect(SafeText.run("Arrives ") == "Arrives ")
  }
}
