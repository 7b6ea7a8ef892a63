import NIOCore
import NIOSSL
import Synchronization

extension HTTP2Server {
  /// The certificate that a server shows, with its key.
  package struct Identity: Sendable {
    /// DER, leaf first.
    package var certificateChain: [[UInt8]]
    /// DER.
    package var privateKey: [UInt8]

    package init(certificateChain: [[UInt8]], privateKey: [UInt8]) {
      self.certificateChain = certificateChain
      self.privateKey = privateKey
    }
  }
}

/// TLS of a server, whose identity can be replaced: connections that are open go on with the one that they began with.
package final class ServerTLS: Sendable {
  private let options: HTTP2Server.Options
  private let context: Mutex<NIOSSLContext>

  init(_ options: HTTP2Server.Options, _ identity: HTTP2Server.Identity) throws(HTTP2ServerError) {
    self.options = options
    context = Mutex(try Self.context(options, identity))
  }

  /// Makes TLS for connections that speak another protocol than HTTP/2.
  ///
  /// - Parameter protocols: the protocols that ALPN offers.
  package convenience init(
    _ identity: HTTP2Server.Identity, protocols: [String]
  ) throws(HTTP2ServerError) {
    var options = HTTP2Server.Options(identity: identity)
    options.protocols = protocols
    try self.init(options, identity)
  }

  /// Replaces the identity for connections to come; one that cannot be used leaves the old one.
  package func reload(_ identity: HTTP2Server.Identity) throws(HTTP2ServerError) {
    let new = try Self.context(options, identity)
    context.withLock { $0 = new }
  }

  /// The function that adds the handler of TLS to the end of a new connection's pipeline, on its event loop.
  package var securing: @Sendable (any Channel) throws -> Void {
    { [self] in try $0.pipeline.syncOperations.addHandler(handler()) }
  }

  /// Returns the handler of one connection's TLS.
  func handler() -> NIOSSLServerHandler {
    let context = context.withLock { $0 }
    // Where no authority is named, the server's handler judges the certificate, and who shows none.
    return options.asksForClientCertificate && options.clientAuthorities.isEmpty
      ? NIOSSLServerHandler(context: context) { _, promise in promise.succeed(.certificateVerified) }
      : NIOSSLServerHandler(context: context)
  }

  private static func context(
    _ options: HTTP2Server.Options, _ identity: HTTP2Server.Identity
  ) throws(HTTP2ServerError) -> NIOSSLContext {
    let chain = try certificates(identity.certificateChain, "the server's certificate")
    guard !chain.isEmpty else {
      throw HTTP2ServerError(
        "the server has no certificate; name its file, the server's own certificate first")
    }
    guard let key = try? NIOSSLPrivateKey(bytes: identity.privateKey, format: .der) else {
      throw HTTP2ServerError(
        "the server's private key cannot be read; name a key of RSA or an elliptic curve")
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv12
    configuration.applicationProtocols = options.protocols
    if !options.clientAuthorities.isEmpty {
      configuration.trustRoots = .certificates(
        try certificates(options.clientAuthorities, "an authority of clients"))
      configuration.sendCANameList = true
    }
    // A client without a certificate passes, one whose certificate an authority has not signed does not.
    if options.asksForClientCertificate || !options.clientAuthorities.isEmpty {
      configuration.certificateVerification = .optionalVerification
    }
    do { return try NIOSSLContext(configuration: configuration) } catch {
      throw HTTP2ServerError(
        "the server's certificate and private key do not belong together; check both files")
    }
  }

  private static func certificates(
    _ list: [[UInt8]], _ name: String
  ) throws(HTTP2ServerError) -> [NIOSSLCertificate] {
    var certificates: [NIOSSLCertificate] = []
    for der in list {
      guard let certificate = try? NIOSSLCertificate(bytes: der, format: .der) else {
        throw HTTP2ServerError("\(name) cannot be read; it must be X.509")
      }
      certificates.append(certificate)
    }
    return certificates
  }
}
