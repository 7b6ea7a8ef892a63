import Applications
import NotificationModel
import Testing

/// Applications are found by key, by app and by what a sender may reach.
struct ApplicationTableTests {
  private static let chat = Application(key: "chat", bundleID: "com.example.chat")
  private static let beta = Application(
    key: "chat-beta", bundleID: "com.example.chat", kind: .development, environment: .sandbox)
  private static let mail = Application(key: "mail", bundleID: "com.example.mail", level: .mentions)

  private static func table() throws -> ApplicationTable { try ApplicationTable([chat, beta, mail]) }

  @Test func findsByKey() throws {
    let table = try Self.table()
    #expect(table["chat"] == Self.chat && table["chat-beta"] == Self.beta)
    #expect(table["Chat"] == nil && ApplicationTable.empty["chat"] == nil)
    #expect(table.applications.map(\.key) == ["chat", "chat-beta", "mail"])
  }

  @Test func findsByTopicAndEnvironment() throws {
    let table = try Self.table()
    #expect(table.application(topic: "com.example.chat", environment: .production) == Self.chat)
    #expect(table.application(topic: "com.example.chat", environment: .sandbox) == Self.beta)
    #expect(table.application(topic: "com.example.chat.voip", environment: .sandbox) == Self.beta)
    #expect(table.application(topic: "com.example.mail", environment: .sandbox) == nil)
    #expect(table.application(topic: "com.example", environment: .production) == nil)
    #expect(table.application(topic: "com.example.chat.other", environment: .production) == nil)
  }

  @Test func aSenderReachesWhatCoversBoth() throws {
    let table = try Self.table()
    let all = Set(PushEnvironment.allCases)
    func keys(_ topics: PushTopics, _ environments: Set<PushEnvironment>) -> [String] {
      table.reached(topics: topics, environments: environments).map(\.key)
    }
    #expect(keys(.apps(["com.example.chat"]), all) == ["chat", "chat-beta"])
    #expect(keys(.apps(["com.example.chat"]), [.production]) == ["chat"])
    #expect(keys(.apps(["com.example.chat", "com.example.mail"]), [.sandbox]) == ["chat-beta"])
    #expect(keys(.listed(["com.example.mail"]), all) == ["mail"])
    // A certificate for another kind of push is not one for the app.
    #expect(keys(.listed(["com.example.mail.voip"]), all) == [])
    #expect(keys(.apps([]), all) == [])
  }

  @Test func twoOfAKindAreAConflict() {
    #expect(throws: ApplicationTable.Conflict(first: 0, second: 2, property: .key)) {
      try ApplicationTable([Self.chat, Self.mail, Application(key: "chat", bundleID: "com.example.x")])
    }
    #expect(throws: ApplicationTable.Conflict(first: 1, second: 2, property: .app)) {
      try ApplicationTable([Self.mail, Self.chat, Application(key: "other", bundleID: "com.example.chat")])
    }
  }
}
