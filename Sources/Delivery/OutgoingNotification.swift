import NotificationModel

/// A notification on its way from the chain to a sink.
package struct OutgoingNotification: Sendable {
  /// What reports name it by; the sender's own numbering.
  package var ticket: UInt64
  /// The input and the line that it came from.
  package var place: String
  /// `request.identifier`; empty where there is none.
  package var identifier = ""
  /// The device token's digits; nil where the line has none.
  package var deviceToken: String?
  /// The environment that the line names.
  package var environment: PushEnvironment?
  package var topic: String?
  package var pushType = "alert"
  package var priority: String?
  package var expiration: String?
  package var collapseID: String?
  /// The same on every attempt: given by the line, or made here.
  package var apnsID: String
  /// JSON, as the chain left it.
  package var payload: [UInt8]
  /// The line as a filter would write it, to keep where it cannot be delivered.
  package var line: [UInt8]
  /// What APNs would refuse it for, as far as the headers tell.
  package var breach: String?

  /// Makes a notification of its parts, for what has no line.
  package init(ticket: UInt64, place: String, deviceToken: String?, payload: [UInt8]) {
    self.ticket = ticket
    self.place = place
    self.deviceToken = deviceToken
    self.payload = payload
    line = payload
    apnsID = Self.newID()
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
    identifier = form.identifier(document) ?? ""
    deviceToken = form.field("device_token", document).map { document.swiftString(of: $0) }
    environment = form.field("environment", document).flatMap {
      PushEnvironment(rawValue: document.swiftString(of: $0))
    }
    topic = form.headerText("apns-topic", document)
    pushType = form.pushType(document)
    priority = form.headerText("apns-priority", document)
    expiration = form.headerText("apns-expiration", document)
    collapseID = form.headerText("apns-collapse-id", document)
    let givenID = form.headerText("apns-id", document)?.lowercased()
    apnsID = givenID ?? Self.newID()
    breach = APNsRules.headerBreaches(form, document).first?.message
    if let givenID, !Self.isUUID(givenID) { breach = breach ?? "'apns-id' is no UUID" }
  }

  /// A random UUID (RFC 9562 §5.4) as APNs wants it: small letters.
  package static func newID() -> String {
    var source = SystemRandomNumberGenerator()
    let high = source.next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
    let low = source.next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
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

  /// Whether a text has the form 8-4-4-4-12 of small hexadecimal digits.
  package static func isUUID(_ text: String) -> Bool {
    guard text.utf8.count == 36 else { return false }
    for (index, byte) in text.utf8.enumerated() {
      switch index {
      case 8, 13, 18, 23: if byte != 0x2D { return false }
      default: if !((0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)) { return false }
      }
    }
    return true
  }
}
