import LosslessJSON

/// One line of input as a notification: where the payload is, and what surrounds it.
package struct NotificationLine {
  /// The two forms of a line, told by what it holds.
  package enum Form: Sendable {
    /// The line is the payload: it has `aps`.
    case payload
    /// The line has `payload`, and may have `id`, `device_token`, `locale`, `time_zone`, `environment` and `headers`.
    case envelope
  }

  package let form: Form
  /// The payload's slot: the value that stands there changes when a plugin replaces the whole payload.
  package let slot: NodeID
  /// The slots of `aps` and of its `alert`, as they were found when the line was read; 0 where there is none.
  private let apsSlot: NodeID
  private let alertSlot: NodeID
  /// The headers, as they were found when the line was read.
  let headers: HeaderSlots
  /// The envelope of a payload that came beside one, or the headers that plugins have changed; nil for a line as it came,
  /// whose envelope is in its text.
  package let envelope: PushEnvelope?

  /// The cause for which a JSON text is not a notification.
  package enum Refusal: String, Error {
    case notAnObject = "a notification is a JSON object"
    case neitherForm = "the object has neither 'aps' nor a 'payload'"
    case apsNotAnObject = "'aps' is not an object"
    case payloadNotAnObject = "'payload' is not an object"
    case headersNotAnObject = "'headers' is not an object"
    case headerNotAString = "a header is neither a string nor a number"
    case idNotAString = "'id' is not a string"
    case tokenNotAString = "'device_token' is not a string"
    case environmentNotAString = "'environment' is not a string"
    case environmentUnknown = "'environment' is neither 'sandbox' nor 'production'"
    case localeNotAString = "'locale' is neither a string nor a list of strings"
  }

  /// Returns the offset of what a line was refused for: the value of its first wrong key, else its start.
  package static func offset(of refusal: Refusal, _ document: borrowing JSONDocument) -> Int {
    let key: StaticString
    switch refusal {
    case .notAnObject, .neitherForm: return 0
    case .apsNotAnObject: key = "aps"
    case .payloadNotAnObject: key = "payload"
    case .headersNotAnObject, .headerNotAString: key = "headers"
    case .idNotAString: key = "id"
    case .tokenNotAString: key = "device_token"
    case .environmentNotAString, .environmentUnknown: key = "environment"
    case .localeNotAString: key = "locale"
    }
    let root = document.root
    if let value = document.member(root, key) { return document.offset(of: value) }
    guard let payload = document.member(root, "payload"), let value = document.member(payload, key) else {
      return 0
    }
    return document.offset(of: value)
  }

  /// Tells the form of a parsed line.
  package init(_ document: borrowing JSONDocument) throws(Refusal) {
    let root = document.root
    guard document.kind(of: root) == .object else { throw .notAnObject }
    if let aps = document.member(root, "aps") {
      guard document.kind(of: aps) == .object else { throw .apsNotAnObject }
      form = .payload
      slot = root
      apsSlot = aps
      alertSlot = document.member(aps, "alert") ?? 0
      headers = HeaderSlots()
      envelope = nil
      return
    }
    guard let payload = document.member(root, "payload") else { throw .neitherForm }
    guard document.kind(of: payload) == .object else { throw .payloadNotAnObject }
    let aps = document.member(payload, "aps")
    if let aps, document.kind(of: aps) != .object { throw .apsNotAnObject }
    form = .envelope
    slot = payload
    apsSlot = aps ?? 0
    alertSlot = aps.flatMap { document.member($0, "alert") } ?? 0
    try Self.checkFields(document, root)
    headers = try Self.readHeaders(document, root)
    envelope = nil
  }

  /// Takes a parsed document as a payload without anything around it, which may have no `aps`.
  ///
  /// - Parameter envelope: what came beside the payload; nil where nothing did.
  package init(payload document: borrowing JSONDocument, envelope: PushEnvelope? = nil) throws(Refusal) {
    let root = document.root
    guard document.kind(of: root) == .object else { throw .payloadNotAnObject }
    let aps = document.member(root, "aps")
    if let aps, document.kind(of: aps) != .object { throw .apsNotAnObject }
    form = .payload
    slot = root
    apsSlot = aps ?? 0
    alertSlot = aps.flatMap { document.member($0, "alert") } ?? 0
    headers = HeaderSlots()
    self.envelope = envelope
  }

  /// Takes another parse of the same text as a line of the same kind.
  package init(_ document: borrowing JSONDocument, like line: NotificationLine) throws(Refusal) {
    if line.form == .payload, let envelope = line.envelope {
      try self.init(payload: document, envelope: envelope)
    } else {
      try self.init(document)
    }
  }

  /// Takes a line whose headers are those of another envelope; the rest of it stays.
  init(_ line: NotificationLine, headersOf envelope: PushEnvelope) {
    form = line.form
    slot = line.slot
    apsSlot = line.apsSlot
    alertSlot = line.alertSlot
    headers = HeaderSlots()
    self.envelope = envelope
  }

  /// A Boolean value that indicates whether nothing is known of it but its payload.
  package var isBare: Bool { form == .payload && envelope == nil }

  private static func checkFields(_ document: borrowing JSONDocument, _ root: NodeID) throws(Refusal) {
    try checkText(document, root, "id", .idNotAString)
    try checkText(document, root, "device_token", .tokenNotAString)
    try checkText(document, root, "environment", .environmentNotAString)
    if let environment = document.stringMember(root, "environment"),
      environment != "sandbox", environment != "production"
    {
      throw .environmentUnknown
    }
    if let locale = field(document, root, "locale"), document.kind(of: locale) != .string {
      guard document.kind(of: locale) == .array else { throw .localeNotAString }
      for element in document.elements(of: locale) where document.kind(of: element) != .string {
        throw .localeNotAString
      }
    }
  }

  private static func readHeaders(
    _ document: borrowing JSONDocument, _ root: NodeID
  ) throws(Refusal) -> HeaderSlots {
    var slots = HeaderSlots()
    guard let headers = field(document, root, "headers") else { return slots }
    guard document.kind(of: headers) == .object else { throw .headersNotAnObject }
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(headers, &cursor) {
      let kind = document.kind(of: value)
      guard kind == .string || kind == .number || kind == .null else { throw .headerNotAString }
      slots.note(key, value, document)
    }
    return slots
  }

  /// Returns a field of an envelope; null, which many servers write for it, is the same as none.
  private static func field(
    _ document: borrowing JSONDocument, _ root: NodeID, _ key: StaticString
  ) -> NodeID? {
    guard let field = document.member(root, key), document.kind(of: field) != .null else { return nil }
    return field
  }

  private static func checkText(
    _ document: borrowing JSONDocument, _ root: NodeID, _ key: StaticString, _ refusal: Refusal
  ) throws(Refusal) {
    if let field = field(document, root, key), document.kind(of: field) != .string { throw refusal }
  }

  /// Returns the languages that the line names, with the best first.
  package func locales(_ document: borrowing JSONDocument) -> [String] {
    guard let locale = field("locale", document) else { return envelope?.locales ?? [] }
    if document.kind(of: locale) == .string { return [document.swiftString(of: locale)] }
    return document.elements(of: locale).prefix(PushEnvelope.localeLimit).map { document.swiftString(of: $0) }
  }

  /// Returns the time zone that the line names, where that is a text.
  package func timeZone(_ document: borrowing JSONDocument) -> String? {
    guard let zone = field("time_zone", document) else { return envelope?.timeZone }
    return document.kind(of: zone) == .string ? document.swiftString(of: zone) : nil
  }

  /// Returns the attachments that the envelope has, as far as they are some.
  package func attachments(_ document: borrowing JSONDocument) -> [Attachment] {
    guard let list = field("attachments", document) else { return [] }
    return Attachment.list(document, list)
  }

  /// Returns a field of the envelope, or nil where there is none.
  package func field(_ key: StaticString, _ document: borrowing JSONDocument) -> NodeID? {
    form == .envelope ? Self.field(document, document.root, key) : nil
  }

  /// The key of what `--undelivered` and `outbox export` write for the next run.
  package static let ownKey = "notilua"
  /// The key in it of the identifier that the notification had before it was given an `apns-id`.
  package static let ownIdentifierKey = "identifier"

  /// The keys of an envelope that a server writes.
  package static let keys = [
    "payload", "id", "device_token", "locale", "time_zone", "environment", "headers", "attachments",
  ]

  /// Returns the keys of the envelope that mean nothing.
  package func unknownKeys(_ document: borrowing JSONDocument) -> [String] {
    guard form == .envelope else { return [] }
    var unknown: [String] = []
    var cursor: UInt64 = 0
    while let (key, _) = document.nextMember(document.root, &cursor) {
      let name = document.swiftString(of: key)
      if !Self.keys.contains(name) && name != Self.ownKey { unknown.append(name) }
    }
    return unknown
  }

  /// Returns the payload as it stands now.
  @inline(__always)
  package func payload(_ document: borrowing JSONDocument) -> NodeID { document.resolve(slot) ?? slot }

  /// Returns `aps` as it stands now, or nil where there is none.
  @inline(__always)
  package func aps(_ document: borrowing JSONDocument) -> NodeID? {
    let payload = payload(document)
    if apsSlot != 0, payload == slot, let aps = document.resolve(apsSlot) { return aps }
    return document.member(payload, "aps")
  }

  /// Returns the alert as it stands now, or nil where there is none.
  @inline(__always)
  package func alert(_ document: borrowing JSONDocument) -> NodeID? {
    guard let aps = aps(document) else { return nil }
    if alertSlot != 0, aps == apsSlot, let alert = document.resolve(alertSlot) { return alert }
    return document.member(aps, "alert")
  }

  /// Returns `apns-push-type`; without it the one that the topic and the payload stand for.
  package func pushType(_ document: borrowing JSONDocument) -> String {
    headerText(.pushType, document)
      ?? PushType(
        topic: headerText(.topic, document), payload: payload(document), document
      ).rawValue
  }

  /// Returns `apns-collapse-id`, else `apns-id`, else `id`, else the payload's `rc.id`, else nil; an empty
  /// one is none.
  ///
  /// In a line of `--undelivered` or `outbox export`, it is the identifier that the notification had. The first is Apple's rule: "the system uses the value of the apns-collapse-id header".
  package func identifier(_ document: borrowing JSONDocument) -> String? {
    if let own = field("notilua", document), document.kind(of: own) == .object,
      let known = document.member(own, named: Self.ownIdentifierKey), document.kind(of: known) == .string,
      document.rawText(of: known).count > 2
    {
      return document.swiftString(of: known)
    }
    for header in [Header.collapseID, .id] {
      if let text = headerText(header, document), !text.isEmpty { return text }
    }
    return givenID(document) ?? messageID(document)
  }

  /// Returns the sender's names of the notification, beside that of APNs: `id`, and the payload's `rc.id`.
  package func aliases(_ document: borrowing JSONDocument) -> [String] {
    [givenID(document), messageID(document)].compactMap(\.self)
  }

  private func givenID(_ document: borrowing JSONDocument) -> String? {
    guard let id = field("id", document) else { return envelope?.id.flatMap { $0.isEmpty ? nil : $0 } }
    return document.rawText(of: id).count > 2 ? document.swiftString(of: id) : nil
  }

  private func messageID(_ document: borrowing JSONDocument) -> String? {
    guard let rc = document.member(payload(document), "rc"), let id = document.member(rc, "id") else {
      return nil
    }
    // Servers that count their messages write a number.
    if document.integer(of: id) != nil { return String(decoding: document.rawText(of: id), as: UTF8.self) }
    return document.kind(of: id) == .string && document.rawText(of: id).count > 2
      ? document.swiftString(of: id) : nil
  }
}
