import NotificationModel

/// A push in a batch: its envelope and the topics of its sender, behind their length, and then its payload.
package struct PushItem {
  package let envelope: PushEnvelope
  /// The topics that the sender may push to; nil where no plugin of the chain may write one.
  package let topics: PushTopics?
  /// The payload, in the memory of the item.
  package let payload: UnsafeRawBufferPointer

  /// Reads an item of a batch; nil where it is none.
  package init?(_ item: UnsafeRawBufferPointer) {
    guard let (head, payload) = Self.parts(of: item) else { return nil }
    var reader = ByteReader(Array(head))
    do throws(ByteReader.Truncated) {
      envelope = try PushEnvelope(&reader)
      topics = try reader.readOptional { reader throws(ByteReader.Truncated) in try PushTopics(&reader) }
    } catch {
      return nil
    }
    guard reader.isAtEnd else { return nil }
    self.payload = payload
  }

  /// Returns the payload of an item without a look at what stands before it; nil where there is no item.
  package static func payload(of item: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
    parts(of: item)?.payload
  }

  private static func parts(
    of item: UnsafeRawBufferPointer
  ) -> (head: UnsafeRawBufferPointer, payload: UnsafeRawBufferPointer)? {
    let prefix = MemoryLayout<UInt32>.size
    guard item.count >= prefix else { return nil }
    let count = Int(item.loadUnaligned(as: UInt32.self))
    guard count <= item.count - prefix else { return nil }
    return (
      UnsafeRawBufferPointer(rebasing: item[prefix..<prefix + count]),
      UnsafeRawBufferPointer(rebasing: item[(prefix + count)...])
    )
  }
}

extension Push {
  /// Returns the push as an item of a batch.
  ///
  /// - Parameter namesTopics: whether the item has the topics of the sender, for a plugin that may write one.
  package func item(namesTopics: Bool) -> [UInt8] {
    var head = ByteWriter()
    envelope.write(to: &head)
    head.write(optional: namesTopics ? senderTopics : nil) { $1.write(to: &$0) }
    var writer = ByteWriter()
    writer.write(head.bytes)
    return writer.bytes + payloadLine
  }
}
