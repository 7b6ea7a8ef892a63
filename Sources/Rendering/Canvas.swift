import CPango
import NotificationViews
import Presentation

/// The surface that a picture is drawn on, in points; its size is found out last.
final class Canvas {
  let cairo: OpaquePointer?
  private let recording: OpaquePointer?
  let fonts: Fonts
  /// Characters of all texts that no font has.
  private(set) var missingGlyphs = 0
  /// Texts that end with an ellipsis, for there is no room for all of them.
  private(set) var cutTexts = 0

  init(fonts: Fonts) {
    self.fonts = fonts
    recording = cairo_recording_surface_create(CAIRO_CONTENT_COLOR_ALPHA, nil)
    cairo = cairo_create(recording)
  }

  deinit {
    cairo_destroy(cairo)
    cairo_surface_destroy(recording)
  }

  /// Plays what was drawn onto another context.
  func paint(on target: OpaquePointer?) {
    cairo_surface_flush(recording)
    cairo_set_source_surface(target, recording, 0, 0)
    cairo_paint(target)
  }

  // MARK: Text

  func block(_ text: String, _ style: TextBlock.Style, width: Double) -> TextBlock {
    block([.init(text)], style, width: width)
  }

  func block(_ runs: [ViewElement.TextRun], _ style: TextBlock.Style, width: Double) -> TextBlock {
    let block = TextBlock(runs, style, width: max(width, 1), fonts: fonts)
    missingGlyphs += block.missingGlyphs
    if block.isCut { cutTexts += 1 }
    return block
  }

  func draw(_ block: TextBlock, _ x: Double, _ y: Double, _ colour: Colour) {
    block.draw(cairo, x: x, y: y, colour)
  }

  // MARK: Shapes

  func path(_ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double) {
    let radius = min(radius, width / 2, height / 2)
    cairo_new_path(cairo)
    cairo_arc(cairo, x + width - radius, y + radius, radius, -.pi / 2, 0)
    cairo_arc(cairo, x + width - radius, y + height - radius, radius, 0, .pi / 2)
    cairo_arc(cairo, x + radius, y + height - radius, radius, .pi / 2, .pi)
    cairo_arc(cairo, x + radius, y + radius, radius, .pi, 3 * .pi / 2)
    cairo_close_path(cairo)
  }

  func fill(_ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double = 0, _ colour: Colour)
  {
    path(x, y, width, height, radius: radius)
    set(colour)
    cairo_fill(cairo)
  }

  func stroke(_ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double, _ colour: Colour) {
    path(x + 0.5, y + 0.5, width - 1, height - 1, radius: radius)
    set(colour)
    cairo_set_line_width(cairo, 1)
    cairo_stroke(cairo)
  }

  func circle(_ x: Double, _ y: Double, radius: Double, _ colour: Colour, isFilled: Bool = true) {
    cairo_new_path(cairo)
    cairo_arc(cairo, x, y, isFilled ? radius : radius - 1, 0, 2 * .pi)
    set(colour)
    cairo_set_line_width(cairo, 2)
    if isFilled { cairo_fill(cairo) } else { cairo_stroke(cairo) }
  }

  func line(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double, width: Double = 1, _ colour: Colour) {
    cairo_new_path(cairo)
    cairo_move_to(cairo, x, y)
    cairo_line_to(cairo, toX, toY)
    set(colour)
    cairo_set_line_width(cairo, width)
    cairo_stroke(cairo)
  }

  func polygon(_ points: [(x: Double, y: Double)], _ colour: Colour) {
    cairo_new_path(cairo)
    for point in points { cairo_line_to(cairo, point.x, point.y) }
    cairo_close_path(cairo)
    set(colour)
    cairo_fill(cairo)
  }

  /// Draws a picture so that it fills a rectangle, with what is beyond it cut off.
  func picture(
    _ thumbnail: Thumbnail, _ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double
  ) {
    guard
      let surface = cairo_image_surface_create(
        CAIRO_FORMAT_ARGB32, Int32(thumbnail.width), Int32(thumbnail.height)),
      let pixels = cairo_image_surface_get_data(surface)
    else { return }
    defer { cairo_surface_destroy(surface) }
    let stride = Int(cairo_image_surface_get_stride(surface))
    thumbnail.pixels.withUnsafeBufferPointer { source in
      for row in 0..<thumbnail.height {
        for at in 0..<thumbnail.width * 4 {
          pixels[row * stride + at] = source[row * thumbnail.width * 4 + at]
        }
      }
    }
    cairo_surface_mark_dirty(surface)
    let scale = max(width / Double(thumbnail.width), height / Double(thumbnail.height))
    cairo_save(cairo)
    path(x, y, width, height, radius: radius)
    cairo_clip(cairo)
    cairo_translate(
      cairo, x + (width - Double(thumbnail.width) * scale) / 2,
      y + (height - Double(thumbnail.height) * scale) / 2)
    cairo_scale(cairo, scale, scale)
    cairo_set_source_surface(cairo, surface, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_GOOD)
    cairo_paint(cairo)
    cairo_restore(cairo)
  }

  private func set(_ colour: Colour) {
    cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.alpha)
  }
}
