import Presentation

/// Writes a notification for a terminal: a box of lines, with bold and colours where the terminal has them.
package enum NotificationText {
  /// Returns the lines, without newlines at their ends.
  ///
  /// - Parameter width: columns of the box.
  package static func lines(
    _ presentation: NotificationPresentation, _ options: PictureOptions, width: Int = 48, isStyled: Bool
  ) -> [String] {
    let shown = options.form == .hidden ? presentation.withHiddenPreviews : presentation
    let width = max(width, 24)
    var page = NotificationRows(shown, width: width - 4, isMirrored: options.isRightToLeft)
    page.write(options)
    // A terminal that counts a text otherwise than we do has the box's right side in its place all the same.
    let place = isStyled ? "\u{1B}[\(width)G" : ""
    let edge = String(repeating: "─", count: width - 2)
    var lines = ["╭\(edge)╮"]
    for row in page.rows {
      let filled = row.filling(width - 4, page.start)
      lines.append("│ \(filled.text(isStyled: isStyled)) \(place)│")
    }
    lines.append("╰\(edge)╯")
    if options.form == .expanded, !shown.actions.isEmpty {
      var buttons = NotificationRows(shown, width: width - 2, isMirrored: options.isRightToLeft)
      buttons.write(buttons: shown.actions, style: "")
      for row in buttons.rows {
        let text = row.text(isStyled: isStyled)
        // No box stands behind them.
        lines.append(" " + String(text.reversed().drop { $0 == " " }.reversed()))
      }
    }
    return lines
  }
}
