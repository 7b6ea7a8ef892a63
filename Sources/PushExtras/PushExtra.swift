/// The values of a chat message's push that stand beside `aps`: those of its member `rc`, and `appData`.
///
/// A value that is missing from the payload, or is no text there, is nil.
public struct PushExtra: Sendable, Equatable {
  /// The kind of channel: `cType`.
  public var channelType: ChannelType?
  /// The channel within a super group: `bId`; empty where the message belongs to none.
  public var channelID: String?
  /// The user who sent the message: `fId`.
  public var senderID: String?
  /// The type of the message, such as `RC:TxtMsg`: `oName`.
  public var objectName: String?
  /// The conversation: `tId`, a user or a group.
  public var targetID: String?
  /// The user who receives it: `rId`.
  public var recipientID: String?
  /// The message: `id`.
  public var messageID: String?
  /// The messages that are recalled: `rc-dlt-identifier`, which stands in `rc` or in the JSON of `appData`.
  public var recalledMessageIDs: [String] = []
  /// The sender's own data: `appData`.
  public var appData: String?

  /// Makes a value that says nothing.
  public init() {}
}
