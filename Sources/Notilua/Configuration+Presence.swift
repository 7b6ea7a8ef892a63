import ConfigurationFiles
import Yams

extension Configuration {
  /// The settings of where users are connected, and what that means for pushes.
  public struct Presence: Sendable, Equatable {
    /// The rule for users with several devices, by its name: no push while one of them is connected, or each by itself.
    public var rule = rules[0]
    /// The time in the background after which pushes are made.
    public var backgroundAfter = Duration.seconds(120)
    /// The longest time for which a chat server's report holds.
    public var lease = Duration.seconds(600)
    /// The file that a restart goes on from; nil for the registry's, with `.presence` behind its name.
    public var snapshot: String?

    /// The names of the rules, the first of which is the default.
    public static let rules = ["all_devices", "each_device"]

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `presence`.
  func presence(_ node: Node) throws(HostError) -> Configuration.Presence {
    var presence = Configuration.Presence()
    for (key, value) in try members(node, "presence", ["rule", "background_after", "lease", "snapshot"]) {
      let name = "presence.\(key)"
      switch key {
      case "rule": presence.rule = try word(value, name, Configuration.Presence.rules)
      case "background_after":
        presence.backgroundAfter = try duration(value, name, .zero ... .seconds(86_400))
      case "lease": presence.lease = try duration(value, name, .seconds(1) ... .seconds(600))
      default: presence.snapshot = path(try filled(value, name))
      }
    }
    return presence
  }
}
