import Applications
import TimeZones

/// The hours of each day in which a user wants no notification, or only some.
package struct QuietHours: Sendable, Equatable {
  /// The first minute of them, from 0 at midnight to 1439.
  package var start: Int
  /// The minute at which they are over; before ``start`` where they pass midnight.
  package var end: Int
  /// The time zone whose clock counts; nil for the device's.
  package var timeZone: String?
  /// The messages that notify all the same.
  package var level: NotificationLevel

  /// Makes a value from its parts.
  package init(start: Int, end: Int, timeZone: String? = nil, level: NotificationLevel = .none) {
    self.start = start
    self.end = end
    self.timeZone = timeZone
    self.level = level
  }

  /// Returns whether a moment is in them on a zone's clock.
  ///
  /// - Parameter time: milliseconds since 1970.
  func contain(_ time: Int64, in zone: Zone) -> Bool {
    let seconds = Int(time / 1000)
    let clock = CivilTime(seconds: seconds + zone.time(at: seconds).offset)
    let minute = clock.hour * 60 + clock.minute
    return start < end ? start <= minute && minute < end : start <= minute || minute < end
  }

  /// Reads a time of day of the form HH:MM; nil for any other text.
  package static func minute(_ text: String) -> Int? {
    let digits = Array(text.utf8)
    guard digits.count == 5, digits[2] == UInt8(ascii: ":") else { return nil }
    let numbers = [digits[0...1], digits[3...4]].map { Int(String(decoding: $0, as: UTF8.self)) }
    guard digits.enumerated().allSatisfy({ $0 == 2 || (0x30...0x39).contains($1) }),
      let hour = numbers[0], let minute = numbers[1], hour < 24, minute < 60
    else { return nil }
    return hour * 60 + minute
  }

  /// Returns a minute of the day as HH:MM.
  package static func text(_ minute: Int) -> String {
    [minute / 60, minute % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }.joined(separator: ":")
  }
}
