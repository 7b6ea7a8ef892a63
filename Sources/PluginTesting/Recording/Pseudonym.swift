import ExtensionRuntime

/// Another text of the same shape: small letters for small ones, capitals for capitals, digits for digits.
///
/// Two texts of one shape never share a pseudonym, also where there are few of them: they are numbered, and the numbers
/// are permuted by a Feistel network (Luby, Rackoff 1988) whose rounds are HMACs, walking its cycle until a
/// number of the shape comes (Black, Rogaway 2002). Shapes with more than 2^40 texts get letters from a digest.
struct Pseudonym {
  private static let small = Array("abcdefghijklmnopqrstuvwxyz".unicodeScalars)
  private static let capitals = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ".unicodeScalars)
  private static let digits = Array("0123456789".unicodeScalars)

  let text: String

  init(key: [UInt8], of original: String) {
    let scalars = Array(original.unicodeScalars)
    // What is written in hexadecimal digits stays so.
    let isHex =
      original.contains { $0.isNumber }
      && scalars.allSatisfy { $0.isASCII && ($0.properties.isASCIIHexDigit || $0 == "-") }
    let alphabets = scalars.map { scalar -> [Unicode.Scalar] in
      switch scalar {
      case "a"..."z": isHex ? Array(Self.small.prefix(6)) : Self.small
      case "A"..."Z": isHex ? Array(Self.capitals.prefix(6)) : Self.capitals
      case "0"..."9": Self.digits
      default: []
      }
    }
    text = Self.replaced(key, scalars, alphabets) { Redaction.mask($0) }
  }

  /// A number keeps its sign, its point and its exponent, and the number of its digits.
  init(key: [UInt8], ofNumber original: String) {
    let scalars = Array(original.unicodeScalars)
    let exponent = scalars.firstIndex { $0 == "e" || $0 == "E" } ?? scalars.count
    let first = scalars.firstIndex { $0.properties.numericType != nil } ?? 0
    let alphabets = scalars.enumerated().map { index, scalar -> [Unicode.Scalar] in
      // The first digit stays: it is not 0 then, and 64 bits hold what they held.
      guard index < exponent, index != first, ("0"..."9").contains(scalar) else { return [] }
      return scalars.count >= 19 && index == first + 1
        ? Array(Self.digits.prefix(Int(scalar.value) - 0x2F)) : Self.digits
    }
    text = Self.replaced(key, scalars, alphabets) { $0 }
  }

  private static func replaced(
    _ key: [UInt8], _ scalars: [Unicode.Scalar], _ alphabets: [[Unicode.Scalar]],
    others: (Unicode.Scalar) -> Unicode.Scalar
  ) -> String {
    var count: UInt64 = 1
    var value: UInt64 = 0
    var shape: [UInt8] = []
    for (scalar, alphabet) in zip(scalars, alphabets) where count < 1 << 41 {
      shape.append(UInt8(alphabet.count))
      guard !alphabet.isEmpty else { continue }
      count *= UInt64(alphabet.count)
      value = value * UInt64(alphabet.count) + UInt64(alphabet.firstIndex(of: scalar) ?? 0)
    }
    var result = String.UnicodeScalarView()
    if count <= 1 << 40 {
      var number = permuted(value, below: count, key + shape)
      var places: [Unicode.Scalar] = []
      for (scalar, alphabet) in zip(scalars, alphabets).reversed() {
        places.append(
          alphabet.isEmpty ? others(scalar) : alphabet[Int(number % UInt64(alphabet.count))])
        if !alphabet.isEmpty { number /= UInt64(alphabet.count) }
      }
      result.append(contentsOf: places.reversed())
    } else {
      let digest = Digest.hmacSHA256(key: key, Array(String(String.UnicodeScalarView(scalars)).utf8))
      var random = RandomSource(seed: digest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) })
      for (scalar, alphabet) in zip(scalars, alphabets) {
        result.append(alphabet.randomElement(using: &random) ?? others(scalar))
      }
    }
    return String(result)
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
