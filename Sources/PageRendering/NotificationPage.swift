import NotificationModel
import NotificationViews
import Presentation

/// Writes a notification as a page of HTML that needs nothing else: no script, no address, pictures inside.
package struct NotificationPage {
  private var html = ""
  private let picture: (AttachmentFile) -> [UInt8]?

  /// Returns the page.
  ///
  /// - Parameters:
  ///   - presentations: what stands side by side, each with a caption; empty for none.
  ///   - picture: the PNG of an attachment.
  package static func html(
    _ presentations: [(caption: String, presentation: NotificationPresentation)], _ options: PictureOptions,
    forms: [PictureOptions.Form]? = nil, picture: @escaping (AttachmentFile) -> [UInt8]?
  ) -> String {
    var page = NotificationPage(picture: picture)
    let forms = forms ?? [options.form]
    // The page's own title hides what any of its pictures hides.
    let first = presentations.first?.presentation
    let titled = forms.contains(.hidden) ? first?.withHiddenPreviews : first
    let title = titled.map { $0.title.isEmpty ? $0.header : $0.title } ?? ""
    let direction = options.isRightToLeft ? "rtl" : "ltr"
    page.html = """
      <!DOCTYPE html>
      <html lang="\(escaped(options.language.isEmpty ? "en" : options.language))" dir="\(direction)">
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <meta name="viewport" content="width=device-width">
      <title>\(escaped(title))</title>
      <style>\(style)</style>
      <body class="\(options.appearance.rawValue)">

      """
    for (caption, presentation) in presentations {
      for form in forms {
        var options = options
        options.form = form
        page.write(form == .hidden ? presentation.withHiddenPreviews : presentation, options, caption)
      }
    }
    return page.html + "</body>\n</html>\n"
  }

  private init(picture: @escaping (AttachmentFile) -> [UInt8]?) { self.picture = picture }

  /// Returns a text that a browser takes for nothing but text.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n": result += "<br>"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  private mutating func write(
    _ presentation: NotificationPresentation, _ options: PictureOptions, _ caption: String
  ) {
    html += "<figure>\n"
    if !caption.isEmpty { html += "<figcaption>\(Self.escaped(caption))</figcaption>\n" }
    html += "<article class=\"\(options.form.rawValue)\">\n"
    html +=
      "<header><b dir=\"auto\">\(Self.escaped(presentation.header))</b><time>\(Self.escaped(options.time))</time></header>\n"
    let isExpanded = options.form == .expanded
    if !(isExpanded && presentation.extended?.hidesDefaultContent == true) {
      element("h1", presentation.title)
      element("h2", presentation.subtitle)
      element("p", presentation.body)
      // What the view shows itself does not stand there twice.
      let shown = isExpanded ? presentation.extended?.view.attachments ?? [] : []
      if let file = presentation.thumbnail, !shown.contains(file.identifier) { image(file, "") }
    }
    if isExpanded, let extended = presentation.extended {
      for element in extended.view.elements { write(element, presentation) }
    }
    html += "</article>\n"
    if isExpanded, !presentation.actions.isEmpty {
      html += "<menu>\n"
      for action in presentation.actions {
        html += "<li\(action.options.contains(.destructive) ? " class=\"destructive\"" : "") dir=\"auto\">"
        html += "\(Self.escaped(action.title))</li>\n"
      }
      html += "</menu>\n"
    }
    html += "</figure>\n"
  }

  private mutating func element(_ name: String, _ text: String, _ attribute: String = "") {
    if !text.isEmpty { html += "<\(name)\(attribute) dir=\"auto\">\(Self.escaped(text))</\(name)>\n" }
  }

  private mutating func image(_ file: AttachmentFile, _ caption: String) {
    guard let bytes = picture(file) else { return }
    html +=
      "<img alt=\"\(Self.escaped(caption))\" src=\"data:image/png;base64,\(String(decoding: Base64.encode(bytes), as: UTF8.self))\">\n"
  }

  private mutating func write(_ element: ViewElement, _ presentation: NotificationPresentation) {
    switch element {
    case .text(let runs, let style, _):
      let name = style == .title ? "h1" : "p"
      html += "<\(name)\(style == .caption ? " class=\"caption\"" : "") dir=\"auto\">"
      for run in runs {
        var text = Self.escaped(run.text)
        if run.isMonospaced { text = "<code>\(text)</code>" }
        if run.isItalic { text = "<i>\(text)</i>" }
        if run.isBold { text = "<b>\(text)</b>" }
        html += text
      }
      html += "</\(name)>\n"
    case .image(let picture):
      if let file = presentation.attachment(picture.attachment) { image(file, picture.caption) }
      self.element("p", picture.caption, " class=\"caption\"")
    case .columns(let columns):
      for cell in columns.flatMap(\.cells) {
        switch cell {
        case .text(let runs, let style): write(.text(runs, style, .start), presentation)
        case .image(let picture): write(.image(picture), presentation)
        }
      }
    case .countdown(let countdown):
      self.element("p", countdown.label, " class=\"caption\"")
      self.element("p", countdown.text)
    case .map(let map): write(.places(map.places), presentation)
    case .fields(let fields):
      html += "<dl>\n"
      for field in fields {
        self.element("dt", field.label)
        self.element("dd", field.value)
      }
      html += "</dl>\n"
    case .progress(let value, let label):
      self.element("p", label, " class=\"caption\"")
      html += "<progress value=\"\(value)\"></progress>\n"
    case .timeline(let steps):
      html += "<ol>\n"
      for step in steps {
        html += "<li class=\"\(step.state.rawValue)\"><time>\(Self.escaped(step.time))</time>"
        html += "<b dir=\"auto\">\(Self.escaped(step.title))</b>"
        if !step.detail.isEmpty { html += "<br><small dir=\"auto\">\(Self.escaped(step.detail))</small>" }
        html += "</li>\n"
      }
      html += "</ol>\n"
    case .places(let places):
      html += "<ul>\n"
      for place in places {
        html +=
          "<li><b dir=\"auto\">\(Self.escaped(place.name))</b> <small dir=\"auto\">\(Self.escaped(place.detail))"
        if let latitude = place.latitude, let longitude = place.longitude {
          html += " <bdi>\(Degrees.text(latitude)), \(Degrees.text(longitude))</bdi>"
        }
        html += "</small></li>\n"
      }
      html += "</ul>\n"
    case .conversation(let messages):
      for message in messages {
        html += "<blockquote class=\"\(message.isOwn ? "own" : "other")\">"
        html += "<small dir=\"auto\">\(Self.escaped(message.sender)) \(Self.escaped(message.time))</small>"
        html += "<p dir=\"auto\">\(Self.escaped(message.text))</p></blockquote>\n"
      }
    case .buttons(let actions):
      html += "<p>\n"
      for action in actions {
        html += "<button type=\"button\" dir=\"auto\">\(Self.escaped(action.title))</button>\n"
      }
      html += "</p>\n"
    case .textInput(_, let input):
      html += "<p><input placeholder=\"\(Self.escaped(input.placeholder))\" dir=\"auto\">"
      html += "<button type=\"button\" dir=\"auto\">\(Self.escaped(input.buttonTitle))</button></p>\n"
    case .media(_, let title, let isPlaying):
      html += "<p class=\"media\" dir=\"auto\">\(isPlaying ? "⏸" : "▶") \(Self.escaped(title))</p>\n"
    }
  }

  private static let style = """
    body{font:15px/1.35 "Noto Sans",system-ui,sans-serif;margin:20px;display:flex;gap:20px;flex-wrap:wrap;background:#e3e6ec;color:#14161a}
    body.dark{background:#101216;color:#f4f5f7}figure{margin:0;width:370px}figcaption{margin:0 0 8px 4px}
    article,menu{background:#fafafc;border-radius:22px;padding:14px;margin:0 0 10px;overflow-wrap:anywhere}
    .dark article,.dark menu{background:#26282d}header{display:flex;justify-content:space-between;font-size:13px;opacity:.7}
    h1{font-size:17px;margin:8px 0 2px}h2{font-size:15px;margin:0 0 2px}p{margin:4px 0}.caption,small{font-size:12px;opacity:.7}
    img{width:100%;max-height:280px;object-fit:cover;border-radius:12px}dl{display:grid;grid-template-columns:auto 1fr;gap:4px 14px;margin:6px 0}
    dt{opacity:.7}dd{margin:0}progress{width:100%}ol,ul{margin:6px 0;padding-inline-start:22px}li time{float:inline-end;font-size:12px;opacity:.7}
    li.upcoming{opacity:.6}blockquote{margin:6px 0;max-width:75%;width:fit-content}blockquote p{background:#e6e7eb;border-radius:15px;padding:7px 11px}
    .dark blockquote p{background:#3a3d44}blockquote.own{margin-inline-start:auto}blockquote.own p{background:#0a66d8;color:#fff}
    menu{list-style:none;padding:0}menu li{padding:11px 18px;border-top:1px solid #8884}menu li:first-child{border:0}.destructive{color:#c8242b}
    .dark .destructive{color:#ff6b66}.media{background:#8882;border-radius:12px;padding:10px 14px}

    """
}
