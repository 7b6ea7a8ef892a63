/// The source of the identifiers of notifications whose lines have none.
///
/// The host makes it and sends it to the worker with each batch, so that both derive the same identifier for the same
/// line: a worker's answer never names a notification.
package struct IdentifierSeed: Sendable, Equatable {
  private var high: UInt64
  private var low: UInt64

  /// The step of SplitMix64 (Steele, Lea, Flood 2014).
  private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

  /// Makes a seed of 128 random bits.
  package init() { (high, low) = UUIDText.randomHalves() }

  /// Makes the same seed for the same number each time.
  package init(_ seed: UInt64) {
    high = seed
    low = Self.mixed(seed &+ Self.step)
  }

  /// Returns the seed whose first identifier is this one's identifier of a later notification.
  package func advanced(by count: Int) -> IdentifierSeed {
    var seed = self
    seed.high &+= UInt64(truncatingIfNeeded: count) &* Self.step
    seed.low &+= UInt64(truncatingIfNeeded: count) &* Self.step
    return seed
  }

  /// Returns the identifier of a notification, a UUID in small letters.
  ///
  /// - Parameter number: its place among those that the seed is for, from 0.
  package func identifier(of number: Int) -> String {
    let seed = advanced(by: number)
    return UUIDText.text(Self.mixed(seed.high), Self.mixed(~seed.low))
  }

  private static func mixed(_ state: UInt64) -> UInt64 {
    var mixed = (state ^ state >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }
}
