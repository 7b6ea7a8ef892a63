import Glibc
import LosslessJSON

/// A notification on its way from a source through the chain and a queue to a sink.
///
/// Its identifier, device token, environment and headers are those that the host read in its line. The chain changes
/// its payload and its attachments, and the delivery headers that an operator has granted.
package struct PushNotification: Sendable {
  /// The number by which reports name it: that of the queue or sink that has it.
  package var ticket: UInt64
  /// The time at which a queue took it, in milliseconds since 1970; 0 where none has, or nobody asks.
  package var acceptedAt: Int64 = 0
  /// The generation of the chain that it went through; nil where there is one chain for all.
  package var generation: GenerationMark?
  // It goes through many hands, and a copy costs one reference.
  private var storage: Storage

  /// The parts of a notification.
  fileprivate struct Content {
    var place = ""
    var identifier = ""
    var apnsID = ""
    var aliases: [String] = []
    var deviceToken: String?
    var environment: PushEnvironment?
    var locales: [String] = []
    var timeZone: String?
    var headers = DeliveryHeaders()
    var payload: [UInt8] = []
    var attachments: [Attachment] = []
    var otherMembers = ""
    var isOfApp = false
    var senderApp: String?
    var repeatIdentity: [UInt8] = []
    var isOfRecall = false
    var mayHaveArrived = false
    var visible: VisibleContent?
  }

  // Unchecked: it is copied before it is changed wherever another value shares it.
  private final class Storage: @unchecked Sendable {
    // Unchecked: whoever changes it is its only owner, and every notification reads it many times.
    @exclusivity(unchecked) var content: Content
    init(_ content: Content) { self.content = content }
  }

  private var content: Content {
    _read { yield storage.content }
    _modify {
      if !isKnownUniquelyReferenced(&storage) { storage = Storage(storage.content) }
      yield &storage.content
    }
  }

  /// The input and the line that it came from.
  package var place: String {
    get { content.place }
    set { content.place = newValue }
  }
  /// The name of the notification in outcome, delivery, event and audit: `request.identifier`; never empty.
  package var identifier: String {
    get { content.identifier }
    set { content.identifier = newValue }
  }
  /// The `apns-id`, the same on every attempt: given by the line, or made once.
  package var apnsID: String {
    get { content.apnsID }
    set { content.apnsID = newValue }
  }
  /// The further names by which a recall may name it: the line's `id`, and the payload's `rc.id`.
  package var aliases: [String] {
    get { content.aliases }
    set { content.aliases = newValue }
  }
  /// The device token's digits; nil where the line has none.
  package var deviceToken: String? {
    get { content.deviceToken }
    set { content.deviceToken = newValue }
  }
  /// The environment that the line names.
  package var environment: PushEnvironment? {
    get { content.environment }
    set { content.environment = newValue }
  }
  /// The languages that the line names, with the best first.
  package var locales: [String] {
    get { content.locales }
    set { content.locales = newValue }
  }
  /// The time zone that the line names.
  package var timeZone: String? {
    get { content.timeZone }
    set { content.timeZone = newValue }
  }
  /// The delivery headers.
  package var headers: DeliveryHeaders {
    get { storage.content.headers }
    _modify { yield &content.headers }
  }
  /// The payload as JSON, as the chain left it.
  package var payload: [UInt8] {
    get { storage.content.payload }
    _modify { yield &content.payload }
  }
  /// The files beside the payload: those that service plugins attached, else those of the envelope.
  package var attachments: [Attachment] {
    get { content.attachments }
    set { content.attachments = newValue }
  }
  /// The members of the envelope that another run is to read again and that no other property writes, such as `id`,
  /// `locale` and unknown ones: raw JSON, separated by commas; empty for none.
  package var otherMembers: String {
    get { content.otherMembers }
    set { content.otherMembers = newValue }
  }
  /// The part of the payload that people see: as it was read with the line, or read now.
  package var visibleContent: VisibleContent { content.visible ?? VisibleContent(payload: content.payload) }

  /// Reads what people see, so that ``visibleContent`` reads it no more.
  package mutating func readVisibleContent() {
    if content.visible == nil { content.visible = VisibleContent(payload: content.payload) }
  }

  /// A Boolean value that is true where its names belong to the app that it is for: recalls by the pushes of other apps
  /// do not reach it.
  package var isOfApp: Bool {
    get { content.isOfApp }
    set { content.isOfApp = newValue }
  }
  /// The identity by which a front door knows a repeat of it, kept beside the notification; empty for none.
  package var repeatIdentity: [UInt8] {
    get { content.repeatIdentity }
    set { content.repeatIdentity = newValue }
  }
  /// The app that its names belong to, by its bundle ID; nil where they belong to nobody.
  package var app: String? {
    guard storage.content.isOfApp else { return nil }
    return storage.content.senderApp ?? storage.content.headers.topic.map { PushType.bundleID(of: $0) }
  }
  /// The app that it came for, where a plugin has given it the topic of another; else nil.
  package var senderApp: String? {
    get { content.senderApp }
    set { content.senderApp = newValue }
  }
  /// A Boolean value that is true where it says that another was recalled; itself it is not withdrawn.
  package var isOfRecall: Bool {
    get { content.isOfRecall }
    set { content.isOfRecall = newValue }
  }
  /// A Boolean value that is true where an earlier attempt had no answer.
  package var mayHaveArrived: Bool {
    get { content.mayHaveArrived }
    set { content.mayHaveArrived = newValue }
  }

  /// Makes a notification of its parts, for what has no line.
  ///
  /// - Parameters:
  ///   - identifier: nil for its `apns-id`.
  ///   - apnsID: nil for a new one.
  package init(
    ticket: UInt64, place: String, deviceToken: String?, payload: [UInt8], identifier: String? = nil,
    apnsID: String? = nil
  ) {
    self.ticket = ticket
    var content = Content()
    content.place = place
    content.deviceToken = deviceToken
    content.payload = payload
    content.apnsID = apnsID ?? UUIDText.random()
    content.identifier = identifier ?? content.apnsID
    storage = Storage(content)
  }

  /// Reads a line, and takes in what the chain made of it.
  ///
  /// - Parameters:
  ///   - identifier: the name of a notification whose line has none; nil for a random one.
  ///   - change: what the chain made of the payload; nil where that is as it came.
  ///   - isShown: reads ``visibleContent`` at once, where a sink shows it.
  ///   - document: memory for the reading, used again and again.
  /// - Returns: nil where the line is no notification.
  package init?(
    _ line: UnsafeRawBufferPointer, ticket: UInt64, place: String,
    identifier: @autoclosure () -> String? = nil, change: PayloadChange? = nil, isShown: Bool = false,
    _ document: inout JSONDocument
  ) {
    guard (try? document.parse(line)) != nil, let form = try? NotificationLine(document) else { return nil }
    self.ticket = ticket
    // Filled where it stays: a copy of all content costs as much as a field's reading.
    storage = Storage(Content())
    storage.content.place = place
    storage.content.payload = change?.payload ?? Array(document.rawText(of: form.payload(document)))
    let addressed = change?.delivery.map { form.applying($0, document) } ?? form
    let changed = change?.read(addressed, document, isShown: isShown)
    let pushType = changed?.pushType ?? addressed.pushType(document)
    storage.content.headers = DeliveryHeaders(addressed, document, pushType: pushType)
    storage.content.readNames(form, document, unnamed: identifier)
    if change?.delivery != nil { storage.content.keepName(form.headerText(.collapseID, document)) }
    storage.content.readEnvelope(form, document, attachments: change?.attachments ?? [])
    if isShown {
      storage.content.visible = change?.payload == nil ? VisibleContent(form, document) : changed?.visible
    }
  }

  /// Makes the notification of a push whose payload came as one JSON object by itself.
  ///
  /// - Parameters:
  ///   - envelope: what came beside the payload; its headers keep to APNs' rules.
  ///   - deviceToken: the device token's digits.
  ///   - document: the payload, parsed.
  /// - Throws: where the payload is none, as to its `aps`.
  package init(
    _ envelope: PushEnvelope, ticket: UInt64, place: String, deviceToken: String, payload: [UInt8],
    _ document: borrowing JSONDocument
  ) throws(NotificationLine.Refusal) {
    let line = try NotificationLine(payload: document, envelope: envelope)
    self.ticket = ticket
    storage = Storage(Content())
    storage.content.place = place
    storage.content.payload = payload
    storage.content.headers = DeliveryHeaders(line, document, pushType: line.pushType(document))
    storage.content.readNames(line, document) { nil }
    storage.content.deviceToken = deviceToken
    storage.content.environment = envelope.environment
    storage.content.locales = envelope.locales
    storage.content.timeZone = envelope.timeZone
    storage.content.otherMembers = EnvelopeWriter.otherMembers(envelope)
    storage.content.isOfApp = true
  }

  /// Takes in what the chain made of a push.
  ///
  /// - Parameter envelope: the one that the push came with.
  package mutating func take(_ change: PayloadChange, of envelope: PushEnvelope) {
    if let delivery = change.delivery {
      take(delivery, of: envelope, change.payload ?? content.payload)
      content.payload = change.payload ?? content.payload
    } else if let payload = change.payload {
      content.payload = payload
      if let pushType = change.pushType(beside: envelope) { content.headers.pushType = pushType }
    }
    guard !change.attachments.isEmpty else { return }
    content.attachments = change.attachments
    content.otherMembers = EnvelopeWriter.otherMembers(envelope, attached: change.attachments)
  }

  /// Takes in the delivery headers that plugins have changed; its names stay those of its sender, and of the sender's app.
  private mutating func take(_ delivery: DeliveryChange, of envelope: PushEnvelope, _ payload: [UInt8]) {
    var document = JSONDocument(depthLimit: 1000, duplicateKeys: .keepLast)
    guard payload.withUnsafeBytes({ (try? document.parse($0)) != nil }),
      let line = try? NotificationLine(payload: document, envelope: envelope)
    else { return }
    let app = app
    let changed = line.applying(delivery, document)
    content.headers = DeliveryHeaders(changed, document, pushType: changed.pushType(document))
    content.keepName(envelope[.collapseID])
    if self.app != app { content.senderApp = app }
  }

  /// All names by which a recall may name it.
  package var names: [String] {
    var names: [String] = []
    eachName { if !names.contains($0) { names.append($0) } }
    return names
  }

  /// Calls a body with each of ``names``, some perhaps twice.
  package func eachName(_ body: (String) -> Void) {
    // Each by itself: a copy of all content would cost more than the names.
    if storage.content.isOfRecall { return }
    eachPlainName(body)
    if let app { eachPlainName { body(NotificationName.text($0, of: app)) } }
  }

  /// Calls a body with each name as the sender knows it.
  private func eachPlainName(_ body: (String) -> Void) {
    if !storage.content.identifier.isEmpty { body(storage.content.identifier) }
    if let collapseID = storage.content.headers.collapseID, !collapseID.isEmpty { body(collapseID) }
    if !storage.content.apnsID.isEmpty { body(storage.content.apnsID) }
    for alias in storage.content.aliases where !alias.isEmpty { body(alias) }
  }

  /// The same notification without what it says: who it was sent to, and how a recall names it.
  package var withoutContent: PushNotification {
    var bare = self
    bare.content.payload = []
    bare.content.attachments = []
    bare.content.visible = nil
    bare.content.otherMembers = ""
    bare.content.headers.others = ""
    return bare
  }
}

