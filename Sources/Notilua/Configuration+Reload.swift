import ConfigurationFiles
import Yams

extension Configuration.Service {
  /// The settings by which a service takes other plugins while it runs.
  public struct Reload: Sendable, Equatable {
    /// The condition for a generation to be in force: that its `tests` pass, which is the default, or that its plugins `load`.
    public var gate = "tests"
    /// The time that the tests of the plugins may take; 30 s by default.
    public var testBudget = Duration.seconds(30)
    /// A Boolean value that indicates whether files are watched, and a change of them is a reload.
    public var watches = false

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `service.reload`.
  func reload(_ node: Node) throws(HostError) -> Configuration.Service.Reload {
    var reload = Configuration.Service.Reload()
    for (key, value) in try members(node, "service.reload", ["gate", "test_budget", "watch"]) {
      let name = "service.reload.\(key)"
      switch key {
      case "gate": reload.gate = try word(value, name, ["tests", "load"])
      case "test_budget":
        reload.testBudget = try duration(value, name, .milliseconds(100) ... .seconds(3600))
      default: reload.watches = try word(value, name, ["true", "false"]) == "true"
      }
    }
    return reload
  }
}
