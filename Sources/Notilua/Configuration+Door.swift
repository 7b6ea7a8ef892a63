import ConfigurationFiles
import NotificationModel
import Yams

extension Configuration {
  /// The settings of the front door of `notilua serve`, which takes pushes as APNs does.
  public struct Door: Sendable, Equatable {
    /// The permissions of a client certificate.
    public struct Certificate: Sendable, Equatable {
      /// The bundle ids that it may push to, each with every suffix such as `.voip`.
      public var topics: [String] = []
      /// The environments that it may push to: `sandbox`, `production` or both, which is the default.
      public var environments = ["sandbox", "production"]
      /// The pushes that it may make in a second; nil for any number.
      public var rate: Int?
      /// The pushes that it may make at once; nil for those of a second.
      public var burst: Int?

      /// Makes a value without topics.
      public init() {}
    }

    /// Limits of what clients may take.
    public struct Limits: Sendable, Equatable {
      /// The most connections; 1000 by default.
      public var connections = 1000
      /// The most connections of one address; 100 by default.
      public var connectionsPerAddress = 100
      /// The most requests in flight, of all connections together; 8192 by default.
      public var requests = 8192
      /// The time for the TLS handshake, and for the first bytes of HTTP/2 after it; 5 s by default.
      public var handshake = Duration.seconds(5)
      /// The time without a request after which a connection is closed; 1 h by default.
      public var idle = Duration.seconds(3600)
      /// The time in which the body of a request must be there; 10 s by default.
      public var body = Duration.seconds(10)

      /// Makes the defaults.
      public init() {}
    }

    /// The addresses, as `HOST:PORT` or `unix:/PATH`; empty for no front door.
    public var listen: [String] = []
    /// The file of the server's certificate and its issuers, in PEM.
    public var certificate: String?
    /// The file of the certificate's private key, in PEM.
    public var key: String?
    /// The file of the authorities whose client certificates are accepted, in PEM; nil for no client certificates.
    public var clientAuthority: String?
    /// The file of the keys whose holders may push, as `notilua keys door` writes it.
    public var keys: String?
    /// The permissions of client certificates, by their SHA-256 fingerprint in 64 small hexadecimal digits.
    public var certificates: [String: Certificate] = [:]
    /// The moment of the answer: `accepted` by the outbox, which is the default, or `delivered` to APNs.
    public var answer = "accepted"
    /// The longest time until an answer; 10 s by default.
    public var deadline = Duration.seconds(10)
    /// The time in which a push with the same `apns-id` and device token is a repeat; 1 h by default.
    public var repeats = Duration.seconds(3600)
    /// The number of threads for connections, 1 to 64; 1 by default.
    public var threads = 1
    /// The most streams of a connection until its first accepted request, 1 to 1000; 100 by default.
    public var firstStreams = 100
    /// Limits of what clients may take.
    public var limits = Limits()
    /// The names that messages call keys by: with the place in a file.
    package var names: [String: String] = [:]

    /// Makes the defaults.
    public init() {}

    /// Returns the name that messages call a key by.
    package func name(of key: String) -> String { names[key] ?? "door.\(key)" }
  }
}

extension YAMLReader {
  private static let doorKeys = [
    "listen", "certificate", "key", "client_ca", "keys", "certificates", "answer", "deadline", "repeats",
    "threads", "first_streams", "limits",
  ]

  /// Reads the section `door`.
  func door(_ node: Node) throws(HostError) -> Configuration.Door {
    var door = Configuration.Door()
    for (key, value) in try members(node, "door", Self.doorKeys) {
      let name = "door.\(key)"
      door.names[key] = "\(place(value)): \(name)"
      switch key {
      case "listen": door.listen = try addresses(value, name, "0.0.0.0:2197")
      case "certificate": door.certificate = path(try filled(value, name))
      case "key": door.key = path(try filled(value, name))
      case "client_ca": door.clientAuthority = path(try filled(value, name))
      case "keys": door.keys = path(try filled(value, name))
      case "certificates": door.certificates = try doorCertificates(value)
      case "answer": door.answer = try word(value, name, ["accepted", "delivered"])
      case "deadline": door.deadline = try duration(value, name, .milliseconds(100) ... .seconds(3600))
      case "repeats": door.repeats = try duration(value, name, .seconds(1) ... .seconds(7 * 86_400))
      case "threads": door.threads = try integer(value, name, 1...64)
      case "first_streams": door.firstStreams = try integer(value, name, 1...1000)
      default: door.limits = try doorLimits(value)
      }
    }
    try checkDoor(door, node)
    return door
  }

  /// Checks what needs more than one key.
  private func checkDoor(_ door: Configuration.Door, _ node: Node) throws(HostError) {
    guard door.keys != nil || door.clientAuthority != nil else {
      throw error(
        node,
        "door has neither keys nor client_ca, so that nobody may push; name a file of 'notilua keys door add' in door.keys"
      )
    }
    if door.clientAuthority == nil, !door.certificates.isEmpty {
      throw error(node, "door has certificates without client_ca; name the file of their authority")
    }
    guard (door.certificate == nil) == (door.key == nil) else {
      let missing = door.key == nil ? "key" : "certificate"
      throw error(node, "door has no '\(missing)'; a certificate and its key belong together")
    }
    if door.certificate == nil, let address = door.listen.first(where: { !$0.hasPrefix("unix:") }) {
      throw error(
        node,
        "door listens on '\(address)' without TLS; add certificate and key, or listen on unix:/PATH alone")
    }
  }

