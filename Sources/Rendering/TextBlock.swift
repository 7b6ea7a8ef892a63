import CPango
import NotificationViews
import Presentation

/// A text that Pango has shaped and broken into lines: any script, in its own direction.
///
/// Source: Pango's reference, "Layout Objects".
final class TextBlock {
  /// The look of a text: size, font and number of lines.
  struct Style {
    /// In points of the picture.
    var size: Double
    var isBold = false
    var isItalic = false
    var isMonospaced = false
    var maxLines = 0
    var alignment = Alignment.start

    /// The line that says that a notification is urgent.
    static let level = Style(size: 11, isBold: true, maxLines: 1)
  }

  /// The side to which the lines go.
  enum Alignment {
    /// The side where lines begin: by the text's own direction, or by the page's where that is read from the right.
    case start
    case center
    /// The side where lines of the page end.
    case end
  }

  private let layout: OpaquePointer?
  let width: Double
  let height: Double
  /// The distance from the upper edge to the baseline of the first line.
  let baseline: Double
  /// The width of the longest line.
  let inkWidth: Double
  /// Characters that no font has.
  let missingGlyphs: Int
  let isCut: Bool
  /// The beginning of the longest line.
  let inkX: Double

  /// - Parameter width: where lines are broken.
  init(_ runs: [ViewElement.TextRun], _ style: Style, width: Double, fonts: Fonts) {
    layout = pango_layout_new(fonts.context)
    let description = fonts.description(style)
    pango_layout_set_font_description(layout, description)
    pango_font_description_free(description)
    let text = runs.map(\.text).joined()
    pango_layout_set_text(layout, text, Int32(text.utf8.count))
    let attributes = pango_attr_list_new()
    var at: UInt32 = 0
    for run in runs {
      let end = at + UInt32(run.text.utf8.count)
      func add(_ attribute: UnsafeMutablePointer<PangoAttribute>?) {
        guard let attribute else { return }
        attribute.pointee.start_index = at
        attribute.pointee.end_index = end
        pango_attr_list_insert(attributes, attribute)
      }
      if run.isBold { add(pango_attr_weight_new(PANGO_WEIGHT_BOLD)) }
      if run.isItalic { add(pango_attr_style_new(PANGO_STYLE_ITALIC)) }
      if run.isMonospaced { add(pango_attr_family_new(Fonts.monospaced)) }
      at = end
    }
    // A word that is broken has nothing that its author did not write.
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))
    pango_layout_set_attributes(layout, attributes)
    pango_attr_list_unref(attributes)
    pango_layout_set_width(layout, Int32(width * Double(PANGO_SCALE)))
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    let isLimited = style.maxLines > 0 && Self.limit(layout, text, lines: style.maxLines)
    pango_layout_set_alignment(layout, Self.alignment(style.alignment, layout, fonts))
    var extents = PangoRectangle()
    pango_layout_get_extents(layout, nil, &extents)
    self.width = width
    height = Double(extents.height) / Double(PANGO_SCALE)
    baseline = Double(pango_layout_get_baseline(layout)) / Double(PANGO_SCALE)
    inkWidth = Double(extents.width) / Double(PANGO_SCALE)
    missingGlyphs = Int(pango_layout_get_unknown_glyphs_count(layout))
    inkX = Double(extents.x) / Double(PANGO_SCALE)
    isCut = isLimited || pango_layout_is_ellipsized(layout) != 0
  }

  /// Cuts a text behind a number of lines.
  ///
  /// - Returns: true where whole paragraphs are left out.
  private static func limit(_ layout: OpaquePointer?, _ text: String, lines: Int) -> Bool {
    var height = -Int32(lines)
    var isCut = false
    // To Pango a number of lines is that of each paragraph: a height counts for all, and paragraphs behind it are left out.
    if text.utf8.contains(0x0A), pango_layout_get_line_count(layout) > lines {
      height = 0
      for index in 0..<lines {
        var extents = PangoRectangle()
        pango_layout_line_get_extents(pango_layout_get_line_readonly(layout, Int32(index)), nil, &extents)
        // Half a line more: lines of several scripts have several heights.
        height += index + 1 < lines ? extents.height : extents.height * 3 / 2
      }
      let last = Int(pango_layout_get_line_readonly(layout, Int32(lines - 1))?.pointee.start_index ?? 0)
      let rest = text.utf8.dropFirst(last)
      if let end = rest.firstIndex(of: 0x0A) {
        let kept = text[..<end] + "…"
        pango_layout_set_text(layout, String(kept), Int32(kept.utf8.count))
        isCut = true
      }
    }
    pango_layout_set_height(layout, height)
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    return isCut
  }

  /// Returns the alignment in Pango's words.
  private static func alignment(
    _ alignment: Alignment, _ layout: OpaquePointer?, _ fonts: Fonts
  ) -> PangoAlignment {
    // To Pango the left is where lines begin: it goes to the right where the text does. On a page that is read from the
    // right all text stands there.
    let first = pango_layout_get_line_readonly(layout, 0)
    let goesLeft = first?.pointee.resolved_dir == PANGO_DIRECTION_RTL.rawValue
    switch alignment {
    case .center: return PANGO_ALIGN_CENTER
    case .start: return fonts.isRightToLeft && !goesLeft ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT
    case .end: return fonts.isRightToLeft == goesLeft ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT
    }
  }

  deinit { g_object_unref(UnsafeMutableRawPointer(layout)) }

  func draw(_ cairo: OpaquePointer?, x: Double, y: Double, _ colour: Colour) {
    cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.alpha)
    cairo_move_to(cairo, x, y)
    pango_cairo_show_layout(cairo, layout)
  }
}
