import Testing
import TimeZones

/// Rules of a zone's future, as POSIX and RFC 8536 have them.
struct ZoneRuleTests {
  private static func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Int {
    CivilTime(year: year, month: month, day: day, hour: hour, minute: minute).seconds
  }

  /// POSIX, "Other Environment Variables", `TZ`, and the additions of RFC 8536 §3.3.1.
  @Test(arguments: [
    // Paris, 2050: 27 March and 30 October, at 01:00 UTC.
    ("CET-1CEST,M3.5.0,M10.5.0/3", utc(2050, 3, 27, 0, 59), 3600, utc(2050, 3, 27, 1), 7200),
    ("CET-1CEST,M3.5.0,M10.5.0/3", utc(2050, 10, 30, 1), 3600, utc(2050, 10, 30, 0, 59), 7200),
    // South of the equator the year begins and ends in daylight saving time.
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", utc(2050, 6, 1), 36000, utc(2050, 1, 1), 39600),
    // Day 60 is 1 March, whether the year is a leap year or not; with J it is never 29 February.
    ("A0BCD,J60/0,J300/0", utc(2048, 2, 29, 23, 59), 0, utc(2048, 3, 1), 3600),
    ("AAA0BCD,59/0,300/0", utc(2048, 2, 28, 23, 59), 0, utc(2048, 2, 29), 3600),
    // Times before and behind the day: Greenland's are on Saturday at 22:00, which is -1 o'clock of Sunday or more.
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2050, 3, 27, 0, 59), -7200, utc(2050, 3, 27, 1), -3600),
    // RFC 8536's example of daylight saving time all year.
    ("XXX3EDT4,0/0,J365/23", utc(2050, 1, 1, 3, 59), -14400, utc(2050, 7, 1), -14400),
    ("UTC0", utc(2050, 1, 1), 0, utc(2050, 7, 1), 0), ("<+0545>-5:45", utc(2050, 1, 1), 20700, 0, 20700),
  ])
  func aRuleSaysWhatCountsInEveryYear(_ rule: String, _ at: Int, _ offset: Int, _ other: Int, _ then: Int)
    throws
  {
    // Names have three letters at least.
    let rule = rule.hasPrefix("A0") ? "AAA" + rule.dropFirst() : rule
    let zone = Zone(
      times: [ZoneTime(offset: 1, isDaylight: false, abbreviation: "LMT")],
      rule: ZoneRule(Array(rule.utf8)))
    #expect(zone.rule != nil)
    #expect(zone.time(at: at).offset == offset)
    #expect(zone.time(at: other).offset == then)
  }

  @Test(arguments: [
    "", "C", "CE-1", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3,",
    "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,J366,J1",
    "CET-1CEST,366,1",
    "CET-1CEST,M3.5.0/168,M10.5.0", "<CET-1", "<+0>-1", "CET-1:60", "CET99999999999999999999", "CET-1 CEST",
    "CET-1CEST,M3.5,M10.5.0",
    String(repeating: "A", count: 100) + "0",
  ])
  func whatIsNoRuleIsNone(_ text: String) { #expect(ZoneRule(Array(text.utf8)) == nil) }
}
