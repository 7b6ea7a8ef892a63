import NotificationModel

/// A capability that the operator may grant a plugin beside what every plugin may do.
package enum Capability: String, CaseIterable, Sendable {
  /// Opening what was sealed with a key that only the host has.
  case crypto
  /// Changing how a notification is delivered: the headers and topics that the grant lists.
  case delivery

  /// The names in notilua.yaml, in order.
  package static let names = allCases.map(\.rawValue).sorted()

  /// Returns how notilua.yaml grants capabilities, for messages.
  ///
  /// - Parameter field: the delivery header that is written, where it is known.
  package static func grant(_ names: [String], field: DeliveryField = .pushType) -> String {
    let elements = names.map { name in
      guard name == delivery.rawValue else { return name }
      return "delivery: { fields: [\(field.rawValue)], topics: [com.example.app] }"
    }
    return "'capabilities: [\(elements.joined(separator: ", "))]'"
  }
}
