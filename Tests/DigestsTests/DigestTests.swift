import Digests
import Testing

/// Digests by their standard, and their comparison as Swift's own `==` makes it.
struct DigestTests {
  /// The examples of FIPS 180-4 (NIST, "SHA256.pdf" of the examples with intermediate values).
  @Test(arguments: [
    ("abc", "ba7816bf 8f01cfea 414140de 5dae2223 b00361a3 96177a9c b410ff61 f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61 d20638b8 e5c02693 0c3e6039 a33ce459 64ff2167 f6ecedd4 19db06c1"
    ),
  ])
  func theHashIsThatOfTheStandard(_ text: String, _ digest: String) {
    let bytes = digest.split(separator: " ").flatMap { word in
      UInt32(word, radix: 16).map { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
      } ?? []
    }
    #expect(Digest.sha256(Array(text.utf8)) == bytes)
  }

  @Test func whatDiffersInOneBitIsNotEqual() {
    let digest = Digest.sha256([])
    #expect(Digest.isEqual(digest, Digest.sha256([])))
    for bit in 0..<256 {
      var other = digest
      other[bit / 8] ^= 1 << (bit % 8)
      #expect(!Digest.isEqual(digest, other) && !Digest.isEqual(other, digest), "bit \(bit)")
    }
  }

  @Test func equalIsWhatSwiftSaysIsEqual() {
    for number in 0..<10_000 {
      // Short ones are often the same.
      let (left, right) = (Self.bytes(number % 4), Self.bytes(number / 4 % 4))
      #expect(Digest.isEqual(left, right) == (left == right), "\(left) and \(right)")
    }
  }

  private static func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in .random(in: 0...2) } }
}
