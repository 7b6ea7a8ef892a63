import DeliveryTesting
import Presentation
import Rendering
import Testing

/// Notifications as lines for a terminal.
struct NotificationTextTests {
  private struct NoTexts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? { nil }
  }

  private func present(_ json: String) throws -> NotificationPresentation {
    NotificationPresentation(
      try #require(NotificationSample.read(json)), rules: .init(), texts: NoTexts())
  }

  @Test func terminalsAreGivenNothingToObey() throws {
    let shown = try present("{\"aps\":{\"alert\":\"a\\u001b]0;title\\u0007b\\u009b31m\"}}")
    let text = NotificationText.lines(shown, PictureOptions(), isStyled: true).joined(separator: "\n")
    #expect(
      !text.contains("\u{1B}]") && !text.unicodeScalars.contains("\u{07}")
        && !text.unicodeScalars.contains("\u{9B}"))
  }
}
