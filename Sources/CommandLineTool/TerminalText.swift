import ArgumentParser
import EventLoop
import ExtensionHost
import Glibc

/// Text for people, in which nothing that came from outside acts on a terminal or forges a line.
///
/// Literals are the program's own and stay as they are. Every string in one is made printable: what is to be written
/// cannot be put together in another way.
struct TerminalText: ExpressibleByStringInterpolation, Sendable, Equatable {
  /// The text, fit for a terminal.
  private(set) var string: String

  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var string = ""

    init(literalCapacity: Int, interpolationCount: Int) { string.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { string += literal }
    mutating func appendInterpolation(_ text: TerminalText) { string += text.string }
    mutating func appendInterpolation(_ value: some Any) { string += "\(value)".printable }
  }

  init(stringLiteral literal: String) { string = literal }
  init(stringInterpolation interpolation: StringInterpolation) { string = interpolation.string }

  /// Makes one line of what came from outside.
  init(_ text: String) { string = text.printable }

  /// Makes lines of what came from outside.
  init(lines text: String) {
    string = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable }
      .joined(separator: "\n")
  }

  /// Makes text of what is not from outside, or was looked at.
  init(trusted text: String) { string = text }

  /// A number of spaces.
  static func spaces(_ count: Int) -> TerminalText {
    TerminalText(trusted: String(repeating: " ", count: max(count, 0)))
  }

  /// The number of characters that are shown.
  var count: Int { string.count }
  var isEmpty: Bool { string.isEmpty }

  static func += (text: inout TerminalText, more: TerminalText) { text.string += more.string }
  static func + (text: TerminalText, more: TerminalText) -> TerminalText {
    TerminalText(trusted: text.string + more.string)
  }
}

extension DefaultStringInterpolation {
  /// Keeps a text from becoming a part of a string, which the branch of a condition inside of a literal is by default.
  // Not unavailable: then the compiler silently takes the one for values of any kind.
  @available(*, deprecated, message: "this literal is a String; give it the type TerminalText")
  mutating func appendInterpolation(_ text: TerminalText) {}
}

extension Sequence<TerminalText> {
  func joined(separator: TerminalText = "") -> TerminalText {
    TerminalText(trusted: map(\.string).joined(separator: separator.string))
  }
}

/// Writes what a command tells people, and ends it where that fails: quietly where the reader has gone away.
func output(_ text: TerminalText, to descriptor: Int32 = 1) throws {
  try outputData(text.string, to: descriptor)
}

/// Writes a command's data as it is: JSON, pages and files are for programs.
func outputData(_ text: String, to descriptor: Int32 = 1) throws {
  var text = text
  let (_, code) = text.withUTF8 { writeWhole(descriptor, UnsafeRawBufferPointer($0)) }
  if code == 0 { return }
  if code == EPIPE { throw ExitCode(HostError.Status.output.rawValue) }
  throw fail(HostError(.output, "the output: \(systemMessage(code)); write it somewhere else"))
}

/// The most bytes of a line on the error stream: texts from outside may be as long as a file.
private let lineLimit = 16 << 10

/// Writes a line on the error stream.
func say(_ text: TerminalText) {
  let isLong = text.string.utf8.count > lineLimit
  var line = (isLong ? String(text.string.unicodeScalars.prefix(lineLimit / 4)) + "…" : text.string) + "\n"
  line.withUTF8 { _ = writeWhole(2, UnsafeRawBufferPointer($0)) }
}
