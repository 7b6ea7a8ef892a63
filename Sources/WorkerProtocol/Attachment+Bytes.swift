import NotificationModel

extension Attachment {
  /// Writes the attachment for the other end.
  package func write(to writer: inout ByteWriter) {
    writer.write(identifier)
    writer.write(url)
    writer.write(optional: typeHint) { $0.write($1) }
    writer.write(hidesThumbnail)
    writer.write(optional: time) { $0.write($1) }
    writer.write(optional: clip) { writer, clip in
      for side in [clip.x, clip.y, clip.width, clip.height] { writer.write(side) }
    }
  }

  /// Reads an attachment.
  package init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(identifier: try reader.readText(), url: try reader.readText())
    typeHint = try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.readText() }
    hidesThumbnail = try reader.readFlag()
    time = try reader.readOptional { reader throws(ByteReader.Truncated) in
      try reader.readNumber()
    }
    clip = try reader.readOptional { reader throws(ByteReader.Truncated) in
      Clip(
        x: try reader.readNumber(), y: try reader.readNumber(),
        width: try reader.readNumber(), height: try reader.readNumber())
    }
  }
}

extension ByteReader {
  /// Reads a number as a sender wrote it: whoever shows a picture brings it into its range.
  fileprivate mutating func readNumber() throws(Truncated) -> Double {
    try readDouble(in: -Double.greatestFiniteMagnitude...Double.greatestFiniteMagnitude)
  }
}
