import NotificationModel

/// The parts of a service's answer, of which a newer service may have others.
extension JSONValue {
  /// The text of a string; nil for another value.
  package var text: String? {
    if case .string(let text) = self { text } else { nil }
  }

  /// A number as it is written; nil for another value.
  package var number: String? {
    if case .number(let text) = self { text } else { nil }
  }

  /// The values of an array; none for another value.
  package var items: [JSONValue] {
    if case .array(let items) = self { items } else { [] }
  }

  /// The members of an object, the last of those with the same name; none for another value.
  package var members: [String: JSONValue] {
    guard case .object(let members) = self else { return [:] }
    return Dictionary(members.map { ($0.key, $0.value) }) { $1 }
  }
}
