import LosslessJSON

extension ViewElement.Picture {
  /// Writes the members behind the attachment: what is not as usual.
  func writeForm(to writer: inout JSONWriter, hasAlignment: Bool = true) {
    writer.optional("caption", caption)
    if fit != .fit { writer.member("fit", fit.rawValue) }
    if let size { writer.member("size", size) }
    if hasAlignment, alignment != fit.alignment { writer.member("alignment", alignment.rawValue) }
  }
}

extension ViewElement.Column {
  /// Writes the column as an object, which ``ViewReader`` reads.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    if alignment != .start { writer.member("alignment", alignment.rawValue) }
    if width != 1 {
      writer.key("width")
      writer.value(Int64(width))
    }
    writer.key("cells")
    writer.beginArray()
    for cell in cells {
      writer.beginObject()
      switch cell {
      case .text(let runs, let style):
        writer.key("text")
        ViewElement.TextRun.write(runs, to: &writer)
        if style != .body { writer.member("style", style.rawValue) }
      case .image(let picture):
        writer.member("image", picture.attachment)
        picture.writeForm(to: &writer, hasAlignment: false)
      }
      writer.endObject()
    }
    writer.endArray()
    writer.endObject()
  }
}

extension ViewElement.Map {
  /// Writes the members of a map's object.
  func writeMembers(to writer: inout JSONWriter) {
    if !places.isEmpty {
      writer.key("places")
      writer.beginArray()
      for place in places { place.write(to: &writer) }
      writer.endArray()
    }
    if !route.isEmpty {
      writer.key("route")
      writer.beginArray()
      for point in route {
        writer.beginArray()
        writer.raw(point.latitude.description)
        writer.raw(point.longitude.description)
        writer.endArray()
      }
      writer.endArray()
    }
    guard let circle else { return }
    writer.key("circle")
    writer.beginObject()
    writer.member("latitude", circle.center.latitude)
    writer.member("longitude", circle.center.longitude)
    writer.member("radius", circle.radius)
    writer.endObject()
  }
}

extension DesktopWish {
  /// Writes the wishes as an object.
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    if let isTransient { writer.member("transient", isTransient) }
    if let expiresAfter { writer.member("expires_after", expiresAfter) }
    writer.optional("tag", tag)
    writer.endObject()
  }
}
