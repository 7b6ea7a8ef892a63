import PushExtras
import Testing

/// Kinds of channels, by the names of the payload's table and the codes of the vendor's API.
struct ChannelTypeTests {
  /// Row 7: `cType` and its codes.
  @Test(arguments: [
    (1, "PR"), (2, "DS"), (3, "GRP"), (5, "CS"), (6, "SYS"), (7, "MC"), (8, "MP"), (9, "PH"), (10, "UG"),
  ])
  func aCodeStandsForAName(_ code: Int, _ name: String) throws {
    let type = try #require(ChannelType(code: code))
    #expect(type.rawValue == name)
    #expect(type.code == code)
    #expect(ChannelType(rawValue: name) == type)
    #expect(ChannelType.known.contains(type))
  }

  @Test func aChatroomHasACodeAndNoPush() {
    #expect(ChannelType(code: 4) == .chatroom)
    #expect(ChannelType.chatroom.code == 4)
    #expect(!ChannelType.known.contains(.chatroom))
    #expect(ChannelType.known.count == 9)
  }

  @Test(arguments: [0, 11, -1, .max, .min]) func noOtherCodeIsOne(_ code: Int) {
    #expect(ChannelType(code: code) == nil)
  }

  @Test(arguments: ["ENC", "", "pr", "PR "]) func anUnknownNameIsKept(_ name: String) {
    let type = ChannelType(rawValue: name)
    #expect(type.rawValue == name)
    #expect(type.code == nil)
  }

  @Test func groupsAreThose() {
    #expect(ChannelType.known.filter(\.isGroup).map(\.rawValue) == ["DS", "GRP", "UG"])
  }
}
