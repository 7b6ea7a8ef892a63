import ConfigurationFiles
import Yams

extension Configuration {
  /// The settings of what is kept of notifications for the HTTP API.
  public struct Outcomes: Sendable, Equatable {
    /// The file; nil where nothing is kept.
    public var path: String?
    /// The time for which it is kept; 72 h by default.
    public var keep = Duration.seconds(72 * 3600)
    /// The most bytes of the file, the oldest of which go first; 1 GiB by default.
    public var size = 1 << 30

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `outcomes`.
  func outcomes(_ node: Node) throws(HostError) -> Configuration.Outcomes {
    var outcomes = Configuration.Outcomes()
    for (key, value) in try members(node, "outcomes", ["path", "keep", "size"]) {
      switch key {
      case "path": outcomes.path = path(try filled(value, "outcomes.path"))
      case "keep":
        outcomes.keep = try duration(value, "outcomes.keep", .seconds(60) ... .seconds(90 * 86_400))
      default: outcomes.size = try size(value, "outcomes.size", 1 << 20...1 << 40)
      }
    }
    guard outcomes.path != nil else {
      throw error(node, "outcomes has no path, so that nothing is kept; name a file beside the outbox")
    }
    return outcomes
  }
}
