import EventLoop
import Testing

/// Durations as the kernel's calls have them.
struct DurationNanosecondsTests {
  private static let nanosecondCases: [(Duration, Int64)] = [
    (.zero, 0), (.seconds(1), 1_000_000_000), (.nanoseconds(7), 7), (.milliseconds(-1500), -1_500_000_000),
    (.seconds(4_611_686_018), 4_611_686_018_000_000_000),
    // 2^62: twice of it is the least that is no Int64.
    (.seconds(Int64.max), 1 << 62), (.seconds(Int64.min), -(1 << 62)), (.seconds(4_611_686_019), 1 << 62),
    (Duration(secondsComponent: 1, attosecondsComponent: 999_999_999), 1_000_000_000),
  ]

  private static let millisecondCases: [(Duration, Int64)] = [
    (.zero, 0), (.nanoseconds(1), 1), (.milliseconds(1), 1), (.microseconds(1001), 2), (.nanoseconds(-1), 0),
    (.seconds(3), 3000),
  ]

  @Test(arguments: nanosecondCases)
  func nanoseconds(_ duration: Duration, _ expected: Int64) {
    #expect(duration.nanoseconds == expected)
    #expect(!duration.nanoseconds.addingReportingOverflow(1 << 61).overflow)
  }

  @Test(arguments: millisecondCases)
  func millisecondsAreRoundedUp(_ duration: Duration, _ expected: Int64) {
    #expect(duration.milliseconds == expected)
  }
}
