/// Identities in the order of their arrival, each with a small number, found by their value in constant time.
///
/// A ring of places, and an open table of 32-bit places that is at most half full: 26 bytes for each identity of a full
/// ring, where a dictionary and a queue would take 60.
struct IdentityRing: Sendable {
  /// The number of a place whose identity was removed.
  static let none: UInt16 = 0

  private var identities: [RepeatIdentity]
  private var numbers: [UInt16]
  /// Places of the ring plus 1; 0 is empty.
  private var table: [UInt32]
  private var first = 0
  /// The places in use, those of removed identities included.
  private(set) var count = 0

  /// The places that there are, a power of two.
  private var capacity: Int { identities.count }

  init() {
    identities = Array(repeating: RepeatIdentity(high: 0, low: 0), count: 16)
    numbers = Array(repeating: Self.none, count: 16)
    table = Array(repeating: 0, count: 32)
  }

  /// The bytes that it takes.
  var byteCount: Int {
    identities.capacity * MemoryLayout<RepeatIdentity>.stride + numbers.capacity * 2 + table.capacity * 4
  }

  /// Returns the place of an identity; nil where it is not there.
  func place(of identity: RepeatIdentity) -> Int? {
    var at = home(of: identity)
    while table[at] != 0 {
      let place = Int(table[at]) - 1
      if identities[place] == identity { return place }
      at = (at + 1) & (table.count - 1)
    }
    return nil
  }

  /// The number of a place.
  subscript(_ place: Int) -> UInt16 {
    get { numbers[place] }
    set { numbers[place] = newValue }
  }

  /// Adds an identity, which is not there yet, behind all others.
  mutating func append(_ identity: RepeatIdentity, _ number: UInt16) {
    if count == capacity { grow() }
    let place = (first + count) & (capacity - 1)
    (identities[place], numbers[place]) = (identity, number)
    count += 1
    enter(place)
  }

  /// Takes the oldest place off; returns its number.
  mutating func popFirst() -> UInt16 {
    let number = numbers[first]
    if number != Self.none { remove(first) }
    first = (first + 1) & (capacity - 1)
    count -= 1
    return number
  }

  /// Removes the identity of a place, which stays in use until it is the oldest.
  mutating func remove(_ place: Int) {
    numbers[place] = Self.none
    var at = home(of: identities[place])
    while table[at] != UInt32(place + 1) { at = (at + 1) & (table.count - 1) }
    close(at)
  }

  // MARK: The table

  /// By bits that a keyed hash has made: nobody outside can choose them.
  private func home(of identity: RepeatIdentity) -> Int {
    Int(truncatingIfNeeded: identity.low) & (table.count - 1)
  }

  private mutating func enter(_ place: Int) {
    var at = home(of: identities[place])
    while table[at] != 0 { at = (at + 1) & (table.count - 1) }
    table[at] = UInt32(place + 1)
  }

  /// Empties a slot, and moves up what stands behind it because it was in the way (Knuth, 6.4, algorithm R).
  private mutating func close(_ slot: Int) {
    let mask = table.count - 1
    var (hole, at) = (slot, (slot + 1) & mask)
    while table[at] != 0 {
      let home = home(of: identities[Int(table[at]) - 1])
      if (at - home) & mask >= (at - hole) & mask {
        table[hole] = table[at]
        hole = at
      }
      at = (at + 1) & mask
    }
    table[hole] = 0
  }

  private mutating func grow() {
    var next = IdentityRing(capacity: capacity * 2)
    for offset in 0..<count {
      let place = (first + offset) & (capacity - 1)
      next.identities[offset] = identities[place]
      next.numbers[offset] = numbers[place]
    }
    next.count = count
    // Before the table is made: both would be there at once.
    identities = []
    for place in 0..<count where next.numbers[place] != Self.none { next.enter(place) }
    self = next
  }

  private init(capacity: Int) {
    identities = Array(repeating: RepeatIdentity(high: 0, low: 0), count: capacity)
    numbers = Array(repeating: Self.none, count: capacity)
    table = Array(repeating: 0, count: capacity * 2)
  }
}
