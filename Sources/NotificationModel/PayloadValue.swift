import Glibc

/// The value of a key as Apple documents it: its type, with its range or its unit.
package enum PayloadValue: Sendable, Equatable {
  case text
  /// A string; in a Live Activity also a dictionary with `loc-key` and `loc-args`.
  case localizable
  case texts
  case count
  /// 1, which servers also write as true; 0 and false are as good as no key.
  case one
  case flag
  case boolean
  case fraction
  /// A number of 0 to 1; in a Live Activity any number.
  case score
  /// A time in seconds since 1970.
  case seconds
  case level
  case event
  case object
  case alert
  case sound
  /// The whole payload.
  case payload
  /// A list beside the payload.
  case attachments

  /// A value as the rules see it: its type, and the part of it that they compare.
  enum Shape {
    /// The bytes of a string, as JSON or Lua has them.
    case text(UnsafeRawBufferPointer)
    case number(Double)
    case boolean(Bool)
    case null
    case array
    case object
    /// A value of Lua's that no payload has.
    case other

    /// Returns the shape of an integer: the largest ones, which no number of this kind has, are no others.
    static func integer(_ number: Int64) -> Shape { .number(min(Double(number), 0x1p63.nextDown)) }
  }

  /// The levels, in order: `UNNotificationInterruptionLevel`.
  static let levels: [StaticString] = ["passive", "active", "time-sensitive", "critical"]
  static let events: [StaticString] = ["start", "update", "end"]

  /// From here on a time is one in milliseconds: in seconds it would be in the year 5138.
  static let firstMilliseconds = 1e11

  /// Returns whether a value is what the key takes, but for what an object or a list holds.
  func accepts(_ shape: Shape, inLiveActivity: Bool) -> Bool {
    switch (self, shape) {
    case (.text, .text), (.localizable, .text), (.alert, .text), (.sound, .text), (.texts, .array),
      (.attachments, .array), (.object, .object), (.alert, .object), (.sound, .object), (.payload, .object),
      (.boolean, .boolean), (.one, .boolean):
      return true
    case (.localizable, .object): return inLiveActivity
    case (.count, .number(let number)): return number >= 0 && Int64(exactly: number) != nil
    case (.one, .number(let number)), (.flag, .number(let number)), (.boolean, .number(let number)):
      return number == 0 || number == 1
    case (.fraction, .number(let number)): return number >= 0 && number <= 1
    case (.score, .number(let number)): return inLiveActivity ? number.isFinite : number >= 0 && number <= 1
    case (.seconds, .number(let number)): return number >= 0 && number < Self.firstMilliseconds
    case (.level, .text(let text)): return Self.levels.contains { Self.isSame(text, $0) }
    case (.event, .text(let text)): return Self.events.contains { Self.isSame(text, $0) }
    default: return false
    }
  }

  /// Returns whether bytes are those of a text.
  static func isSame(_ bytes: UnsafeRawBufferPointer, _ text: StaticString) -> Bool {
    guard bytes.count == text.utf8CodeUnitCount, let start = bytes.baseAddress else { return false }
    return memcmp(start, text.utf8Start, bytes.count) == 0
  }

  /// A Boolean value that indicates whether the key's numbers have no fraction, so that 2.0 is written as 2.
  var isWhole: Bool {
    switch self {
    case .count, .one, .flag, .seconds: true
    default: false
    }
  }

  // MARK: Messages

  /// The wanted value, as an error names it.
  var wanted: String {
    switch self {
    case .text, .localizable: "a string"
    case .texts: "a list of strings"
    case .count: "a whole number of 0 or more"
    case .one: "1"
    case .flag: "0 or 1"
    case .boolean: "true or false"
    case .fraction, .score: "a number of 0 to 1"
    case .seconds: "a time in seconds since 1970"
    case .level: "passive, active, time-sensitive or critical"
    case .event: "start, update or end"
    case .object: "a table with keys"
    case .alert: "a string, or a table with title, subtitle and body"
    case .sound: "a string, or a table with critical, name and volume"
    case .payload: "a table"
    case .attachments: "a list of attachments"
    }
  }

  /// The mistake in a value of an incoming payload, as a clause that follows the key.
  var complaint: String {
    switch self {
    case .flag: "is neither 0 nor 1"
    case .boolean: "is neither true nor false"
    case .alert, .sound: "is neither a string nor an object"
    case .object, .payload: "is not an object"
    default: "is not \(wanted)"
    }
  }

  /// Returns the hint that a number's value adds to its type, where that helps.
  static func hint(_ value: PayloadValue, _ shape: Shape) -> String {
    if value == .seconds, case .number(let number) = shape, number >= firstMilliseconds {
      return "; it seems to be in milliseconds, so divide it by 1000"
    }
    return ""
  }
}
