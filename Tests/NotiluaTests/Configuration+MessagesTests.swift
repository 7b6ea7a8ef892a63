import ConfigurationFiles
import Notilua
import Testing

/// The section `messages`, right and wrong.
struct ConfigurationMessagesTests {
  @Test func readsEveryKey() throws {
    #expect(
      try Configuration(yaml: "messages: { keep: 48h }", name: "c.yaml").messages.keep == .seconds(48 * 3600))
    #expect(Configuration().messages.keep == .seconds(24 * 3600))
  }

  @Test(arguments: [
    ("keep: 1s", "messages.keep"), ("keep: 721h", "messages.keep"), ("kept: 1h", "known are keep"),
  ])
  func namesAMistake(_ text: String, _ said: String) {
    let error = #expect(throws: HostError.self) {
      try Configuration(yaml: "messages: { \(text) }", name: "c.yaml")
    }
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
  }
}
