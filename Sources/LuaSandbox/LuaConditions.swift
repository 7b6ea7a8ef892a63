import CLuaBoundary

/// The conditions of a test.
package struct LuaConditions {
  /// The time at which the clock stands still, in seconds since 1970; nil where it goes.
  ///
  /// If it stands still, tables also show their members in the order of their keys.
  package var now: Double?
  /// The order of keys that are no numbers is turned around, where the clock stands.
  package var turnsKeys = false
  /// The order of elements that are equal to `table.sort` is turned around, where the clock stands.
  package var turnsEquals = false
  /// The counter of lines and calls; nil where nothing is counted.
  package var coverage: LuaCoverage?

  /// Creates conditions in which the clock stands at `now`.
  package init(now: Double? = nil, coverage: LuaCoverage? = nil) {
    self.now = now
    self.coverage = coverage
  }

  var boundary: nl_conditions {
    nl_conditions(
      is_fixed: now != nil, now: now ?? 0, turns_keys: turnsKeys, turns_equals: turnsEquals,
      coverage: coverage?.pointer)
  }
}
