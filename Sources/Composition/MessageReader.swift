import NotificationModel
import PushExtras

/// Reads messages as chat servers write them: one JSON object each.
package struct MessageReader: ~Copyable {
  /// The members that a message may have.
  package enum Member: String, CaseIterable, Sendable {
    case id
    case objectName = "object_name"
    case channelType = "channel_type"
    case from
    case fromName = "from_name"
    case target
    case targetName = "target_name"
    case channel
    case text
    case fileName = "file_name"
    case burnAfterReading = "burn_after_reading"
    case mention
    case recalls
    case pushContent = "push_content"
    case pushData = "push_data"
    case pushTitle = "push_title"
    case disablePushTitle = "disable_push_title"
    case forceShowDetailContent = "force_show_detail_content"
    case template
    case templateArguments = "template_arguments"
    case badge
  }

  /// The most bytes of a message.
  package static let limit = 64 << 10
  /// The most characters of an identifier or a name: code points, as JSON Schema counts.
  package static let nameLimit = 256
  /// The most characters of a text, of which a push shows what has room.
  package static let textLimit = 32 << 10
  /// The most characters of the data that goes into a payload.
  package static let dataLimit = Reason.sizeLimit
  /// The most users that a message mentions.
  package static let mentionLimit = 1000
  /// The highest number on an app's icon.
  package static let badgeLimit = Int(Int32.max)
  /// The most arguments of a template.
  package static let argumentLimit = 16

  let members: MemberReader

  /// Reads a message.
  ///
  /// - Throws: a problem with its place.
  package static func message(_ text: [UInt8]) throws(MessageProblem) -> Message {
    guard text.count <= limit else {
      throw MessageProblem("", "the message has \(text.count) bytes, and \(limit) are the limit; shorten it")
    }
    return try MessageReader(members: MemberReader(text)).message()
  }

  /// Reads a message that was written by ``Message/json`` when it was accepted.
  package static func kept(_ text: [UInt8]) throws(MessageProblem) -> Message {
    try MessageReader(members: MemberReader(text)).message()
  }

  /// Reads the message, beside which there may be other members.
  borrowing func message(besides others: [String] = []) throws(MessageProblem) -> Message {
    try members.check(members.root, known: Member.allCases.map(\.rawValue) + others)
    let objectName = try objectName()
    let sender = Message.Sender(
      id: try required(.from, "the id of the user who sent the message"), name: try name(.fromName))
    var message = Message(
      id: try required(.id, "the id of the message"), objectName: objectName, sender: sender,
      channel: try channel(sender))
    message.content = try content()
    message.mention = try mention()
    message.push = try wishes()
    message.recalledID = try recalledID(objectName, message.push.data)
    if let recalledID = message.recalledID, recalledID.utf8.elementsEqual(message.id.utf8) {
      throw MessageProblem(
        "/\(Member.recalls.rawValue)", "a message recalls another one, and this is its own id")
    }
    return message
  }

  // MARK: Texts

  private func name(_ member: Member) throws(MessageProblem) -> String? {
    try members.text(member.rawValue, members.root, limit: Self.nameLimit)
  }

  /// Reads an identifier.
  private func id(_ member: Member) throws(MessageProblem) -> String? {
    let id = try name(member)
    if let id { try MemberReader.checkID(id, "/\(member.rawValue)") }
    return id
  }

  private func required(_ member: Member, _ advice: String) throws(MessageProblem) -> String {
    let id = try members.requiredText(member.rawValue, members.root, limit: Self.nameLimit, advice)
    try MemberReader.checkID(id, "/\(member.rawValue)")
    return id
  }

  private func text(_ member: Member) throws(MessageProblem) -> String? {
    try members.text(member.rawValue, members.root, limit: Self.textLimit)
  }

  private func flag(_ member: Member) throws(MessageProblem) -> Bool {
    try members.flag(member.rawValue, members.root)
  }

  // MARK: The message

  private func objectName() throws(MessageProblem) -> String {
    let name = try required(.objectName, "a type such as RC:TxtMsg")
    if MessageType.builtIn[name] != nil { return name }
    let pointer = "/\(Member.objectName.rawValue)"
    if name.hasPrefix(MessageType.prefix) {
      let known = MessageType.builtIn.keys.sorted()
      let hint = Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'?" }
      throw MessageProblem(
        pointer,
        "'\(name.shortened)' is no built-in type; "
          + (hint ?? "name an app's own type so that it does not begin with \(MessageType.prefix)"))
    }
    guard name.count <= MessageType.nameLimit else {
      throw MessageProblem(
        pointer,
        "a type's name has up to \(MessageType.nameLimit) characters, and this has \(name.count); shorten it")
    }
    return name
  }

  private func channelType() throws(MessageProblem) -> ChannelType {
    let types = ChannelType.known + [.chatroom]
    let advice = "one of \(types.map(\.rawValue).joined(separator: ", "))"
    let member = Member.channelType.rawValue
    guard let value = try members.textOrNumber(member, members.root, advice) else {
      throw MessageProblem("", "'\(member)' is missing; add \(advice)")
    }
    let named = value.text.map { ChannelType(rawValue: $0) } ?? value.number.flatMap { ChannelType(code: $0) }
    guard let named, types.contains(named) else {
      let shown = value.text?.shortened ?? value.number.map { String($0) } ?? ""
      throw MessageProblem("/\(member)", "'\(shown)' is no type of channel; write \(advice)")
    }
    return named
  }

  private func channel(_ sender: Message.Sender) throws(MessageProblem) -> Message.Channel {
    let type = try channelType()
    let channelID = try id(.channel)
    if channelID != nil, type != .superGroup {
      throw MessageProblem(
        "/\(Member.channel.rawValue)", "only a super group (UG) has channels; leave it out")
    }
    // To who receives it, a conversation with one user or service is named for its sender.
    let isShared = type.isGroup || type == .chatroom
    let target = isShared ? try required(.target, "the id of the group") : try id(.target) ?? sender.id
    return Message.Channel(
      type: type, targetID: target, targetName: try name(.targetName), channelID: channelID)
  }

  private func content() throws(MessageProblem) -> Message.Content {
    var content = Message.Content()
    content.text = try text(.text)
    content.fileName = try name(.fileName)
    content.burnsAfterReading = try flag(.burnAfterReading)
    return content
  }

  private func mention() throws(MessageProblem) -> Message.Mention? {
    let example = #"{"type": "users", "users": ["2121"]}"#
    guard let object = try members.object(Member.mention.rawValue, members.root, example) else { return nil }
    try members.check(object, known: ["type", "users", "content"])
    let content = try members.text("content", object, limit: Self.textLimit)
    let users = try members.texts("users", object, limit: Self.nameLimit, most: Self.mentionLimit)
    for (index, user) in users.enumerated() {
      try MemberReader.checkID(user, "\(object.pointer)/users/\(index)")
    }
    switch try members.text("type", object, limit: Self.nameLimit) {
    case "all" where users.isEmpty: return Message.Mention(.all, content: content)
    case "all":
      throw MessageProblem("\(object.pointer)/users", "a mention of all names nobody; leave it out")
    case "users" where !users.isEmpty: return Message.Mention(.users(users), content: content)
    case "users": throw MessageProblem(object.pointer, "'users' is missing; write \(example)")
    default: throw MessageProblem("\(object.pointer)/type", "neither all nor users; write \(example)")
    }
  }

  private func recalledID(_ objectName: String, _ data: String?) throws(MessageProblem) -> String? {
    let member = Member.recalls.rawValue
    guard MessageType(objectName: objectName) == .recall else {
      guard try name(.recalls) == nil else {
        throw MessageProblem("/\(member)", "only a message of type RC:RcCmd recalls another; leave it out")
      }
      return nil
    }
    let id = try required(.recalls, "the id of the message that is recalled")
    guard PushExtra.appData(data, recalling: id) != nil else {
      throw MessageProblem(
        "/\(Member.pushData.rawValue)",
        "not a JSON object, to which a recall adds the message's id; write an object as text, or leave it out"
      )
    }
    return id
  }
}

