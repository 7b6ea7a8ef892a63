import CCrypto
import NotificationModel

/// What kind of credential a file is.
package enum CredentialKind: String, Sendable, CaseIterable {
  /// A signing key in PEM.
  case p8
  /// A certificate with its key.
  case p12
  /// A certificate and its key in one PEM text.
  case pem

  /// Looks at the content, since names are anybody's.
  ///
  /// - Throws: ``CredentialError`` where it is none, with what it is instead where that is known.
  package init(of content: [UInt8]) throws(CredentialError) {
    guard !content.isEmpty else { throw CredentialError("the file is empty; name a .p8 or a .p12") }
    if PEMText.isPEM(content) {
      let text = PEMText(content)
      let hasKey = text.blocks.contains { $0.label.hasSuffix("PRIVATE KEY") }
      switch (hasKey, text.certificates.isEmpty) {
      case (true, false): self = .pem
      case (false, false): throw Self.noKey
      // Whatever is wrong with it, the reader of .p8 says so.
      default: self = .p8
      }
    } else if (try? CertificateFacts(der: content)) != nil {
      throw Self.noKey
    } else if content[0] == DERReader.Tag.sequence {
      self = .p12
    } else {
      throw CredentialError(
        "this is neither a .p8 nor a .p12 nor PEM; download or export it anew from where it was made")
    }
  }

  private static let noKey = CredentialError(
    "this is a certificate without its key; make a .p12 of both with 'notilua credentials convert'")
}
