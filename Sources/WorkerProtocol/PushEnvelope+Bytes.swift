import NotificationModel

// A push in a batch is its envelope behind its length, and then its payload.

extension Push {
  /// The push as an item of a batch.
  package var item: [UInt8] {
    var writer = ByteWriter()
    writer.write(envelope.bytes)
    return writer.bytes + payloadLine
  }
}

extension PushEnvelope {
  /// The envelope as bytes.
  fileprivate var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(optional: deviceName) { $0.write($1) }
    writer.write(optional: environment?.rawValue) { $0.write($1) }
    for header in NotificationLine.Header.allCases {
      writer.write(optional: self[header]) { $0.write($1) }
    }
    writer.write(optional: id) { $0.write($1) }
    writer.write(locales) { $0.write($1) }
    writer.write(optional: timeZone) { $0.write($1) }
    return writer.bytes
  }

  /// Splits an item of a batch; nil where it is none.
  package static func read(
    item: UnsafeRawBufferPointer
  ) -> (envelope: PushEnvelope, payload: UnsafeRawBufferPointer)? {
    let prefix = MemoryLayout<UInt32>.size
    guard item.count >= prefix else { return nil }
    let count = Int(item.loadUnaligned(as: UInt32.self))
    guard count <= item.count - prefix,
      let envelope = try? PushEnvelope(Array(item[prefix..<prefix + count]))
    else { return nil }
    return (envelope, UnsafeRawBufferPointer(rebasing: item[(prefix + count)...]))
  }

  private convenience init(_ bytes: [UInt8]) throws(ByteReader.Truncated) {
    var reader = ByteReader(bytes)
    func text() throws(ByteReader.Truncated) -> String? {
      try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.readText() }
    }
    let deviceName = try text()
    let environment = try text().flatMap { PushEnvironment(rawValue: $0) }
    var headers: [NotificationLine.Header: String] = [:]
    for header in NotificationLine.Header.allCases { headers[header] = try text() }
    let id = try text()
    let locales = try reader.readList(limit: Self.localeLimit) { reader throws(ByteReader.Truncated) in
      try reader.readText()
    }
    let timeZone = try text()
    guard reader.isAtEnd else { throw .init() }
    self.init(
      deviceName: deviceName, environment: environment, headers: headers, id: id, locales: locales,
      timeZone: timeZone)
  }
}
