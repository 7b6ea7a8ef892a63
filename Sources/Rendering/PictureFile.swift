import CPango
import Presentation

/// Writes pictures, one beside the other, as PNG or SVG.
package enum PictureFile {
  /// The form of the bytes.
  package enum Form: String, CaseIterable, Sendable {
    case png
    case svg
  }

  /// Returns a thumbnail as PNG.
  package static func png(_ thumbnail: Thumbnail) -> [UInt8] {
    guard let surface = Canvas.surface(thumbnail) else { return [] }
    defer { cairo_surface_destroy(surface) }
    var bytes: [UInt8] = []
    withUnsafeMutablePointer(to: &bytes) { _ = cairo_surface_write_to_png_stream(surface, write, $0) }
    return bytes
  }

  /// Appends to an array of bytes.
  private static let write: cairo_write_func_t = { bytes, data, count in
    guard let bytes, let data else { return CAIRO_STATUS_WRITE_ERROR }
    bytes.assumingMemoryBound(to: [UInt8].self).pointee.append(
      contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }

  /// Returns the bytes of a picture; empty where there is no memory for it.
  package static func bytes(_ pictures: [NotificationPicture], _ form: Form) -> [UInt8] {
    guard let options = pictures.first?.options else { return [] }
    let width = pictures.reduce(0) { $0 + $1.width }.rounded(.up)
    let height = (pictures.map(\.height).max() ?? 0).rounded(.up)
    // Cairo's pictures have 32,767 pixels a side at most.
    let scale = min(options.scale, 32_000 / max(width, height, 1))
    var bytes: [UInt8] = []
    withUnsafeMutablePointer(to: &bytes) { bytes in
      let surface =
        form == .png
        ? cairo_image_surface_create(
          CAIRO_FORMAT_RGB24, Int32(width * scale), Int32(height * scale))
        : cairo_svg_surface_create_for_stream(write, bytes, width * scale, height * scale)
      guard let cairo = cairo_create(surface) else { return }
      // In SVG, too: Cairo writes emoji as pictures, with a pixel for each of its units.
      cairo_scale(cairo, scale, scale)
      var x = 0.0
      for picture in pictures {
        cairo_save(cairo)
        cairo_rectangle(cairo, x, 0, picture.width, height)
        cairo_clip(cairo)
        let background = picture.options.appearance.background
        cairo_set_source_rgb(cairo, background.red, background.green, background.blue)
        cairo_paint(cairo)
        cairo_translate(cairo, x, 0)
        picture.canvas.paint(on: cairo)
        cairo_restore(cairo)
        x += picture.width
      }
      let isDrawn = cairo_status(cairo) == CAIRO_STATUS_SUCCESS
      cairo_destroy(cairo)
      if form == .png, isDrawn { cairo_surface_write_to_png_stream(surface, write, bytes) }
      cairo_surface_finish(surface)
      cairo_surface_destroy(surface)
      if !isDrawn { bytes.pointee = [] }
    }
    return form == .png ? bytes : sized(bytes, width, height)
  }

  /// Returns an SVG that is as large as the notification, with a CSS pixel for each point, whatever its units are.
  private static func sized(_ svg: [UInt8], _ width: Double, _ height: Double) -> [UInt8] {
    var text = String(decoding: svg.prefix(1024), as: UTF8.self)
    guard let start = text.firstRange(of: "<svg "), let end = text[start.upperBound...].firstIndex(of: ">")
    else {
      return svg
    }
    let rest = svg.dropFirst(text[..<end].utf8.count)
    var tag = text[start.upperBound..<end]
    text = String(text[..<start.upperBound])
    for (name, value) in [("width", width), ("height", height)] {
      guard let from = tag.firstRange(of: "\(name)=\""), let to = tag[from.upperBound...].firstIndex(of: "\"")
      else {
        return svg
      }
      tag.replaceSubrange(from.upperBound..<to, with: String(Int(value)))
    }
    return Array((text + tag).utf8) + rest
  }
}
