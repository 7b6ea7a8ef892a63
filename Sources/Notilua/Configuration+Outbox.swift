import ConfigurationFiles
import NotificationModel
import Yams

extension Configuration {
  /// The settings of an outbox.
  public struct Outbox: Sendable, Equatable {
    /// The file; nil for no outbox.
    public var path: String?
    /// The name that messages call ``path`` by: with the place in a file, or a flag's.
    package var pathName = "outbox.path"
    /// The most bytes that notifications may fill; 8 GiB by default.
    public var size = 8 << 30
    /// The bytes that the disk must have free; 128 MiB by default.
    public var free = 128 << 20
    /// The longest time that a notification may wait; three days by default.
    public var keep = Duration.seconds(3 * 86_400)
    /// The time for which a dead letter is kept; seven days by default.
    public var keepDead = Duration.seconds(7 * 86_400)
    /// The action on a notification that is recalled after its delivery: `nothing`, `replace` or `remove`.
    public var recall = "nothing"
    /// The alert of a push that replaces a recalled one.
    public var recallText = "This message was withdrawn."
    /// The time after a delivery in which a recall still replaces or removes the notification; seven days by default.
    public var recallFor = Duration.seconds(7 * 86_400)

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `outbox`.
  func outbox(_ node: Node) throws(HostError) -> Configuration.Outbox {
    var outbox = Configuration.Outbox()
    let keys = ["path", "size", "free", "keep", "keep_dead", "recall", "recall_text", "recall_for"]
    for (key, value) in try members(node, "outbox", keys) {
      switch key {
      case "path":
        outbox.path = path(try text(value, "outbox.path"))
        outbox.pathName = "\(place(value)): outbox.path"
      case "size": outbox.size = try size(value, "outbox.size", 1 << 20...1 << 50)
      case "free": outbox.free = try size(value, "outbox.free", 0...1 << 50)
      case "keep": outbox.keep = try duration(value, "outbox.keep")
      case "keep_dead": outbox.keepDead = try duration(value, "outbox.keep_dead")
      case "recall_text": outbox.recallText = try text(value, "outbox.recall_text")
      case "recall_for": outbox.recallFor = try duration(value, "outbox.recall_for")
      default:
        outbox.recall = try text(value, "outbox.recall")
        guard ["nothing", "replace", "remove"].contains(outbox.recall) else {
          throw error(value, "outbox.recall is '\(outbox.recall)'; use nothing, replace or remove")
        }
      }
    }
    return outbox
  }
}
