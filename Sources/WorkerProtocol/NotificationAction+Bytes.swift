import NotificationViews

extension NotificationAction {
  /// Writes the action for the other end.
  func write(to writer: inout ByteWriter) {
    writer.write(identifier)
    writer.write(title)
    writer.write(Option.allCases.filter { options.contains($0) }) { $0.write(place: $1) }
    writer.write(optional: textInput) { $1.write(to: &$0) }
  }

  /// Reads an action, which has the form that a plugin's has.
  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      identifier: try Self.readIdentifier(&reader),
      title: try reader.readText(limit: NotificationView.textLimit))
    guard !Self.reserved.contains(identifier) else { throw .init() }
    options = Set(
      try reader.readList(limit: Option.allCases.count) { reader throws(ByteReader.Truncated) in
        try reader.readCase(Option.self)
      })
    textInput = try reader.readOptional { reader throws(ByteReader.Truncated) in try TextInput(&reader) }
  }

  /// Reads what an action is known by.
  static func readIdentifier(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> String {
    let identifier = try reader.readText(limit: NotificationView.identifierLimit)
    guard isIdentifier(identifier) else { throw .init() }
    return identifier
  }

  /// Reads a list of actions, no two of which have the same identifier.
  static func readList(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> [NotificationAction] {
    let actions = try reader.readList(limit: limit) { reader throws(ByteReader.Truncated) in
      try NotificationAction(&reader)
    }
    guard Set(actions.map { Array($0.identifier.utf8) }).count == actions.count else { throw .init() }
    return actions
  }
}

extension NotificationAction.TextInput {
  func write(to writer: inout ByteWriter) {
    writer.write(placeholder)
    writer.write(buttonTitle)
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      placeholder: try reader.readText(limit: NotificationView.textLimit),
      buttonTitle: try reader.readText(limit: NotificationView.textLimit))
  }
}
