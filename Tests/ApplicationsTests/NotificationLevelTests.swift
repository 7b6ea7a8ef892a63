import Applications
import Testing

/// The five levels of the vendor's do-not-disturb settings, by the names of the API.
struct NotificationLevelTests {
  @Test func names() {
    #expect(
      NotificationLevel.allCases.map(\.rawValue) == [
        "all", "mentions", "mentions_of_me", "mentions_of_all", "none",
      ])
  }
}
