import LosslessJSON
import PushExtras

extension Message {
  /// The message as ``MessageReader`` reads it: the same for equal messages.
  package var json: String {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    func write(_ member: MessageReader.Member, _ text: String?) {
      if let text { writer.member(member.rawValue, text) }
    }
    func write(_ member: MessageReader.Member, _ flag: Bool) {
      if flag { writer.member(member.rawValue, true) }
    }
    write(.id, id)
    write(.objectName, objectName)
    write(.channelType, channel.type.rawValue)
    write(.from, sender.id)
    write(.fromName, sender.name)
    write(.target, channel.targetID)
    write(.targetName, channel.targetName)
    write(.channel, channel.channelID)
    write(.text, content.text)
    write(.fileName, content.fileName)
    write(.burnAfterReading, content.burnsAfterReading)
    if let mention {
      writer.key(MessageReader.Member.mention.rawValue)
      Self.write(mention, to: &writer)
    }
    write(.recalls, recalledID)
    write(.pushContent, push.content)
    write(.pushData, push.data)
    write(.pushTitle, push.title)
    write(.disablePushTitle, push.disablesTitle)
    write(.forceShowDetailContent, push.forcesDetails)
    write(.template, push.template?.key)
    if let arguments = push.template?.arguments, !arguments.isEmpty {
      writer.member(MessageReader.Member.templateArguments.rawValue, arguments)
    }
    if case .absolute(let number) = push.badge {
      writer.member(MessageReader.Member.badge.rawValue, number)
    }
    writer.endObject()
    return writer.text
  }

  private static func write(_ mention: Mention, to writer: inout JSONWriter) {
    writer.beginObject()
    switch mention.audience {
    case .all: writer.member("type", "all")
    case .users(let users):
      writer.member("type", "users")
      writer.member("users", users)
    }
    if let content = mention.content { writer.member("content", content) }
    writer.endObject()
  }
}
