/// An error in a text that is not one JSON value of RFC 8259, with its place.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The causes, each a clause that follows "byte N: ".
  public enum Cause: String, Sendable {
    /// The text ends inside of a value.
    case unexpectedEnd = "the text ends in the middle of a value"
    /// A byte begins no value where one must stand (RFC 8259 §3).
    case expectedValue = "expected a value"
    /// No double quote begins a key.
    case expectedKey = "expected a key in double quotes"
    /// A key has no colon behind it.
    case expectedColon = "expected ':' after a key"
    /// Neither comma nor brace follows a member.
    case expectedCommaOrBrace = "expected ',' or '}' after a member"
    /// Neither comma nor bracket follows an element.
    case expectedCommaOrBracket = "expected ',' or ']' after an element"
    /// A number breaks the grammar of RFC 8259 §6, such as `01` or `.5`.
    case invalidNumber = "not a number as JSON writes it"
    /// A word is none of `true`, `false` and `null`.
    case invalidLiteral = "not a value as JSON writes it; a text stands in double quotes"
    /// A string has a byte below 0x20 that is not escaped (RFC 8259 §7).
    case controlCharacter = "a control character in a string must be escaped"
    /// A backslash is followed by no escape of RFC 8259 §7.
    case invalidEscape = "not an escape that JSON knows"
    /// A string is not valid UTF-8 (RFC 3629).
    case invalidUTF8 = "not valid UTF-8"
    /// Bytes other than white space follow the value.
    case trailingBytes = "bytes after the end of the value"
    /// Objects and arrays are nested deeper than the limit.
    case tooDeep = "nested deeper than the limit (limits.depth)"
    /// The text is longer than the limit.
    case tooLong = "longer than the limit"
    /// An object has the same key twice.
    case duplicateKey = "a key stands twice in one object"
    /// A byte order mark stands elsewhere than at the start of the input.
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

extension JSONError.Cause {
  /// The cause in a line of the input, with what to do about it there.
  package var ofLine: String {
    switch self {
    case .unexpectedEnd: "\(rawValue); a payload stands on one line"
    default: ofPayload
    }
  }

  /// The cause in a payload that may stand on several lines.
  package var ofPayload: String {
    switch self {
    case .duplicateKey: "\(rawValue) (duplicate_keys: last would keep the last)"
    default: rawValue
    }
  }

  /// Returns the likely slip of a writer by hand at a byte, as a clause; empty where it is not clear.
  package func slip(at byte: UInt8?) -> String {
    if self == .unexpectedEnd { return "; a brace, a bracket or a quote is not closed" }
    switch byte.map({ Unicode.Scalar($0) }) {
    case "/", "#": return "; JSON has no comments"
    case "}" where self == .expectedKey, "]" where self == .expectedValue:
      return "; take out the comma before it"
    case "'" where self == .expectedValue: return "; a text stands in double quotes"
    default: return ""
    }
  }
}
