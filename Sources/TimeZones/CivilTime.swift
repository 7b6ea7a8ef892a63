/// A date and a time of day on the clock of some place, in the Gregorian calendar of all times.
package struct CivilTime: Equatable, Sendable {
  package var year: Int
  package var month: Int
  package var day: Int
  package var hour: Int
  package var minute: Int
  package var second: Int

  package init(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
    self.year = year
    self.month = month
    self.day = day
    self.hour = hour
    self.minute = minute
    self.second = second
  }

  /// Reads seconds since 1970 on this clock.
  package init(seconds: Int) {
    let days = seconds.floored(by: 86400)
    let rest = seconds - days * 86400
    // Eras of 400 years begin on 1 March, so that a leap day is the last of its year.
    let shifted = days + 719_468
    let era = shifted.floored(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    year = era * 400 + yearOfEra + (month <= 2 ? 1 : 0)
    hour = rest / 3600
    minute = rest / 60 % 60
    second = rest % 60
  }

  /// The seconds since 1970 on this clock; a month 13 is the first of the next year, and so on.
  package var seconds: Int {
    let months = month - 1
    let years = months.floored(by: 12)
    let first = Self.days(year: year + years, month: months - years * 12 + 1)
    return (first + day - 1) * 86400 + hour * 3600 + minute * 60 + second
  }

  /// The day of the week, from 0 for Sunday.
  package var weekday: Int { Self.weekday(ofDay: CivilTime.days(year: year, month: month) + day - 1) }

  /// The day of the year, from 0 for 1 January.
  package var dayOfYear: Int {
    Self.days(year: year, month: month) + day - 1 - Self.days(year: year, month: 1)
  }

  /// Returns the days from 1 January 1970 to the first of a month.
  package static func days(year: Int, month: Int) -> Int {
    let shiftedYear = month <= 2 ? year - 1 : year
    let era = shiftedYear.floored(by: 400)
    let yearOfEra = shiftedYear - era * 400
    let shiftedMonth = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * shiftedMonth + 2) / 5
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Returns the day of the week of a day since 1970, which was a Thursday.
  package static func weekday(ofDay day: Int) -> Int { day + 4 - (day + 4).floored(by: 7) * 7 }

  /// Returns whether a year of the proleptic Gregorian calendar has 366 days.
  package static func isLeap(_ year: Int) -> Bool {
    year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
  }

  /// Returns the number of days of a month, 1 to 12.
  package static func dayCount(year: Int, month: Int) -> Int {
    month == 12 ? 31 : days(year: year, month: month + 1) - days(year: year, month: month)
  }

  /// The years that times are read and written of: those of four digits.
  package static let years = 0...9999
  /// The seconds since 1970 of these years.
  package static let range =
    CivilTime(year: 0, month: 1, day: 1).seconds...CivilTime(year: 10_000, month: 1, day: 1).seconds - 1
}

extension Int {
  /// Returns the quotient, rounded down.
  func floored(by divisor: Int) -> Int {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}
