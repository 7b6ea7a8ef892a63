import APNsCredentials
import CredentialSamples
import Testing

/// The rounds of key derivation that files ask for.
struct KeyDerivationTests {
  /// A file must not keep the program busy for hours: neither by its MAC nor by one of its ciphers.
  @Test func moreRoundsThanAnybodyWritesAreRefused() throws {
    let samples = try PushFiles.samples()
    try samples.p12("a", of: "push", ["-iter", "65537"])
    let bytes = try samples.bytes("a.p12")
    #expect(throws: Never.self) { try PushCertificate(p12: bytes, passphrase: PushFiles.secret) }
    // Three bytes of an INTEGER, 0x010001, become 0xFF0001.
    let count: [UInt8] = [0x02, 0x03, 0x01, 0x00, 0x01]
    let places = (0...bytes.count - 5).filter { Array(bytes[$0..<$0 + 5]) == count }
    // The MAC's, the certificates' and the key's, where the public exponent of neither is in clear.
    #expect(places.count == 3)
    for place in places {
      var other = bytes
      other.replaceSubrange(place..<place + 5, with: [0x02, 0x03, 0xFF, 0x00, 0x01])
      #expect(
        PushFiles.sentence { try PushCertificate(p12: other, passphrase: PushFiles.secret) }
          .contains("rounds of key derivation"))
      #expect(!CredentialKind.needsPassphrase(other))
    }
  }
}
