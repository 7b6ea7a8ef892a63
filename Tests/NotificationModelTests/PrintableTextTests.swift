import NotificationModel
import Testing

/// Texts of strangers neither forge a line nor move the cursor.
struct PrintableTextTests {
  @Test(arguments: [
    ("plain", "plain"), ("größer 😀", "größer 😀"), ("a\nb", "a\\nb"), ("a\tb", "a b"),
    ("\u{1B}[31m", "\\u{1b}[31m"),
    ("\u{202E}abc", "\\u{202e}abc"), ("\r", "\\u{d}"), ("\u{9B}", "\\u{9b}"), ("\u{2028}", "\\u{2028}"),
    ("", ""),
  ])
  func showsWhatATerminalWouldActOn(_ text: String, _ shown: String) { #expect(text.printable == shown) }

  @Test(
    arguments: [
      (Array("größe".utf8), "größe"), ([0x63, 0xE9, 0x2E], "c\\xE9."), ([0xC3], "\\xC3"),
      ([0xC0, 0x80], "\\xC0\\x80"),
      ([0x1B, 0xFF, 0x0A], "\\u{1b}\\xFF\\n"), ([], ""), ([0xED, 0xA0, 0x80, 0x41], "\\xED\\xA0\\x80A"),
    ] as [([UInt8], String)])
  func showsBytesThatAreNoText(_ bytes: [UInt8], _ shown: String) {
    #expect(String(printable: bytes) == shown)
  }
}
