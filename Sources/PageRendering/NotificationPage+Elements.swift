import NotificationViews
import Presentation

/// The elements of a content extension's view.
extension NotificationPage {
  mutating func write(_ element: ViewElement, _ presentation: NotificationPresentation) {
    switch element {
    case .text(let runs, let style, let alignment): write(runs, style, alignment)
    case .image(let shown): image(shown, presentation, style: "element", width: Self.width)
    case .columns(let columns): write(columns, presentation)
    case .countdown(let countdown):
      html += "<div class=\"element countdown\" role=\"timer\">\n"
      text("p", countdown.label, "label lines-2")
      text("p", countdown.text, "remaining line")
      html += "</div>\n"
    case .map(let map): write(map)
    case .fields(let fields): write(fields)
    case .progress(let value, let label):
      let percent = Int((value * 100).rounded())
      html += "<div class=\"element\">\n"
      text("p", label, "label lines-2")
      html += "<div class=\"bar\" role=\"progressbar\" aria-valuemin=\"0\" aria-valuemax=\"100\""
      html +=
        " aria-valuenow=\"\(percent)\" aria-label=\"\(Self.escaped(label.isEmpty ? "\(percent)%" : label))\">"
      if value * 342 >= 1 { html += "<i style=\"width:\(percent)%\"></i>" }
      html += "</div>\n</div>\n"
    case .timeline(let steps): write(steps)
    case .places(let places): write(places)
    case .conversation(let messages): write(messages, presentation)
    case .buttons(let actions):
      html += "<div class=\"element buttons\">\n"
      for action in actions {
        let style = action.options.contains(.destructive) ? " class=\"destructive\"" : ""
        html += "<button type=\"button\"\(style)><span class=\"line\" dir=\"auto\">"
        html += "\(Self.escaped(action.title))</span></button>\n"
      }
      html += "</div>\n"
    case .textInput(_, let input):
      html +=
        "<div class=\"element field\">\n<input type=\"text\" placeholder=\"\(Self.escaped(input.placeholder))\""
      html += " aria-label=\"\(Self.escaped(input.placeholder))\">\n"
      if !input.buttonTitle.isEmpty {
        html += "<button type=\"button\"><span class=\"line\" dir=\"auto\">"
        html += "\(Self.escaped(input.buttonTitle))</span></button>\n"
      }
      html += "</div>\n"
    case .media(let attachment, let title, let isPlaying):
      guard presentation.attachment(attachment) != nil else { return }
      html += "<button type=\"button\" class=\"element media\" aria-pressed=\"\(isPlaying)\">"
      html += PageShapes.play(isPlaying: isPlaying)
      html += "<span class=\"lines-2\" dir=\"auto\">\(Self.escaped(title))</span></button>\n"
    }
  }

  private mutating func write(
    _ runs: [ViewElement.TextRun], _ style: ViewElement.TextStyle, _ alignment: ViewElement.Alignment
  ) {
    let lines =
      switch style {
      case .title: "title lines-8"
      case .body: "lines-60"
      case .caption: "caption lines-30"
      }
    write(runs, name: style == .title ? "h3" : "p", "element \(lines)\(Self.style(alignment))")
  }

  /// Writes pieces of text, each with its look.
  mutating func write(_ runs: [ViewElement.TextRun], name: String, _ style: String) {
    html += "<\(name) class=\"\(style)\" dir=\"auto\">"
    for run in runs {
      var text = Self.escaped(run.text)
      if run.isMonospaced { text = "<code>\(text)</code>" }
      if run.isItalic { text = "<i>\(text)</i>" }
      if run.isBold { text = "<b>\(text)</b>" }
      html += text
    }
    html += "</\(name)>\n"
  }

  private mutating func write(_ fields: [ViewElement.Field]) {
    if fields.isEmpty { return }
    html += "<dl class=\"element\">\n"
    for field in fields {
      // A value without a label has its place in the second column all the same.
      html += "<dt class=\"lines-3\" dir=\"auto\">\(Self.escaped(field.label))</dt>"
      html += "<dd class=\"lines-6\" dir=\"auto\">\(Self.escaped(field.value))</dd>\n"
    }
    html += "</dl>\n"
  }

  private mutating func write(_ steps: [ViewElement.Step]) {
    if steps.isEmpty { return }
    html += "<ol class=\"element timeline\" role=\"list\">\n"
    for step in steps {
      let current = step.state == .current ? " aria-current=\"step\"" : ""
      html +=
        "<li class=\"\(step.state.rawValue)\"\(current)>\(PageShapes.dot(step.state))<div class=\"texts\">\n"
      text("b", step.title, "lines-3")
      text("small", step.detail, "lines-4")
      html += "</div>"
      if !step.time.isEmpty { html += "<time class=\"line\" dir=\"auto\">\(Self.escaped(step.time))</time>" }
      html += "</li>\n"
    }
    html += "</ol>\n"
  }

  private mutating func write(_ places: [ViewElement.Place]) {
    if places.isEmpty { return }
    html += "<ul class=\"element places\" role=\"list\">\n"
    for place in places {
      var detail = Self.escaped(place.detail)
      if let latitude = place.latitude, let longitude = place.longitude {
        if !detail.isEmpty { detail += " · " }
        detail += "<bdi dir=\"ltr\">\(Degrees.text(latitude)), \(Degrees.text(longitude))</bdi>"
      }
      row(place.name, detail: detail, number: nil)
    }
    html += "</ul>\n"
  }

  /// Writes a place of a list.
  ///
  /// - Parameters:
  ///   - detail: as HTML.
  ///   - number: that of its pin; nil for a pin without one.
  mutating func row(_ name: String, detail: String, number: Int?) {
    html += "<li>\(PageShapes.pin(number: number))<div class=\"texts\">\n"
    text("b", name, "lines-2")
    if !detail.isEmpty { html += "<small class=\"lines-3\" dir=\"auto\">\(detail)</small>\n" }
    html += "</div></li>\n"
  }

  private mutating func write(
    _ messages: [ViewElement.Message], _ presentation: NotificationPresentation
  ) {
    if messages.isEmpty { return }
    let hasAvatars = messages.contains {
      !$0.isOwn && presentation.attachment($0.avatar)?.kind == .image
    }
    html += "<ol class=\"element conversation\(hasAvatars ? " faces" : "")\" role=\"list\">\n"
    var last = ""
    for (index, message) in messages.enumerated() {
      html += "<li class=\"\(message.isOwn ? "own" : "other")\">\n"
      let note = [message.isOwn || message.sender == last ? "" : message.sender, message.time]
        .filter { !$0.isEmpty }.joined(separator: " · ")
      text("small", note, "line")
      let hasPhoto = photo(message, presentation)
      if !hasPhoto || !message.text.isEmpty {
        html += "<p class=\"lines-30\" dir=\"auto\">\(Self.escaped(message.text))</p>\n"
      }
      let next = messages.dropFirst(index + 1).first
      if !message.isOwn, next.map({ $0.isOwn || $0.sender != message.sender }) ?? true {
        avatar(message.avatar, presentation)
      }
      html += "</li>\n"
      last = message.isOwn ? "" : message.sender
    }
    html += "</ol>\n"
  }
}
