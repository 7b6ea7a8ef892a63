import Digests
import NotificationModel

/// The identity of a push for telling repeats: sender, `apns-id` and device token, as a keyed hash of 128 bits.
///
/// No device token can be read from it, nor be guessed without the secret.
package struct RepeatIdentity: Sendable, Hashable {
  /// The bytes of a secret.
  package static let secretSize = 32
  /// The bytes of an identity.
  package static let size = 16

  package var high: UInt64
  package var low: UInt64

  /// Makes a value from its halves.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Hashes what a push goes by, with HMAC-SHA-256.
  ///
  /// - Parameters:
  ///   - sender: ``DoorSender/name``.
  ///   - id: a UUID, in the form 8-4-4-4-12.
  ///   - deviceToken: hexadecimal digits; a token is the same in capital and in small letters.
  ///   - secret: the same as long as identities are kept.
  package init(sender: String, id: String, deviceToken: String, secret: [UInt8]) {
    var text: [UInt8] = []
    text.reserveCapacity(128 + deviceToken.utf8.count)
    // Each part has a length that is fixed or stands before it, so that no two pushes make one text.
    let bits = UUIDText.bits(id)
    for half in [bits.x, bits.y, UInt64(sender.utf8.count)] {
      withUnsafeBytes(of: half.bigEndian) { text.append(contentsOf: $0) }
    }
    text.append(contentsOf: sender.utf8)
    text.append(contentsOf: deviceToken.lowercased().utf8)
    let digest = Digest.hmacSHA256(key: secret, text)
    self.init(high: Self.word(digest[0..<8]), low: Self.word(digest[8..<16]))
  }

  /// Hashes what a key of idempotency claims, with HMAC-SHA-256; none is that of a push by sender, `apns-id` and token.
  ///
  /// - Parameter parts: texts in their order.
  package init(claimOf parts: [[UInt8]], secret: [UInt8]) {
    var text: [UInt8] = []
    for part in parts {
      withUnsafeBytes(of: UInt64(part.count).bigEndian) { text.append(contentsOf: $0) }
      text.append(contentsOf: part)
    }
    // Another key than that of pushes.
    let digest = Digest.hmacSHA256(key: secret + [1], text)
    self.init(high: Self.word(digest[0..<8]), low: Self.word(digest[8..<16]))
  }

  /// Reads 16 bytes, as ``bytes`` has them.
  init(_ bytes: ArraySlice<UInt8>) {
    self.init(high: Self.word(bytes.prefix(8)), low: Self.word(bytes.dropFirst(8)))
  }

  /// The 16 bytes of the identity, as a queue keeps them beside the push.
  package var bytes: [UInt8] {
    [high, low].flatMap { half in withUnsafeBytes(of: half.bigEndian) { Array($0) } }
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
}
