import ConfigurationFiles
import Yams

extension Configuration {
  /// The settings of the life of a service.
  public struct Service: Sendable, Equatable {
    /// The time that what was accepted has to be delivered when the service is stopped; 20 s by default.
    public var stopTimeout = Duration.seconds(20)
    /// The form of the log's lines: `text`, which is the default, or `json`.
    public var log = "text"
    /// The file of the log; nil for the error stream.
    public var logFile: String?
    /// The least level of events that the log has: `debug`, `info`, `notice`, `warning` or `error`; `notice` by default.
    public var logLevel = "notice"

    /// The settings by which the service takes other plugins while it runs.
    public var reload = Reload()

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `service`.
  func service(_ node: Node) throws(HostError) -> Configuration.Service {
    var service = Configuration.Service()
    let keys = ["stop_timeout", "log", "log_file", "log_level", "reload"]
    for (key, value) in try members(node, "service", keys) {
      if key == "reload" {
        service.reload = try reload(value)
        continue
      }
      let text = try text(value, "service.\(key)")
      switch key {
      case "stop_timeout":
        service.stopTimeout = try duration(value, "service.stop_timeout")
      case "log_file": service.logFile = path(text)
      case "log":
        guard ["text", "json"].contains(text) else {
          throw error(value, "service.log is '\(text)'; use text or json")
        }
        service.log = text
      default:
        guard ["debug", "info", "notice", "warning", "error"].contains(text) else {
          throw error(value, "service.log_level is '\(text)'; use debug, info, notice, warning or error")
        }
        service.logLevel = text
      }
    }
    return service
  }
}
