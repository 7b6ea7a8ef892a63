import PluginTesting
import Testing

/// Shares are rounded down, as exact arithmetic has them.
struct ShareTests {
  @Test(arguments: [
    (0, 0, "100.0 %"), (0, 5, "0.0 %"), (5, 5, "100.0 %"), (1, 3, "33.3 %"), (2, 3, "66.6 %"),
    (47, 75, "62.6 %"), (999, 1000, "99.9 %"), (9_999, 10_000, "99.9 %"), (1, 10_000, "0.0 %"),
    (1, 1000, "0.1 %"),
    (1, 8, "12.5 %"),
  ])
  func theTextIsRoundedDown(_ part: Int, _ whole: Int, _ text: String) {
    #expect(Share(part, of: whole).text == text)
  }

  /// A threshold that is shown is met: in binary 0.57 times 100 would be less than 57.
  @Test func whatIsShownMeetsItself() throws {
    for whole in 1...200 {
      for part in 0...whole {
        let share = Share(part, of: whole)
        let shown = try #require(Double(share.text.dropLast(2)))
        #expect(share.percent >= shown)
        #expect(share.percent < shown + 0.1 || part == whole)
        if part * 100 % whole == 0 { #expect(share.percent == Double(part * 100 / whole)) }
      }
    }
  }
}
