import Digests
import NotificationModel

/// Another text of the same shape: small letters for small ones, capitals for capitals, digits for digits.
///
/// Two texts of one shape never share a pseudonym, also where there are few of them: they are numbered, and the numbers
/// are permuted by a Feistel network (Luby, Rackoff 1988) whose rounds are HMACs, walking its cycle until a
/// number of the shape comes (Black, Rogaway 2002). Shapes with more than 2^40 texts get letters from a digest.
package struct Pseudonym {
  /// Letters that stand one behind another in Unicode, are alike to whoever reads them, and take as many bytes.
  private typealias Alphabet = ClosedRange<UInt32>

  private static let digits: Alphabet = 0x30...0x39
  private static let alphabets: [Alphabet] = [
    digits, 0x41...0x5A, 0x61...0x7A,
    // Latin, Greek, Cyrillic, Hebrew, Arabic.
    0xC0...0xD6, 0xD8...0xF6, 0xF8...0xFF, 0x3B1...0x3C9, 0x410...0x44F, 0x5D0...0x5EA, 0x621...0x63A,
    0x641...0x64A,
    // Devanagari, Thai, Hiragana, Katakana, Han, Hangul.
    0x905...0x939, 0xE01...0xE30, 0x3041...0x3096, 0x30A1...0x30FA, 0x4E00...0x9FFF, 0xAC00...0xD7A3,
  ]
  private static let smallHex: Alphabet = 0x61...0x66
  private static let capitalHex: Alphabet = 0x41...0x46

  package let text: String

  package init(key: [UInt8], of original: String) {
    let scalars = Array(original.unicodeScalars)
    // What is written in hexadecimal digits stays so.
    let isHex =
      original.contains { $0.isNumber }
      && scalars.allSatisfy { $0.isASCII && ($0.properties.isASCIIHexDigit || $0 == "-") }
    let alphabets = (isHex ? [Self.digits, Self.smallHex, Self.capitalHex] : Self.alphabets)
    text = Self.replaced(
      key, scalars, scalars.map { scalar in alphabets.first { $0.contains(scalar.value) } },
      others: Redaction.mask)
  }

  /// A number keeps its sign, its point and its exponent, and the number of its digits.
  package init(key: [UInt8], ofNumber original: String) {
    let scalars = Array(original.unicodeScalars)
    let exponent = scalars.firstIndex { $0 == "e" || $0 == "E" } ?? scalars.count
    let first = scalars.firstIndex { Self.digits.contains($0.value) } ?? 0
    let alphabets = scalars.enumerated().map { index, scalar -> Alphabet? in
      // The first digit stays, and of a long number the second is no larger: 64 bits hold what they held.
      guard index < exponent, index != first, Self.digits.contains(scalar.value) else { return nil }
      return scalars.count >= 19 && index == first + 1 ? 0x30...scalar.value : Self.digits
    }
    // The largest numbers of 64 bits have larger ones of their digits: these are drawn again, which few need twice.
    let fits = { Int64($0) != nil || UInt64($0) != nil }
    let isWhole = fits(original)
    let drawn = (UInt8(0)..<64).lazy.map { attempt in
      Self.replaced(attempt == 0 ? key : key + [attempt], scalars, alphabets) { $0 }
    }
    text = drawn.first { !isWhole || fits($0) } ?? original
  }

  private static func replaced(
    _ key: [UInt8], _ scalars: [Unicode.Scalar], _ alphabets: [Alphabet?],
    others: (Unicode.Scalar) -> Unicode.Scalar
  ) -> String {
    var count: UInt64 = 1
    var value: UInt64 = 0
    var shape: [UInt8] = []
    for (scalar, alphabet) in zip(scalars, alphabets) where count < 1 << 41 {
      guard let alphabet else {
        shape.append(0)
        continue
      }
      shape += [
        UInt8(truncatingIfNeeded: alphabet.lowerBound >> 8), UInt8(truncatingIfNeeded: alphabet.lowerBound),
      ]
      count *= UInt64(alphabet.count)
      value = value * UInt64(alphabet.count) + UInt64(scalar.value - alphabet.lowerBound)
    }
    var result: [Unicode.Scalar] = []
    if count <= 1 << 40 {
      var number = permuted(value, below: count, key + shape)
      for (scalar, alphabet) in zip(scalars, alphabets).reversed() {
        guard let alphabet else {
          result.append(others(scalar))
          continue
        }
        result.append(Unicode.Scalar(alphabet.lowerBound + UInt32(number % UInt64(alphabet.count))) ?? scalar)
        number /= UInt64(alphabet.count)
      }
      result.reverse()
    } else {
      let digest = Digest.hmacSHA256(key: key, Array(String(String.UnicodeScalarView(scalars)).utf8))
      var random = RandomSource(seed: digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
      for (scalar, alphabet) in zip(scalars, alphabets) {
        let letter = alphabet.flatMap { Unicode.Scalar(UInt32.random(in: $0, using: &random)) }
        result.append(letter ?? others(scalar))
      }
    }
    return String(String.UnicodeScalarView(result))
  }

  private static func permuted(_ value: UInt64, below count: UInt64, _ key: [UInt8]) -> UInt64 {
    guard count > 1 else { return value }
    var half: UInt64 = 1
    while 1 << (2 * half) < count { half += 1 }
    let mask: UInt64 = 1 << half - 1
    var value = value
    repeat {
      var (left, right) = (value >> half, value & mask)
      for round in UInt8(0)..<4 {
        let bytes = [round] + (0..<8).map { UInt8(truncatingIfNeeded: right >> (8 * $0)) }
        let digest = Digest.hmacSHA256(key: key, bytes).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        (left, right) = (right, left ^ digest & mask)
      }
      value = left << half | right
    } while value >= count
    return value
  }
}
