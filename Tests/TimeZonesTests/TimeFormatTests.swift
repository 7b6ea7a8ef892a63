import Testing
import TimeZones

/// Times are written as RFC 3339 and C's `strftime` have them.
struct TimeFormatTests {
  @Test func internetTimesAreWrittenAsPythonWritesThem() throws {
    for line in try Judge.lines("internet") {
      let text = TimeFormat.internetText(try #require(Int(line[0])), Zone.utc.times[0], isUTC: true)
      #expect(text == line[1])
    }
  }

  @Test func formatsAreThoseOfTheCLibrary() throws {
    let lines = try Judge.lines("format")
    #expect(lines.count == 2000)
    // What the C library calls it.
    let gmt = ZoneTime(offset: 0, isDaylight: false, abbreviation: "GMT")
    var wrong: [String] = []
    for line in lines {
      let shown = try TimeFormat.text(line[1], try #require(Int(line[0])), gmt)
      if shown != line[2] { wrong.append("\(shown), not \(line[2])") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
  }

  /// RFC 3339 has no seconds in an offset; the moment is kept.
  @Test func offsetsWithSecondsAreWrittenInMinutes() throws {
    let paris = ZoneTime(offset: 561, isDaylight: false, abbreviation: "LMT")
    #expect(TimeFormat.internetText(-3_000_000_000, paris, isUTC: false) == "1874-12-07T18:49:00+00:09")
    let west = ZoneTime(offset: -2205, isDaylight: false, abbreviation: "LMT")
    let text = TimeFormat.internetText(-3_000_000_000, west, isUTC: false)
    #expect(text == "1874-12-07T18:04:00-00:36")
    #expect(try TimeText.moment(text.utf8).seconds == -3_000_000_000)
  }

  @Test(arguments: ["%", "a%", "%Q", "%é", "%Ey", "%-d", "% d"]) func anUnknownLetterIsAnError(
    _ format: String
  ) {
    #expect(throws: TimeFormat.UnknownLetter.self) { try TimeFormat.text(format, 0, Zone.utc.times[0]) }
  }
}
