import Applications
import ClientKeys
import NotificationModel
import Testing

/// The holder of a key reaches the applications of its topics, in its environments.
struct ApplicationTableGrantTests {
  @Test func aGrantReachesItsApplications() throws {
    let table = try ApplicationTable([
      Application(key: "chat", bundleID: "com.example.chat"),
      Application(
        key: "chat-beta", bundleID: "com.example.chat", kind: .development, environment: .sandbox),
      Application(key: "mail", bundleID: "com.example.mail"),
    ])
    let both = KeyGrant(topics: .apps(["com.example.chat"]))
    #expect(table.reached(by: both).map(\.key) == ["chat", "chat-beta"])
    let one = KeyGrant(topics: .apps(["com.example.chat", "com.example.mail"]), environments: [.production])
    #expect(table.reached(by: one).map(\.key) == ["chat", "mail"])
    #expect(table.reached(by: KeyGrant(topics: .apps([]))) == [])
  }
}
