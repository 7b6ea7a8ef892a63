/// A value for a delivery header in place of the sender's, nil where the header is taken out.
package enum DeliveryEdit: Sendable, Equatable {
  case pushType(PushType?)
  case priority(Int?)
  /// A time in seconds since 1970, or 0 for one attempt and no more.
  case expiration(Int64?)
  case collapseID(String?)
  case topic(String)

  /// The field that it changes.
  package var field: DeliveryField {
    switch self {
    case .pushType: .pushType
    case .priority: .priority
    case .expiration: .expiration
    case .collapseID: .collapseID
    case .topic: .topic
    }
  }

  /// The text of the header; nil where it is taken out.
  package var text: String? {
    switch self {
    case .pushType(let type): type?.rawValue
    case .priority(let priority): priority.map { String($0) }
    case .expiration(let time): time.map { String($0) }
    case .collapseID(let text): text
    case .topic(let topic): topic
    }
  }

  /// A Boolean value that indicates whether APNs takes the value, whatever the other headers are.
  package var isPossible: Bool {
    switch self {
    case .pushType: true
    case .priority: text.map(APNsHeader.isPriority) ?? true
    case .expiration(let time):
      time.map { $0 >= 0 && Double($0) < PayloadValue.firstMilliseconds } ?? true
    case .collapseID(let text):
      text.map { !$0.isEmpty && APNsHeader.isCollapseID($0) && APNsHeader.isFieldValue($0) } ?? true
    case .topic(let topic): APNsHeader.isTopic(topic)
    }
  }

  /// The clause of an error on what a field takes.
  private static func wanted(_ field: DeliveryField) -> String {
    switch field {
    case .pushType: "one of \(PushType.names.joined(separator: ", "))"
    case .priority: "10, 5 or 1"
    case .expiration: "a time in seconds since 1970"
    case .collapseID: "a string of 1 to \(APNsHeader.collapseIDLimit) bytes without control characters"
    case .topic: "an app's bundle id, perhaps with a suffix such as .voip"
    }
  }

  /// Reads what a plugin assigns to a field.
  ///
  /// - Throws: where APNs would refuse the value, whatever the other headers are.
  package init(_ field: DeliveryField, _ value: AssignedValue) throws(AssignmentError) {
    guard let edit = Self.read(field, value), edit.isPossible else {
      throw AssignmentError(
        "request.\(field.rawValue): expected \(Self.wanted(field)), got \(Self.shown(value))"
          + Self.hint(field, value))
    }
    self = edit
  }

  /// Reads a header's text, as an outcome has it; nil where APNs would refuse it.
  package init?(_ field: DeliveryField, text: String?) {
    let edit: DeliveryEdit?
    switch (field, text) {
    case (_, nil): edit = Self.taking(out: field)
    case (.priority, let text?): edit = Int(text).map { .priority($0) }
    case (.expiration, let text?): edit = Int64(text).map { .expiration($0) }
    case (.pushType, let text?): edit = PushType(rawValue: text).map { .pushType($0) }
    case (.collapseID, let text?): edit = .collapseID(text)
    case (.topic, let text?): edit = .topic(text)
    }
    guard let edit, edit.isPossible else { return nil }
    self = edit
  }

  private static func read(_ field: DeliveryField, _ value: AssignedValue) -> DeliveryEdit? {
    if case .nil = value { return taking(out: field) }
    switch field {
    case .priority: return integer(value).map { .priority(Int($0)) }
    case .expiration: return integer(value).map { .expiration($0) }
    case .pushType: return text(value).flatMap { PushType(rawValue: $0) }.map { .pushType($0) }
    case .collapseID: return text(value).map { .collapseID($0) }
    case .topic: return text(value).map { .topic($0) }
    }
  }

  /// Returns the edit that takes a header out; nil for the topic, which a push cannot do without.
  private static func taking(out field: DeliveryField) -> DeliveryEdit? {
    switch field {
    case .pushType: .pushType(nil)
    case .priority: .priority(nil)
    case .expiration: .expiration(nil)
    case .collapseID: .collapseID(nil)
    case .topic: nil
    }
  }

  private static func integer(_ value: AssignedValue) -> Int64? {
    switch value {
    case .integer(let number): number
    case .double(let number): Int64(exactly: number)
    default: nil
    }
  }

  private static func text(_ value: AssignedValue) -> String? {
    guard case .string(let bytes) = value else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func shown(_ value: AssignedValue) -> String {
    switch value {
    case .integer(let number): String(number)
    case .double(let number): number.description
    case .string(let bytes): "'\(String(decoding: bytes, as: UTF8.self).prefix(utf8Count: 100))'"
    case .nil: "nil"
    case .null: "null; assign nil to take the header out"
    default: "a \(value.typeName)"
    }
  }

  /// Returns the next step, as the end of an error.
  private static func hint(_ field: DeliveryField, _ value: AssignedValue) -> String {
    switch (field, value) {
    case (.expiration, .integer(let number)):
      PayloadValue.hint(.seconds, .number(Double(number)))
    case (.expiration, .double(let number)) where number >= PayloadValue.firstMilliseconds:
      PayloadValue.hint(.seconds, .number(number))
    case (.expiration, .double): "; write 'math.floor(n)'"
    case (.priority, .string), (.expiration, .string): "; write 'tonumber(text)'"
    case (.collapseID, .integer), (.collapseID, .double): "; write 'tostring(n)'"
    case (.pushType, .string):
      text(value).flatMap { Suggestion.nearest(to: $0.lowercased(), among: PushType.names) }
        .map { "; did you mean '\($0)'?" } ?? ""
    default: ""
    }
  }
}