extension PushNotification.Content {
  /// Reads what names the notification, and makes the names that the line does not have.
  fileprivate mutating func readNames(
    _ line: NotificationLine, _ document: borrowing JSONDocument, unnamed: () -> String?
  ) {
    let givenID = line.headerText(.id, document)?.lowercased()
    if let given = line.identifier(document) {
      identifier = given
      apnsID = givenID ?? UUIDText.random()
    } else {
      identifier = unnamed() ?? UUIDText.random()
      // One name is enough, and reports of APNs have it.
      apnsID = givenID ?? (UUIDText.isCanonical(identifier) ? identifier.lowercased() : UUIDText.random())
    }
    aliases = line.aliases(document).filter { $0 != identifier }
  }

  /// Keeps the sender's `apns-collapse-id` as a name, where a plugin has given it another.
  fileprivate mutating func keepName(_ collapseID: String?) {
    guard let collapseID, !collapseID.isEmpty, collapseID != identifier, !aliases.contains(collapseID) else {
      return
    }
    if collapseID != headers.collapseID { aliases.append(collapseID) }
  }

  /// Reads the rest of the envelope.
  ///
  /// - Parameter attached: what plugins attached, in place of the envelope's own attachments; empty for nothing.
  fileprivate mutating func readEnvelope(
    _ line: NotificationLine, _ document: borrowing JSONDocument, attachments attached: [Attachment]
  ) {
    deviceToken = line.field("device_token", document).map { document.swiftString(of: $0) }
    environment = line.field("environment", document).flatMap {
      PushEnvironment(rawValue: document.swiftString(of: $0))
    }
    locales = line.locales(document)
    timeZone = line.timeZone(document)
    attachments = attached.isEmpty ? line.attachments(document) : attached
    let own = EnvelopeWriter.OwnMembers(line, document)
    isOfRecall = own.isOfRecall
    mayHaveArrived = own.mayHaveArrived
    otherMembers = EnvelopeWriter.otherMembers(line, document, attached: attached)
  }
}

