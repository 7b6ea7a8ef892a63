import LosslessJSON

/// The generation of the chain that a notification went through: its number, and what tells it from those of other
/// processes, whose numbers begin at 1 again.
package struct GenerationMark: Sendable, Equatable {
  /// The number of the generation in the process that made it, from 1.
  package let number: UInt32
  /// The digest of its content: two with the same do the same.
  package let digest: UInt64

  /// Makes a mark of its parts.
  package init(number: UInt32, digest: UInt64) {
    self.number = number
    self.digest = digest
  }

  /// The digest in 16 hexadecimal digits.
  package var digestText: String { Hex.encode(withUnsafeBytes(of: digest.bigEndian) { Array($0) }) }
}

extension JSONWriter {
  /// Writes the members by which outcomes and events name a generation.
  package mutating func members(of generation: GenerationMark) {
    member("generation", Int(generation.number))
    member("digest", generation.digestText)
  }
}
