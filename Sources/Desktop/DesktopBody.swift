import NotificationViews
import Presentation

/// The text below a desktop notification's summary: the body, and what a content extension built, line by line.
enum DesktopBody {
  /// The most bytes: a server draws all of it.
  private static let limit = 6000
  /// The most bytes of one text with what markup makes of it.
  private static let textLimit = 4000

  static func text(_ presentation: NotificationPresentation, isMarkup: Bool) -> String {
    let page = Page(isMarkup: isMarkup, title: presentation.title)
    var lines: [String] = []
    let extended = presentation.extended
    if extended?.hidesDefaultContent != true {
      if !presentation.subtitle.isEmpty { lines.append(page.bold(presentation.subtitle)) }
      if !presentation.body.isEmpty { lines.append(page.plain(presentation.body)) }
    }
    for element in extended?.view.elements ?? [] { lines += page.lines(element) }
    var text = ""
    for line in lines {
      // Whole lines only: a tag that is cut off is none.
      if text.utf8.count + line.utf8.count > limit { break }
      text += (text.isEmpty ? "" : "\n") + line
    }
    return text
  }

  private struct Page {
    let isMarkup: Bool
    /// The title, which stands above.
    let title: String

    func plain(_ text: String) -> String {
      guard isMarkup else { return text }
      var result = ""
      for character in text.unicodeScalars {
        if result.utf8.count > DesktopBody.textLimit { return result + "…" }
        switch character {
        case "&": result += "&amp;"
        case "<": result += "&lt;"
        case ">": result += "&gt;"
        default: result.unicodeScalars.append(character)
        }
      }
      return result
    }

    func bold(_ text: String) -> String { isMarkup ? "<b>\(plain(text))</b>" : text }
    func italic(_ text: String) -> String { isMarkup ? "<i>\(plain(text))</i>" : text }

    private func line(_ runs: [ViewElement.TextRun]) -> String {
      runs.map { run in
        var text = plain(run.text)
        if isMarkup, run.isItalic { text = "<i>\(text)</i>" }
        if isMarkup, run.isBold { text = "<b>\(text)</b>" }
        return text
      }.joined()
    }

    func lines(_ element: ViewElement) -> [String] {
      switch element {
      case .text(let runs, _, _): return [line(runs)]
      case .image(let picture): return picture.caption.isEmpty ? [] : [italic(picture.caption)]
      case .columns(let columns):
        let texts = columns.flatMap(\.cells).map(\.runs).filter { !$0.isEmpty }.map(line)
        return texts.isEmpty ? [] : [texts.joined(separator: " · ")]
      case .countdown(let countdown):
        return [
          countdown.label.isEmpty
            ? bold(countdown.text) : "\(plain(countdown.label)) · \(bold(countdown.text))"
        ]
      case .map(let map): return lines(.places(map.places))
      case .fields(let fields): return fields.map { "\(bold($0.label)) \(plain($0.value))" }
      case .progress(let value, let label):
        let percent = "\(Int((value * 100).rounded(.down))) %"
        return [label.isEmpty ? percent : "\(plain(label)) · \(percent)"]
      case .timeline(let steps):
        return steps.map { step in
          let sign =
            switch step.state {
            case .done: "●"
            case .current: "◉"
            case .upcoming: "○"
            case .failed: "✗"
            }
          let title = step.state == .current ? bold(step.title) : plain(step.title)
          return "\(sign) \(title)" + (step.time.isEmpty ? "" : " · \(plain(step.time))")
        }
      case .places(let places):
        return places.map { "⌖ \(plain($0.name))" + ($0.detail.isEmpty ? "" : " · \(plain($0.detail))") }
      case .conversation(let messages):
        // A server shows some lines; the last ones are what matters.
        return messages.suffix(6).map { message in
          if message.isOwn { return "→ \(plain(message.text))" }
          // The summary has the name already.
          return message.sender.isEmpty || message.sender == title
            ? plain(message.text) : "\(bold(message.sender)): \(plain(message.text))"
        }
      case .media(_, let title, let isPlaying): return ["\(isPlaying ? "❚❚" : "▶") \(plain(title))"]
      case .buttons, .textInput: return []
      }
    }
  }
}
