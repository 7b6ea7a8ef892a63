/// A warning of a case that passes.
package struct TestWarning: Sendable, Equatable {
  /// The reason for a warning.
  package enum Kind: Sendable {
    /// What comes out depends on something that is another in production.
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
