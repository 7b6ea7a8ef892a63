import ConfigurationFiles
import NotificationModel
import Yams

extension Configuration {
  /// The settings of the HTTP API of `notilua serve`.
  public struct API: Sendable, Equatable {
    /// Limits of what clients may take.
    public struct Limits: Sendable, Equatable {
      /// The most connections; 200 by default.
      public var connections = 200
      /// The most bytes of a request's body; 16 MiB by default.
      public var body = 16 << 20
      /// The time in which a request must be whole; 60 s by default.
      public var request = Duration.seconds(60)
      /// The most notifications of clients that wait for their answers; 2048 by default.
      public var notifications = 2048

      /// Makes the defaults.
      public init() {}
    }

    /// The addresses of this machine, as `HOST:PORT`; empty for none.
    public var listen: [String] = []
    /// The path of the Unix socket; nil for none.
    public var socket: String?
    /// The file of the keys of clients, as `notilua keys api` writes it.
    public var keys: String?
    /// Limits of what clients may take.
    public var limits = Limits()

    /// A Boolean value that indicates whether clients may come.
    public var isOn: Bool { !listen.isEmpty || socket != nil }

    /// Makes the defaults, in which there is no API.
    public init() {}
  }
}

extension YAMLReader {
  /// Reads the section `api`.
  func api(_ node: Node) throws(HostError) -> Configuration.API {
    var api = Configuration.API()
    for (key, value) in try members(node, "api", ["listen", "socket", "keys", "limits"]) {
      switch key {
      case "listen": api.listen = try loopback(value)
      case "socket": api.socket = path(try filled(value, "api.socket"))
      case "keys": api.keys = path(try filled(value, "api.keys"))
      default: api.limits = try apiLimits(value)
      }
    }
    guard api.keys != nil else {
      throw error(node, "api has no keys, so that nobody may use it; name a file of 'notilua keys api add'")
    }
    return api
  }

  /// Reads addresses that no other machine reaches: nothing on them is encrypted.
  private func loopback(_ node: Node) throws(HostError) -> [String] {
    let addresses = try addresses(node, "api.listen", "127.0.0.1:8500")
    for address in addresses where !Self.isLoopback(address) {
      throw error(
        node,
        "api.listen has '\(address.shortened)', which other machines reach without TLS; listen on 127.0.0.1, [::1] or"
          + " localhost, and put a proxy with TLS before it")
    }
    return addresses
  }

  private static func isLoopback(_ address: String) -> Bool {
    guard let colon = address.lastIndex(of: ":") else { return false }
    let host = address[..<colon]
    // RFC 6890 gives all of 127.0.0.0/8 to loopback; names other than RFC 6761's may be anybody's.
    let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
    return host == "[::1]" || host == "localhost"
      || parts.count == 4 && parts[0] == 127 && !parts.contains(nil)
  }

  private func apiLimits(_ node: Node) throws(HostError) -> Configuration.API.Limits {
    var limits = Configuration.API.Limits()
    for (key, value) in try members(node, "api.limits", ["connections", "body", "request", "notifications"]) {
      let name = "api.limits.\(key)"
      switch key {
      case "connections": limits.connections = try integer(value, name, 1...10_000)
      case "body": limits.body = try size(value, name, 64 << 10...256 << 20)
      case "request": limits.request = try duration(value, name, .seconds(1) ... .seconds(3600))
      default: limits.notifications = try integer(value, name, 1...100_000)
      }
    }
    return limits
  }
}
