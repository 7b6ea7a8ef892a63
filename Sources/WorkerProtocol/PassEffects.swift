import NotificationModel

/// The effects of plugins beside the payload, which a host acts on.
package struct PassEffects: Equatable, Sendable {
  /// The files that service plugins attached.
  package var attachments: [Attachment]
  /// The names of the notifications that are recalled.
  package var withdrawals: [String]
  /// The delivery headers that plugins changed.
  package var delivery: DeliveryChange

  /// The most recalled notifications of one pass.
  package static let withdrawalLimit = 1000
  /// The most bytes of the name of a recalled notification.
  package static let nameLimit = 256

  /// Makes the effects of one pass.
  package init(
    attachments: [Attachment] = [], withdrawals: [String] = [], delivery: DeliveryChange = DeliveryChange()
  ) {
    self.attachments = attachments
    self.withdrawals = withdrawals
    self.delivery = delivery
  }

  /// A Boolean value that indicates whether nothing happened.
  package var isEmpty: Bool { attachments.isEmpty && withdrawals.isEmpty && delivery.entries.isEmpty }

  /// The effects as bytes.
  package var bytes: [UInt8] {
    var writer = ByteWriter()
    writer.write(UInt16(attachments.count))
    for attachment in attachments { attachment.write(to: &writer) }
    writer.write(UInt16(withdrawals.count))
    for name in withdrawals { writer.write(name) }
    delivery.write(to: &writer)
    return writer.bytes
  }

  /// Reads the effects of one pass; nil where a worker of ours does not write them: they are truncated, beyond a limit,
  /// an attachment breaks the rules of `content.attachments`, or a header is one that APNs never takes.
  package init?(_ bytes: UnsafeRawBufferPointer) {
    self.init()
    if bytes.isEmpty { return }
    var reader = ByteReader(Array(bytes))
    guard (try? read(&reader)) == true, reader.isAtEnd else { return nil }
  }

  /// Reads from a reader; false where a limit is broken.
  private mutating func read(_ reader: inout ByteReader) throws(ByteReader.Truncated) -> Bool {
    let count = Int(try reader.read(UInt16.self))
    guard count <= Attachment.limit else { return false }
    for _ in 0..<count { attachments.append(try Attachment(&reader)) }
    guard attachments.allSatisfy(\.isPossible) else { return false }
    let names = Int(try reader.read(UInt16.self))
    guard names <= Self.withdrawalLimit else { return false }
    for _ in 0..<names { withdrawals.append(try reader.readText()) }
    delivery = try DeliveryChange(&reader)
    return withdrawals.allSatisfy { !$0.isEmpty && $0.utf8.count <= Self.nameLimit }
  }
}
