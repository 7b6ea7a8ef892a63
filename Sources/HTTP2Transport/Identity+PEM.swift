import NIOSSL

extension HTTP2Server.Identity {
  /// Reads a certificate with its issuers, and its key.
  ///
  /// - Throws: ``HTTP2ServerError`` where one of them is none.
  package init(certificatePEM: [UInt8], keyPEM: [UInt8]) throws(HTTP2ServerError) {
    let chain = try Self.certificates(pem: certificatePEM)
    do {
      self.init(
        certificateChain: chain, privateKey: try NIOSSLPrivateKey(bytes: keyPEM, format: .pem).derBytes)
    } catch {
      throw HTTP2ServerError(
        "the key is no private key in PEM without a passphrase; write it anew with openssl")
    }
  }

  /// Checks that the key is that of the certificate.
  ///
  /// - Throws: ``HTTP2ServerError`` where it is not.
  package func check() throws(HTTP2ServerError) {
    _ = try ServerTLS(HTTP2Server.Options(identity: self), self)
  }

  /// Reads certificates, DER, in their order.
  ///
  /// - Throws: ``HTTP2ServerError`` where there is none.
  package static func certificates(pem: [UInt8]) throws(HTTP2ServerError) -> [[UInt8]] {
    do {
      let chain = try NIOSSLCertificate.fromPEMBytes(pem).map { try $0.toDERBytes() }
      if !chain.isEmpty { return chain }
    } catch {}
    throw HTTP2ServerError("there is no certificate in PEM in it; name the file of one")
  }
}
