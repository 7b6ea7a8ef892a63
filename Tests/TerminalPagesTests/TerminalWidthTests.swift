import TerminalPages
import Testing

/// Columns of a terminal.
///
/// The right values are those of PyPI's wcwidth 0.9.4; Tests/Strangers/terminal compares more.
struct TerminalWidthTests {
  @Test(arguments: [
    ("", 0), ("plain", 5), ("Ünïcödé", 7), ("e\u{301}", 1), ("ẞ", 1),
    // Spacing vowel signs and conjuncts.
    ("कि", 2), ("क्षि", 2), ("ट्रेन", 3), ("नमस्ते", 4), ("বাংলা", 4), ("ক্ষ", 2), ("தமிழ்", 4), ("తెలుగు", 5), ("ಕನ್ನಡ", 4),
    ("മലയാളം", 6), ("සිංහල", 4), ("ไทย", 3), ("ที่", 1), ("ลำ", 2), ("ລາວ", 3), ("မြန်မာ", 5), ("ភាសាខ្មែរ", 7),
    ("བོད་", 3),
    // Wide and half-width.
    ("電車", 4), ("ｶﾞ", 2), ("カ\u{3099}", 2), ("한국어", 6), ("\u{1112}\u{1161}\u{11AB}", 2), ("ＡＢ", 4), ("・", 2),
    ("·", 1),
    // Pictures.
    ("🚆", 2), ("👍🏽", 2), ("👩‍👩‍👧‍👦", 2), ("🇩🇪", 2), ("🇩🇪🇫🇷", 4), ("🇩", 2), ("✈️", 2), ("✈", 1), ("❤️", 2), ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
    ("1️⃣", 2),
    ("👨‍⚕️", 2), ("⌚", 2),
    // Without a width.
    ("a\u{200B}b", 2), ("\u{2066}x\u{2069}", 1), ("\u{FEFF}", 0), ("\u{AD}", 1), ("\u{3164}", 0),
    ("سلام", 4), ("مَرْحَبًا", 5), ("שָׁלוֹם", 4),
  ])
  func columnsAreThoseOfTerminals(_ text: String, _ columns: Int) {
    #expect(TerminalWidth.columns(text) == columns)
  }

  @Test func aJoinerBetweenLettersHidesNeither() {
    // wcwidth leaves out what follows any joiner; no terminal does where that is a letter.
    #expect(TerminalWidth.columns("a\u{200D}b") == 2)
    #expect(TerminalWidth.columns("ه\u{200D} م") == 3)
  }

  @Test func aVowelSignWithoutALetterTakesAColumn() {
    // A space before it is a base to wcwidth, so that the two take two columns.
    #expect(TerminalWidth.columns("\u{93E}") == 1)
    #expect(TerminalWidth.columns(" \u{93E}") == 2)
  }

  @Test func aSpaceAfterAConjunctIsAColumn() {
    // wcwidth joins the space as well; terminals do not.
    #expect(TerminalWidth.columns("ట్స్ ఆ") == 4)
  }

  @Test func clustersStayTogether() {
    #expect(
      TerminalWidth.clusters("क्षि👩‍👧é漢").map(\.text) == ["क्षि", "👩‍👧", "é", "漢"])
    #expect(TerminalWidth.clusters("ab").map(\.columns) == [1, 1])
  }

  @Test(arguments: [
    ("ships", 5, "ships"), ("ships", 4, "shi…"), ("電車が遅れ", 6, "電車…"), ("ट्रेन", 2, "…"), ("x", 0, ""),
    ("👩‍👧👩‍👧", 3, "👩‍👧…"),
  ])
  func aCutTextFits(_ text: String, _ room: Int, _ expected: String) {
    #expect(TerminalWidth.cut(text, to: room) == expected)
    #expect(TerminalWidth.columns(TerminalWidth.cut(text, to: room)) <= room)
  }
}
