import CPango
import NotificationViews
import Presentation

/// The list of all that a picture is made of, in points; its size is known when the list is complete.
///
/// Cairo's own recording surfaces are of no use here: without bounds, its SVG writer places text at coordinates that were never
/// set (seen with Cairo 1.16; github.com/JuliaGraphics/Luxor.jl/issues/150 and github.com/Kozea/cairocffi/issues/99 report the same), and
/// bounds would have to be known before a text is measured.
final class Canvas {
  /// One step of drawing.
  typealias Step = (OpaquePointer) -> Void

  let fonts: Fonts
  private var steps: [Step] = []
  /// Characters of all texts that no font has.
  private(set) var missingGlyphs = 0
  /// Texts that end with an ellipsis, for there is no room for all of them.
  private(set) var cutTexts = 0

  init(fonts: Fonts) { self.fonts = fonts }

  /// Draws everything, in order.
  func paint(on cairo: OpaquePointer) { for step in steps { step(cairo) } }

  /// The place of what is drawn next, for something that lies behind it.
  var place: Int { steps.count }

  /// Moves what was drawn since `end` to a place before, so that it lies behind what came between.
  func move(from end: Int, behind place: Int) {
    let late = steps[end...]
    steps.removeSubrange(end...)
    steps.insert(contentsOf: late, at: place)
  }

  /// Moves everything that was drawn from a place on.
  func shift(from place: Int, _ x: Double, _ y: Double) {
    guard place < steps.count, x != 0 || y != 0 else { return }
    let moved = Array(steps[place...])
    steps.removeSubrange(place...)
    add { cairo in
      cairo_save(cairo)
      cairo_translate(cairo, x, y)
      for step in moved { step(cairo) }
      cairo_restore(cairo)
    }
  }

  /// Draws inside of a rounded rectangle, with what is beyond it cut off.
  func clipped(
    _ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double, _ body: () -> Void
  ) {
    add {
      cairo_save($0)
      Self.path($0, x, y, width, height, radius: radius)
      cairo_clip($0)
    }
    body()
    add { cairo_restore($0) }
  }

  private func add(_ step: @escaping Step) { steps.append(step) }

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
    add { block.draw($0, x: x, y: y, colour) }
  }

  // MARK: Shapes

  private static func path(
    _ cairo: OpaquePointer, _ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double
  ) {
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
    add { cairo in
      Self.path(cairo, x, y, width, height, radius: radius)
      Self.set(cairo, colour)
      cairo_fill(cairo)
    }
  }

  func stroke(_ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double, _ colour: Colour) {
    add { cairo in
      Self.path(cairo, x + 0.5, y + 0.5, width - 1, height - 1, radius: radius)
      Self.set(cairo, colour)
      cairo_set_line_width(cairo, 1)
      cairo_stroke(cairo)
    }
  }

  func circle(_ x: Double, _ y: Double, radius: Double, _ colour: Colour, isFilled: Bool = true) {
    add { cairo in
      cairo_new_path(cairo)
      cairo_arc(cairo, x, y, isFilled ? radius : radius - 1, 0, 2 * .pi)
      Self.set(cairo, colour)
      cairo_set_line_width(cairo, 2)
      if isFilled { cairo_fill(cairo) } else { cairo_stroke(cairo) }
    }
  }

  func line(_ x: Double, _ y: Double, _ toX: Double, _ toY: Double, width: Double = 1, _ colour: Colour) {
    polyline([(x, y), (toX, toY)], width: width, colour)
  }

  /// Draws a line through points, with round corners where it is wide.
  func polyline(_ points: [(x: Double, y: Double)], width: Double, _ colour: Colour) {
    guard points.count > 1 else { return }
    add { cairo in
      cairo_new_path(cairo)
      for point in points { cairo_line_to(cairo, point.x, point.y) }
      Self.set(cairo, colour)
      cairo_set_line_width(cairo, width)
      if points.count > 2 {
        cairo_set_line_join(cairo, CAIRO_LINE_JOIN_ROUND)
        cairo_set_line_cap(cairo, CAIRO_LINE_CAP_ROUND)
      }
      cairo_stroke(cairo)
      cairo_set_line_join(cairo, CAIRO_LINE_JOIN_MITER)
      cairo_set_line_cap(cairo, CAIRO_LINE_CAP_BUTT)
    }
  }

  func polygon(_ points: [(x: Double, y: Double)], _ colour: Colour) { polygons([points], colour) }

  /// Fills what an odd number of polygons covers.
  func polygons(_ polygons: [[(x: Double, y: Double)]], _ colour: Colour) {
    add { cairo in
      cairo_new_path(cairo)
      for points in polygons {
        cairo_new_sub_path(cairo)
        for point in points { cairo_line_to(cairo, point.x, point.y) }
        cairo_close_path(cairo)
      }
      Self.set(cairo, colour)
      cairo_set_fill_rule(cairo, CAIRO_FILL_RULE_EVEN_ODD)
      cairo_fill(cairo)
      cairo_set_fill_rule(cairo, CAIRO_FILL_RULE_WINDING)
    }
  }

  /// Draws a picture so that it fills a rectangle, with what is beyond it cut off.
  ///
  /// - Parameter ground: the colour behind a picture that one can see through; nil for none.
  func picture(
    _ thumbnail: Thumbnail, _ x: Double, _ y: Double, _ width: Double, _ height: Double, radius: Double,
    ground: Colour? = nil
  ) {
    if let ground, !thumbnail.isOpaque { fill(x, y, width, height, radius: radius, ground) }
    let scale = max(width / Double(thumbnail.width), height / Double(thumbnail.height))
    add { cairo in
      guard let surface = Self.surface(thumbnail) else { return }
      defer { cairo_surface_destroy(surface) }
      cairo_save(cairo)
      Self.path(cairo, x, y, width, height, radius: radius)
      cairo_clip(cairo)
      cairo_translate(
        cairo, x + (width - Double(thumbnail.width) * scale) / 2,
        y + (height - Double(thumbnail.height) * scale) / 2)
      cairo_scale(cairo, scale, scale)
      cairo_set_source_surface(cairo, surface, 0, 0)
      cairo_pattern_set_filter(cairo_get_source(cairo), CAIRO_FILTER_GOOD)
      // Without this the edges of a picture that is scaled fade; SVG has no word for it.
      if cairo_surface_get_type(cairo_get_target(cairo)) == CAIRO_SURFACE_TYPE_IMAGE {
        cairo_pattern_set_extend(cairo_get_source(cairo), CAIRO_EXTEND_PAD)
      }
      cairo_paint(cairo)
      cairo_restore(cairo)
    }
  }

  /// Returns the pixels as Cairo has them; nil where there is no memory for them.
  static func surface(_ thumbnail: Thumbnail) -> OpaquePointer? {
    guard
      let surface = cairo_image_surface_create(
        CAIRO_FORMAT_ARGB32, Int32(thumbnail.width), Int32(thumbnail.height)),
      let pixels = cairo_image_surface_get_data(surface)
    else { return nil }
    let stride = Int(cairo_image_surface_get_stride(surface))
    let row = thumbnail.width * 4
    thumbnail.pixels.withUnsafeBufferPointer { source in
      for at in 0..<min(thumbnail.height, source.count / max(row, 1)) {
        (pixels + at * stride).update(from: source.baseAddress.unsafelyUnwrapped + at * row, count: row)
      }
    }
    cairo_surface_mark_dirty(surface)
    return surface
  }

  private static func set(_ cairo: OpaquePointer, _ colour: Colour) {
    cairo_set_source_rgba(cairo, colour.red, colour.green, colour.blue, colour.alpha)
  }
}
