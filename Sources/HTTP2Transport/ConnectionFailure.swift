import EventLoop
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// The cause for which there is no connection, or no longer one.
package struct ConnectionFailure: Error, Sendable, Equatable {
  /// The part of the way that failed, which decides what there is to do.
  package enum Kind: Sendable, CaseIterable {
    /// The name leads to no address.
    case name
    /// No address of the server, or of the proxy, takes a connection.
    case network
    /// The proxy does not answer as a proxy.
    case proxy
    /// The proxy wants a user and a password, or others.
    case proxyPassword
    /// The proxy does not allow this target.
    case proxyRefusal
    /// The proxy does not reach the target.
    case proxyTarget
    /// No trusted authority has signed the certificate.
    case authority
    /// The certificate is for other names.
    case identity
    /// The certificate does not hold now.
    case validity
    /// The certificate is of no use for another reason.
    case certificate
    /// The server does not accept the certificate of this side.
    case clientCertificate
    /// TLS failed otherwise, or there is none.
    case tls
    /// The server speaks no HTTP/2, or breaks it.
    case http2
    /// The server ended the connection, or is silent.
    case ended
  }

  package var kind: Kind
  /// One phrase for people, never empty.
  package var cause: String

  package init(_ kind: Kind, _ cause: String) {
    self.kind = kind
    self.cause = cause
  }
}

extension ConnectionFailure {
  /// Returns the failure that an error of SwiftNIO stands for; the one place where such an error becomes text.
  init(_ error: any Error) {
    switch error {
    case let error as ConnectionFailure: self = error
    case let error as IOError: self.init(.network, systemMessage(error.errnoCode))
    case ChannelError.connectTimeout(let time):
      self.init(.network, "no answer in \(time.nanoseconds / 1_000_000_000) s")
    case is ChannelError: self.init(.ended, "the connection ended")
    case is SocketAddressError: self.init(.name, "the name leads to no address")
    case let error as NIOConnectionError: self.init(error)
    case is HTTPParserError: self.init(.proxy, "the answer is not HTTP")
    case BoringSSLError.sslError(let stack), BoringSSLError.unknownError(let stack),
      NIOSSLError.handshakeFailed(.sslError(let stack)),
      NIOSSLError.handshakeFailed(.unknownError(let stack)):
      self.init(stack)
    case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: self.init(.tls, "TLS failed")
    default: self.init(.ended, "the connection failed")
    }
  }

  /// Every address that was tried, each with its own cause.
  private init(_ error: NIOConnectionError) {
    guard !error.connectionErrors.isEmpty else {
      self.init(.name, "the name '\(error.host)' leads to no address")
      return
    }
    let causes = error.connectionErrors.map {
      ConnectionAttempts.text($0.target, ConnectionFailure($0.error).cause)
    }
    self.init(.network, causes.joined(separator: "; "))
  }

  /// An error stack of BoringSSL: each entry ends in a word such as `WRONG_VERSION_NUMBER` and a place in its source.
  private init(_ stack: [BoringSSLInternalError]) {
    guard let first = stack.first else {
      self.init(.tls, "TLS failed")
      return
    }
    if first == .eofDuringHandshake {
      self.init(.tls, "it ended the connection in the TLS handshake")
      return
    }
    let text = "\(first)"
    let place = text.split(separator: ":").last { $0.contains("_") } ?? ""
    let word = String(place.split(separator: " ").first ?? "")
    self = Self.words[word] ?? Self.alert(word) ?? Self.other(word)
  }

  private static let noTLS = ConnectionFailure(.tls, "it does not speak TLS")
  private static let noVersion = ConnectionFailure(
    .tls, "it has no version of TLS in common with this side, which takes 1.2 and 1.3")
  private static let noHTTP2 = ConnectionFailure(.http2, "it offers no HTTP/2 (ALPN)")

  /// Words of BoringSSL that have a sentence of their own.
  private static let words: [String: ConnectionFailure] = [
    "WRONG_VERSION_NUMBER": noTLS, "HTTP_REQUEST": noTLS, "HTTPS_PROXY_REQUEST": noTLS,
    "INVALID_SSL_SESSION": noTLS, "UNEXPECTED_RECORD": noTLS,
    "UNSUPPORTED_PROTOCOL": noVersion, "TLSV1_ALERT_PROTOCOL_VERSION": noVersion,
    "NO_SUPPORTED_VERSIONS_ENABLED": noVersion,
    "TLSV1_ALERT_NO_APPLICATION_PROTOCOL": noHTTP2, "INVALID_ALPN_PROTOCOL": noHTTP2,
    "TLSV1_ALERT_UNRECOGNIZED_NAME": ConnectionFailure(.identity, "it does not know this name (TLS's SNI)"),
    "TLSV1_UNRECOGNIZED_NAME": ConnectionFailure(.identity, "it does not know this name (TLS's SNI)"),
    "SSLV3_ALERT_HANDSHAKE_FAILURE": ConnectionFailure(
      .tls, "it refuses the TLS handshake: no ciphers in common, or it wants a client certificate"),
    "CERTIFICATE_VERIFY_FAILED": ConnectionFailure(.certificate, "its certificate is not accepted"),
  ]

  /// Alerts about the certificate of this side (RFC 8446 §6.2).
  private static func alert(_ word: String) -> ConnectionFailure? {
    let reasons = [
      "BAD_CERTIFICATE": "damaged", "UNSUPPORTED_CERTIFICATE": "of a kind that it does not know",
      "CERTIFICATE_REVOKED": "revoked", "CERTIFICATE_EXPIRED": "expired",
      "CERTIFICATE_UNKNOWN": "not one that it accepts", "UNKNOWN_CA": "of an authority that it does not know",
      "ACCESS_DENIED": "of no access",
    ]
    if word.hasSuffix("ALERT_CERTIFICATE_REQUIRED") {
      return ConnectionFailure(.clientCertificate, "it wants a client certificate, and there is none")
    }
    guard let reason = reasons.first(where: { word.hasSuffix("ALERT_" + $0.key) }) else { return nil }
    return ConnectionFailure(.clientCertificate, "it says that the client certificate is \(reason.value)")
  }

  private static func other(_ word: String) -> ConnectionFailure {
    let words = word.lowercased().split(separator: "_").joined(separator: " ")
    return ConnectionFailure(.tls, words.isEmpty ? "TLS failed" : "TLS failed: \(words)")
  }
}
