import ConfigurationFiles
import Notilua
import Testing

/// The section `outcomes`, right and wrong.
struct ConfigurationOutcomesTests {
  @Test func readsEveryKey() throws {
    let outcomes = try Configuration(yaml: "outcomes: { path: o, keep: 1h, size: 2MiB }", name: "c.yaml")
      .outcomes
    #expect(outcomes.path == "o" && outcomes.keep == .seconds(3600) && outcomes.size == 2 << 20)
    #expect(Configuration().outcomes.path == nil)
  }

  @Test(arguments: [
    ("keep: 1h", "outcomes has no path"), ("path: ''", "outcomes.path is empty"),
    ("path: o, keep: 1s", "outcomes.keep"), ("path: o, size: 1", "outcomes.size"),
    ("path: o, days: 1", "days"),
  ])
  func namesAMistake(_ text: String, _ said: String) {
    let error = #expect(throws: HostError.self) {
      try Configuration(yaml: "outcomes: { \(text) }", name: "c.yaml")
    }
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
  }
}
