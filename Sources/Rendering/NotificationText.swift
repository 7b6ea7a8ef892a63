import Glibc
import NotificationViews
import Presentation

/// Writes a notification for a terminal: a box of lines, with bold and colours where the terminal has them.
package struct NotificationText {
  private let width: Int
  private let isStyled: Bool
  private var lines: [String] = []

  /// Returns the lines, without newlines at their ends.
  ///
  /// - Parameter width: columns of the box.
  package static func lines(
    _ presentation: NotificationPresentation, _ options: PictureOptions, width: Int = 48, isStyled: Bool
  ) -> [String] {
    let shown = options.form == .hidden ? presentation.withHiddenPreviews : presentation
    var text = NotificationText(width: max(width, 24), isStyled: isStyled)
    text.write(shown, options)
    return text.lines
  }

  private init(width: Int, isStyled: Bool) {
    self.width = width
    self.isStyled = isStyled
  }

  private var inner: Int { width - 4 }

  private mutating func write(_ presentation: NotificationPresentation, _ options: PictureOptions) {
    lines.append("╭" + String(repeating: "─", count: width - 2) + "╮")
    let room = inner - Self.columns(options.time) - 1
    let header = Self.cut(presentation.header, room)
    line(header + Self.spaces(inner - Self.columns(header) - Self.columns(options.time)) + options.time, "2")
    let isExpanded = options.form == .expanded
    if !(isExpanded && presentation.extended?.hidesDefaultContent == true) {
      wrap(presentation.title, "1", limit: isExpanded ? 3 : 1)
      wrap(presentation.subtitle, "1", limit: isExpanded ? 2 : 1)
      wrap(presentation.body, "", limit: isExpanded ? 30 : 4)
    }
    if isExpanded, let extended = presentation.extended {
      for element in extended.view.elements {
        line("", "")
        write(element, presentation)
      }
    }
    lines.append("╰" + String(repeating: "─", count: width - 2) + "╯")
    if isExpanded, !presentation.actions.isEmpty {
      var row = ""
      for action in presentation.actions {
        let button = "[ \(Self.cut(action.title, inner - 4))\(action.textInput == nil ? "" : " …") ]"
        if Self.columns(row) + Self.columns(button) + 1 > width, !row.isEmpty {
          lines.append(row)
          row = ""
        }
        row += (row.isEmpty ? " " : " ") + button
      }
      lines.append(row)
    }
  }

  private mutating func write(_ element: ViewElement, _ presentation: NotificationPresentation) {
    switch element {
    case .text(let runs, let style, _):
      wrap(runs.map(\.text).joined(), style == .title ? "1" : style == .caption ? "2" : "", limit: 60)
    case .columns(let columns):
      for cell in columns.flatMap(\.cells) {
        switch cell {
        case .text(let runs, let style): write(.text(runs, style, .start), presentation)
        case .image(let picture): write(.image(picture), presentation)
        }
      }
    case .countdown(let countdown):
      wrap([countdown.label, countdown.text].filter { !$0.isEmpty }.joined(separator: " "), "1", limit: 2)
    case .map(let map): write(.places(map.places), presentation)
    case .image(let picture):
      let caption = picture.caption
      guard let file = presentation.attachment(picture.attachment), file.kind == .image else {
        wrap(caption, "2", limit: 3)
        break
      }
      let name = caption.isEmpty ? SafeText.line(picture.attachment, limit: 64) : caption
      wrap("▣ \(name) \(file.width)×\(file.height)", "", limit: 3)
    case .fields(let fields):
      let column = min(fields.map { Self.columns($0.label) }.max() ?? 0, inner * 2 / 5)
      for field in fields {
        let label = Self.cut(field.label, column)
        let rows = Self.wrapped(field.value, inner - column - 2)
        for (index, row) in rows.prefix(6).enumerated() {
          let first = index == 0 ? label : ""
          line(first + Self.spaces(column - Self.columns(first) + 2) + row, "")
        }
      }
    case .progress(let value, let label):
      wrap(label, "2", limit: 2)
      let cells = inner - 5
      let done = Int((value * Double(cells)).rounded(.down))
      let percent = "\(Int((value * 100).rounded(.down)))%"
      line(
        String(repeating: "█", count: done) + String(repeating: "░", count: cells - done)
          + Self.spaces(5 - percent.count) + percent, "")
    case .timeline(let steps):
      for step in steps {
        let sign =
          switch step.state {
          case .done: "●"
          case .current: "◉"
          case .upcoming: "○"
          case .failed: "✗"
          }
        let title = Self.cut(step.title, inner - 3 - Self.columns(step.time))
        line(
          "\(sign) \(title)" + Self.spaces(inner - 2 - Self.columns(title) - Self.columns(step.time))
            + step.time,
          step.state == .current ? "1" : step.state == .upcoming ? "2" : "")
        for row in Self.wrapped(step.detail, inner - 2).prefix(4) where !row.isEmpty { line("  " + row, "2") }
      }
    case .places(let places):
      for place in places {
        wrap("⌖ \(place.name)", "1", limit: 2)
        var detail = place.detail
        if let latitude = place.latitude, let longitude = place.longitude {
          detail += (detail.isEmpty ? "" : " · ") + "\(Degrees.text(latitude)), \(Degrees.text(longitude))"
        }
        for row in Self.wrapped(detail, inner - 2).prefix(3) where !row.isEmpty { line("  " + row, "2") }
      }
    case .conversation(let messages):
      for message in messages {
        let note = [message.sender, message.time].filter { !$0.isEmpty }.joined(separator: " · ")
        let rows = Self.wrapped(message.text, inner - 6).prefix(30)
        let column = rows.map(Self.columns).max() ?? 0
        let indent = message.isOwn ? inner - column : 0
        if !note.isEmpty { line(message.isOwn ? Self.spaces(inner - Self.columns(note)) + note : note, "2") }
        for row in rows { line(Self.spaces(indent) + row, message.isOwn ? "34" : "") }
      }
    case .buttons(let actions): wrap(actions.map { "[ \($0.title) ]" }.joined(separator: " "), "1", limit: 8)
    case .textInput(_, let input):
      wrap("[ \(input.placeholder) ____ ] \(input.buttonTitle)", "", limit: 2)
    case .media(_, let title, let isPlaying): wrap("\(isPlaying ? "❚❚" : "▶") \(title)", "", limit: 2)
    }
  }

  // MARK: Lines

  private mutating func wrap(_ text: String, _ style: String, limit: Int) {
    if text.isEmpty { return }
    let rows = Self.wrapped(text, inner)
    for (index, row) in rows.prefix(limit).enumerated() {
      let isCut = index == limit - 1 && rows.count > limit
      line(isCut ? Self.cut(row + "……", inner) : row, style)
    }
  }

  private mutating func line(_ text: String, _ style: String) {
    let padding = Self.spaces(inner - Self.columns(text))
    let styled = isStyled && !style.isEmpty && !text.isEmpty ? "\u{1B}[\(style)m\(text)\u{1B}[0m" : text
    lines.append("│ \(styled)\(padding) │")
  }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

  /// Returns the columns of a terminal that a text takes (Unicode Standard Annex 11).
  static func columns(_ text: String) -> Int { text.reduce(0) { $0 + columns($1) } }

  private static func columns(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    // What a terminal makes of a picture is two columns, whatever it is joined of.
    if first.properties.isEmojiPresentation || character.unicodeScalars.contains("\u{FE0F}") { return 2 }
    let general = first.properties.generalCategory
    if general == .nonspacingMark || general == .enclosingMark || general == .format { return 0 }
    switch first.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
      0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }

  private static func cut(_ text: String, _ room: Int) -> String {
    if columns(text) <= room { return text }
    var result = ""
    var used = 1
    for character in text {
      used += columns(character)
      if used > room { break }
      result.append(character)
    }
    return result + "…"
  }

  /// Breaks at spaces, and within what is too long for a line.
  static func wrapped(_ text: String, _ room: Int) -> [String] {
    var rows: [String] = []
    for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
      var row = ""
      var used = 0
      for word in paragraph.split(separator: " ") {
        let size = columns(String(word))
        if used > 0, used + 1 + size > room {
          rows.append(row)
          (row, used) = ("", 0)
        }
        if used > 0 {
          row += " "
          used += 1
        }
        for character in word {
          let column = columns(character)
          if used + column > room {
            rows.append(row)
            (row, used) = ("", 0)
          }
          row.append(character)
          used += column
        }
      }
      rows.append(row)
    }
    return rows
  }
}
