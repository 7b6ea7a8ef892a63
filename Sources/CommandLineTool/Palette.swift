import Glibc

/// Colours for people, where the terminal has them.
struct Palette {
  enum Style: String {
    case bold = "1"
    case dim = "2"
    case red = "31"
    case green = "32"
    case yellow = "33"
  }

  let hasColor: Bool

  init(hasColor: Bool) { self.hasColor = hasColor }

  /// A Boolean value that indicates whether the terminal behind a descriptor shows colours, and nobody has
  /// asked for none (no-color.org).
  init(for file: Int32) {
    let says = { (name: String) in getenv(name).map { String(cString: $0) } ?? "" }
    hasColor = isatty(file) == 1 && says("NO_COLOR").isEmpty && says("TERM") != "dumb"
  }

  func callAsFunction(_ style: Style, _ text: TerminalText) -> TerminalText {
    hasColor ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// The same of what came from outside.
  func callAsFunction(_ style: Style, outside text: String) -> TerminalText {
    self(style, TerminalText(text))
  }
}
