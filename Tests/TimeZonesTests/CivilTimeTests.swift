import Testing
import TimeZones

/// Dates of the Gregorian calendar.
struct CivilTimeTests {
  @Test func everyDayOfFourCenturiesIsItself() {
    var clock = CivilTime(year: 1800, month: 1, day: 1)
    var day = clock.seconds
    #expect(clock.weekday == 3)
    for _ in 0..<146_097 {
      #expect(CivilTime(seconds: day) == clock)
      clock.day += 1
      if clock.day > CivilTime.dayCount(year: clock.year, month: clock.month) {
        clock.day = 1
        clock.month += 1
        if clock.month > 12 {
          clock.month = 1
          clock.year += 1
        }
      }
      day += 86400
    }
    #expect(clock == CivilTime(year: 2200, month: 1, day: 1))
  }
}
