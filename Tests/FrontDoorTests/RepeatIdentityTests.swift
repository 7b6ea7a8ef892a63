import FrontDoor
import Testing

/// What makes a push the same one.
struct RepeatIdentityTests {
  private static let secret = [UInt8](repeating: 7, count: RepeatIdentity.secretSize)
  private static let id = "c0ffee00-0000-4000-8000-00000000000a"

  private static func identity(
    _ sender: String = "ABC123DEFG", _ id: String = id, _ token: String = "00ff", _ secret: [UInt8] = secret
  ) -> RepeatIdentity { RepeatIdentity(sender: sender, id: id, deviceToken: token, secret: secret) }

  /// Python 3.11: hmac.new(bytes([7]) * 32, uuid.UUID(id).bytes + (10).to_bytes(8) + b"ABC123DEFG" + b"00ff", "sha256").
  @Test func isTheHMACThatPythonMakes() {
    #expect(Self.identity() == RepeatIdentity(high: 0x6080_B153_D8EF_12DB, low: 0x7936_E013_8DB6_CAD8))
  }

  @Test func itsBytesAreTheFirstOfTheHMAC() {
    #expect(
      RepeatIdentity(high: 0x0102_0304_0506_0708, low: 0xF1F2_F3F4_F5F6_F7F8).bytes == [
        1, 2, 3, 4, 5, 6, 7, 8, 0xF1, 0xF2, 0xF3, 0xF4, 0xF5, 0xF6, 0xF7, 0xF8,
      ])
  }

  @Test func letterCaseDoesNotMatter() {
    #expect(Self.identity("ABC123DEFG", Self.id.uppercased(), "00FF") == Self.identity())
  }

  @Test func eachPartMakesAnother() {
    let all = [
      Self.identity(), Self.identity("ABC123DEFH"),
      Self.identity("ABC123DEFG", "c0ffee00-0000-4000-8000-00000000000b"),
      Self.identity("ABC123DEFG", Self.id, "00fe"), Self.identity("ABC123DEFG", Self.id, ""),
      // The end of one part is not the beginning of the next.
      Self.identity("ABC123DEFG0", Self.id, "0ff"), Self.identity("ABC123DEFG00ff", Self.id, ""),
      Self.identity("ABC123DEFG", Self.id, "00ff", [UInt8](repeating: 8, count: 32)),
    ]
    #expect(Set(all).count == all.count)
  }
}
