import LosslessJSON

extension Attachment {
  /// Returns the attachments of a list, without what is none.
  package static func list(_ document: borrowing JSONDocument, _ list: NodeID) -> [Attachment] {
    guard document.kind(of: list) == .array else { return [] }
    return document.elements(of: list).prefix(limit).compactMap { Attachment(document, $0) }
  }

  /// Returns the attachments of a JSON array, without what is none.
  package static func list(json: String) -> [Attachment] {
    var document = JSONDocument(depthLimit: 16, duplicateKeys: .keepLast)
    guard (try? document.parse(json)) != nil else { return [] }
    return list(document, document.root)
  }

  /// Reads an attachment; nil where the value is none.
  private init?(_ document: borrowing JSONDocument, _ node: NodeID) {
    guard document.kind(of: node) == .object else { return nil }
    self.init(
      identifier: document.stringMember(node, "identifier") ?? "",
      url: document.stringMember(node, "url") ?? "")
    guard let options = document.member(node, "options"), document.kind(of: options) == .object else {
      return
    }
    typeHint = document.stringMember(options, "type_hint")
    hidesThumbnail =
      document.member(options, "thumbnail_hidden").map { document.kind(of: $0) == .true } ?? false
    time = Self.number(document, options, "thumbnail_time")
    clip = document.member(options, "thumbnail_clipping_rect").flatMap { Clip(document, $0) }
  }

  fileprivate static func number(
    _ document: borrowing JSONDocument, _ object: NodeID, _ key: StaticString
  ) -> Double? {
    guard let node = document.member(object, key), document.kind(of: node) == .number else { return nil }
    let number = document.double(of: node)
    return number.isFinite ? number : nil
  }

  /// Writes a list of attachments, as an envelope has it.
  package static func write(_ attachments: [Attachment], to writer: inout JSONWriter) {
    writer.beginArray()
    for attachment in attachments { attachment.write(to: &writer) }
    writer.endArray()
  }

  private func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("identifier", identifier)
    writer.member("url", url)
    if typeHint != nil || hidesThumbnail || clip != nil || time != nil {
      writer.key("options")
      writeOptions(to: &writer)
    }
    writer.endObject()
  }

  /// Writes type hint and thumbnail.
  package func writeOptions(to writer: inout JSONWriter) {
    writer.beginObject()
    if let typeHint { writer.member("type_hint", typeHint) }
    if hidesThumbnail { writer.member("thumbnail_hidden", true) }
    if let time {
      writer.key("thumbnail_time")
      writer.raw(time.description)
    }
    if let clip { clip.write(to: &writer) }
    writer.endObject()
  }
}

extension Attachment.Clip {
  fileprivate init?(_ document: borrowing JSONDocument, _ rectangle: NodeID) {
    guard document.kind(of: rectangle) == .object,
      let x = Attachment.number(document, rectangle, "x"),
      let y = Attachment.number(document, rectangle, "y"),
      let width = Attachment.number(document, rectangle, "width"),
      let height = Attachment.number(document, rectangle, "height")
    else { return nil }
    self.init(x: x, y: y, width: width, height: height)
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.key("thumbnail_clipping_rect")
    writer.beginObject()
    for (name, side) in [("x", x), ("y", y), ("width", width), ("height", height)] {
      writer.key(name)
      writer.raw(side.description)
    }
    writer.endObject()
  }
}
