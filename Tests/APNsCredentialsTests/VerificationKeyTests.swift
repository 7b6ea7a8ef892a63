import APNsCredentials
import Testing

/// Signatures of the curve P-256.
struct VerificationKeyTests {
  private static func bytes(_ text: String) -> [UInt8] {
    let digits = Array(text)
    return stride(from: 0, to: digits.count, by: 2).compactMap {
      UInt8(String(digits[$0...$0 + 1]), radix: 16)
    }
  }

  /// RFC 5480 §2: id-ecPublicKey with the curve secp256r1, before an uncompressed point.
  private static let start = bytes("3059301306072A8648CE3D020106082A8648CE3D03010703420004")
  private static let x = bytes("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6")
  private static let y = bytes("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299")

  /// RFC 6979 appendix A.2.5, with SHA-256.
  private static let vectors = [
    (
      "sample", "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
      "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8"
    ),
    (
      "test", "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
      "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083"
    ),
  ]

  @Test(arguments: vectors) func verifiesTheVectorsOfTheRFC(_ message: String, _ r: String, _ s: String)
    throws
  {
    let key = try VerificationKey(der: Self.start + Self.x + Self.y)
    let signature = Self.bytes(r) + Self.bytes(s)
    let message = Array(message.utf8)
    #expect(key.isSignature(signature, of: message))
    #expect(!key.isSignature(signature, of: message + [0]))
    #expect(!key.isSignature(Array(signature.dropLast()), of: message))
    #expect(!key.isSignature([], of: message))
    for index in stride(from: 0, to: 64, by: 7) {
      var other = signature
      other[index] ^= 1
      #expect(!key.isSignature(other, of: message))
    }
    // SEC 1 §4.1.4: r and s of 0, or of the order and more, are no signature.
    #expect(!key.isSignature([UInt8](repeating: 0, count: 64), of: message))
    #expect(!key.isSignature([UInt8](repeating: 0xFF, count: 64), of: message))
  }

  /// RFC 7515 appendix A.3: the key, the signing input and the signature of its example of ES256.
  @Test func verifiesTheExampleOfJSONWebSignature() throws {
    let x = Self.bytes("7FCDCE2770F6C45D4183CBEE6FDB4B7B580733357BE9EF13BACF6E3C7BD15445")
    let y = Self.bytes("C7F144CD1BBD9B7E872CDFEDB9EEB9F4B3695D6EA90B24AD8A4623288588E5AD")
    let key = try VerificationKey(der: Self.start + x + y)
    let input =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    let signature = Self.bytes(
      "0ED1215379636C483C2F7F155807D402A3B228033AF97C7E17819AC3169EA665"
        + "C50A07D38C3C70E5D8F12DAF084A5480A66590C5F293509A8F3F7F8A83A354D5")
    #expect(key.isSignature(signature, of: Array(input.utf8)))
    #expect(!key.isSignature(signature, of: Array(input.utf8.dropLast())))
  }

  @Test func aPointOffTheCurveIsNoKey() {
    var y = Self.y
    y[31] ^= 1
    for der in [Self.start + Self.x + y, Self.start + Self.x, Self.start + Self.x + Self.y + [0], [], [0x30]]
    {
      #expect(throws: CredentialError.self) { try VerificationKey(der: der) }
    }
  }

  @Test func keysAreEqualByTheirPoint() throws {
    let key = try VerificationKey(der: Self.start + Self.x + Self.y)
    #expect(try VerificationKey(der: key.der) == key)
    #expect(try VerificationKey(p8: CertificateAuthority.makeP8()) != key)
  }
}
