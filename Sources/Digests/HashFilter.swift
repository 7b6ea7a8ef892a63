/// A filter that knows which hashes may have been added.
package struct HashFilter {
  private var words = [UInt64](repeating: 0, count: 1 << 16)

  package init() {}

  /// Returns whether a hash may have been added.
  package func mayHave(_ hash: UInt64) -> Bool { words[Int(hash >> 6 & 0xFFFF)] & 1 << (hash & 63) != 0 }

  /// Adds a hash.
  package mutating func add(_ hash: UInt64) { words[Int(hash >> 6 & 0xFFFF)] |= 1 << (hash & 63) }
}
