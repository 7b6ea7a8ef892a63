import NotificationModel

extension PushEnvelope {
  /// Writes the envelope behind others.
  func write(to writer: inout ByteWriter) {
    writer.write(optional: deviceName) { $0.write($1) }
    writer.write(optional: environment?.rawValue) { $0.write($1) }
    for header in NotificationLine.Header.allCases {
      writer.write(optional: self[header]) { $0.write($1) }
    }
    writer.write(optional: id) { $0.write($1) }
    writer.write(locales) { $0.write($1) }
    writer.write(optional: timeZone) { $0.write($1) }
  }

  /// Reads an envelope.
  convenience init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    func text(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> String? {
      try reader.readOptional { reader throws(ByteReader.Truncated) in try reader.readText() }
    }
    let deviceName = try text(&reader)
    let environment = try text(&reader).flatMap { PushEnvironment(rawValue: $0) }
    var headers: [NotificationLine.Header: String] = [:]
    for header in NotificationLine.Header.allCases { headers[header] = try text(&reader) }
    let id = try text(&reader)
    let locales = try reader.readList(limit: Self.localeLimit) { reader throws(ByteReader.Truncated) in
      try reader.readText()
    }
    let timeZone = try text(&reader)
    self.init(
      deviceName: deviceName, environment: environment, headers: headers, id: id, locales: locales,
      timeZone: timeZone)
  }
}
