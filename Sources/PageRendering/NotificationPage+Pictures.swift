import NotificationModel
import NotificationViews
import Presentation

/// Pictures of attachments in their forms, and what is made of them.
extension NotificationPage {
  /// The points between the sides of a card, without its padding.
  static let width = 342.0

  /// Returns the class of an alignment, with a space before it; nothing for the usual one.
  static func style(_ alignment: ViewElement.Alignment) -> String {
    alignment == .start ? "" : " \(alignment.rawValue)"
  }

  /// Writes a picture with its caption; nothing where it cannot be drawn.
  ///
  /// - Parameters:
  ///   - style: the class of both.
  ///   - width: the points that there are for it.
  mutating func image(
    _ shown: ViewElement.Picture, _ presentation: NotificationPresentation, style: String, width: Double
  ) {
    guard let file = presentation.attachment(shown.attachment), file.kind == .image else { return }
    let size = self.size(of: shown, file, width: width)
    // A caption without its picture would say nothing.
    guard let source = source(file, side: size.pixels) else { return }
    // Below a narrow picture its caption goes where the picture does.
    let alignment = size.width < width - 1 ? shown.alignment : .start
    html += "<div class=\"\(style) image\(Self.style(alignment))\">\n"
    let alt = Self.escaped(shown.caption.isEmpty ? file.identifier : shown.caption)
    html +=
      "<img class=\"picture \(shown.fit.rawValue)\" style=\"\(size.style)\" alt=\"\(alt)\" src=\"\(source)\">\n"
    // A reader has said it with the picture.
    if !shown.caption.isEmpty {
      html += "<p class=\"caption lines-3\" dir=\"auto\" aria-hidden=\"true\">"
      html += "\(Self.escaped(shown.caption))</p>\n"
    }
    html += "</div>\n"
  }

  /// Returns the width of a picture on the page, its size as CSS, and the pixels of its longer side.
  private func size(
    of shown: ViewElement.Picture, _ file: AttachmentFile, width: Double
  ) -> (width: Double, style: String, pixels: Double) {
    let given = shown.size ?? shown.fit.size
    switch shown.fit {
    case .fit:
      let size = PictureSize.whole(file, width: width, side: given)
      return (size.width, Self.css(size.width, size.height), 2 * max(size.width, size.height))
    case .fill:
      let height = given ?? width
      return (width, "width:100%;height:\(Self.css(height))px", 2 * PictureSize.covering(file, width, height))
    case .avatar, .icon:
      let side = min(given ?? width, width)
      return (side, Self.css(side, side), 2 * PictureSize.covering(file, side, side))
    }
  }

  /// Returns a length with two digits behind the point, which is exact enough for a page.
  static func css(_ length: Double) -> String { "\((length * 100).rounded() / 100)" }

  private static func css(_ width: Double, _ height: Double) -> String {
    "width:\(css(width))px;height:\(css(height))px"
  }

  /// Returns an attachment's picture as an address that has it inside; nil where it cannot be drawn.
  func source(_ file: AttachmentFile, side: Double) -> String? {
    let pixels = min(max(Int(side.rounded(.up)), 1), PictureSize.pixelLimit)
    return picture(file, pixels).map {
      "data:image/png;base64,\(String(decoding: Base64.encode($0), as: UTF8.self))"
    }
  }

  // MARK: Columns

  /// Writes columns side by side, each as wide as its share.
  mutating func write(_ columns: [ViewElement.Column], _ presentation: NotificationPresentation) {
    let shares = columns.reduce(0) { $0 + $1.width }
    let room = Self.width - 12 * Double(columns.count - 1)
    guard shares > 0, room > 0 else { return }
    let tracks = columns.map { "minmax(0,\($0.width)fr)" }.joined(separator: " ")
    html += "<div class=\"element columns\" style=\"grid-template-columns:\(tracks)\">\n"
    for column in columns {
      // Texts side by side stand on one line, whatever their sizes and scripts.
      let line = column.cells.first?.runs.isEmpty ?? true ? "" : " text-first"
      html += "<div class=\"cells\(line)\(Self.style(column.alignment))\">\n"
      for cell in column.cells {
        switch cell {
        case .text(let runs, let style):
          write(runs, name: "p", "cell \(style.rawValue) lines-8\(Self.style(column.alignment))")
        case .image(var shown):
          shown.alignment = column.alignment
          image(
            shown, presentation, style: "cell", width: room * Double(column.width) / Double(shares))
        }
      }
      html += "</div>\n"
    }
    html += "</div>\n"
  }

  // MARK: Pictures of conversations

  /// Writes a person's picture beside a message.
  mutating func avatar(_ identifier: String, _ presentation: NotificationPresentation) {
    guard let file = presentation.attachment(identifier), file.kind == .image,
      let source = source(file, side: 2 * PictureSize.covering(file, 28, 28))
    else { return }
    html += "<img class=\"face\" alt=\"\" src=\"\(source)\">\n"
  }

  /// Writes a picture that was sent with a message.
  ///
  /// - Returns: false where there is none.
  mutating func photo(_ message: ViewElement.Message, _ presentation: NotificationPresentation) -> Bool {
    guard let file = presentation.attachment(message.image), file.kind == .image else { return false }
    let size = PictureSize.whole(file, width: 240, height: 240)
    guard let source = source(file, side: 2 * max(size.width, size.height)) else { return false }
    let radius = min(15, size.width / 4, size.height / 4)
    html +=
      "<img class=\"photo\" style=\"\(Self.css(size.width, size.height));border-radius:\(Self.css(radius))px\""
    html += " alt=\"\(Self.escaped(file.identifier))\" src=\"\(source)\">\n"
    return true
  }
}
