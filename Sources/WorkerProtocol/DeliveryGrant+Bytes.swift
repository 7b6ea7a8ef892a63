import NotificationModel

extension DeliveryGrant {
  /// Writes the grant behind others.
  func write(to writer: inout ByteWriter) {
    writer.write(fields) { $0.write(place: $1) }
    writer.write(optional: topics) { $1.write(to: &$0) }
    writer.write(coversUnnamed)
  }

  /// Reads a grant.
  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    let fields = try reader.readList(limit: DeliveryField.allCases.count) {
      reader throws(ByteReader.Truncated) in try reader.readCase(DeliveryField.self)
    }
    let topics = try reader.readOptional { reader throws(ByteReader.Truncated) in
      try PushTopics(&reader)
    }
    self.init(fields: fields, topics: topics, coversUnnamed: try reader.readFlag())
  }
}

extension PushTopics {
  /// Writes the topics behind others.
  func write(to writer: inout ByteWriter) {
    var isListed = false
    if case .listed = self { isListed = true }
    writer.write(isListed)
    writer.write(names) { $0.write($1) }
  }

  /// Reads topics.
  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    let isListed = try reader.readFlag()
    let names = try reader.readList(limit: .max) { reader throws(ByteReader.Truncated) in
      try reader.readText()
    }
    self = isListed ? .listed(names) : .apps(names)
  }
}
