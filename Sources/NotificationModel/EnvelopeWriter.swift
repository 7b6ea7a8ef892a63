import LosslessJSON

/// The only writer of envelopes: what a line has is kept as it was written, unless a caller says otherwise.
package enum EnvelopeWriter {
  /// The members that a notification writes of its own parts.
  private static let written: [StaticString] = [
    "payload", "device_token", "environment", "headers", "notilua",
  ]

  /// The members by which one run tells the next what no other member says.
  struct OwnMembers {
    private(set) var isOfRecall = false
    private(set) var mayHaveArrived = false

    init(_ line: NotificationLine, _ document: borrowing JSONDocument) {
      guard let own = line.field("notilua", document), document.kind(of: own) == .object else { return }
      isOfRecall = Self.isTrue(own, "of_recall", document)
      mayHaveArrived = Self.isTrue(own, "may_have_arrived", document)
    }

    private static func isTrue(_ own: NodeID, _ key: StaticString, _ document: borrowing JSONDocument) -> Bool
    {
      document.member(own, key).map { document.kind(of: $0) == .true } ?? false
    }
  }

  /// Returns the members of a line's envelope that a notification only passes on.
  ///
  /// - Parameter attached: attachments in place of the envelope's own; empty for those.
  static func otherMembers(
    _ line: NotificationLine, _ document: borrowing JSONDocument, attached: [Attachment]
  ) -> String {
    var text = ""
    if line.form == .envelope {
      let hasOthers = !attached.isEmpty
      text = members(of: document.root, document) { key, document in
        isOne(of: written, key, document) || hasOthers && isOne(of: ["attachments"], key, document)
      }
    }
    if attached.isEmpty { return text }
    let attachments = attachmentsMember(attached)
    return text.isEmpty ? attachments : "\(text),\(attachments)"
  }

  /// Returns the members of a push's envelope that a notification only passes on.
  static func otherMembers(_ envelope: PushEnvelope, attached: [Attachment] = []) -> String {
    if envelope.id == nil, envelope.locales.isEmpty, envelope.timeZone == nil, attached.isEmpty { return "" }
    var writer = JSONWriter()
    if let id = envelope.id { writer.member("id", id) }
    if !envelope.locales.isEmpty { writer.member("locale", envelope.locales) }
    if let timeZone = envelope.timeZone { writer.member("time_zone", timeZone) }
    if !attached.isEmpty { writer.raw(attachmentsMember(attached)) }
    return writer.text
  }

  /// Returns the member of an envelope that has attachments.
  private static func attachmentsMember(_ attachments: [Attachment]) -> String {
    var writer = JSONWriter()
    writer.key("attachments")
    Attachment.write(attachments, to: &writer)
    return writer.text
  }

  /// Returns the raw text of an object's members but those whose names a body leaves out.
  static func members(
    of object: NodeID, _ document: borrowing JSONDocument,
    without isLeftOut: (_ key: NodeID, borrowing JSONDocument) -> Bool
  ) -> String {
    var text = ""
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(object, &cursor) {
      if isLeftOut(key, document) { continue }
      if !text.isEmpty { text += "," }
      text += String(decoding: document.rawText(of: key), as: UTF8.self)
      text += ":"
      text += String(decoding: document.rawText(of: value), as: UTF8.self)
    }
    return text
  }

  /// Returns whether a key is one of these names; no text is made of one without escapes.
  private static func isOne(
    of names: [StaticString], _ key: NodeID, _ document: borrowing JSONDocument
  ) -> Bool {
    let text = document.unquotedText(of: key)
    if text.contains(0x5C) {
      let name = document.swiftString(of: key)
      return names.contains { "\($0)" == name }
    }
    return names.contains {
      text.elementsEqual(UnsafeBufferPointer(start: $0.utf8Start, count: $0.utf8CodeUnitCount))
    }
  }

  /// Returns a line with the delivery headers that plugins have changed, and with the name that it had; nil where it is
  /// no envelope.
  package static func line(_ text: UnsafeRawBufferPointer, changing delivery: DeliveryChange) -> [UInt8]? {
    var document = JSONDocument(depthLimit: 1024, duplicateKeys: .keepLast)
    guard (try? document.parse(text)) != nil, let line = try? NotificationLine(document),
      line.form == .envelope
    else { return nil }
    var members = ["headers": headers(line, document, changing: delivery)]
    let changed = line.applying(delivery, document)
    if let name = line.identifier(document), changed.identifier(document) != name {
      members[NotificationLine.ownKey] = own(line, document, identifier: name)
    }
    return envelope(line, document, replacing: members)
  }

  /// Returns the headers of a line with changes of some: what is not changed keeps its bytes.
  private static func headers(
    _ line: NotificationLine, _ document: borrowing JSONDocument, changing delivery: DeliveryChange
  ) -> String {
    let changed = delivery.entries.map(\.edit.field.header)
    var writer = JSONWriter()
    writer.beginObject()
    if let headers = line.field("headers", document) {
      let kept = members(of: headers, document) { key, document in
        NotificationLine.header(key, document).map { changed.contains($0) } ?? false
      }
      if !kept.isEmpty { writer.raw(kept) }
    }
    for entry in delivery.entries {
      if let text = entry.edit.text { writer.member("\(entry.edit.field.header.name)", text) }
    }
    writer.endObject()
    return writer.text
  }

  /// Returns the member by which the next run knows a notification by the name that it had.
  private static func own(
    _ line: NotificationLine, _ document: borrowing JSONDocument, identifier: String
  ) -> String {
    let members = OwnMembers(line, document)
    var writer = JSONWriter()
    writer.beginObject()
    writer.member(NotificationLine.ownIdentifierKey, identifier)
    if members.isOfRecall { writer.member("of_recall", true) }
    if members.mayHaveArrived { writer.member("may_have_arrived", true) }
    writer.endObject()
    return writer.text
  }

  /// Returns a line as an envelope in which other values stand for some members.
  ///
  /// - Parameter members: JSON values by name; the payload of a line without an envelope becomes one of its members.
  package static func envelope(
    _ line: NotificationLine, _ document: borrowing JSONDocument, replacing members: [String: String]
  ) -> [UInt8] {
    var writer = JSONWriter(capacity: document.rawText(of: document.root).count + 512)
    writer.beginObject()
    if line.form == .envelope {
      let kept = Self.members(of: document.root, document) { key, document in
        members[document.swiftString(of: key)] != nil
      }
      if !kept.isEmpty { writer.raw(kept) }
    } else if members["payload"] == nil {
      writer.key("payload")
      writer.raw(document.rawText(of: document.root))
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      writer.key(name)
      writer.raw(value)
    }
    writer.endObject()
    return Array(writer.buffer.bytes)
  }
}

