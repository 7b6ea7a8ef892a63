/// Writes times by the letters of C's `strftime`, with English names, which Lua's `os.date` has too.
package enum TimeFormat {
  /// Letters that stand for others, in the locale of C (POSIX, `strftime`).
  private static let aliases: [UInt8: String] = [
    UInt8(ascii: "c"): "%a %b %e %H:%M:%S %Y", UInt8(ascii: "D"): "%m/%d/%y", UInt8(ascii: "F"): "%Y-%m-%d",
    UInt8(ascii: "h"): "%b", UInt8(ascii: "r"): "%I:%M:%S %p", UInt8(ascii: "R"): "%H:%M",
    UInt8(ascii: "T"): "%H:%M:%S", UInt8(ascii: "x"): "%m/%d/%y", UInt8(ascii: "X"): "%H:%M:%S",
  ]
  package static let letters = "aAbBcCdDeFgGhHIjmMnprRStTuUVwWxXyYzZ%"

  private static let weekdays = [
    "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
  ]
  private static let months = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November",
    "December",
  ]

  /// Returns a moment as RFC 3339 has it, in whole seconds.
  ///
  /// - Parameter isUTC: whether the offset is written `Z`.
  package static func internetText(_ seconds: Int, _ time: ZoneTime, isUTC: Bool) -> String {
    // An offset has no seconds there, as it had before standard time: the moment stays, and the clock is moved.
    let offset = time.offset - time.offset % 60
    let clock = CivilTime(seconds: seconds + offset)
    let zone = isUTC ? "Z" : offsetText(offset, separator: ":")
    let date = "\(digits(clock.year, 4))-\(digits(clock.month))-\(digits(clock.day))"
    return "\(date)T\(digits(clock.hour)):\(digits(clock.minute)):\(digits(clock.second))\(zone)"
  }

  /// A format has a `%` without one of the letters.
  package struct UnknownLetter: Error {
    /// The sign and what follows it.
    package let text: String
  }

  /// Returns a moment as a format has it.
  package static func text(
    _ format: String, _ seconds: Int, _ time: ZoneTime
  ) throws(UnknownLetter) -> String {
    let clock = CivilTime(seconds: seconds + time.offset)
    var text = ""
    var rest = format.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "%" else {
        text.unicodeScalars.append(scalar)
        continue
      }
      let letter = rest.popFirst()
      guard let letter, letters.unicodeScalars.contains(letter) else {
        throw UnknownLetter(text: "%" + (letter.map { String(Character($0)) } ?? ""))
      }
      text += self.text(UInt8(truncatingIfNeeded: letter.value), clock, time)
    }
    return text
  }

  private static func text(_ letter: UInt8, _ clock: CivilTime, _ time: ZoneTime) -> String {
    if let alias = aliases[letter] {
      var text = ""
      var isLetter = false
      for byte in alias.utf8 {
        if isLetter {
          text += self.text(byte, clock, time)
          isLetter = false
        } else if byte == UInt8(ascii: "%") {
          isLetter = true
        } else {
          text.unicodeScalars.append(Unicode.Scalar(byte))
        }
      }
      return text
    }
    let hour = (clock.hour + 11) % 12 + 1
    switch Unicode.Scalar(letter) {
    case "a": return String(weekdays[clock.weekday].prefix(3))
    case "A": return weekdays[clock.weekday]
    case "b": return String(months[clock.month - 1].prefix(3))
    case "B": return months[clock.month - 1]
    case "C": return digits(clock.year / 100)
    case "d": return digits(clock.day)
    case "e": return clock.day < 10 ? " \(clock.day)" : "\(clock.day)"
    case "g": return digits(week(of: clock).year % 100)
    case "G": return "\(week(of: clock).year)"
    case "H": return digits(clock.hour)
    case "I": return digits(hour)
    case "j": return digits(clock.dayOfYear + 1, 3)
    case "m": return digits(clock.month)
    case "M": return digits(clock.minute)
    case "n": return "\n"
    case "p": return clock.hour < 12 ? "AM" : "PM"
    case "S": return digits(clock.second)
    case "t": return "\t"
    case "u": return "\((clock.weekday + 6) % 7 + 1)"
    case "U": return digits((clock.dayOfYear + 7 - clock.weekday) / 7)
    case "V": return digits(week(of: clock).number)
    case "w": return "\(clock.weekday)"
    case "W": return digits((clock.dayOfYear + 7 - (clock.weekday + 6) % 7) / 7)
    case "y": return digits(clock.year % 100)
    case "Y": return "\(clock.year)"
    case "z": return offsetText(time.offset, separator: "")
    case "Z": return time.abbreviation
    default: return "%"
    }
  }

  /// Returns the week of ISO 8601, which begins on Monday and has its year's first Thursday, and the year
  /// that it is of.
  private static func week(of clock: CivilTime) -> (year: Int, number: Int) {
    let weekday = (clock.weekday + 6) % 7
    // The Thursday of the week decides.
    let thursday = CivilTime(
      seconds: CivilTime(year: clock.year, month: clock.month, day: clock.day + 3 - weekday).seconds)
    return (thursday.year, thursday.dayOfYear / 7 + 1)
  }

  private static func offsetText(_ offset: Int, separator: String) -> String {
    let minutes = abs(offset) / 60
    return (offset < 0 ? "-" : "+") + digits(minutes / 60) + separator + digits(minutes % 60)
  }

  private static func digits(_ number: Int, _ count: Int = 2) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, count - text.utf8.count)) + text
  }
}
