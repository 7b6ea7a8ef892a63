import LosslessJSON
import NotificationModel

/// A notification as it stands in the outbox's file.
///
/// A byte for the version, two for what is there, then each text behind its length of four bytes, least first.
package enum NotificationRecord {
  private static let version: UInt8 = 1
  /// Bits of the second byte for what is there.
  private static let mayHaveArrived: UInt8 = 1
  /// The rest of the envelope follows, which version 0.1.0 did not write and does not read.
  private static let hasOthers: UInt8 = 2
  private static let isOfApp: UInt8 = 4
  /// The app that it came for stands behind the rest: its topic is another's.
  private static let hasSenderApp: UInt8 = 8
  /// The generation of its chain stands behind that: four bytes for its number, and eight for its digest.
  private static let hasGeneration: UInt8 = 16

  /// Appends a notification.
  package static func append(_ notification: PushNotification, to bytes: inout [UInt8]) {
    bytes.append(version)
    let headers = notification.headers
    let optional = [
      notification.deviceToken, notification.environment?.rawValue, headers.topic, headers.priority,
      headers.expiration, headers.collapseID, headers.breach,
    ]
    var present: UInt8 = 0
    for (index, text) in optional.enumerated() where text != nil { present |= 1 << UInt8(index) }
    if notification.isOfRecall { present |= 0x80 }
    bytes.append(present)
    bytes.append(
      hasOthers | (notification.mayHaveArrived ? mayHaveArrived : 0) | (notification.isOfApp ? isOfApp : 0)
        | (notification.senderApp == nil ? 0 : hasSenderApp)
        | (notification.generation == nil ? 0 : hasGeneration))
    append(notification.place, to: &bytes)
    append(notification.identifier, to: &bytes)
    append(headers.pushType, to: &bytes)
    append(notification.apnsID, to: &bytes)
    for case let text? in optional { append(text, to: &bytes) }
    append(count: notification.aliases.count, to: &bytes)
    for alias in notification.aliases { append(alias, to: &bytes) }
    append(notification.payload, to: &bytes)
    // The line, which version 0.1.0 wrote where there was no device token: it can be made again.
    append(count: 0, to: &bytes)
    append(notification.otherMembers, to: &bytes)
    append(headers.others, to: &bytes)
    if let app = notification.senderApp { append(app, to: &bytes) }
    if let generation = notification.generation {
      append(number: generation.number, to: &bytes)
      append(number: generation.digest, to: &bytes)
    }
  }

  private static func append(count: Int, to bytes: inout [UInt8]) {
    append(number: UInt32(count), to: &bytes)
  }

  private static func append(number: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    append(count: text.utf8.count, to: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  private static func append(_ text: [UInt8], to bytes: inout [UInt8]) {
    append(count: text.count, to: &bytes)
    bytes.append(contentsOf: text)
  }

  /// Reads a notification; nil where the bytes are none.
  package static func read(_ bytes: UnsafeRawBufferPointer, ticket: UInt64) -> PushNotification? {
    var reader = Reader(bytes: bytes)
    guard reader.byte() == version, let present = reader.byte(), let more = reader.byte() else { return nil }
    guard let place = reader.text(), let identifier = reader.text(), let pushType = reader.text(),
      let apnsID = reader.text()
    else { return nil }
    var optional = [String?](repeating: nil, count: 7)
    for index in optional.indices where present & 1 << UInt8(index) != 0 {
      guard let text = reader.text() else { return nil }
      optional[index] = text
    }
    guard let count = reader.count(), count <= bytes.count else { return nil }
    var aliases: [String] = []
    for _ in 0..<count {
      guard let alias = reader.text() else { return nil }
      aliases.append(alias)
    }
    guard let payload = reader.bytes(), let line = reader.bytes() else { return nil }
    // A notification whose line had no name is known by its apns-id.
    var notification = PushNotification(
      ticket: ticket, place: place, deviceToken: optional[0], payload: payload,
      identifier: identifier.isEmpty ? nil : identifier, apnsID: apnsID)
    notification.environment = optional[1].flatMap { PushEnvironment(rawValue: $0) }
    var headers = DeliveryHeaders()
    headers.pushType = pushType
    headers.topic = optional[2]
    headers.priority = optional[3]
    headers.expiration = optional[4]
    headers.collapseID = optional[5]
    headers.breach = optional[6]
    notification.headers = headers
    notification.isOfRecall = present & 0x80 != 0
    notification.mayHaveArrived = more & mayHaveArrived != 0
    notification.isOfApp = more & isOfApp != 0
    notification.aliases = aliases
    if more & hasOthers != 0 {
      guard let members = reader.text(), let others = reader.text() else { return nil }
      notification.otherMembers = members
      notification.headers.others = others
      if more & hasSenderApp != 0 {
        guard let app = reader.text() else { return nil }
        notification.senderApp = app
      }
      if more & hasGeneration != 0 {
        guard let number = reader.number(UInt32.self), let digest = reader.number(UInt64.self) else {
          return nil
        }
        notification.generation = GenerationMark(number: number, digest: digest)
      }
    } else {
      restoreOthers(&notification, line)
    }
    notification.readOtherMembers()
    return notification
  }

  /// Restores the rest of the envelope in a record of version 0.1.0: from the line, which it kept where there was no
  /// device token, else from the names.
  private static func restoreOthers(_ notification: inout PushNotification, _ line: [UInt8]) {
    var document = JSONDocument(depthLimit: 1000)
    let read = line.withUnsafeBytes {
      PushNotification($0, ticket: notification.ticket, place: notification.place, &document)
    }
    if let read {
      notification.otherMembers = read.otherMembers
      notification.headers.others = read.headers.others
    } else {
      notification.restoreOtherMembers()
    }
  }

  private struct Reader {
    var rest: UnsafeRawBufferPointer

    init(bytes: UnsafeRawBufferPointer) { rest = bytes }

    mutating func byte() -> UInt8? {
      guard let byte = rest.first else { return nil }
      rest = UnsafeRawBufferPointer(rebasing: rest[1...])
      return byte
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
      let size = MemoryLayout<Number>.size
      guard rest.count >= size else { return nil }
      defer { rest = UnsafeRawBufferPointer(rebasing: rest[size...]) }
      return Number(littleEndian: rest.loadUnaligned(as: Number.self))
    }

    mutating func count() -> Int? { number(UInt32.self).map(Int.init) }

    mutating func section() -> UnsafeRawBufferPointer? {
      guard let count = count(), count <= rest.count else { return nil }
      defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
      return UnsafeRawBufferPointer(rebasing: rest[..<count])
    }

    mutating func text() -> String? { section().map { String(decoding: $0, as: UTF8.self) } }
    mutating func bytes() -> [UInt8]? { section().map { Array($0) } }
  }
}
