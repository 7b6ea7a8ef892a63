import Testing
import TimeZones

/// Times are read and written as RFC 3339, RFC 5322 and C's `strftime` say.
struct TimeTextTests {
  @Test func textsAreReadAsPythonWritesThem() throws {
    let lines = try Judge.lines("text")
    #expect(lines.count == 10_000)
    let wrong = lines.filter { (try? TimeText.moment($0[0].utf8).seconds) != Int($0[1]) }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(10))")
  }

  @Test(
    arguments: [
      // RFC 3339 §5.8.
      ("1985-04-12T23:20:50.52Z", 482_196_050, 0.52), ("1996-12-19T16:39:57-08:00", 851_042_397, nil),
      ("1990-12-31T23:59:60Z", 662_688_000, nil), ("1990-12-31T15:59:60-08:00", 662_688_000, nil),
      ("1937-01-01T12:00:27.87+00:20", -1_041_337_173, 0.87),
      ("2026-07-01t10:00:00z", 1_782_900_000, nil), ("2026-07-01 10:00:00-00:00", 1_782_900_000, nil),
      ("2026-07-01T10:00:00+0000", 1_782_900_000, nil), ("0000-01-01T00:00:00Z", -62_167_219_200, nil),
      ("9999-12-31T23:59:59Z", 253_402_300_799, nil), ("2024-02-29T00:00:00Z", 1_709_164_800, nil),
      ("1970-01-01T00:00:00.00000000000000000000000001Z", 0, 0.0),
      // RFC 5322 appendix A.1, A.5 and A.6.2.
      ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706, nil),
      (
        "Thu,\r\n      13\r\n        Feb\r\n          1969\r\n      23:32\r\n               -0330 (Newfoundland Time)",
        -27_723_480, nil
      ),
      ("21 Nov 97 09:55:06 GMT", 880_106_106, nil),
      ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", 880_127_706, nil),
      ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777, nil), ("1 Jan 49 00:00 EST", 2_493_090_000, nil),
      ("1 Jan 50 00:00 UT", -631_152_000, nil), ("1 Jan 100 00:00 PDT", 946_710_000, nil),
      ("1 jan 1970 00:00 a (nested (and \\) quoted)) ", 0, nil),
    ] as [(String, Int, Double?)])
  func timesAreRead(_ text: String, _ seconds: Int, _ fraction: Double?) throws {
    let moment = try TimeText.moment(text.utf8)
    #expect(moment.seconds == seconds)
    if let fraction {
      #expect(abs((moment.fraction ?? 9) - fraction) < 1e-12)
    } else {
      #expect(moment.fraction == nil)
    }
  }

  @Test(arguments: [
    "", " ", "now", "1782900000", "2026-07-01", "2026-07-01T10:00:00", "2026-07-01T10:00Z",
    "2026-7-1T10:00:00Z",
    "2026-13-01T10:00:00Z", "2026-00-01T10:00:00Z", "2026-02-29T10:00:00Z", "2026-07-32T10:00:00Z",
    "2026-07-01T24:00:00Z",
    "2026-07-01T10:60:00Z", "2026-07-01T10:00:61Z", "2026-07-01T10:00:00.Z", "2026-07-01T10:00:00Z ",
    "2026-07-01T10:00:00+24:00",
    "2026-07-01T10:00:00+2:00", "2026-07-01T10:00:00CEST", "12026-07-01T10:00:00Z", "2026-07-01_10:00:00Z",
    "Wednesday, 01 Jul 2026 10:00:00 +0000", "Wed 01 Jul 2026 10:00:00 +0000",
    "Wed, 01 July 2026 10:00:00 +0000",
    "Wed, 01 Jul 2026 10:00:00", "Wed, 01 Jul 2026 10:00:00 +00:00", "Wed, 01 Jul 2026 10:00:00 CEST",
    "Wed, 01 Jul 6 10:00:00 GMT",
    "Wed, 01 Jul 2026 10:00:00 +0000 (comment", "Wed, 01 Jul 2026 10:00:00 +0000)",
    "Wed, 31 Jun 2026 10:00:00 +0000",
    "1 Jan 1970 00:00 j", "\u{0}", "(((((", "1 Jan 1970 00:00:00 GMT\\", String(repeating: " ", count: 300),
    "2026-07-01T10:00:00." + String(repeating: "1", count: 300) + "Z", "٢٠٢٦-07-01T10:00:00Z",
  ])
  func whatIsNoTimeIsRefused(_ text: String) {
    #expect(throws: TimeText.Problem.self) { try TimeText.moment(text.utf8) }
  }
}
