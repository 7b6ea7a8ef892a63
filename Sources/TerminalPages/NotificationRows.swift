import NotificationViews
import Presentation

/// The rows of a notification: header, texts, and the elements of its view.
struct NotificationRows {
  private(set) var rows: [TerminalRow] = []
  let presentation: NotificationPresentation
  let width: Int
  /// True where lines begin at the right.
  let isMirrored: Bool

  /// Makes a page without rows.
  init(_ presentation: NotificationPresentation, width: Int, isMirrored: Bool) {
    self.presentation = presentation
    self.width = width
    self.isMirrored = isMirrored
  }

  /// The side at which lines begin.
  var start: TerminalRow.Side { isMirrored ? .right : .left }

  /// Returns the side of an alignment.
  func side(_ alignment: ViewElement.Alignment) -> TerminalRow.Side {
    switch alignment {
    case .start: start
    case .center: .center
    case .end: isMirrored ? .left : .right
    }
  }

  /// Writes the notification in a form.
  mutating func write(_ options: PictureOptions) {
    pair(.init(presentation.header, Style.dim), .init(options.time, Style.dim))
    wrap(presentation.levelText.uppercased(), Style.dim, limit: 1)
    let isExpanded = options.form == .expanded
    if !(isExpanded && presentation.extended?.hidesDefaultContent == true) {
      wrap(presentation.title, Style.bold, limit: isExpanded ? 3 : 1)
      wrap(presentation.subtitle, Style.bold, limit: isExpanded ? 2 : 1)
      wrap(presentation.body, "", limit: isExpanded ? 30 : 4)
    }
    guard isExpanded else { return }
    for element in presentation.elements {
      let count = rows.count
      write(element)
      if rows.count > count { rows.insert(TerminalRow(), at: count) }
    }
  }

  // MARK: Rows

  /// Appends a row that stands at a side.
  mutating func add(_ row: TerminalRow, _ side: TerminalRow.Side? = nil) {
    rows.append(row.filling(width, side ?? start))
  }

  /// Appends a text's rows.
  mutating func wrap(_ text: String, _ style: String, limit: Int, indent: Int = 0) {
    if !text.isEmpty { wrap([(text, style)], limit: limit, indent: indent) }
  }

  /// Appends a text's rows.
  ///
  /// - Parameters:
  ///   - indent: columns that stay empty where the lines begin.
  ///   - side: where the lines stand; nil for where they begin.
  mutating func wrap(_ runs: [TerminalLines.Run], limit: Int, indent: Int = 0, side: TerminalRow.Side? = nil)
  {
    for row in TerminalLines.rows(runs, width: width - indent, limit: limit) {
      var line = TerminalRow()
      if !isMirrored { line.space(indent) }
      line.append(row)
      if isMirrored { line.space(indent) }
      add(line, side)
    }
  }

  /// Appends a row with one text where lines begin, cut to what is left of the room, and one where they end.
  mutating func pair(_ first: TerminalRow, _ last: TerminalRow) {
    var head = TerminalRow()
    let room = width - last.columns - (last.columns > 0 ? 1 : 0)
    for span in first.spans where head.columns < room {
      head.append(TerminalWidth.cut(span.text, to: room - head.columns), span.style)
    }
    var row = isMirrored ? last : head
    row.space(width - head.columns - last.columns)
    row.append(isMirrored ? head : last)
    rows.append(row)
  }

  // MARK: Buttons

  /// Appends buttons, each on one row.
  mutating func write(buttons: [NotificationAction], style: String) {
    var row = TerminalRow()
    for action in buttons {
      let button = button(action, style)
      if row.columns > 0, row.columns + 1 + button.columns > width {
        add(row)
        row = TerminalRow()
      }
      if isMirrored {
        var before = button
        if row.columns > 0 { before.space(1) }
        before.append(row)
        row = before
      } else {
        if row.columns > 0 { row.space(1) }
        row.append(button)
      }
    }
    if row.columns > 0 { add(row) }
  }

  /// Returns a button: `!` marks what destroys something, a lock what the owner must unlock for, dots where text is asked
  /// for.
  private func button(_ action: NotificationAction, _ style: String) -> TerminalRow {
    let isDestructive = action.options.contains(.destructive)
    var marks = action.textInput == nil ? "" : " …"
    if action.options.contains(.authenticationRequired) { marks += " 🔒" }
    let before = isDestructive ? "! " : ""
    let room = width - 4 - TerminalWidth.columns(before + marks)
    let text = "[ \(before)\(TerminalWidth.cut(action.title, to: room))\(marks) ]"
    return TerminalRow(text, isDestructive ? Style.red : style)
  }

  /// Parameters of SGR.
  enum Style {
    static let bold = "1"
    static let dim = "2"
    static let italic = "3"
    static let red = "31"
    static let blue = "34"
  }
}
