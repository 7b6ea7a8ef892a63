import APNsCredentials
import CredentialSamples
import Testing

/// Files of a push certificate, and what is said of those that cannot be read.
enum PushFiles {
  /// Makes a certificate `push` that serves both environments and several topics.
  static func samples() throws -> CredentialSamples {
    let samples = try CredentialSamples()
    try samples.certificate(
      "push", extensions: [CredentialSamples.sandbox, CredentialSamples.production, CredentialSamples.topics])
    return samples
  }

  /// The passphrase of files.
  static let secret = Array("secret".utf8)

  /// Reads what must not be readable, and gives the sentence.
  static func sentence(_ body: () throws -> some Any) -> String {
    do {
      _ = try body()
      return "taken"
    } catch {
      let text = "\(error)"
      #expect(error is CredentialError)
      #expect(!text.contains("\n") && !text.hasSuffix(".") && text.contains("; "), "\(text)")
      return text
    }
  }

  /// Returns the facts of a certificate with these extensions.
  static func facts(
    _ extensions: [String], subject: String? = nil, days: ClosedRange<Int> = -1...365
  ) throws -> CertificateFacts {
    let samples = try CredentialSamples()
    if let subject {
      try samples.certificate("a", extensions: extensions, subject: subject, days: days)
    } else {
      try samples.certificate("a", extensions: extensions, days: days)
    }
    return try CertificateFacts(der: try samples.bytes("a.cer"))
  }
}
