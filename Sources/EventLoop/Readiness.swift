/// The directions in which a descriptor is watched, or is ready.
package struct Readiness: OptionSet, Sendable, Hashable {
  /// The bits of the set.
  package let rawValue: UInt8

  /// Makes a value from its bits.
  package init(rawValue: UInt8) { self.rawValue = rawValue }

  /// There is something to read, or the end, or an error.
  package static let readable = Readiness(rawValue: 1)
  /// There is room to write, or an error.
  package static let writable = Readiness(rawValue: 2)
}
