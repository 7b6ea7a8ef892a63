import NotificationViews
import Presentation

/// The text below a desktop notification's summary: the body, and what a content extension built, line by line.
enum DesktopBody {
  /// Returns the text, with markup or without.
  ///
  /// - Parameter space: the space that the server has; nil where it sees to that itself.
  static func text(
    _ presentation: NotificationPresentation, isMarkup: Bool, space: ServerQuirks.Space? = nil
  ) -> String {
    var writer = BodyWriter(isMarkup: isMarkup, space: space)
    let extended = presentation.extended
    if extended?.hidesDefaultContent != true {
      writer.add(BodyLine(presentation.subtitle, .bold))
      // A view is worth more than the end of a long text.
      let isAlone = presentation.elements.isEmpty
      writer.add(BodyLine(presentation.body), share: isAlone ? 1 : 0.5)
    }
    for element in presentation.elements {
      for line in lines(element, below: presentation.title) { writer.add(line) }
    }
    return writer.text
  }

  private static func lines(_ element: ViewElement, below title: String) -> [BodyLine] {
    switch element {
    case .text(let runs, _, _): return [line(runs)]
    case .image(let picture): return [BodyLine(picture.caption, .italic)]
    case .columns(let columns): return rows(of: columns)
    case .countdown(let countdown):
      return [adding(countdown.text, .bold, to: BodyLine(countdown.label))]
    case .map(let map): return lines(.places(map.places), below: title)
    case .fields(let fields):
      return fields.map { field in
        var line = BodyLine(field.label, .bold)
        line.join(" ")
        line.add(field.value)
        return line
      }
    case .progress(let value, let label):
      let percent = "\(Int((value * 100).rounded(.down))) %"
      return [adding(percent, to: BodyLine(label))]
    case .timeline(let steps): return steps.map(line)
    case .places(let places):
      return places.map { place in
        var line = BodyLine()
        line.join("⌖ ")
        line.add(place.name)
        return adding(place.detail, to: line)
      }
    case .conversation(let messages):
      // A server shows some lines; the last ones are what matters.
      return messages.suffix(6).map { line($0, below: title) }
    case .media(_, let title, let isPlaying):
      var line = BodyLine()
      line.join(isPlaying ? "❚❚ " : "▶ ")
      line.add(title)
      return [line]
    case .buttons, .textInput: return []
    }
  }

  private static func line(_ runs: [ViewElement.TextRun]) -> BodyLine {
    var line = BodyLine()
    for run in runs {
      switch (run.isBold, run.isItalic) {
      case (false, false): line.join(run.text)
      case (true, false): line.join(run.text, .bold)
      case (false, true): line.join(run.text, .italic)
      case (true, true): line.join(run.text, .boldItalic)
      }
    }
    return line
  }

  private static func line(_ step: ViewElement.Step) -> BodyLine {
    var line = BodyLine()
    switch step.state {
    case .done: line.join("● ")
    case .current: line.join("◉ ")
    case .upcoming: line.join("○ ")
    case .failed: line.join("✗ ")
    }
    line.add(step.title, step.state == .current ? .bold : .plain)
    return adding(step.time, to: line)
  }

  private static func line(_ message: ViewElement.Message, below title: String) -> BodyLine {
    var line = BodyLine()
    if message.isOwn {
      line.join("→ ")
    } else if !message.sender.isEmpty, message.sender != title {
      // The summary has the name already where it is the title.
      line.add(message.sender, .bold)
      line.join(": ")
    }
    // A picture that was sent without words is still a message.
    line.add(message.text.isEmpty && !message.image.isEmpty ? "🖼" : message.text)
    return line
  }

  /// Returns what stands side by side in columns, row by row: pictures have no place here.
  private static func rows(of columns: [ViewElement.Column]) -> [BodyLine] {
    let texts = columns.map { column in
      column.cells.compactMap { cell in
        if case .text(let runs, let style) = cell { (runs, style) } else { nil }
      }
    }
    return (0..<(texts.map(\.count).max() ?? 0)).map { row in
      var line = BodyLine()
      for column in texts where row < column.count {
        let (runs, style) = column[row]
        line = adding(runs.map(\.text).joined(), style == .title ? .bold : .plain, to: line)
      }
      return line
    }
  }

  /// Returns a line with a text that belongs to what stands there.
  private static func adding(
    _ text: String, _ style: BodyLine.Piece.Style = .plain, to line: BodyLine
  ) -> BodyLine {
    guard !text.isEmpty else { return line }
    var line = line
    if line.isEmpty { line = BodyLine() } else { line.join(" · ") }
    line.add(text, style)
    return line
  }
}