  private func doorLimits(_ node: Node) throws(HostError) -> Configuration.Door.Limits {
    var limits = Configuration.Door.Limits()
    let keys = ["connections", "connections_per_address", "requests", "handshake", "idle", "body"]
    for (key, value) in try members(node, "door.limits", keys) {
      let name = "door.limits.\(key)"
      switch key {
      case "connections": limits.connections = try integer(value, name, 1...100_000)
      case "connections_per_address": limits.connectionsPerAddress = try integer(value, name, 1...100_000)
      case "requests": limits.requests = try integer(value, name, 1...100_000)
      case "handshake": limits.handshake = try duration(value, name, .milliseconds(100) ... .seconds(60))
      case "idle": limits.idle = try duration(value, name, .seconds(1) ... .seconds(86_400))
      default: limits.body = try duration(value, name, .milliseconds(100) ... .seconds(60))
      }
    }
    return limits
  }

  /// Reads a list of addresses, each once.
  func addresses(_ node: Node, _ name: String, _ example: String) throws(HostError) -> [String] {
    var addresses: [String] = []
    for item in try texts(node, name) {
      let text = try text(item, name)
      guard Self.isAddress(text) else {
        throw error(
          item,
          "\(name) has '\(text.shortened)', which is no address; write HOST:PORT, [::1]:PORT or unix:/PATH")
      }
      if addresses.contains(text) { throw error(item, "\(name) has '\(text)' twice; remove one") }
      addresses.append(text)
    }
    if addresses.isEmpty { throw error(node, "\(name) is empty; name an address, such as \(example)") }
    return addresses
  }

  /// Returns whether a text is a host or an address with a port, or the path of a Unix socket: 107 bytes at most (unix(7)).
  private static func isAddress(_ text: String) -> Bool {
    if text.hasPrefix("unix:") {
      let path = text.dropFirst(5).utf8
      return path.first == 0x2F && path.count <= 107 && !path.contains(0)
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0
    else { return false }
    let host = text[..<colon]
    if host.hasPrefix("["), host.hasSuffix("]") { return host.count > 2 && host.contains(":") }
    return !host.isEmpty && !host.contains { $0 == ":" || $0 == "/" || $0.isWhitespace }
  }

  private func doorCertificates(_ node: Node) throws(HostError) -> [String: Configuration.Door.Certificate] {
    var certificates: [String: Configuration.Door.Certificate] = [:]
    for (key, value) in try members(node, "door.certificates", nil) {
      let fingerprint = key.lowercased().filter { $0 != ":" }
      guard let bytes = Hex.decode(Array(fingerprint.utf8)), bytes.count == 32 else {
        throw error(
          value,
          "door.certificates has '\(key.shortened)', which is no fingerprint; write the one of 'openssl x509 -noout -fingerprint -sha256'"
        )
      }
      if certificates[fingerprint] != nil {
        throw error(value, "door.certificates has '\(key)' twice; remove one")
      }
      certificates[fingerprint] = try doorCertificate(value)
    }
    return certificates
  }

  private func doorCertificate(_ node: Node) throws(HostError) -> Configuration.Door.Certificate {
    var certificate = Configuration.Door.Certificate()
    let place = "a certificate of door.certificates"
    for (key, value) in try members(node, place, ["topics", "environments", "rate", "burst"]) {
      switch key {
      case "topics": certificate.topics = try topics(value)
      case "environments":
        certificate.environments = []
        for item in try texts(value, key) {
          let name = try word(item, "an environment", PushEnvironment.allCases.map(\.rawValue))
          if !certificate.environments.contains(name) { certificate.environments.append(name) }
        }
        if certificate.environments.isEmpty { throw error(value, "environments is empty; name one") }
      case "rate": certificate.rate = try integer(value, key, 1...1_000_000)
      default: certificate.burst = try integer(value, key, 1...1_000_000)
      }
    }
    if certificate.topics.isEmpty {
      throw error(node, "\(place) has no topics; name the bundle ids of its apps")
    }
    if certificate.rate == nil, certificate.burst != nil {
      throw error(node, "\(place) has burst without rate; add the pushes a second")
    }
    return certificate
  }

  private func topics(_ node: Node) throws(HostError) -> [String] {
    var topics: [String] = []
    for item in try texts(node, "topics") {
      let topic = try text(item, "a topic")
      if topic.contains("*") {
        throw error(
          item, "'\(topic.shortened)' is no topic: there are no wildcards; name each app by its bundle id")
      }
      guard APNsHeader.isTopic(topic) else {
        throw error(item, "'\(topic.shortened)' is no topic; write a bundle id, such as com.example.app")
      }
      if topics.contains(topic) { throw error(item, "the topic '\(topic)' stands twice; remove one") }
      topics.append(topic)
    }
    return topics
  }

  /// Returns one of a few words.
  func word(_ node: Node, _ place: String, _ words: [String]) throws(HostError) -> String {
    let word = try text(node, place)
    guard words.contains(word) else {
      throw error(node, "\(place) is '\(word.shortened)'; use \(words.joined(separator: " or "))")
    }
    return word
  }

  /// Returns a text that is not empty.
  func filled(_ node: Node, _ place: String) throws(HostError) -> String {
    let text = try text(node, place)
    if text.isEmpty { throw error(node, "\(place) is empty; name a file, or leave it out") }
    return text
  }
}
