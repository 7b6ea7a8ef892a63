import NotificationModel
import Testing

/// Texts are cut between scalars, so that what is left is UTF-8.
struct CutTextTests {
  @Test(arguments: [
    ("abc", 3, "abc"), ("abc", 2, "ab"), ("abc", 0, ""), ("", 0, ""), ("é", 1, ""), ("aé", 2, "a"),
    ("€", 2, ""), ("😀x", 3, ""), ("😀x", 4, "😀"), ("e\u{301}", 1, "e"),
  ])
  func aPrefixIsOfWholeScalars(_ text: String, _ count: Int, _ prefix: String) {
    #expect(text.prefix(utf8Count: count).unicodeScalars.elementsEqual(prefix.unicodeScalars))
  }

  @Test(arguments: [("abcdef", 6, "abcdef"), ("abcdef", 5, "ab…"), ("äöüß", 7, "äö…"), ("😀😀", 7, "😀…")])
  func theEllipsisIsCounted(_ text: String, _ count: Int, _ cut: String) {
    #expect(text.cut(to: count) == cut)
    #expect(text.cut(to: count).utf8.count <= count)
  }

  /// Any number of scalars may be one character for Swift.
  @Test func aCharacterOfManyScalarsIsCutInside() {
    let marks = "a" + String(repeating: "\u{301}", count: 1000)
    #expect(marks.count == 1)
    #expect(marks.prefix(utf8Count: 101).utf8.count == 101)
  }
}
