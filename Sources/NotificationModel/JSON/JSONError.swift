/// Why a text is not one JSON value as RFC 8259 has it, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The causes, each a clause that follows "byte N: ".
  public enum Cause: String, Sendable {
    case unexpectedEnd = "the text ends in the middle of a value; a payload stands on one line"
    case expectedValue = "expected a value"
    case expectedKey = "expected a key in double quotes"
    case expectedColon = "expected ':' after a key"
    case expectedCommaOrBrace = "expected ',' or '}' after a member"
    case expectedCommaOrBracket = "expected ',' or ']' after an element"
    case invalidNumber = "not a number as JSON writes it"
    case invalidLiteral = "not a value as JSON writes it; a text stands in double quotes"
    case controlCharacter = "a control character in a string must be escaped"
    case invalidEscape = "not an escape that JSON knows"
    case invalidUTF8 = "not valid UTF-8"
    case trailingBytes = "bytes after the end of the value"
    case tooDeep = "nested deeper than the limit (limits.depth)"
    case tooLong = "longer than the limit"
    case duplicateKey = "a key stands twice in one object (duplicate_keys: last would keep the last)"
    case byteOrderMark = "a byte order mark may only begin the whole input"
  }

  /// The cause.
  public var cause: Cause
  /// The byte, counted from 0 at the start of the text.
  public var offset: Int

  package init(cause: Cause, offset: Int) {
    self.cause = cause
    self.offset = offset
  }

  /// "byte 12: expected a value".
  public var description: String { "byte \(offset): \(cause.rawValue)" }
}
