import APNs
import ConfigurationFiles
import NotificationModel
import Notilua

extension APNsOptions {
  /// The options that a configuration says, with what flags say in it already.
  init(_ apns: Configuration.APNs) throws(HostError) {
    self.init()
    environment = PushEnvironment(rawValue: apns.environment) ?? .production
    topic = apns.topic
    connections = apns.connections
    server = try Self.server(apns)
    port = apns.port ?? port
    (proxy, proxyExceptions) = try Self.proxy(apns)
  }

  /// Returns the server in place of Apple's.
  private static func server(_ apns: Configuration.APNs) throws(HostError) -> Server? {
    guard let text = apns.server else { return nil }
    let name = apns.name(of: "server")
    guard let address = NetworkAddress(text) else {
      throw HostError(
        .usage, "\(name) is '\(text.shortened)'; write it as HOST or HOST:PORT, without https://")
    }
    if address.port != nil, apns.port != nil {
      throw HostError(.usage, "\(name) has a port, and there is apns.port; leave one of the two out")
    }
    return Server(host: address.host, port: address.port ?? apns.port ?? 443)
  }
}
