import ConfigurationFiles
import Yams

extension Configuration {
  /// The settings of the registry of devices.
  public struct Registry: Sendable, Equatable {
    /// The file; nil where there is no registry.
    public var path: String?
    /// The time for which registrations are kept that have ended; 30 days by default.
    public var keepGone = Duration.seconds(30 * 86_400)

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `registry`.
  func registry(_ node: Node) throws(HostError) -> Configuration.Registry {
    var registry = Configuration.Registry()
    for (key, value) in try members(node, "registry", ["path", "keep_gone"]) {
      switch key {
      case "path": registry.path = path(try filled(value, "registry.path"))
      default:
        registry.keepGone = try duration(
          value, "registry.keep_gone", .seconds(3600) ... .seconds(365 * 86_400))
      }
    }
    guard registry.path != nil else {
      throw error(node, "registry has no path, so that there is none; name a file beside the outbox")
    }
    return registry
  }
}
