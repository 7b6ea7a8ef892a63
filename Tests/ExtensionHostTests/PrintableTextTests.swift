import ExtensionHost
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
}
