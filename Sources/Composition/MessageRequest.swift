import LosslessJSON

/// A message with those who receive it, as a chat server sends it.
package struct MessageRequest: Sendable, Equatable {
  /// The most bytes of a request.
  package static let limit = MessageReader.limit + recipientLimit * (MessageReader.nameLimit * 4 + 8)
  /// The most users who receive a message.
  package static let recipientLimit = 5000

  /// The application, by its key; nil where the sender has one only.
  package var application: String?
  /// The message.
  package var message: Message
  /// The users who receive it, each once, in the sender's order.
  package var recipients: [String]
  /// A Boolean value that indicates whether decisions are asked for, and nothing is sent.
  package var isDryRun = false

  /// Makes a request of its parts.
  package init(application: String? = nil, message: Message, recipients: [String]) {
    self.application = application
    self.message = message
    self.recipients = recipients
  }
}

extension MessageRequest {
  /// The request as ``MessageReader`` reads it.
  package var json: String {
    var writer = JSONWriter()
    writer.beginArray()
    for user in recipients { writer.value(user) }
    writer.endArray()
    var others = ",\"recipients\":\(writer.text)"
    if isDryRun { others += ",\"dry_run\":true" }
    if let application {
      var name = JSONWriter()
      name.value(application)
      others += ",\"application\":\(name.text)"
    }
    return message.json.dropLast() + others + "}"
  }
}

extension MessageReader {
  /// Reads a message with its recipients.
  ///
  /// - Throws: a problem with its place.
  package static func request(_ text: [UInt8]) throws(MessageProblem) -> MessageRequest {
    guard text.count <= MessageRequest.limit else {
      throw MessageProblem(
        "", "the request has \(text.count) bytes, and \(MessageRequest.limit) are the limit; shorten it")
    }
    return try MessageReader(members: MemberReader(text)).request()
  }

  private borrowing func request() throws(MessageProblem) -> MessageRequest {
    let message = try message(besides: Self.requestMembers)
    let size = message.json.utf8.count
    guard size <= Self.limit else {
      throw MessageProblem(
        "", "the message has \(size) bytes beside its recipients, and \(Self.limit) are the limit; shorten it"
      )
    }
    var request = MessageRequest(
      application: try application(), message: message, recipients: try recipients())
    request.isDryRun = try members.flag("dry_run", members.root)
    return request
  }

  /// The members of a request that are no message's.
  package static let requestMembers = ["application", "recipients", "dry_run"]

  private borrowing func application() throws(MessageProblem) -> String? {
    try members.text("application", members.root, limit: Self.nameLimit)
  }

  private borrowing func recipients() throws(MessageProblem) -> [String] {
    let users = try members.texts(
      "recipients", members.root, limit: Self.nameLimit, most: MessageRequest.recipientLimit)
    guard !users.isEmpty else {
      throw MessageProblem("", "'recipients' is missing or empty; add the ids of the users who receive it")
    }
    if let index = users.firstIndex(of: "") {
      throw MessageProblem("/recipients/\(index)", "empty; write the id of a user")
    }
    for (index, user) in users.enumerated() { try MemberReader.checkID(user, "/recipients/\(index)") }
    var known: Set<[UInt8]> = []
    return users.filter { known.insert(Array($0.utf8)).inserted }
  }
}
