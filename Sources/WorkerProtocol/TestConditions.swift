/// The conditions of a plugin that is tested: nothing depends on the moment or on the machine.
package struct TestConditions: Sendable, Equatable {
  /// The time of the clock, in seconds since 1970.
  package var now: Double
  /// A Boolean value that indicates whether the runs of each line are counted.
  package var countsLines: Bool
  /// A Boolean value that indicates whether the "plugin" is a file of cases, which has functions of its own.
  package var isSuite: Bool
  /// Tables show keys that are no numbers in the opposite order.
  package var turnsKeys = false
  /// `table.sort` leaves equal elements in the opposite order.
  package var turnsEquals = false

  /// Creates the conditions of a test.
  package init(now: Double, countsLines: Bool = false, isSuite: Bool = false) {
    self.now = now
    self.countsLines = countsLines
    self.isSuite = isSuite
  }
}
