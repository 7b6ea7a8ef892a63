import NotificationModel

/// The form of a credential's file.
package enum CredentialKind: String, Sendable, CaseIterable {
  /// A signing key in PEM.
  case p8
  /// A certificate with its key.
  case p12
  /// A certificate and its key in one PEM text.
  case pem

  /// Tells the kind by the content, since a file may have any name.
  ///
  /// - Throws: ``CredentialError`` where it is none, with what it is instead where that is known.
  package init(of content: [UInt8]) throws(CredentialError) {
    guard !content.isEmpty else { throw CredentialError("the file is empty; name a .p8 or a .p12") }
    let file = CredentialFile(content)
    if file.pkcs12 != nil {
      self = .p12
    } else if !file.blocks.isEmpty {
      switch (file.keys.isEmpty, file.certificates.isEmpty) {
      case (false, false): self = .pem
      case (true, false): throw Self.noKey
      case (false, true) where file.keys.allSatisfy(Self.isRSA):
        throw CredentialError(
          "this is an RSA key without its certificate; make a .p12 of both with 'notilua credentials convert', or name the .p8 of 'Keys'"
        )
      // Whatever is wrong with it, the reader of .p8 says so.
      default: self = .p8
      }
    } else if content[0] == DERReader.Tag.sequence {
      // It is damaged, and the reader of .p12 says so.
      _ = try PKCS12File(content)
      self = .p12
    } else {
      throw CredentialError(
        "this is \(Self.name(of: content) ?? "neither a .p8 nor a .p12 nor PEM"); download or export it anew from where it was made"
      )
    }
  }

  /// Returns whether a file opens with a passphrase only; false where it is none of a credential.
  package static func needsPassphrase(_ content: [UInt8]) -> Bool {
    let file = CredentialFile(content)
    if file.hasEncryptedKey { return true }
    return (try? PKCS12File(file.pkcs12 ?? content))?.needsPassphrase ?? false
  }

  /// Returns whether a key is one of RSA, as certificates have and provider tokens have not.
  private static func isRSA(_ block: CredentialFile.Block) -> Bool {
    if block.label == "RSA PRIVATE KEY" { return true }
    // rsaEncryption, 1.2.840.113549.1.1.1, in the first bytes of PKCS#8.
    let identifier: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
    return block.label == "PRIVATE KEY" && block.der.count > 40
      && (4...16).contains { block.der[$0..<$0 + identifier.count].elementsEqual(identifier) }
  }

  /// Returns what a file is that is no text of a key; nil where that is not known.
  private static func name(of content: [UInt8]) -> String? {
    let names: [(start: String, name: String)] = [
      ("{\\rtf", "a text with formatting (RTF), and a key is plain text"), ("%PDF", "a PDF"),
      ("PK\u{3}\u{4}", "a ZIP file, as .docx is one"), ("<!", "a web page, and perhaps one to sign in on"),
      ("<html", "a web page, and perhaps one to sign in on"),
    ]
    return names.first { content.starts(with: $0.start.utf8) }?.name
  }

  private static let noKey = CredentialError(
    "this is a certificate without its key; make a .p12 of both with 'notilua credentials convert'")
}
