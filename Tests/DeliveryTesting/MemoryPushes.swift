import Delivery
import LosslessJSON
import NotificationModel
import WorkerProtocol

/// A source of pushes that a test has already.
package final class MemoryPushes: NotificationSource {
  private let all: [Push]
  private var next = 0
  package private(set) var lines: [SourceLine] = []
  package private(set) var pushes: [Push] = []
  package var fateReceiver: (any FateReceiver)?
  package var namesTopics = false
  package var onOversized: (UnsafeRawBufferPointer) -> Void = { _ in }

  package init(_ pushes: [Push]) { all = pushes }

  /// Makes a push of alert as a request has it.
  package static func push(
    _ id: String, topic: String = "com.example.app", token: String = "ab", payload: String,
    headers: [NotificationLine.Header: String] = [:]
  ) throws -> Push {
    var document = JSONDocument(depthLimit: 64)
    try document.parse(payload)
    var all = headers
    all[.topic] = topic
    all[.collapseID] = id
    let envelope = PushEnvelope(deviceName: "name-of-\(token)", environment: .production, headers: all)
    return Push(
      try PushNotification(
        envelope, ticket: 0, place: "door:\(id)", deviceToken: token, payload: Array(payload.utf8), document),
      envelope)
  }

  package var descriptor: Int32 { -1 }
  package var hasMore: Bool { true }
  package var hasWholeLine: Bool { false }
  package var isSkipping: Bool { false }
  package var lacksNewline: Bool { false }
  package var hasByteOrderMark: Bool { false }

  package func begin(_ memory: UnsafeMutableRawBufferPointer) {
    lines.removeAll()
    pushes.removeAll()
  }

  package func fill(_ memory: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress {
    var filled = 0
    while next < all.count, lines.count < most {
      if let first = pushes.first, first.notification.app != all[next].notification.app { break }
      let item = all[next].item(namesTopics: namesTopics)
      guard filled + item.count <= memory.count else { break }
      UnsafeMutableRawBufferPointer(rebasing: memory[filled...]).copyBytes(from: item)
      lines.append(SourceLine(offset: filled, count: item.count, number: next + 1))
      pushes.append(all[next])
      filled += item.count
      next += 1
    }
    return lines.isEmpty ? .ended : .lines
  }
}
