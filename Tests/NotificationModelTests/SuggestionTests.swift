import NotificationModel
import Testing

/// Suggestions for words that are unknown.
struct SuggestionTests {
  private static let known = ["title", "subtitle", "body", "thread_id", "production", "sandbox"]

  @Test(
    arguments: [
      ("titel", "title"), ("Title", "title"), ("threadId", "thread_id"), ("thread-id", "thread_id"),
      ("THREAD_ID", "thread_id"), ("prod", "production"), ("bdoy", "body"), ("sandbx", "sandbox"),
      ("x", nil), ("", nil), ("category", nil), ("pr", nil), (String(repeating: "title", count: 21), nil),
    ] as [(String, String?)])
  func theNearestIsNamed(_ word: String, _ nearest: String?) {
    #expect(Suggestion.nearest(to: word, among: Self.known) == nearest)
  }

  @Test func aBeginningOfTwoWordsMeansNeither() {
    #expect(Suggestion.nearest(to: "conf", among: ["configuration", "confirmation"]) == nil)
    #expect(Suggestion.nearest(to: "anything", among: []) == nil)
  }

  @Test(arguments: [
    ("threadId", "thread_id"), ("URL", "url"), ("already_snake", "already_snake"), ("a1B", "a1_b"),
    ("Kebab-Case", "kebab_case"), ("", ""),
  ])
  func namesBecomeSnakeCase(_ name: String, _ snake: String) { #expect(Suggestion.snakeCase(name) == snake) }
}
