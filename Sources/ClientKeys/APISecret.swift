import Digests
import NotificationModel

/// The secret text that the holder of a key shows: `nk_` with the key id and 256 random bits.
///
/// It has no description, so that nothing writes it by mistake.
package struct APISecret: Sendable {
  /// The start of every key of the HTTP API, by which programs that look for secrets find them.
  package static let prefix = "nk_"

  /// The key id, which is no secret.
  package let keyID: String
  private let digits: String

  /// Makes a new one.
  package init(keyID: String) {
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<APIKey.size).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    self.keyID = keyID
    digits = Hex.encode(bytes)
  }

  /// Reads what a client shows; nil where it has not the form of a key.
  package init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "nk", parts[1].utf8.count == 10,
      parts[2].utf8.count == APIKey.size * 2
    else { return nil }
    keyID = String(parts[1])
    digits = String(parts[2])
  }

  /// The whole text, for the file or the terminal of its holder.
  package var text: String { "\(Self.prefix)\(keyID)_\(digits)" }

  /// The SHA-256 of the secret part.
  package var digest: [UInt8] { Digest.sha256(Array(digits.utf8)) }
}
