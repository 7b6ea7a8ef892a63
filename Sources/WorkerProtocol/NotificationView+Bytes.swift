import NotificationViews

extension NotificationView {
  /// Writes the view for the other end.
  func write(to writer: inout ByteWriter) {
    writer.write(title)
    writer.write(elements) { $1.write(to: &$0) }
    writer.write(optional: actions) { $0.write($1) { $1.write(to: &$0) } }
    desktop.write(to: &writer)
  }

  /// Reads a view; throws where it is none that a plugin can build.
  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init()
    title = try reader.readText(limit: Self.textLimit)
    let elements = try reader.readList(limit: Self.elementLimit) { reader throws(ByteReader.Truncated) in
      try ViewElement(&reader)
    }
    do {
      for element in elements { try append(element) }
    } catch {
      throw .init()
    }
    actions = try reader.readOptional { reader throws(ByteReader.Truncated) in
      try NotificationAction.readList(&reader)
    }
    desktop = try DesktopWish(&reader)
  }
}

extension DesktopWish {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(optional: isTransient) { $0.write($1) }
    writer.write(optional: expiresAfter) { $0.write($1) }
    writer.write(tag)
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      isTransient: try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.readFlag() },
      expiresAfter: try reader.readOptional { reader throws(ByteReader.Truncated) in
        try reader.readDouble(in: Self.expiries)
      }, tag: try reader.readText(limit: NotificationView.identifierLimit))
  }
}
