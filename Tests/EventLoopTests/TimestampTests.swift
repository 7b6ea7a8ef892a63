import EventLoop
import Foundation
import Testing

/// Times as RFC 3339 writes them; Foundation is the judge.
struct TimestampTests {
  @Test(arguments: [0, 1, 999, 951_782_400_000, 1_700_000_000_123, 4_102_444_799_999] as [Int64])
  func readsWhatItWrites(_ milliseconds: Int64) throws {
    let text = Timestamp.text(milliseconds)
    let formatter = ISO8601DateFormatter()
    formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
    let date = try #require(formatter.date(from: text))
    #expect(Int64((date.timeIntervalSince1970 * 1000).rounded()) == milliseconds)
    #expect(Timestamp.milliseconds(text) == milliseconds)
  }

  @Test(arguments: [
    "", "2024-02-29", "2024-02-29T00:00:00Z", "2024-02-29T00:00:00.000z", "2024-02-29 00:00:00.000Z",
    "2023-02-29T00:00:00.000Z", "2024-13-01T00:00:00.000Z", "2024-01-01T24:00:00.000Z",
    "2024-01-01T00:00:60.000Z",
    "+024-01-01T00:00:00.000Z", "2024-01-01T00:00:00.000+", "٢٠٢٤-01-01T00:00:00.000Z",
  ])
  func anythingElseIsNoTime(_ text: String) { #expect(Timestamp.milliseconds(text) == nil) }
}
