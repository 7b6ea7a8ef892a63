import LosslessJSON
import PushExtras

/// A payload before it is written: its parts, of which the text of the alert can be cut.
struct PayloadDraft {
  /// The alert.
  struct Alert {
    var title: String?
    var body: String
  }

  /// The result of fitting the text.
  enum Fit: Equatable {
    case whole
    /// The numbers of its characters before and after.
    case cut(from: Int, to: Int)
    /// Without any text the payload has this many bytes.
    case tooLarge(Int)
  }

  var alert: Alert?
  private let badge: Int?
  private let hasSound: Bool
  private let isRecall: Bool
  private let extra: PushExtra

  /// Makes a draft without an alert.
  init(_ message: Message, _ type: MessageType, _ recipient: Recipient) {
    let parts = recipient.permission.parts
    badge = parts.contains(.badge) ? message.push.badge.number(recipient, isRecall: type == .recall) : nil
    hasSound = parts.contains(.sound)
    isRecall = type == .recall
    extra = PushExtra(message, recipient: recipient.user)
  }

  /// The payload, a JSON object.
  var payload: [UInt8] {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.key("aps")
    writer.beginObject()
    if let alert { write(alert, to: &writer) }
    if let badge { writer.member("badge", badge) }
    if hasSound { writer.member("sound", "default") }
    writer.endObject()
    extra.writeMembers(to: &writer)
    writer.endObject()
    return Array(writer.buffer.bytes)
  }

  private func write(_ alert: Alert, to writer: inout JSONWriter) {
    if let title = alert.title {
      writer.key("alert")
      writer.beginObject()
      writer.member("title", title)
      writer.member("body", alert.body)
      writer.endObject()
    } else {
      writer.member("alert", alert.body)
    }
    guard isRecall else { return }
    // So the app's service extension runs, and knows that it has something to take away.
    writer.member("category", "RC:RcCmd")
    writer.member("mutable-content", 1)
  }

  /// Cuts the text by characters as people see them, so that the payload has no more bytes than a limit.
  mutating func fit(_ limit: Int) -> Fit {
    guard payload.count > limit else { return .whole }
    let text = alert?.body ?? ""
    alert?.body = ""
    let size = payload.count
    guard let cut = Self.cut(text, toJSON: limit - size) else { return .tooLarge(size) }
    alert?.body = cut
    return .cut(from: text.count, to: cut.count)
  }

  /// Returns as many characters of a text, with an ellipsis, as have room within a string of JSON; nil where not even that has.
  private static func cut(_ text: String, toJSON room: Int) -> String? {
    let ellipsis = "…"
    var left = room - ellipsis.utf8.count
    guard left >= 0 else { return nil }
    var buffer = ByteBuffer(capacity: 64)
    let end = text.indices.first { index in
      buffer.removeAll()
      JSONString.append(String(text[index]), to: &buffer)
      // Without the quotes.
      left -= buffer.count - 2
      return left < 0
    }
    return text[..<(end ?? text.endIndex)] + ellipsis
  }
}

extension PushWishes.Badge {
  /// Returns the number that a device shows.
  ///
  /// Nil leaves it as it is: a recall brings nothing to read.
  fileprivate func number(_ recipient: Recipient, isRecall: Bool) -> Int? {
    switch self {
    case .absolute(let number): number
    case .counted where isRecall: nil
    case .counted: recipient.badgeCount.addingReportingOverflow(1).overflow ? .max : recipient.badgeCount + 1
    }
  }
}
