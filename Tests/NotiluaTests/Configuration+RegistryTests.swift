import ConfigurationFiles
import Notilua
import Testing

/// The section `registry`, right and wrong.
struct ConfigurationRegistryTests {
  @Test func readsEveryKey() throws {
    let registry = try Configuration(yaml: "registry: { path: r, keep_gone: 48h }", name: "c.yaml").registry
    #expect(registry.path == "r" && registry.keepGone == .seconds(48 * 3600))
    #expect(Configuration().registry.path == nil && Configuration().registry.keepGone == .seconds(720 * 3600))
  }

  @Test(arguments: [
    ("keep_gone: 1h", "registry has no path"), ("path: ''", "registry.path is empty"),
    ("path: r, keep_gone: 1s", "registry.keep_gone"), ("path: r, days: 1", "days"),
    ("path: [r]", "registry.path"),
  ])
  func namesAMistake(_ text: String, _ said: String) {
    let error = #expect(throws: HostError.self) {
      try Configuration(yaml: "registry: { \(text) }", name: "c.yaml")
    }
    #expect(error?.message.contains(said) == true, "\(error?.message ?? "")")
  }
}
