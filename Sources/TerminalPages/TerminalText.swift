import NotificationModel

/// Text for people, in which nothing that came from outside acts on a terminal or forges a line.
///
/// Literals are the program's own and stay as they are. Every string in one is made printable: what is to be written
/// cannot be put together in another way.
package struct TerminalText: ExpressibleByStringInterpolation, Sendable, Equatable {
  /// The text, fit for a terminal.
  package private(set) var string: String

  /// The parts of a literal, each made printable.
  package struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var string = ""

    /// Makes an empty text.
    package init(literalCapacity: Int, interpolationCount: Int) { string.reserveCapacity(literalCapacity) }

    /// Appends what the program wrote.
    package mutating func appendLiteral(_ literal: String) { string += literal }
    /// Appends a text that is fit for a terminal.
    package mutating func appendInterpolation(_ text: TerminalText) { string += text.string }
    /// Appends what may come from outside.
    package mutating func appendInterpolation(_ value: some Any) { string += "\(value)".printable }
  }

  /// Makes a text of the program's own.
  package init(stringLiteral literal: String) { string = literal }
  /// Makes a text of parts.
  package init(stringInterpolation interpolation: StringInterpolation) { string = interpolation.string }

  /// Makes one line of what came from outside.
  package init(_ text: String) { string = text.printable }

  /// Makes lines of what came from outside.
  package init(lines text: String) {
    string = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
      .joined(separator: "\n")
  }

  /// Makes text of what is not from outside, or was looked at.
  package init(trusted text: String) { string = text }

  /// A number of spaces.
  package static func spaces(_ count: Int) -> TerminalText {
    TerminalText(trusted: String(repeating: " ", count: max(count, 0)))
  }

  /// The columns of a terminal that it takes.
  package var columns: Int { TerminalWidth.columns(string) }
  /// A Boolean value that indicates whether nothing is shown.
  package var isEmpty: Bool { string.isEmpty }

  /// Appends a text.
  package static func += (text: inout TerminalText, more: TerminalText) { text.string += more.string }
  /// Returns two texts as one.
  package static func + (text: TerminalText, more: TerminalText) -> TerminalText {
    TerminalText(trusted: text.string + more.string)
  }
}

extension DefaultStringInterpolation {
  /// Keeps a text from becoming a part of a string, which the branch of a condition inside of a literal is by default.
  // Not unavailable: then the compiler silently takes the one for values of any kind.
  @available(*, deprecated, message: "this literal is a String; give it the type TerminalText")
  package mutating func appendInterpolation(_ text: TerminalText) {}
}

extension Sequence<TerminalText> {
  /// Returns the texts as one, with a separator between them.
  package func joined(separator: TerminalText = "") -> TerminalText {
    TerminalText(trusted: map(\.string).joined(separator: separator.string))
  }
}