extension PushNotification {
  /// Reads again what ``otherMembers`` says, for a notification that was kept without its line.
  package mutating func readOtherMembers() {
    guard mayHaveMember(["\"locale\"", "\"time_zone\"", "\"attachments\""]) else { return }
    var document = JSONDocument(depthLimit: 1000, duplicateKeys: .keepLast)
    guard (try? document.parse("{\"payload\":{},\(otherMembers)}")) != nil,
      let line = try? NotificationLine(document)
    else { return }
    locales = line.locales(document)
    timeZone = line.timeZone(document)
    attachments = line.attachments(document)
  }

  /// Returns whether a key stands anywhere in ``otherMembers``: most have none that is worth a parse.
  private func mayHaveMember(_ keys: [StaticString]) -> Bool {
    var text = otherMembers
    return text.withUTF8 { text in
      guard let start = text.baseAddress else { return false }
      return text.indices.contains { index in
        text[index] == 0x22
          && keys.contains { key in
            key.utf8CodeUnitCount <= text.count - index
              && memcmp(start + index, key.utf8Start, key.utf8CodeUnitCount) == 0
          }
      }
    }
  }

  /// Restores ``otherMembers`` of a record that version 0.1.0 wrote, as far as its names tell them.
  package mutating func restoreOtherMembers() {
    let isFromHeader = !(headers.collapseID ?? "").isEmpty || identifier.lowercased() == apnsID
    guard let id = isFromHeader ? aliases.first : identifier, !id.isEmpty else { return }
    var writer = JSONWriter()
    writer.member("id", id)
    otherMembers = writer.text
  }
}
