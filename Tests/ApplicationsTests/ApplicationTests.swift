import Applications
import Testing

/// The names that applications may have.
struct ApplicationTests {
  @Test(arguments: ["a", "chat", "chat-2", "-", "0", String(repeating: "a", count: 32)])
  func aKey(_ text: String) { #expect(Application.isKey(text)) }

  @Test(arguments: [
    "", "Chat", "chat_2", "chat.example", "a/b", "chät", "a b", "a\n", "a\u{301}",
    String(repeating: "a", count: 33),
  ])
  func noKey(_ text: String) { #expect(!Application.isKey(text)) }
}
