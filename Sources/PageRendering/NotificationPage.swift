import NotificationViews
import Presentation

/// Writes a notification as a page of HTML that needs nothing else: no script, no address, pictures inside.
///
/// Sizes are those of the pictures that `Rendering` draws, one point being one CSS pixel.
package struct NotificationPage {
  /// Returns the PNG of an attachment whose longer side has the given number of pixels at most.
  package typealias Picture = (_ file: AttachmentFile, _ side: Int) -> [UInt8]?

  var html = ""
  let options: PictureOptions
  let picture: Picture

  /// Returns the page.
  ///
  /// - Parameters:
  ///   - presentations: what stands side by side, each with a caption; empty for none.
  ///   - refresh: the seconds after which a browser loads the page again; nil for never.
  ///   - picture: the PNG of an attachment.
  package static func html(
    _ presentations: [(caption: String, presentation: NotificationPresentation)], _ options: PictureOptions,
    forms: [PictureOptions.Form]? = nil, refresh: Int? = nil, picture: @escaping Picture
  ) -> String {
    let forms = forms ?? [options.form]
    // The page's own title hides what any of its pictures hides.
    let first = presentations.first?.presentation
    let titled = forms.contains(.hidden) ? first?.withHiddenPreviews : first
    let title = titled.map { $0.title.isEmpty ? $0.header : $0.title } ?? ""
    var page = NotificationPage(options, picture)
    page.html = head(title, options, refresh: refresh) + "<main>\n"
    for (caption, presentation) in presentations {
      for form in forms {
        page.write(form == .hidden ? presentation.withHiddenPreviews : presentation, form, caption)
      }
    }
    return page.html + "</main>\n</body>\n</html>\n"
  }

  private init(_ options: PictureOptions, _ picture: @escaping Picture) {
    self.options = options
    self.picture = picture
  }

  private static func head(_ title: String, _ options: PictureOptions, refresh: Int?) -> String {
    let language = options.language.isEmpty ? "en" : options.language
    let reload = refresh.map { "<meta http-equiv=\"refresh\" content=\"\($0)\">\n" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="\(escaped(language))" dir="\(options.isRightToLeft ? "rtl" : "ltr")">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
      <meta name="viewport" content="width=device-width">
      \(reload)<title>\(escaped(title))</title>
      <style>
      \(PageStyle.variables(options.appearance))
      \(PageStyle.rules)
      </style>
      </head>
      <body class="\(options.appearance.rawValue)">

      """
  }

  // MARK: Forms

  private mutating func write(
    _ presentation: NotificationPresentation, _ form: PictureOptions.Form, _ caption: String
  ) {
    // Two configurations may have apps of different colours.
    let colours = PageStyle.accent(presentation.accent, options.appearance)
    html += "<figure class=\"\(form.rawValue)\" style=\"\(colours)\">\n"
    if !caption.isEmpty { html += "<figcaption dir=\"auto\">\(Self.escaped(caption))</figcaption>\n" }
    switch form {
    case .banner: banner(presentation)
    case .expanded: expanded(presentation)
    case .lock, .hidden:
      html += "<time class=\"clock\">\(Self.escaped(options.time))</time>\n"
      banner(presentation)
    }
    html += "</figure>\n"
  }

  /// Writes the card of a notification as it comes in.
  private mutating func banner(_ presentation: NotificationPresentation) {
    html += "<article class=\"card short\" aria-label=\"\(Self.escaped(presentation.appName))\">\n"
    icon(presentation, side: 40)
    html += "<div class=\"texts\">\n<header>"
    let title = presentation.title.isEmpty ? presentation.appName : presentation.title
    // The clock stands beside the first line.
    let level = presentation.levelText
    if !level.isEmpty { html += "<p class=\"level line\" dir=\"auto\">\(Self.escaped(level))</p>" }
    let heading = "<h2 class=\"line\" dir=\"auto\">\(Self.escaped(title))</h2>"
    if level.isEmpty { html += heading }
    html += "<time>\(Self.escaped(options.time))</time></header>\n"
    if !level.isEmpty { html += "\(heading)\n" }
    text("h3", presentation.subtitle, "line")
    text("p", presentation.body, presentation.attachments.isEmpty ? "lines-4" : "lines-2")
    html += "</div>\n"
    if let file = presentation.thumbnail,
      let source = source(file, side: 2 * PictureSize.covering(file, 44, 44))
    {
      html += "<img class=\"thumbnail\" alt=\"\" src=\"\(source)\">\n"
    }
    html += "</article>\n"
  }

  /// Writes the card with the view of a content extension, and the actions below it.
  private mutating func expanded(_ presentation: NotificationPresentation) {
    html += "<article class=\"card long\" aria-label=\"\(Self.escaped(presentation.appName))\">\n<header>"
    icon(presentation, side: 22)
    html += "<span class=\"line\" dir=\"auto\">\(Self.escaped(presentation.header))</span>"
    html += "<time>\(Self.escaped(options.time))</time></header>\n"
    text("p", presentation.levelText, "level line")
    if presentation.extended?.hidesDefaultContent != true {
      text("h2", presentation.title, "lines-3")
      text("h3", presentation.subtitle, "lines-2")
      text("p", presentation.body, "body lines-30")
      // What the view shows itself does not stand there twice.
      let shown = presentation.view.attachments
      if let file = presentation.thumbnail, !shown.contains(file.identifier) {
        image(.init(attachment: file.identifier), presentation, style: "element own", width: Self.width)
      }
    }
    for element in presentation.elements { write(element, presentation) }
    html += "</article>\n"
    actions(presentation.actions)
  }

  /// Writes the app's icon, or the tile with the first letter of its name.
  private mutating func icon(_ presentation: NotificationPresentation, side: Double) {
    let style = "icon icon-\(Int(side))"
    if let icon = presentation.icon,
      let source = source(icon, side: 2 * PictureSize.covering(icon, side, side))
    {
      html += "<img class=\"\(style)\" alt=\"\" src=\"\(source)\">\n"
      return
    }
    let tile = AppTile(name: presentation.appName)
    html += "<span class=\"\(style)\" style=\"background:\(tile.colour.css)\" aria-hidden=\"true\">"
    html += "\(Self.escaped(tile.letter))</span>\n"
  }

  private mutating func actions(_ actions: [NotificationAction]) {
    if actions.isEmpty { return }
    html += "<menu class=\"card\" role=\"list\">\n"
    for action in actions.prefix(NotificationAction.limit) {
      let style = action.options.contains(.destructive) ? " class=\"destructive\"" : ""
      html += "<li><button type=\"button\"\(style)><span class=\"lines-2\" dir=\"auto\">"
      html += "\(Self.escaped(action.title))</span>\(PageShapes.sign(of: action))</button></li>\n"
    }
    html += "</menu>\n"
  }

  // MARK: Parts

  /// Writes an element with a text; nothing where there is none.
  mutating func text(_ name: String, _ text: String, _ style: String = "") {
    if text.isEmpty { return }
    let style = style.isEmpty ? "" : " class=\"\(style)\""
    html += "<\(name)\(style) dir=\"auto\">\(Self.escaped(text))</\(name)>\n"
  }

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
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
