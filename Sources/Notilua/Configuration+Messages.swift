import ConfigurationFiles
import Yams

extension Configuration {
  /// The settings of chat messages.
  public struct Messages: Sendable, Equatable {
    /// The time for which messages and the decisions on them are kept; 24 hours by default.
    public var keep = Duration.seconds(24 * 3600)

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `messages`.
  func messages(_ node: Node) throws(HostError) -> Configuration.Messages {
    var messages = Configuration.Messages()
    for (_, value) in try members(node, "messages", ["keep"]) {
      messages.keep = try duration(value, "messages.keep", .seconds(60) ... .seconds(30 * 86_400))
    }
    return messages
  }
}
