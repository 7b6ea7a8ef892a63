import Glibc

/// The hosts that are reached without a proxy: what `NO_PROXY` has, by the rules that curl and Go share.
///
/// Entries stand between commas or blanks. `*` is every host; `example.com`, `.example.com` and `*.example.com` are the
/// name and all below it; `192.0.2.7`, `2001:db8::1` and `192.0.2.0/24` are addresses. A port behind an entry limits it.
package struct ProxyExceptions: Sendable, Equatable {
  private enum Rule: Sendable, Equatable {
    case all
    case name(String, port: Int?)
    case addresses([UInt8], prefix: Int, port: Int?)
  }

  private var rules: [Rule] = []

  package init(_ text: String = "") {
    rules = text.split { $0 == "," || $0.isWhitespace }.compactMap { Self.rule($0.lowercased()) }
  }

  /// Returns whether a host is reached without the proxy.
  package func contains(host: String, port: Int) -> Bool {
    var host = host.lowercased()
    if host.hasSuffix(".") { host.removeLast() }
    let address = Self.bytes(of: host)
    return rules.contains { rule in
      switch rule {
      case .all: true
      case .name(let name, let wanted):
        // A zone behind an address of IPv6 is no name.
        address == nil && !host.contains(":") && (wanted ?? port) == port
          && (host == name || host.hasSuffix("." + name))
      case .addresses(let bytes, let prefix, let wanted):
        (wanted ?? port) == port && (address.map { Self.share(prefix, bytes, $0) } ?? false)
      }
    }
  }

  private static func rule(_ text: String) -> Rule? {
    if text == "*" { return .all }
    if let slash = text.lastIndex(of: "/") {
      guard let bytes = bytes(of: String(text[..<slash])),
        let prefix = Int(text[text.index(after: slash)...]),
        (0...bytes.count * 8).contains(prefix)
      else { return nil }
      return .addresses(bytes, prefix: prefix, port: nil)
    }
    if let bytes = bytes(of: text) { return .addresses(bytes, prefix: bytes.count * 8, port: nil) }
    guard let address = NetworkAddress(text) else { return nil }
    if let bytes = bytes(of: address.host) {
      return .addresses(bytes, prefix: bytes.count * 8, port: address.port)
    }
    var name = address.host
    if name.hasPrefix("*.") { name.removeFirst() }
    while name.hasPrefix(".") { name.removeFirst() }
    if name.hasSuffix(".") { name.removeLast() }
    return name.isEmpty ? nil : .name(name, port: address.port)
  }

  /// Returns the bytes of an address; nil for a name.
  private static func bytes(of text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes.prefix(4)) }
    let inner = text.hasPrefix("[") && text.hasSuffix("]") ? String(text.dropFirst().dropLast()) : text
    return inet_pton(AF_INET6, inner, &bytes) == 1 ? bytes : nil
  }

  private static func share(_ prefix: Int, _ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    return (0..<prefix).allSatisfy { bit in
      (one[bit / 8] ^ other[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
    }
  }
}