extension PushNotification {
  /// The line that makes the same notification again when another run reads it: an envelope with the `apns-id` that was
  /// used, every name by which it may be recalled, and all that the original envelope had.
  package var envelope: [UInt8] {
    var writer = JSONWriter(capacity: payload.count + 512)
    writer.beginObject()
    if !otherMembers.isEmpty { writer.raw(otherMembers) }
    if let deviceToken { writer.member("device_token", deviceToken) }
    if let environment { writer.member("environment", environment.rawValue) }
    writeOwn(&writer)
    writer.key("headers")
    writeHeaders(&writer)
    writer.key("payload")
    payload.withUnsafeBytes { writer.raw($0) }
    writer.endObject()
    return Array(writer.buffer.bytes)
  }

  private func writeHeaders(_ writer: inout JSONWriter) {
    writer.beginObject()
    if let topic = headers.topic { writer.member("apns-topic", topic) }
    writer.member("apns-push-type", headers.pushType)
    writer.member("apns-id", headerID)
    if let priority = headers.priority { writer.member("apns-priority", priority) }
    if let expiration = headers.expiration { writer.member("apns-expiration", expiration) }
    if let collapseID = headers.collapseID { writer.member("apns-collapse-id", collapseID) }
    if !headers.others.isEmpty { writer.raw(headers.others) }
    writer.endObject()
  }

  /// Writes what no other member of the envelope says.
  private func writeOwn(_ writer: inout JSONWriter) {
    // The headers come before `id` where an identifier is looked for, also those that the sender did not write.
    let derived = [headers.collapseID ?? "", headerID].first { !$0.isEmpty }
    let isDerived = derived == identifier
    guard !isDerived || isOfRecall || mayHaveArrived else { return }
    writer.key(NotificationLine.ownKey)
    writer.beginObject()
    if !isDerived { writer.member(NotificationLine.ownIdentifierKey, identifier) }
    if isOfRecall { writer.member("of_recall", true) }
    if mayHaveArrived { writer.member("may_have_arrived", true) }
    writer.endObject()
  }

  /// The `apns-id` as the sender wrote it, perhaps in capitals, which are part of a name.
  private var headerID: String { identifier.lowercased() == apnsID ? identifier : apnsID }
}
