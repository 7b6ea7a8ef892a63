import ConfigurationFiles
import NotificationModel
import Yams

extension Configuration {
  /// The settings of pushes to APNs.
  public struct APNs: Sendable, Equatable {
    /// The folder of the credentials; nil for the one that `notilua credentials` has without `--store`.
    public var credentialFolder: String?
    /// The environment of notifications that name none: `sandbox` or `production`, which is the default.
    public var environment = "production"
    /// The bundle id of notifications that name no topic.
    public var topic: String?
    /// The most connections for each credential and environment, 1 to 64; 4 by default.
    public var connections = 4
    /// The server in place of Apple's, as `host` or `host:port`: a simulator, or another that speaks APNs' protocol.
    public var server: String?
    /// The port of the server: 443, which is the default, or Apple's other one, 2197.
    public var port: Int?
    /// The URL of an HTTP proxy that leads to the server, without a password; an empty text for none.
    public var proxy: String?
    /// The file whose first line is the password of the proxy's user.
    public var proxyPasswordFile: String?
    /// The names that messages call keys by where they are not `apns.KEY`: with the place in a file, or a flag's.
    package var names: [String: String] = [:]

    /// Makes the defaults.
    public init() {}

    /// Returns the name that messages call a key by.
    package func name(of key: String) -> String { names[key] ?? "apns.\(key)" }
  }
}

extension YAMLReader {
  /// Reads the section `apns`.
  func apns(_ node: Node) throws(HostError) -> Configuration.APNs {
    var apns = Configuration.APNs()
    let keys = [
      "credentials", "environment", "topic", "connections", "server", "port", "proxy", "proxy_password_file",
    ]
    for (key, value) in try members(node, "apns", keys) {
      apns.names[key] = "\(place(value)): apns.\(key)"
      switch key {
      case "server": apns.server = try text(value, "apns.server")
      case "port": apns.port = try integer(value, "apns.port", 1...65535)
      case "proxy": apns.proxy = try text(value, "apns.proxy")
      case "proxy_password_file": apns.proxyPasswordFile = path(try text(value, "apns.proxy_password_file"))
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
