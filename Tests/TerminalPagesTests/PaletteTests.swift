import TerminalPages
import Testing

/// Colours by ECMA-48 (SGR), around text that was made printable.
struct PaletteTests {
  @Test func aStyleEndsWhatItBegins() {
    let text = Palette(hasColor: true)(.red, "no")
    #expect(text.string == "\u{1B}[31mno\u{1B}[0m")
    #expect(Palette(hasColor: false)(.red, "no").string == "no")
  }

  @Test(arguments: ["\u{1B}[2J", "a\u{9B}31m", "a\nb", "\u{202E}gpj.exe", "\r", "\u{7}"])
  func whatComesFromOutsideActsOnNothing(_ text: String) {
    let shown = Palette(hasColor: true)(.bold, outside: text).string.dropFirst(4).dropLast(4)
    #expect(
      !shown.unicodeScalars.contains {
        $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0 == "\u{202E}"
      })
  }

  /// A pipe is no terminal.
  @Test func aPipeHasNoColour() { #expect(!Palette(for: -1).hasColor) }
}
