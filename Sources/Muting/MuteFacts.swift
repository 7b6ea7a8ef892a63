import Composition
import PushExtras

/// The place that a message is in, as levels are set for it.
package struct MutePlace: Sendable, Equatable {
  /// The kind of the conversation.
  package var channelType: ChannelType
  /// The user or the group; nil for all of the kind.
  package var target: String?
  /// The channel within a super group; nil for all of the group.
  package var channel: String?

  /// Makes a value from its parts.
  package init(_ channelType: ChannelType, target: String? = nil, channel: String? = nil) {
    self.channelType = channelType
    self.target = target
    self.channel = channel
  }
}

/// The facts of a message that levels look at, for one of its recipients.
package struct MuteFacts: Sendable, Equatable {
  /// The place that it is in.
  package var place: MutePlace
  /// A Boolean value that indicates whether it mentions the recipient by name.
  package var mentionsRecipient = false
  /// A Boolean value that indicates whether it mentions all members.
  package var mentionsAll = false

  /// Makes the facts of a message that mentions nobody.
  package init(_ place: MutePlace) { self.place = place }

  /// Makes the facts of a message for a recipient.
  package init(_ message: Message, for user: String) {
    self.init(MutePlace(message))
    switch message.mention?.audience {
    case .all: mentionsAll = true
    case .users: mentionsRecipient = message.mention?.includes(user) ?? false
    case nil: break
    }
  }
}

extension MutePlace {
  /// Makes the place that a message is in.
  package init(_ message: Message) {
    self.init(
      message.channel.type, target: message.channel.targetID, channel: message.channel.channelID)
  }
}
