/// The name of a gateway: a chat server that holds connections of an application's users.
package struct GatewayName: Sendable, Hashable {
  /// The key of the application.
  package let application: String
  /// The name that it gives itself.
  package let gateway: String

  /// Makes a value from its parts.
  package init(application: String, gateway: String) {
    self.application = application
    self.gateway = gateway
  }

  package static func == (left: GatewayName, right: GatewayName) -> Bool {
    left.gateway.isSame(as: right.gateway) && left.application.isSame(as: right.application)
  }

  package func hash(into hasher: inout Hasher) {
    gateway.hashBytes(into: &hasher)
    application.hashBytes(into: &hasher)
  }
}
