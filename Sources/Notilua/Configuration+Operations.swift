import ConfigurationFiles
import Yams

extension Configuration {
  /// The settings of the listener for health, metrics and control of a service.
  public struct Operations: Sendable, Equatable {
    /// The address for health and metrics, `HOST:PORT`; nil for none.
    public var address: String? = "127.0.0.1:8501"
    /// The name that messages call ``address`` by: with the place in a file.
    package var addressName = "operations.address"
    /// The path of the Unix socket, which has control as well.
    public var socket = "/run/notilua/notilua.sock"

    /// Makes the defaults.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `operations`.
  func operations(_ node: Node) throws(HostError) -> Configuration.Operations {
    var operations = Configuration.Operations()
    for (key, value) in try members(node, "operations", ["address", "socket"]) {
      if key == "socket" {
        operations.socket = path(try text(value, "operations.socket"))
      } else {
        let address = try text(value, "operations.address")
        operations.address = address.isEmpty ? nil : address
        operations.addressName = "\(place(value)): operations.address"
      }
    }
    return operations
  }
}
