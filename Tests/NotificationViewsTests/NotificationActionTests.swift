import NotificationViews
import Testing

/// Identifiers of actions.
struct NotificationActionTests {
  @Test(arguments: [
    ("a", true), ("reply.now", true), (String(repeating: "a", count: 64), true), ("ä", true), ("😀", true),
    ("", false), (String(repeating: "a", count: 65), false), (String(repeating: "ä", count: 33), false),
    ("a b", false), ("a\n", false), ("\u{7F}", false), ("\u{9B}", false), ("\u{0}", false),
  ])
  func anIdentifierCanBeSeen(_ text: String, _ isOne: Bool) {
    #expect(NotificationAction.isIdentifier(text) == isOne)
  }

  /// Unicode 16.0 §23.7: noncharacters.
  @Test(arguments: [0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF] as [UInt32])
  func aNoncharacterIsNoIdentifier(_ value: UInt32) throws {
    let scalar = try #require(Unicode.Scalar(value))
    #expect(!NotificationAction.isIdentifier(String(Character(scalar))))
  }

  @Test func whatTheSystemHasIsReserved() {
    #expect(Set(NotificationAction.reserved) == ["default", "dismiss", "media.play", "media.pause"])
    #expect(NotificationAction.reserved.allSatisfy(NotificationAction.isIdentifier))
  }
}
