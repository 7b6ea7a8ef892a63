import NotificationViews

extension ViewElement.Picture {
  func write(to writer: inout ByteWriter) {
    writer.write(texts: attachment, caption)
    writer.write(place: fit)
    writer.write(optional: size) { $0.write($1) }
    writer.write(place: alignment)
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      attachment: try reader.readShownText(), caption: try reader.readShownText(),
      fit: try reader.readCase(Fit.self),
      size: try reader.readOptional { reader throws(ByteReader.Truncated) in
        try reader.readDouble(in: Self.sizes)
      }, alignment: try reader.readCase(ViewElement.Alignment.self))
  }
}

extension ViewElement.Column {
  /// The forms of a cell, by their places.
  private enum CellForm: CaseIterable {
    case text
    case image
  }

  func write(to writer: inout ByteWriter) {
    writer.write(place: alignment)
    writer.write(UInt8(clamping: width))
    writer.write(cells) { writer, cell in
      switch cell {
      case .text(let runs, let style):
        writer.write(place: CellForm.text)
        writer.write(place: style)
        writer.write(runs) { $1.write(to: &$0) }
      case .image(let picture):
        writer.write(place: CellForm.image)
        picture.write(to: &writer)
      }
    }
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    let alignment = try reader.readCase(ViewElement.Alignment.self)
    let width = Int(try reader.read(UInt8.self))
    guard Self.widths.contains(width) else { throw .init() }
    let cells = try reader.readList(limit: Self.cellLimit) { reader throws(ByteReader.Truncated) in
      switch try reader.readCase(CellForm.self) {
      case .text:
        let style = try reader.readCase(ViewElement.TextStyle.self)
        return Cell.text(
          try reader.readEntries { reader throws(ByteReader.Truncated) in
            try ViewElement.TextRun(&reader)
          }, style)
      case .image: return Cell.image(try ViewElement.Picture(&reader))
      }
    }
    self.init(cells, alignment: alignment, width: width)
  }
}

extension ViewElement.Coordinate {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(latitude)
    writer.write(longitude)
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      latitude: try reader.readDouble(in: Self.latitudes),
      longitude: try reader.readDouble(in: Self.longitudes))
  }
}

extension ViewElement.Map {
  func write(to writer: inout ByteWriter) {
    writer.write(places) { $1.write(to: &$0) }
    writer.write(route) { $1.write(to: &$0) }
    writer.write(optional: circle) { writer, circle in
      circle.center.write(to: &writer)
      writer.write(circle.radius)
    }
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    let places = try reader.readEntries { reader throws(ByteReader.Truncated) in
      try ViewElement.Place(&reader)
    }
    guard places.allSatisfy({ $0.coordinate != nil }) else { throw .init() }
    let route = try reader.readList(limit: NotificationView.routeLimit) {
      reader throws(ByteReader.Truncated) in try ViewElement.Coordinate(&reader)
    }
    let circle = try reader.readOptional { reader throws(ByteReader.Truncated) in
      Circle(
        center: try ViewElement.Coordinate(&reader), radius: try reader.readDouble(in: Circle.radii))
    }
    self.init(places: places, route: route, circle: circle)
  }
}
