/// Why a text is not one JSON value as RFC 8259 has it, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The causes, each a clause that follows "byte N: ".
  public enum Cause: String, Sendable {
    case unexpectedEnd = "the text ends in the middle of a value"
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
    case duplicateKey = "a key stands twice in one object"
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

  /// What a writer by hand has done to a text that goes wrong at a byte, as a clause; empty where that is not clear.
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
