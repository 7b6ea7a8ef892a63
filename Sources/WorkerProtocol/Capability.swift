/// A capability that the operator may grant a plugin beside what every plugin may do.
package enum Capability: String, CaseIterable, Sendable {
  /// Opening what was sealed with a key that only the host has.
  case crypto

  /// The names in notilua.yaml, in order.
  package static let names = allCases.map(\.rawValue).sorted()
}
