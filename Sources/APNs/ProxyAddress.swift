import NotificationModel

/// An HTTP proxy that makes tunnels with CONNECT, as its URL names it; its text has no password.
package struct ProxyAddress: Sendable, Equatable, CustomStringConvertible {
  package var host: String
  package var port: Int
  package var user: String?
  package var password: String?

  /// A fault of a proxy's URL; its text never has the URL, in which a password may stand.
  package enum Problem: Error, Sendable, Equatable, CustomStringConvertible {
    case form
    case scheme(String)
    case user

    package var description: String {
      switch self {
      case .form:
        "is no URL of a proxy; write http://HOST:PORT, with %40 for @, %2F for / and %23 for # in a user or password"
      case .scheme(let scheme):
        "names a proxy of the kind '\(scheme)'; Notilua uses HTTP proxies (CONNECT), so write http://HOST:PORT"
      case .user:
        "has a user with a colon, a line break or a broken % in it; HTTP has no way to send such a user"
      }
    }
  }

  /// Reads `http://[USER[:PASSWORD]@]HOST[:PORT]`; the scheme may be left out, and the port is 80 then.
  package init(url text: String) throws(Problem) {
    var rest = Substring(text)
    if let scheme = rest.firstRange(of: "://") {
      let name = rest[..<scheme.lowerBound].lowercased()
      rest = rest[scheme.upperBound...]
      guard name == "http" else {
        let isWord = name.utf8.count <= 16 && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
        throw isWord ? .scheme(name) : .form
      }
    }
    if let end = rest.firstIndex(where: { "/?#".contains($0) }) {
      // A user or a password with one of these as it is: what stands before it is no host, and may be a part of them.
      if rest[end...].contains("@") { throw .form }
      rest = rest[..<end]
    }
    if let at = rest.lastIndex(of: "@") {
      let pair = rest[..<at].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      rest = rest[rest.index(after: at)...]
      let (user, password) = try Self.credentials(pair)
      self.user = user
      self.password = password
    }
    guard let address = NetworkAddress(rest) else { throw .form }
    host = address.host
    port = address.port ?? 80
  }

  private static func credentials(_ pair: [Substring]) throws(Problem) -> (user: String, password: String?) {
    guard let user = decoded(pair[0]), !user.contains(":"), !hasControls(user) else { throw .user }
    guard pair.count > 1 else { return (user, nil) }
    guard let password = decoded(pair[1]) else { throw .form }
    return (user, password)
  }

  private static func hasControls(_ text: String) -> Bool { text.utf8.contains { $0 < 0x20 || $0 == 0x7F } }

  /// Returns the text with its `%40` and their like as characters; nil where one is broken.
  private static func decoded(_ text: Substring) -> String? {
    var bytes: [UInt8] = []
    var rest = Substring(text).utf8
    while let byte = rest.popFirst() {
      guard byte == 0x25 else {
        bytes.append(byte)
        continue
      }
      guard let digits = String(rest.prefix(2)), digits.utf8.count == 2, !digits.hasPrefix("+"),
        let value = UInt8(digits, radix: 16)
      else { return nil }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    return String(validating: bytes, as: UTF8.self)
  }

  /// The proxy's address, and nothing that is secret.
  package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

  /// The value of `proxy-authorization` (RFC 7617); nil without a user.
  var authorization: String? {
    user.map {
      "Basic " + String(decoding: Base64.encode(Array("\($0):\(password ?? "")".utf8)), as: UTF8.self)
    }
  }
}

extension ProxyAddress: CustomDebugStringConvertible, CustomReflectable {
  package var debugDescription: String { description }
  package var customMirror: Mirror { Mirror(self, children: ["address": description]) }
}