/// The wishes of the sender for the push.
extension MessageReader {
  private func wishes() throws(MessageProblem) -> PushWishes {
    var wishes = PushWishes()
    wishes.content = try text(.pushContent)
    wishes.data = try members.text(Member.pushData.rawValue, members.root, limit: Self.dataLimit)
    wishes.title = try text(.pushTitle)
    wishes.disablesTitle = try flag(.disablePushTitle)
    wishes.forcesDetails = try flag(.forceShowDetailContent)
    wishes.template = try template()
    wishes.badge = try badge()
    return wishes
  }

  private func template() throws(MessageProblem) -> PushWishes.Template? {
    let arguments = try members.texts(
      Member.templateArguments.rawValue, members.root, limit: Self.nameLimit, most: Self.argumentLimit)
    guard let key = try id(.template), !key.isEmpty else {
      guard arguments.isEmpty else {
        throw MessageProblem(
          "/\(Member.templateArguments.rawValue)", "there is no template for them; add 'template'")
      }
      return nil
    }
    return PushWishes.Template(key, arguments: arguments)
  }

  private func badge() throws(MessageProblem) -> PushWishes.Badge {
    let advice = "a whole number from 0 to \(Self.badgeLimit), or \"count\""
    let member = Member.badge.rawValue
    guard let value = try members.textOrNumber(member, members.root, advice) else { return .counted }
    if value.text == "count" { return .counted }
    guard let number = value.number, (0...Self.badgeLimit).contains(number) else {
      throw MessageProblem("/\(member)", "not \(advice); write one of them")
    }
    return .absolute(number)
  }
}
