/// The number of pushes that a sender may make in a second, and at once.
package struct KeyRate: Sendable, Equatable {
  /// The pushes of a second, and those at once, which a configuration may name.
  package static let range = 1...1_000_000

  /// The pushes in a second, over a longer time.
  package var perSecond: Int
  /// The pushes that may come at once after a pause.
  package var burst: Int

  /// Makes a rate; without a burst a second's pushes may come at once.
  package init(perSecond: Int, burst: Int? = nil) {
    self.perSecond = perSecond
    self.burst = burst ?? perSecond
  }
}
