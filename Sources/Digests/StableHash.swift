/// Hashes that are the same in every process, for they stand in files: FNV-1a (RFC 9923) by words of eight bytes.
package enum StableHash {
  private static let prime: UInt64 = 0x100_0000_01B3
  private static let basis: UInt64 = 0xCBF2_9CE4_8422_2325

  /// The hash of a text; never 0.
  package static func of(_ text: String, _ seed: UInt64 = 0) -> UInt64 {
    var text = text
    return text.withUTF8 { sum(UnsafeRawBufferPointer($0), seed) }
  }

  /// The hash of bytes, which also tells whether they are the ones that were written; never 0.
  package static func sum(_ bytes: UnsafeRawBufferPointer, _ seed: UInt64 = 0) -> UInt64 {
    var hash = basis ^ UInt64(bytes.count) ^ seed &* prime
    var at = 0
    while at + 8 <= bytes.count {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
      hash = (hash ^ word) &* prime
      // A product carries upward only: what is high has to come down.
      hash ^= hash >> 32
      at += 8
    }
    while at < bytes.count {
      hash = (hash ^ UInt64(bytes[at])) &* prime
      at += 1
    }
    hash ^= hash >> 32
    hash = hash &* 0x9E37_79B9_7F4A_7C15
    hash ^= hash >> 29
    return hash == 0 ? 1 : hash
  }
}
