/// Reads the times that texts have: RFC 3339, and RFC 5322, which followed RFC 2822.
package enum TimeText {
  /// The cause for which a text is no time, as a clause.
  package struct Problem: Error, Equatable {
    package let message: String
  }

  /// A moment: whole seconds since 1970, and the fraction of a second that the text has.
  package struct Moment: Equatable, Sendable {
    package var seconds: Int
    package var fraction: Double?
  }

  /// No time is as long, but for comments.
  private static let lengthLimit = 256

  /// Returns the moment of a text as RFC 3339 or RFC 5322 writes it.
  package static func moment(_ text: some Sequence<UInt8>) throws(Problem) -> Moment {
    let bytes = Array(text.lazy.prefix(lengthLimit + 1))
    guard bytes.count <= lengthLimit else { throw Problem(message: "the text is too long") }
    var scanner = Scanner(bytes)
    return if let first = bytes.first, (0x30...0x39).contains(first), bytes.prefix(5).last == 0x2D {
      try scanner.internetTime()
    } else {
      try scanner.messageTime()
    }
  }

  private struct Scanner {
    private let text: [UInt8]
    private var at = 0

    init(_ text: [UInt8]) { self.text = text }

    private static let notInternet = Problem(message: "not written as 2026-07-01T10:00:00Z (RFC 3339)")
    private static let notMessage = Problem(
      message:
        "written neither as 2026-07-01T10:00:00Z (RFC 3339) nor as Wed, 01 Jul 2026 10:00:00 +0000 (RFC 2822)"
    )

    private var isAtEnd: Bool { at == text.count }
    private var peek: UInt8? { at < text.count ? text[at] : nil }

    private mutating func take(_ byte: UInt8) -> Bool {
      guard peek == byte else { return false }
      at += 1
      return true
    }

    /// Reads a number of so many digits.
    private mutating func digits(_ count: ClosedRange<Int>) -> Int? {
      var number = 0
      let start = at
      while at - start < count.upperBound, let digit = peek, (0x30...0x39).contains(digit) {
        number = number * 10 + Int(digit - 0x30)
        at += 1
      }
      return at - start >= count.lowerBound ? number : nil
    }

    // MARK: RFC 3339

    mutating func internetTime() throws(Problem) -> Moment {
      guard let year = digits(4...4), take(0x2D), let month = digits(2...2), take(0x2D),
        let day = digits(2...2)
      else { throw Self.notInternet }
      guard !isAtEnd else { throw Problem(message: "a date without a time; add one, such as T00:00:00Z") }
      // §5.6: T may be small, and a space may stand for it.
      guard take(0x54) || take(0x74) || take(0x20), let hour = digits(2...2), take(0x3A),
        let minute = digits(2...2), take(0x3A), let second = digits(2...2)
      else { throw Self.notInternet }
      var fraction: Double?
      if take(0x2E) {
        var value = 0.0
        var scale = 1.0
        guard let first = peek, (0x30...0x39).contains(first) else { throw Self.notInternet }
        while let digit = peek, (0x30...0x39).contains(digit) {
          // A double has no more digits.
          if scale < 1e17 {
            value = value * 10 + Double(digit - 0x30)
            scale *= 10
          }
          at += 1
        }
        fraction = value / scale
      }
      if isAtEnd {
        throw Problem(message: "a time without its distance from UTC; add Z or one such as +02:00")
      }
      let isUTC = take(0x5A) || take(0x7A)
      // ISO 8601 has offsets without the colon, and many programs write them.
      guard let offset = isUTC ? 0 : offset(hasColon: nil), isAtEnd else { throw Self.notInternet }
      let clock = CivilTime(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
      return Moment(seconds: try Self.seconds(clock, offset), fraction: fraction)
    }

    /// Reads `+hh:mm` in seconds; where `hasColon` is nil, the colon may be missing.
    private mutating func offset(hasColon: Bool?) -> Int? {
      let isNegative = take(0x2D)
      guard isNegative || take(0x2B), let hour = digits(2...2) else { return nil }
      let found = take(0x3A)
      guard hasColon == nil || hasColon == found, let minute = digits(2...2), hour <= 23, minute <= 59 else {
        return nil
      }
      return (isNegative ? -1 : 1) * (hour * 3600 + minute * 60)
    }

    private static func seconds(_ clock: CivilTime, _ offset: Int) throws(Problem) -> Int {
      guard (1...12).contains(clock.month) else { throw Problem(message: "there is no month \(clock.month)") }
      guard (1...CivilTime.dayCount(year: clock.year, month: clock.month)).contains(clock.day) else {
        throw Problem(message: "the month has no day \(clock.day)")
      }
      // A leap second is the first of the next minute, as in POSIX.
      guard clock.hour <= 23, clock.minute <= 59, clock.second <= 60 else {
        throw Problem(message: "no clock shows \(clock.hour):\(clock.minute):\(clock.second)")
      }
      return clock.seconds - offset
    }

    // MARK: RFC 5322

    mutating func messageTime() throws(Problem) -> Moment {
      guard skipSpace() else { throw Self.notMessage }
      if let name = word() {
        guard Self.weekdays.contains(name), skipSpace(), take(0x2C), skipSpace() else {
          throw Self.notMessage
        }
      }
      guard let day = digits(1...2), skipSpace(), let month = word().flatMap(Self.months.firstIndex(of:)),
        skipSpace(), let year = year(), skipSpace(), let hour = digits(2...2), skipSpace(), take(0x3A),
        skipSpace(), let minute = digits(2...2), skipSpace()
      else { throw Self.notMessage }
      var second = 0
      if take(0x3A) {
        guard skipSpace(), let number = digits(2...2) else { throw Self.notMessage }
        second = number
      }
      guard skipSpace(), let offset = messageOffset(), skipSpace(), isAtEnd else { throw Self.notMessage }
      let clock = CivilTime(
        year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second)
      return Moment(seconds: try Self.seconds(clock, offset), fraction: nil)
    }

    private static let weekdays = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    private static let months = [
      "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ]
    /// The names of §4.3; military letters were used wrongly, and say nothing.
    private static let zones = [
      "ut": 0, "gmt": 0, "utc": 0, "z": 0, "edt": -4, "est": -5, "cdt": -5, "cst": -6, "mdt": -6, "mst": -7,
      "pdt": -7,
      "pst": -8,
    ]

    private mutating func word() -> String? {
      let end = text[at...].firstIndex { !(0x41...0x5A).contains($0 & 0xDF) } ?? text.count
      guard end > at else { return nil }
      defer { at = end }
      return String(decoding: text[at..<end].map { $0 | 0x20 }, as: UTF8.self)
    }

    /// §4.3: two digits are of 1950 to 2049, and three count from 1900.
    private mutating func year() -> Int? {
      let start = at
      guard let number = digits(2...4) else { return nil }
      switch at - start {
      case 2: return number < 50 ? 2000 + number : 1900 + number
      case 3: return 1900 + number
      default: return number
      }
    }

    private mutating func messageOffset() -> Int? {
      if let name = word() {
        return Self.zones[name].map { $0 * 3600 } ?? (name.utf8.count == 1 && name != "j" ? 0 : nil)
      }
      return offset(hasColon: false)
    }

    /// Passes over white space and comments; false where a comment has no end.
    private mutating func skipSpace() -> Bool {
      var depth = 0
      while let byte = peek {
        switch byte {
        case 0x28: depth += 1
        case 0x29 where depth > 0: depth -= 1
        case 0x5C where depth > 0: if at + 1 < text.count { at += 1 }
        case 0x20, 0x09, 0x0D, 0x0A: break
        default: if depth == 0 { return true }
        }
        at += 1
      }
      return depth == 0
    }
  }
}
