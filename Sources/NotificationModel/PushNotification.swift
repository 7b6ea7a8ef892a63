import Glibc
import LosslessJSON

/// A notification on its way from the chain to a sink.
package struct PushNotification: Sendable {
  /// What reports name it by; the sender's own numbering.
  package var ticket: UInt64
  // It goes through many hands, and a copy costs one reference.
  private var content = Content()

  /// The input and the line that it came from.
  package var place: String {
    get { content.place }
    set {
      makeUnique()
      content.place = newValue
    }
  }
  /// `request.identifier`; empty where there is none.
  package var identifier: String {
    get { content.identifier }
    set {
      makeUnique()
      content.identifier = newValue
    }
  }
  /// What else a withdrawal may name it by: the line's `id`, and the payload's `rc.id`.
  package var aliases: [String] {
    get { content.aliases }
    set {
      makeUnique()
      content.aliases = newValue
    }
  }
  /// The device token's digits; nil where the line has none.
  package var deviceToken: String? {
    get { content.deviceToken }
    set {
      makeUnique()
      content.deviceToken = newValue
    }
  }
  /// The environment that the line names.
  package var environment: PushEnvironment? {
    get { content.environment }
    set {
      makeUnique()
      content.environment = newValue
    }
  }
  /// `apns-topic`, where the line names it.
  package var topic: String? {
    get { content.topic }
    set {
      makeUnique()
      content.topic = newValue
    }
  }
  /// `apns-push-type`.
  package var pushType: String {
    get { content.pushType }
    set {
      makeUnique()
      content.pushType = newValue
    }
  }
  /// `apns-priority`, where the line names it.
  package var priority: String? {
    get { content.priority }
    set {
      makeUnique()
      content.priority = newValue
    }
  }
  /// `apns-expiration`, where the line names it.
  package var expiration: String? {
    get { content.expiration }
    set {
      makeUnique()
      content.expiration = newValue
    }
  }
  /// `apns-collapse-id`.
  package var collapseID: String? {
    get { content.collapseID }
    set {
      makeUnique()
      content.collapseID = newValue
    }
  }
  /// The same on every attempt: given by the line, or made here.
  package var apnsID: String {
    get { content.apnsID }
    set {
      makeUnique()
      content.apnsID = newValue
    }
  }
  /// JSON, as the chain left it.
  package var payload: [UInt8] {
    get { content.payload }
    set {
      makeUnique()
      content.payload = newValue
    }
  }
  /// The line as a filter would write it.
  package var line: [UInt8] {
    get { content.line }
    set {
      makeUnique()
      content.line = newValue
    }
  }
  /// The members of the line's envelope that have no property here, such as `id`, `locale` and unknown ones: raw JSON,
  /// separated by commas; empty for none.
  package var otherMembers: String {
    get { content.otherMembers }
    set {
      makeUnique()
      content.otherMembers = newValue
    }
  }
  /// The members of the envelope's `headers` that have no property here, in the same form.
  package var otherHeaders: String {
    get { content.otherHeaders }
    set {
      makeUnique()
      content.otherHeaders = newValue
    }
  }
  /// The files beside the payload that service extensions attached: a JSON array; nil for none.
  package var attachments: String? {
    get { content.attachments }
    set {
      makeUnique()
      content.attachments = newValue
    }
  }
  /// Whether it says that another was recalled; itself it is not withdrawn.
  package var isOfRecall: Bool {
    get { content.isOfRecall }
    set {
      makeUnique()
      content.isOfRecall = newValue
    }
  }
  /// Whether an earlier attempt had no answer.
  package var mayHaveArrived: Bool {
    get { content.mayHaveArrived }
    set {
      makeUnique()
      content.mayHaveArrived = newValue
    }
  }
  /// What APNs would refuse it for, as far as the headers tell.
  package var breach: String? {
    get { content.breach }
    set {
      makeUnique()
      content.breach = newValue
    }
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&content) { content = Content(content) }
  }

  /// Makes a notification of its parts, for what has no line.
  ///
  /// - Parameter apnsID: nil for a new one.
  package init(
    ticket: UInt64, place: String, deviceToken: String?, payload: [UInt8], apnsID: String? = nil
  ) {
    self.ticket = ticket
    self.place = place
    self.deviceToken = deviceToken
    self.payload = payload
    line = payload
    self.apnsID = apnsID ?? Self.newID()
  }

  /// Reads a line of the chain's output.
  ///
  /// - Parameter document: memory for the reading, used again and again.
  /// - Returns: nil where the line is no notification.
  package init?(
    _ line: UnsafeRawBufferPointer, ticket: UInt64, place: String, _ document: inout JSONDocument
  ) {
    guard (try? document.parse(line)) != nil, let form = try? NotificationLine(document) else { return nil }
    self.ticket = ticket
    self.place = place
    self.line = Array(line)
    payload = Array(document.rawText(of: form.payload(document)))
    let identifier = form.identifier(document) ?? ""
    self.identifier = identifier
    aliases = form.aliases(document).filter { $0 != identifier }
    deviceToken = form.field("device_token", document).map { document.swiftString(of: $0) }
    environment = form.field("environment", document).flatMap {
      PushEnvironment(rawValue: document.swiftString(of: $0))
    }
    topic = form.headerText("apns-topic", document)
    pushType = form.pushType(document)
    priority = form.headerText("apns-priority", document)
    expiration = form.headerText("apns-expiration", document)
    collapseID = form.headerText("apns-collapse-id", document)
    attachments = form.field("attachments", document).map {
      String(decoding: document.rawText(of: $0), as: UTF8.self)
    }
    let givenID = form.headerText("apns-id", document)?.lowercased()
    let retained = RetainedMembers(form, document)
    apnsID = givenID ?? Self.newID()
    isOfRecall = retained.isOfRecall
    mayHaveArrived = retained.mayHaveArrived
    otherMembers = retained.otherMembers
    otherHeaders = retained.otherHeaders
    breach = APNsRules.headerBreaches(form, document).first?.message
  }

  /// All that a withdrawal may name it by.
  package var names: [String] {
    if isOfRecall { return [] }
    var names = identifier.isEmpty ? [] : [identifier]
    for name in [collapseID, apnsID] + aliases.map(Optional.some) {
      if let name, !name.isEmpty, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// Calls a body with each of ``names``, some perhaps twice.
  package func eachName(_ body: (String) -> Void) {
    if isOfRecall { return }
    if !identifier.isEmpty { body(identifier) }
    if let collapseID, !collapseID.isEmpty { body(collapseID) }
    if !apnsID.isEmpty { body(apnsID) }
    for alias in aliases where !alias.isEmpty { body(alias) }
  }

  /// A random UUID (RFC 9562 §5.4) as APNs wants it: small letters.
  package static func newID() -> String {
    // One call of the kernel for both halves; up to 256 bytes it does not fail.
    var random: (high: UInt64, low: UInt64) = (0, 0)
    getentropy(&random, 16)
    let high = random.high & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = random.low & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
    return String(unsafeUninitializedCapacity: 36) { text in
      var at = 0
      for index in 0..<32 {
        if index == 8 || index == 12 || index == 16 || index == 20 {
          text[at] = 0x2D
          at += 1
        }
        let half = index < 16 ? high : low
        let digit = UInt8(truncatingIfNeeded: half >> UInt64(60 - index % 16 * 4) & 15)
        text[at] = digit < 10 ? 0x30 + digit : 0x57 + digit
        at += 1
      }
      return at
    }
  }
}

// Copied before it is changed wherever anybody else has it.
private final class Content: @unchecked Sendable {
  var place: String = ""
  var identifier: String = ""
  var aliases: [String] = []
  var deviceToken: String?
  var environment: PushEnvironment?
  var topic: String?
  var pushType: String = "alert"
  var priority: String?
  var expiration: String?
  var collapseID: String?
  var apnsID: String = ""
  var payload: [UInt8] = []
  var line: [UInt8] = []
  var otherMembers: String = ""
  var otherHeaders: String = ""
  var isOfRecall: Bool = false
  var mayHaveArrived: Bool = false
  var breach: String?
  var attachments: String?

  init() {}

  init(_ other: Content) {
    place = other.place
    identifier = other.identifier
    aliases = other.aliases
    deviceToken = other.deviceToken
    environment = other.environment
    topic = other.topic
    pushType = other.pushType
    priority = other.priority
    expiration = other.expiration
    collapseID = other.collapseID
    apnsID = other.apnsID
    payload = other.payload
    line = other.line
    otherMembers = other.otherMembers
    otherHeaders = other.otherHeaders
    isOfRecall = other.isOfRecall
    mayHaveArrived = other.mayHaveArrived
    breach = other.breach
    attachments = other.attachments
  }
}
