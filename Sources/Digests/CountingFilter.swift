/// A filter that counts elements by their hashes, with a count that may be too high and is never too low.
package struct CountingFilter {
  private var counts = [UInt16](repeating: 0, count: 1 << 18)

  package init() {}

  /// A Boolean value that indicates whether an element with a hash may be in it.
  package subscript(hash: UInt64) -> Bool { counts[Int(hash & (1 << 18 - 1))] > 0 }

  /// Adds an element.
  package mutating func add(_ hash: UInt64) {
    let index = Int(hash & (1 << 18 - 1))
    if counts[index] < .max { counts[index] += 1 }
  }

  /// Removes an element that was added.
  package mutating func remove(_ hash: UInt64) {
    let index = Int(hash & (1 << 18 - 1))
    // One that was full stays so: how many there were is not known.
    if counts[index] > 0, counts[index] < .max { counts[index] -= 1 }
  }
}
