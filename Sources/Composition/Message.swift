import PushExtras

/// A chat message that a push is made of, as its sender's chat server describes it.
package struct Message: Sendable, Equatable {
  /// The user who sent it.
  package struct Sender: Sendable, Equatable {
    /// The identifier.
    package var id: String
    /// The name that people know; nil where the chat server gave none.
    package var name: String?

    /// Makes a sender.
    package init(id: String, name: String? = nil) {
      self.id = id
      self.name = name
    }
  }

  /// The conversation that it is in.
  package struct Channel: Sendable, Equatable {
    /// The kind.
    package var type: ChannelType
    /// The user or the group.
    package var targetID: String
    /// The group's name; nil where the chat server gave none.
    package var targetName: String?
    /// The channel within a super group; nil where it is in none.
    package var channelID: String?

    /// Makes a channel.
    package init(type: ChannelType, targetID: String, targetName: String? = nil, channelID: String? = nil) {
      self.type = type
      self.targetID = targetID
      self.targetName = targetName
      self.channelID = channelID
    }
  }

  /// The parts of what was written that a push may show.
  package struct Content: Sendable, Equatable {
    /// The text: of a text or a quote, the summary of a streamed text, the title of rich content.
    package var text: String?
    /// The name of a file.
    package var fileName: String?
    /// A Boolean value that indicates whether the message is deleted once it has been read.
    package var burnsAfterReading = false

    /// Makes content that says nothing.
    package init() {}
  }

  /// The people whom it mentions.
  package struct Mention: Sendable, Equatable {
    /// Those who are mentioned.
    package enum Audience: Sendable, Equatable {
      case all
      case users([String])
    }

    /// Those who are mentioned.
    package var audience: Audience
    /// The text of the push to them; nil where the type's text is enough.
    package var content: String?

    /// Makes a mention.
    package init(_ audience: Audience, content: String? = nil) {
      self.audience = audience
      self.content = content
    }

    /// Returns whether a user is mentioned.
    package func includes(_ user: String) -> Bool {
      switch audience {
      case .all: true
      case .users(let users): users.contains { $0.utf8.elementsEqual(user.utf8) }
      }
    }
  }

  /// The identifier of the message.
  package var id: String
  /// The type, such as `RC:TxtMsg`.
  package var objectName: String
  /// The user who sent it.
  package var sender: Sender
  /// The conversation that it is in.
  package var channel: Channel
  /// The parts of what was written that a push may show.
  package var content = Content()
  /// The people whom it mentions; nil where it mentions nobody.
  package var mention: Mention?
  /// The wishes of its sender for the push.
  package var push = PushWishes()
  /// The message that it recalls.
  package var recalledID: String?

  /// Makes a message that says nothing.
  package init(id: String, objectName: String, sender: Sender, channel: Channel) {
    self.id = id
    self.objectName = objectName
    self.sender = sender
    self.channel = channel
  }
}
