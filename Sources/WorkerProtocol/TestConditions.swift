/// What is different where a plugin is tested: nothing depends on the moment or on the machine.
package struct TestConditions: Sendable, Equatable {
  /// Where the clock stands, in seconds since 1970.
  package var now: Double
  /// Whether it is counted how often each line is run.
  package var countsLines: Bool
  /// Whether the "plugin" is a file of cases, which has functions of its own.
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
