import NotificationViews

extension NotificationPresentation {
  /// The elements of the view, without the pictures, sounds and films that are not there.
  ///
  /// A text that is left of such an element stays: a caption beside other cells of a column, the words of a message.
  package var elements: [ViewElement] { (extended?.view.elements ?? []).compactMap(present) }

  private func hasPicture(_ identifier: String) -> Bool { attachment(identifier)?.kind == .image }

  private func present(_ element: ViewElement) -> ViewElement? {
    switch element {
    case .image(let picture): return hasPicture(picture.attachment) ? element : nil
    case .media(let attachment, _, _):
      guard let file = self.attachment(attachment), file.kind != .image else { return nil }
      return element
    case .columns(let columns):
      let present = columns.map { column in
        var column = column
        column.cells.removeAll { $0.picture.map { !hasPicture($0.attachment) } ?? false }
        return column
      }
      let isEmpty = present.allSatisfy {
        $0.cells.allSatisfy { $0.picture == nil && !$0.runs.contains(where: \.isSeen) }
      }
      return isEmpty ? nil : .columns(present)
    case .conversation(let messages):
      let present = messages.compactMap { message -> ViewElement.Message? in
        var message = message
        if !hasPicture(message.image) { message.image = "" }
        if !hasPicture(message.avatar) { message.avatar = "" }
        return !message.text.isSeen && message.image.isEmpty ? nil : message
      }
      return present.isEmpty ? nil : .conversation(present)
    case .text(let runs, _, _): return runs.contains(where: \.isSeen) ? element : nil
    case .fields, .progress, .countdown, .timeline, .places, .map, .buttons, .textInput: return element
    }
  }
}

extension ViewElement.TextRun {
  /// A Boolean value that indicates whether something of it is seen, or will be once its time is written.
  fileprivate var isSeen: Bool { relativeTime != nil || text.isSeen }
}

extension String {
  /// A Boolean value that indicates whether something of it is seen (Unicode Standard Annex 44, `White_Space` and
  /// `Default_Ignorable_Code_Point`).
  fileprivate var isSeen: Bool {
    unicodeScalars.contains { !$0.properties.isWhitespace && !$0.properties.isDefaultIgnorableCodePoint }
  }
}
