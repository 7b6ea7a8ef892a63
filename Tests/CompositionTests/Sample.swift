import Composition
import NotificationModel
import PushExtras

/// Messages and devices to begin with.
enum Sample {
  /// The identifiers are those of the seed's payload.
  static func message(_ objectName: String = "RC:TxtMsg", _ type: ChannelType = .direct) -> Message {
    var message = Message(
      id: "5FSClm2gQ9V9BZ-kUZn58B", objectName: objectName, sender: .init(id: "2121", name: "Ann"),
      channel: .init(type: type, targetID: "3232"))
    if type.isGroup { message.channel.targetName = "Climbing" }
    message.content.text = "Hello"
    if objectName == "RC:RcCmd" { message.recalledID = "2FSClm2gQ9Q9BZ-kUZn54B" }
    return message
  }

  static func recipient(_ locales: String...) -> Recipient {
    var recipient = Recipient(user: "3243")
    recipient.locales = locales
    return recipient
  }

  static func compose(_ message: Message, _ recipient: Recipient = recipient()) throws -> Verdict {
    Composer(try MessageTexts()).compose(message, for: recipient)
  }

  /// The payload as a value; nil where none is made.
  static func payload(_ message: Message, _ recipient: Recipient = recipient()) throws -> JSONValue? {
    guard case .push(let push, _) = try compose(message, recipient) else { return nil }
    return try JSONValue(String(decoding: push.payload, as: UTF8.self))
  }

  /// The text of the alert.
  static func body(_ message: Message, _ recipient: Recipient = recipient()) throws -> String? {
    let alert = try payload(message, recipient)?["aps"]?["alert"]
    return alert?["body"]?.string ?? alert?.string
  }
}

extension JSONValue {
  /// The text of a string.
  var string: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// The keys of an object, in order.
  var keys: [String] {
    if case .object(let members) = self { return members.map(\.key) }
    return []
  }
}
