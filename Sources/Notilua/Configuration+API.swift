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
      /// The time for the TLS handshake; 5 s by default.
      public var handshake = Duration.seconds(5)
      /// The most notifications of clients that wait for their answers; 2048 by default.
      public var notifications = 2048

      /// Makes the defaults.
      public init() {}
    }

    /// The addresses, as `HOST:PORT`; empty for none.
    public var listen: [String] = []
    /// The file of the server's certificate and its issuers, in PEM; nil where the addresses are this machine's own.
    public var certificate: String?
    /// The file of the certificate's private key, in PEM.
    public var key: String?
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
  private static let apiKeys = ["listen", "certificate", "key", "socket", "keys", "limits"]

  /// Reads the section `api`.
  func api(_ node: Node) throws(HostError) -> Configuration.API {
    var api = Configuration.API()
    for (key, value) in try members(node, "api", Self.apiKeys) {
      switch key {
      case "listen": api.listen = try tcpAddresses(value)
      case "certificate": api.certificate = path(try filled(value, "api.certificate"))
      case "key": api.key = path(try filled(value, "api.key"))
      case "socket": api.socket = path(try filled(value, "api.socket"))
      case "keys": api.keys = path(try filled(value, "api.keys"))
      default: api.limits = try apiLimits(value)
      }
    }
    guard api.keys != nil else {
      throw error(node, "api has no keys, so that nobody may use it; name a file of 'notilua keys api add'")
    }
    try checkAPI(api, node)
    return api
  }

  /// Checks what needs more than one key: nobody listens to what other machines reach without TLS.
  private func checkAPI(_ api: Configuration.API, _ node: Node) throws(HostError) {
    guard (api.certificate == nil) == (api.key == nil) else {
      let missing = api.key == nil ? "key" : "certificate"
      throw error(node, "api has no '\(missing)'; a certificate and its key belong together")
    }
    if api.certificate == nil, let address = api.listen.first(where: { !Self.isLoopback($0) }) {
      throw error(
        node,
        "api listens on '\(address.shortened)', which other machines reach, without TLS; add certificate and key, or"
          + " listen on 127.0.0.1, [::1] or localhost alone")
    }
  }

  private func tcpAddresses(_ node: Node) throws(HostError) -> [String] {
    let addresses = try addresses(node, "api.listen", "127.0.0.1:8500")
    if let path = addresses.first(where: { $0.hasPrefix("unix:") }) {
      throw error(node, "api.listen has '\(path.shortened)'; name the path of a Unix socket in api.socket")
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
    let keys = ["connections", "body", "request", "handshake", "notifications"]
    for (key, value) in try members(node, "api.limits", keys) {
      let name = "api.limits.\(key)"
      switch key {
      case "connections": limits.connections = try integer(value, name, 1...10_000)
      case "body": limits.body = try size(value, name, 64 << 10...256 << 20)
      case "handshake":
        limits.handshake = try duration(value, name, .milliseconds(100) ... .seconds(60))
      case "request": limits.request = try duration(value, name, .seconds(1) ... .seconds(3600))
      default: limits.notifications = try integer(value, name, 1...100_000)
      }
    }
    return limits
  }
}
