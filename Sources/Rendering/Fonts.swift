import CPango

/// The fonts of all pictures: Noto, which has a letter for nearly everything that people write.
///
/// Debian's packages fonts-noto-core, fonts-noto-cjk, fonts-noto-color-emoji and fonts-noto-mono have them. Outlines are not
/// fitted to the pixels of a screen, so that a picture is the same wherever it is made.
final class Fonts {
  // Emoji are found by themselves: their font has digits, too, which would stand for all digits.
  static let families = "Noto Sans, Noto Sans CJK JP, Noto Sans CJK SC, sans-serif"
  static let monospaced = "Noto Sans Mono, monospace"

  let context: OpaquePointer?
  /// True when lines begin at the right edge unless their own text decides otherwise.
  let isRightToLeft: Bool

  /// - Parameter language: BCP 47; decides among forms of letters that languages share.
  init(language: String, isRightToLeft: Bool) {
    self.isRightToLeft = isRightToLeft
    let map = pango_cairo_font_map_get_default()
    context = pango_font_map_create_context(map)
    let options = cairo_font_options_create()
    cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    pango_cairo_context_set_font_options(context, options)
    cairo_font_options_destroy(options)
    pango_cairo_context_set_resolution(context, 72)
    pango_context_set_round_glyph_positions(context, 0)
    pango_context_set_language(context, pango_language_from_string(language.isEmpty ? "en" : language))
  }

  deinit { g_object_unref(UnsafeMutableRawPointer(context)) }

  func description(_ style: TextBlock.Style) -> OpaquePointer? {
    let description = pango_font_description_new()
    pango_font_description_set_family(description, style.isMonospaced ? Self.monospaced : Self.families)
    pango_font_description_set_absolute_size(description, style.size * Double(PANGO_SCALE))
    if style.isBold { pango_font_description_set_weight(description, PANGO_WEIGHT_BOLD) }
    if style.isItalic { pango_font_description_set_style(description, PANGO_STYLE_ITALIC) }
    return description
  }
}
