import LosslessJSON

extension PushExtra {
  /// Writes `rc` and `appData` as members of a payload.
  package func writeMembers(to writer: inout JSONWriter) {
    writer.key("rc")
    writer.beginObject()
    let names = [
      ("cType", channelType?.rawValue), ("bId", channelID), ("fId", senderID), ("oName", objectName),
      ("tId", targetID), ("rId", recipientID), ("id", messageID),
    ]
    for case (let key, let name?) in names { writer.member(key, name) }
    if recalledMessageIDs.count == 1 {
      writer.member(Self.recallKey, recalledMessageIDs[0])
    } else if !recalledMessageIDs.isEmpty {
      writer.member(Self.recallKey, recalledMessageIDs)
    }
    writer.endObject()
    if let appData { writer.member("appData", appData) }
  }

  /// Writes an object with the names that plugins read.
  package func writeTable(to writer: inout JSONWriter) {
    writer.beginObject()
    let names = [
      ("channel_type", channelType?.rawValue), ("channel_id", channelID), ("sender_id", senderID),
      ("object_name", objectName), ("target_id", targetID), ("recipient_id", recipientID),
      ("message_id", messageID), ("app_data", appData),
    ]
    for case (let key, let name?) in names { writer.member(key, name) }
    writer.member("recalled_ids", recalledMessageIDs)
    writer.endObject()
  }
}
