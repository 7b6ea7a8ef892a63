import LosslessJSON
import PushExtras

extension PushExtra {
  /// Makes the members of a message's push to a user.
  package init(_ message: Message, recipient: String) {
    self.init()
    channelType = message.channel.type
    if message.channel.type == .superGroup { channelID = message.channel.channelID ?? "" }
    senderID = message.sender.id
    objectName = message.objectName
    targetID = message.channel.targetID
    recipientID = recipient
    messageID = message.id
    appData = message.push.data
    guard let recalledID = message.recalledID else { return }
    recalledMessageIDs = [recalledID]
    // Clients that are about look here, and not into `rc`.
    appData = Self.appData(message.push.data, recalling: recalledID) ?? Self.appData(recalling: recalledID)
  }

  /// Returns the sender's data with the identifier of a recalled message added; nil where the data is no JSON object.
  static func appData(_ data: String?, recalling id: String) -> String? {
    guard let data else { return appData(recalling: id) }
    var document = JSONDocument(depthLimit: 64, duplicateKeys: .keepLast)
    guard (try? document.parse(data)) != nil, document.kind(of: document.root) == .object,
      let value = try? Self.string(id, in: &document),
      (try? document.set(document.root, StaticString("rc-dlt-identifier"), to: value)) != nil
    else { return nil }
    var buffer = ByteBuffer(capacity: data.utf8.count + id.utf8.count + 32)
    document.encode(document.root, to: &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  private static func string(_ text: String, in document: inout JSONDocument) throws -> NodeID {
    var text = text
    return try text.withUTF8 { try document.makeString(UnsafeRawBufferPointer($0)) }
  }

  private static func appData(recalling id: String) -> String {
    var writer = JSONWriter(capacity: 64)
    writer.beginObject()
    writer.member(recallKey, id)
    writer.endObject()
    return writer.text
  }
}
