/// What is said of a case that passes.
package struct TestWarning: Sendable, Equatable {
  package enum Kind: Sendable {
    /// What comes out depends on something that is another in production.
    case dependency
    /// The configuration does not grant a capability that the case has.
    case capability
    /// Nothing is looked at.
    case testsNothing
  }

  package var kind: Kind
  package var finding: TestFailure
}
