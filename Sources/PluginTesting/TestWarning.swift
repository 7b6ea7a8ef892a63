/// A warning of a case that passes.
package struct TestWarning: Sendable, Equatable {
  /// The reason for a warning.
  package enum Kind: Sendable {
    /// The result depends on something that differs in production.
    case dependency
    /// The configuration does not grant a capability that the case has.
    case capability
    /// Nothing is looked at.
    case testsNothing
  }

  /// The reason.
  package var kind: Kind
  /// The warning as it is shown.
  package var finding: TestFailure
}
