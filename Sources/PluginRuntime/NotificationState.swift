import Digests
import Localization
import LosslessJSON
import NotificationModel
import PassRecords
import TimeZones
import WorkerProtocol

/// One notification while it is processed: the document, and what plugins said about it.
package struct NotificationState: ~Copyable {
  /// The line as a document, with the edits of plugins.
  package var document: JSONDocument
  /// The parts of the line: envelope and payload.
  package var line: NotificationLine
  /// The time at which the host read the line, in seconds since 1970.
  package var receivedAt: Double = 0
  /// The time zones that the envelope may name.
  package var zones = ZoneTable.none
  package var withdrawals = Withdrawals()
  /// The list of attachments, in the document but not in the payload; 0 where there is none.
  package var attachments: NodeID = 0
  /// The request to content extensions; nil where service extensions run.
  package var presentation: PresentationState?
  /// The reason of the drop that the running plugin made last; nil where it made none.
  package var dropReason: String?
  package var log = PluginLog()
  package var writes = WriteLog()
  package var delivery = DeliveryEdits()
  /// A Boolean value that indicates whether the push is of the type alert, once it was asked for.
  private var isOfTypeAlert: Bool?
  /// The records of texts that were found, where these are kept, and else of those with problems.
  package private(set) var localizations: [LocalizationRecord] = []
  /// A Boolean value that indicates whether that is kept of every text.
  package var keepsLocalizations = false
  /// A Boolean value that indicates whether time has run out and time_will_expire runs.
  var isLastChance = false
  package var exchange = HostExchange()
  var identity = NotificationIdentity()
  /// The buffer of a refusal's text, or of a value for Lua, until it was copied.
  var buffer = ByteBuffer(capacity: 512)

  /// Creates a state with an empty payload; throws where memory does not suffice.
  package init(depthLimit: Int = 64, duplicateKeys: JSONDocument.DuplicateKeys = .reject) throws {
    document = JSONDocument(depthLimit: depthLimit, duplicateKeys: duplicateKeys)
    try document.parse(#"{"aps":{}}"#)
    line = try NotificationLine(document)
  }

  /// Takes `bytes` as the next notification.
  package mutating func read(_ bytes: UnsafeRawBufferPointer) throws(Unreadable) {
    begin()
    if let problem = parse(bytes) { throw problem }
    do throws(NotificationLine.Refusal) {
      line = try NotificationLine(document)
    } catch {
      throw Unreadable(offset: NotificationLine.offset(of: error, document), cause: error.rawValue)
    }
  }

  /// Takes the notification of a request to content extensions.
  package mutating func read(_ request: PresentationRequest) throws(Unreadable) {
    begin()
    presentation = PresentationState(request)
    if !request.envelope.identifier.isEmpty { identity.resolved = request.envelope.identifier }
    if let problem = request.payload.withUnsafeBytes({ parse($0) }) { throw problem }
    do throws(NotificationLine.Refusal) {
      line = try NotificationLine(payload: document)
    } catch {
      throw Unreadable(offset: 0, cause: error.rawValue)
    }
    try readAttachments(request.attachments)
  }

  /// Takes a push, whose envelope is beside its payload, as the next notification.
  package mutating func read(_ push: PushItem) throws(Unreadable) {
    begin()
    delivery.senderTopics = push.topics
    if let problem = parse(push.payload) { throw problem }
    do throws(NotificationLine.Refusal) {
      line = try NotificationLine(payload: document, envelope: push.envelope)
    } catch {
      throw Unreadable(offset: 0, cause: error.rawValue)
    }
  }

  /// Puts the files that service extensions attached beside the payload, where plugins read them.
  private mutating func readAttachments(_ attachments: [Attachment]) throws(Unreadable) {
    if attachments.isEmpty { return }
    var writer = JSONWriter()
    Attachment.write(attachments, to: &writer)
    guard let list = try? document.makeValue(writer.buffer.bytes, under: 1) else {
      throw Unreadable(offset: 0, cause: "the attachments have no room beside the payload")
    }
    self.attachments = list
  }

  /// Forgets the notification before.
  private mutating func begin() {
    withdrawals.removeAll(from: 0)
    attachments = 0
    if presentation != nil { presentation = nil }
    isOfTypeAlert = nil
    delivery.forget()
    identity.resolved = nil
    forgetEffects()
  }

  /// Parses the notification, and returns why it is none.
  private mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Unreadable? {
    do throws(JSONError) {
      try document.parse(bytes)
      return nil
    } catch {
      // Where the text has lines, it came in no line.
      let cause = bytes.contains(0x0A) ? error.cause.ofPayload : error.cause.ofLine
      return Unreadable(offset: error.offset, cause: cause)
    }
  }

  /// `aps.category` of the payload as it stands; empty where there is none.
  var category: String {
    guard let aps = line.aps(document) else { return "" }
    return document.stringMember(aps, "category") ?? ""
  }

  /// The cause for which a line is not a notification.
  package struct Unreadable: Error {
    /// The byte of the line.
    package var offset: Int
    /// The cause, as a clause.
    package var cause: String
  }

  /// Returns whether rules that are looked at when the plugin has ended may be broken by an edit.
  ///
  /// To note the line of every edit would cost each notification; of an alert only its text has such a rule.
  mutating func mayBreakRules(_ value: AssignedValue) -> Bool {
    if isOfTypeAlert == nil { isOfTypeAlert = line.isBare || line.pushType(document) == "alert" }
    guard isOfTypeAlert == true else { return true }
    switch value {
    case .string(let text) where !text.isEmpty: return false
    case .integer, .double, .boolean: return false
    default: return !APNsRules.hasAlertText(line, document)
    }
  }

  /// Forgets which type the push is of, since its headers are others.
  mutating func forgetPushType() { isOfTypeAlert = nil }

  /// Throws where what becomes an element of the attachments is none; what is in it is looked at when the plugin has ended.
  func checkAttachment(
    _ list: NodeID, _ index: Int64, _ value: AssignedValue
  ) throws(AssignmentError) {
    guard list == attachments, attachments != 0 else { return }
    switch value {
    case .json, .nil, .other: return
    default:
      throw AssignmentError(
        "content.attachments[\(index)]: expected a table with identifier, url and options, got a "
          + "\(value.typeName)"
      )
    }
  }

  /// The most texts of a notification whose finding is kept.
  static let localizationLimit = 50

  mutating func note(_ record: LocalizationRecord) {
    if localizations.count < Self.localizationLimit { localizations.append(record) }
  }

  /// The most bytes of a log line or a reason.
  static let textLimit = PluginLog.textLimit

  /// Forgets what plugins did beside the payload and what a ``Pass`` takes back.
  mutating func forgetEffects() {
    if dropReason != nil { dropReason = nil }
    writes.removeAll()
    if !localizations.isEmpty { localizations.removeAll() }
    log.removeAll()
    exchange = HostExchange()
  }

  /// The request's properties as text, for `match`; nil where there is none.
  func text(of property: RequestProperty) -> String? {
    if let envelope = presentation?.request.envelope {
      return property == .timeZone ? timeZone : envelope.text(of: property)
    }
    switch property {
    case .identifier: return identity.resolved ?? line.identifier(document)
    case .deviceToken: return deviceName
    case .locale: return locales.first
    case .timeZone: return timeZone
    case .environment:
      return line.envelope?.environment?.rawValue
        ?? envelopeField("environment").map { document.swiftString(of: $0) }
    case .topic: return line.headerText(.topic, document)
    case .pushType: return line.pushType(document)
    case .priority: return line.headerText(.priority, document)
    case .collapseID: return line.headerText(.collapseID, document)
    case .expiration: return line.headerText(.expiration, document)
    case .receivedAt: return String(receivedAt)
    case .settings, .content: return nil
    }
  }

  /// The app and environment that the sender named, whatever plugins made of the headers.
  var destination: PluginScope.Destination {
    let isPresented = presentation != nil
    return .init(
      topic: isPresented ? text(of: .topic) : originalLine.headerText(.topic, document),
      environment: text(of: .environment))
  }

  /// The recipient's time zone, where the envelope names one that there is.
  private var timeZone: String? {
    guard let name = namedTimeZone else { return nil }
    return zones.zone(named: name) == nil ? nil : name
  }

  private var namedTimeZone: String? {
    if let presentation { return presentation.request.envelope.timeZone }
    return line.timeZone(document)
  }

  /// The field in which the envelope names the recipient's languages.
  var localeField: NodeID? { envelopeField("locale") }

  /// The recipient's languages, with the best first.
  var locales: [String] {
    if let presentation { return presentation.request.envelope.locales }
    guard let locale = localeField else { return line.envelope?.locales ?? [] }
    if document.kind(of: locale) == .string { return [document.swiftString(of: locale)] }
    var texts: [String] = []
    var hint = (index: UInt32(0), node: NodeID(0))
    while texts.count < PushEnvelope.localeLimit,
      let node = document.element(locale, texts.count, hint: &hint)
    {
      texts.append(document.swiftString(of: node))
    }
    return texts
  }

  private func envelopeField(_ key: StaticString) -> NodeID? {
    line.field(key, document)
  }

  /// The name that plugins see in place of the device token, which is a secret: the same for the same
  /// device.
  private var deviceName: String? {
    guard let field = envelopeField("device_token") else { return line.envelope?.deviceName }
    return Hex.encode(Digest.deviceName(ofToken: document.swiftString(of: field)))
  }
}
