import NotificationViews
import Presentation

/// The elements of a view.
extension NotificationRows {
  /// Writes an element; nothing where there is nothing to see of it.
  mutating func write(_ element: ViewElement) {
    switch element {
    case .text(let runs, let style, let alignment):
      wrap(Self.styled(runs, style), limit: 60, side: side(alignment))
    case .image(let picture): write(picture)
    case .columns(let columns): write(columns)
    case .fields(let fields): write(fields)
    case .progress(let value, let label): write(progress: value, label)
    case .countdown(let countdown): write(countdown)
    case .timeline(let steps): for step in steps { write(step) }
    case .places(let places): for place in places { write(place) }
    case .map(let map): write(map)
    case .conversation(let messages): for message in messages { write(message) }
    case .buttons(let actions): write(buttons: actions, style: Style.bold)
    case .textInput(_, let input):
      let button = TerminalWidth.cut(input.buttonTitle, to: width / 3)
      let room = width - TerminalWidth.columns(button) - 10
      pair(
        .init("[ \(TerminalWidth.cut(input.placeholder, to: room)) ____ ]"), .init(button, Style.bold))
    case .media(let attachment, let title, let isPlaying):
      guard presentation.attachment(attachment) != nil else { return }
      wrap("\(isPlaying ? "❚❚" : "▶") \(title)", "", limit: 2)
    }
  }

  /// Returns the pieces of a text with the parameters of their styles.
  static func styled(_ runs: [ViewElement.TextRun], _ style: ViewElement.TextStyle) -> [TerminalLines.Run] {
    let whole = style == .title ? [Style.bold] : style == .caption ? [Style.dim] : []
    return runs.map { run in
      var parts = whole
      if run.isBold, !parts.contains(Style.bold) { parts.append(Style.bold) }
      if run.isItalic { parts.append(Style.italic) }
      return (run.text, parts.joined(separator: ";"))
    }
  }

  private mutating func write(_ picture: ViewElement.Picture) {
    guard let text = text(of: picture) else { return }
    // A picture in the middle is a line like any other here.
    let side = picture.alignment == picture.fit.alignment ? start : side(picture.alignment)
    wrap([(text, "")], limit: 3, side: side)
  }

  /// Returns the line that stands for a picture; nil where there is none, or where a small one has no caption.
  func text(of picture: ViewElement.Picture) -> String? {
    guard let file = presentation.attachment(picture.attachment), file.kind == .image else { return nil }
    switch picture.fit {
    case .avatar, .icon: return picture.caption.isEmpty ? nil : picture.caption
    case .fit, .fill:
      let name = picture.caption.isEmpty ? SafeText.line(picture.attachment, limit: 64) : picture.caption
      return "▣ \(name) \(file.width)×\(file.height)"
    }
  }

  private mutating func write(_ countdown: ViewElement.Countdown) {
    if countdown.label.isEmpty {
      wrap(countdown.text, Style.bold, limit: 1)
    } else {
      pair(.init(countdown.label), .init(countdown.text, Style.bold))
    }
  }

  private mutating func write(_ fields: [ViewElement.Field]) {
    let column = min(fields.map { TerminalWidth.columns($0.label) }.max() ?? 0, width * 2 / 5)
    for field in fields {
      let label = TerminalRow(TerminalWidth.cut(field.label, to: column))
      for (index, value) in TerminalLines.rows([(field.value, "")], width: width - column - 2, limit: 6)
        .enumerated()
      {
        let first = (index == 0 ? label : TerminalRow()).filling(column, start)
        var row = isMirrored ? value : first
        row.space(2)
        // Two words side by side are one run of right-to-left text, unless something stands between them.
        if isMirrored, index == 0 { row.append("\u{200E}") }
        row.append(isMirrored ? first : value)
        add(row)
      }
    }
  }

  private mutating func write(progress value: Double, _ label: String) {
    wrap(label, Style.dim, limit: 2)
    let cells = width - 5
    let done = Int((value * Double(cells)).rounded(.down))
    let percent = "\(Int((value * 100).rounded(.down)))%"
    let bar = [String(repeating: "█", count: done), String(repeating: "░", count: cells - done)]
    var row = TerminalRow()
    if isMirrored {
      row.append(percent)
      row.space(5 - percent.count)
      row.append(bar.reversed().joined())
    } else {
      row.append(bar.joined())
      row.space(5 - percent.count)
      row.append(percent)
    }
    add(row)
  }

  private mutating func write(_ step: ViewElement.Step) {
    let (sign, style) =
      switch step.state {
      case .done: ("●", "")
      case .current: ("◉", Style.bold)
      case .upcoming: ("○", Style.dim)
      case .failed: ("✗", Style.red)
      }
    let time = TerminalWidth.cut(step.time, to: width / 2)
    let room = width - 3 - TerminalWidth.columns(time)
    let title = TerminalWidth.cut(step.title, to: room)
    pair(.init(isMirrored ? "\(title) \(sign)" : "\(sign) \(title)", style), .init(time, style))
    if !step.detail.isEmpty { wrap(step.detail, Style.dim, limit: 4, indent: 2) }
  }

  private mutating func write(_ place: ViewElement.Place) {
    wrap(isMirrored ? "\(place.name) ⌖" : "⌖ \(place.name)", Style.bold, limit: 2)
    var detail = place.detail
    if let latitude = place.latitude, let longitude = place.longitude {
      let position = "\(Degrees.text(latitude)), \(Degrees.text(longitude))"
      detail += (detail.isEmpty ? "" : " · ") + isolated(position)
    }
    wrap(detail, Style.dim, limit: 3, indent: 2)
  }

  private mutating func write(_ map: ViewElement.Map) {
    for place in map.places { write(place) }
    let length = zip(map.route, map.route.dropFirst()).reduce(0) { $0 + $1.0.distance(to: $1.1) }
    if map.route.count > 1 { wrap("┄ \(Self.text(metres: length))", Style.dim, limit: 1) }
    if let circle = map.circle {
      let place = "\(Degrees.text(circle.center.latitude)), \(Degrees.text(circle.center.longitude))"
      wrap("◯ \(Self.text(metres: circle.radius)) · \(isolated(place))", Style.dim, limit: 2)
    }
  }

  /// Returns a distance as people say it, such as "850 m" or "3.4 km".
  static func text(metres: Double) -> String {
    if metres < 1000 { return "\(Int(metres.rounded())) m" }
    let tenths = Int((metres / 100).rounded())
    return tenths >= 1000 ? "\(tenths / 10) km" : "\(tenths / 10).\(tenths % 10) km"
  }

  /// Returns numbers that keep their order in a line of Arabic or Hebrew.
  private func isolated(_ text: String) -> String { isMirrored ? "\u{2066}\(text)\u{2069}" : text }

  private mutating func write(_ message: ViewElement.Message) {
    let isAtRight = message.isOwn != isMirrored
    let side: TerminalRow.Side = isAtRight ? .right : .left
    let note = [message.sender, message.time].filter { !$0.isEmpty }.joined(separator: " · ")
    if !note.isEmpty { add(.init(TerminalWidth.cut(note, to: width), Style.dim), side) }
    if let file = presentation.attachment(message.image), file.kind == .image {
      add(.init("▣ \(file.width)×\(file.height)", Style.dim), side)
    }
    if message.text.isEmpty { return }
    let runs = [(message.text, message.isOwn ? Style.blue : "")]
    let text = TerminalLines.rows(runs, width: width - 6, limit: 30)
    // The rows of one message begin at one column.
    let column = text.map(\.columns).max() ?? 0
    for row in text { add(row.filling(column, start), side) }
  }
}
