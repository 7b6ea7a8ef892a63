import NotificationModel

// A changed header is the place of its plugin, that of its field, and a typed value that may not be there.

extension DeliveryChange {
  /// Writes the changes behind others.
  func write(to writer: inout ByteWriter) {
    writer.write(UInt8(entries.count))
    for entry in entries {
      writer.write(UInt32(entry.plugin))
      writer.write(place: entry.edit.field)
      entry.edit.write(to: &writer)
    }
  }

  /// Reads changes: one of each header at most, and each a value that APNs takes.
  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init()
    var fields: Set<DeliveryField> = []
    for _ in 0..<(try reader.read(UInt8.self)) {
      let plugin = Int(try reader.read(UInt32.self))
      let field = try reader.readCase(DeliveryField.self)
      let edit = try DeliveryEdit(field, &reader)
      guard fields.insert(field).inserted, edit.isPossible else { throw .init() }
      add(edit, by: plugin)
    }
  }
}

extension DeliveryEdit {
  fileprivate func write(to writer: inout ByteWriter) {
    switch self {
    case .pushType(let type): writer.write(optional: type) { $0.write(place: $1) }
    case .priority(let priority): writer.write(optional: priority) { $0.write(UInt8(clamping: $1)) }
    case .expiration(let time): writer.write(optional: time) { $0.write($1) }
    case .collapseID(let text): writer.write(optional: text) { $0.write($1) }
    case .topic(let topic): writer.write(topic)
    }
  }

  fileprivate init(_ field: DeliveryField, _ reader: inout ByteReader) throws(ByteReader.Truncated) {
    switch field {
    case .pushType:
      self = .pushType(
        try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.readCase(PushType.self) })
    case .priority:
      self = .priority(
        try reader.readOptional { reader throws(ByteReader.Truncated) in Int(try reader.read(UInt8.self)) })
    case .expiration:
      self = .expiration(
        try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.read(Int64.self) })
    case .collapseID:
      self = .collapseID(
        try reader.readOptional { reader throws(ByteReader.Truncated) in
          try reader.readText(limit: APNsHeader.collapseIDLimit)
        })
    case .topic: self = .topic(try reader.readText(limit: APNsHeader.topicLimit))
    }
  }
}
