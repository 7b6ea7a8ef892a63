import NotificationModel
import Yams

extension Configuration {
  /// Where and how pushes go to APNs.
  public struct APNs: Sendable, Equatable {
    /// The folder of the credentials; nil for the one that `notilua credentials` has without `--store`.
    public var credentialFolder: String?
    /// Where notifications go that name no environment: `sandbox` or `production`, which is the default.
    public var environment = "production"
    /// The bundle id of notifications that name no topic.
    public var topic: String?
    /// The most connections for each credential and environment, 1 to 64; 4 by default.
    public var connections = 4

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `apns`.
  func apns(_ node: Node) throws(HostError) -> Configuration.APNs {
    var apns = Configuration.APNs()
    for (key, value) in try members(node, "apns", ["credentials", "environment", "topic", "connections"]) {
      switch key {
      case "credentials": apns.credentialFolder = path(try text(value, "apns.credentials"))
      case "topic": apns.topic = try text(value, "apns.topic")
      case "connections": apns.connections = try integer(value, "apns.connections", 1...64)
      default:
        apns.environment = try text(value, "apns.environment")
        guard PushEnvironment(rawValue: apns.environment) != nil else {
          throw error(value, "apns.environment is '\(apns.environment)'; use sandbox or production")
        }
      }
    }
    return apns
  }
}
