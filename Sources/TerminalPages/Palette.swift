import Glibc

/// Colours for people, where the terminal has them.
package struct Palette {
  /// A color, or a weight of letters.
  package enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  /// A Boolean value that indicates whether text is colored.
  package let hasColor: Bool

  /// Makes a palette.
  package init(hasColor: Bool) { self.hasColor = hasColor }

  /// The palette of a descriptor: with colors on a terminal, unless `NO_COLOR` is set (no-color.org).
  package init(for file: Int32) {
    let says = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
    hasColor = isatty(file) == 1 && says("NO_COLOR").isEmpty && says("TERM") != "dumb"
  }

  /// Returns a text in a color.
  package func callAsFunction(_ style: Style, _ text: TerminalText) -> TerminalText {
    hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The same of what came from outside.
  package func callAsFunction(_ style: Style, outside text: String) -> TerminalText {
    self(style, TerminalText(text))
  }
}
