import LosslessJSON

extension PushNotification {
  /// The line that makes the same notification again when another run reads it: an envelope with the `apns-id` that was
  /// used, every name by which it may be recalled, and all that the original envelope had.
  package var retained: [UInt8] {
    // A line that is no notification stays as it is.
    if payload.isEmpty { return line }
    var writer = JSONWriter(capacity: payload.count + 512)
    writer.beginObject()
    if !otherMembers.isEmpty { writer.raw(otherMembers) }
    if let deviceToken { writer.member("device_token", deviceToken) }
    if let environment { writer.member("environment", environment.rawValue) }
    writeOwn(&writer)
    writer.key("headers")
    writer.beginObject()
    if let topic { writer.member("apns-topic", topic) }
    writer.member("apns-push-type", pushType)
    writer.member("apns-id", headerID)
    if let priority { writer.member("apns-priority", priority) }
    if let expiration { writer.member("apns-expiration", expiration) }
    if let collapseID { writer.member("apns-collapse-id", collapseID) }
    if !otherHeaders.isEmpty { writer.raw(otherHeaders) }
    writer.endObject()
    writer.key("payload")
    writer.raw(String(decoding: payload, as: UTF8.self))
    writer.endObject()
    return Array(writer.buffer.bytes)
  }

  /// Writes what no other member of the envelope says.
  private func writeOwn(_ writer: inout JSONWriter) {
    // The headers come before `id` where an identifier is looked for, also those that the sender did not write.
    let derived = [collapseID ?? "", headerID].first { !$0.isEmpty }
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

  /// Restores ``otherMembers`` of a record that version 0.1.0 wrote, as far as its names tell them.
  package mutating func restoreOtherMembers() {
    let isFromHeader = !(collapseID ?? "").isEmpty || identifier.lowercased() == apnsID
    guard let id = isFromHeader ? aliases.first : identifier, !id.isEmpty else { return }
    var writer = JSONWriter()
    writer.member("id", id)
    otherMembers = writer.text
  }
}

/// The members of an envelope that ``PushNotification/retained`` writes for the next run, and those that it only
/// passes on.
struct RetainedMembers {
  private static let keys: Set = [
    "payload", "device_token", "environment", "headers", NotificationLine.ownKey,
  ]
  private static let headers: Set = [
    "apns-topic", "apns-push-type", "apns-id", "apns-priority", "apns-expiration", "apns-collapse-id",
  ]

  private(set) var isOfRecall = false
  private(set) var mayHaveArrived = false
  private(set) var otherMembers = ""
  private(set) var otherHeaders = ""

  init(_ line: NotificationLine, _ document: borrowing JSONDocument) {
    guard line.form == .envelope else { return }
    otherMembers = Self.members(of: document.root, document) { Self.keys.contains($0) }
    if let headers = line.field("headers", document) {
      otherHeaders = Self.members(of: headers, document) { Self.headers.contains($0.lowercased()) }
    }
    guard let own = document.member(document.root, named: NotificationLine.ownKey),
      document.kind(of: own) == .object
    else { return }
    isOfRecall = document.member(own, "of_recall").map { document.kind(of: $0) == .true } ?? false
    mayHaveArrived = document.member(own, "may_have_arrived").map { document.kind(of: $0) == .true } ?? false
  }

  /// Returns the raw text of an object's members but those whose names a body leaves out.
  private static func members(
    of object: NodeID, _ document: borrowing JSONDocument, without isLeftOut: (String) -> Bool
  ) -> String {
    var text = ""
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(object, &cursor) {
      if isLeftOut(document.swiftString(of: key)) { continue }
      if !text.isEmpty { text += "," }
      text += String(decoding: document.rawText(of: key), as: UTF8.self)
      text += ":"
      text += String(decoding: document.rawText(of: value), as: UTF8.self)
    }
    return text
  }
}
