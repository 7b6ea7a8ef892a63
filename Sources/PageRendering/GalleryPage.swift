import Presentation

/// Writes the page of a gallery: pictures that lie beside it, under the payloads that they are of.
package enum GalleryPage {
  /// The pictures of one payload.
  package struct Section: Sendable {
    package var heading: String
    package var pictures: [Picture] = []
    /// A sentence in place of pictures; empty where there are some.
    package var note = ""

    package init(heading: String) { self.heading = heading }
  }

  /// One picture, in points.
  package struct Picture: Sendable {
    /// The name of the file beside the page.
    package var file: String
    package var caption: String
    package var width: Double
    package var height: Double

    package init(file: String, caption: String, width: Double, height: Double) {
      self.file = file
      self.caption = caption
      self.width = width
      self.height = height
    }
  }

  /// Returns the page.
  ///
  /// - Parameter refresh: the seconds after which a browser loads the page again; nil for never.
  package static func html(_ sections: [Section], refresh: Int? = nil) -> String {
    let count = sections.reduce(0) { $0 + $1.pictures.count }
    var html = """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src 'self' file:">
      <meta name="viewport" content="width=device-width">

      """
    if let refresh { html += "<meta http-equiv=\"refresh\" content=\"\(refresh)\">\n" }
    html += """
      <title>\(count) pictures of notifications</title>
      <style>
      \(style)
      </style>
      </head>
      <body>
      <h1>\(count) pictures, \(sections.count) payloads</h1>
      <nav aria-label="Notifications"><ul>

      """
    for (index, section) in sections.enumerated() {
      html +=
        "<li><a href=\"#n\(index + 1)\" dir=\"auto\">\(NotificationPage.escaped(section.heading))</a></li>\n"
    }
    html += "</ul></nav>\n"
    for (index, section) in sections.enumerated() { html += text(section, number: index + 1) }
    return html + "</body>\n</html>\n"
  }

  private static func text(_ section: Section, number: Int) -> String {
    let heading = NotificationPage.escaped(section.heading)
    var html = "<section id=\"n\(number)\" aria-labelledby=\"h\(number)\">\n"
    html += "<h2 id=\"h\(number)\" dir=\"auto\">\(heading)</h2>\n"
    if !section.note.isEmpty { html += "<p>\(NotificationPage.escaped(section.note))</p>\n" }
    if !section.pictures.isEmpty { html += "<div>\n" }
    for picture in section.pictures {
      let caption = NotificationPage.escaped(picture.caption)
      html += "<figure><a href=\"\(NotificationPage.escaped(picture.file))\">"
      html +=
        "<img src=\"\(NotificationPage.escaped(picture.file))\" alt=\"\(heading), \(caption)\" loading=\"lazy\""
      html += " width=\"\(Int(picture.width))\" height=\"\(Int(picture.height))\"></a>"
      html += "<figcaption>\(caption)</figcaption></figure>\n"
    }
    if !section.pictures.isEmpty { html += "</div>\n" }
    return html + "</section>\n"
  }

  private static let style = """
    :root{color-scheme:light dark}
    body{margin:24px;font:15px/1.4 "Noto Sans",system-ui,sans-serif;background:light-dark(#fff,#1b1d21);color:light-dark(#14161a,#f4f5f7)}
    h1{font-size:22px}h2{font-size:17px;margin:28px 0 8px;overflow-wrap:anywhere}a{color:light-dark(#0a5bc4,#7db7ff)}
    nav ul{columns:16em;padding:0;list-style:none}nav li{overflow-wrap:anywhere}
    div{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}figure{margin:0}figcaption{font-size:13px;color:light-dark(#5e636e,#a8adb8);padding:4px 0}
    img{display:block;height:auto;max-width:100%;border-radius:8px}
    """
}
