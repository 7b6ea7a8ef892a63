import NotificationModel

/// The reason for a decision on a message: a word for programs, and a sentence for people.
package enum Reason: Sendable, Equatable {
  // MARK: A push is made

  /// Its text is that of the mention.
  case mentionContent
  /// Its text is the sender's `push_content`.
  case pushContent
  /// Its text is a template of the operator's catalog.
  case template(String)
  /// Its text is what was written.
  case messageText
  /// Its text is that of the message's type.
  case defaultText
  /// Its text says only that there is a message, since it is deleted once it has been read.
  case secretChat
  /// Its text says only that there is a message, since the recipient hides details.
  case hiddenDetails
  /// It has no text, since the recipient has not permitted alerts.
  case withoutAlert

  // MARK: None is made

  /// Chatrooms never push.
  case chatroom
  /// The type is a signal.
  case signalType
  /// A notification within a conversation has no text of its sender's.
  case notificationNeedsPushContent
  /// A custom type has no text of its sender's or the operator's.
  case customTypeNeedsPushContent
  /// The message's text is missing.
  case textMissing
  /// The app has not asked for the permission.
  case permissionNotAsked
  /// The user has refused the permission.
  case permissionDenied
  /// The user has granted no part of the permission.
  case nothingPermitted
  /// The payload is too large without any text; the number of its bytes.
  case payloadTooLarge(Int)

  // MARK: The recipient wants none

  /// It is the recipient's quiet time.
  case quietHours
  /// The recipient has muted the channel of the super group.
  case subchannelMuted
  /// The recipient has muted the conversation.
  case channelMuted
  /// The recipient has muted conversations of the kind.
  case channelTypeMuted
  /// The super group has muted the channel for members who have set nothing.
  case subchannelMutedByGroup
  /// The super group is muted for members who have set nothing.
  case channelMutedByGroup
  /// The application notifies of such messages only those who have set that they want it.
  case mutedByApplication

  /// The word for programs.
  package var code: String {
    switch self {
    case .mentionContent: "mention_content"
    case .pushContent: "push_content"
    case .template: "template"
    case .messageText: "message_text"
    case .defaultText: "default_text"
    case .secretChat: "secret_chat"
    case .hiddenDetails: "hidden_details"
    case .withoutAlert: "without_alert"
    case .chatroom: "chatroom"
    case .signalType: "signal_type"
    case .notificationNeedsPushContent: "notification_needs_push_content"
    case .customTypeNeedsPushContent: "custom_type_needs_push_content"
    case .textMissing: "text_missing"
    case .permissionNotAsked: "permission_not_asked"
    case .permissionDenied: "permission_denied"
    case .nothingPermitted: "nothing_permitted"
    case .payloadTooLarge: "payload_too_large"
    case .quietHours: "quiet_hours"
    case .subchannelMuted: "subchannel_muted"
    case .channelMuted: "channel_muted"
    case .channelTypeMuted: "channel_type_muted"
    case .subchannelMutedByGroup: "subchannel_muted_by_group"
    case .channelMutedByGroup: "channel_muted_by_group"
    case .mutedByApplication: "muted_by_application"
    }
  }

  /// The sentence for people: the cause, and the next step where there is one.
  package var sentence: String {
    switch self {
    case .mentionContent: "the text is that of the mention (mention.content)"
    case .pushContent: "the text is the message's push_content"
    case .template(let key): "the text is the template '\(key)'"
    case .messageText: "the text is what was written"
    case .defaultText: "the text is the default of the message's type"
    case .secretChat: "the message burns after reading, so that its text is not shown"
    case .hiddenDetails: "the recipient hides details; force_show_detail_content would show them"
    case .withoutAlert: "the recipient has not permitted alerts, so that there is no text"
    case .chatroom: "chatrooms never push"
    case .signalType: "messages of this type are signals, which are never pushed"
    case .notificationNeedsPushContent:
      "messages of this type are pushed only with a text; add push_content to push it"
    case .customTypeNeedsPushContent:
      "a custom type has no text of its own; add push_content, or its object name to the catalog Messages"
    case .textMissing: "the message has no text; add text or push_content"
    case .permissionNotAsked: "the app has not asked for the permission yet; let it ask"
    case .permissionDenied: "the recipient has denied the permission"
    case .nothingPermitted: "the recipient has permitted neither alerts nor badges nor sounds"
    case .payloadTooLarge(let size):
      "the payload has \(size) bytes without any text, and APNs takes \(Self.sizeLimit); shorten push_data or push_title"
    case .quietHours: "it is the recipient's quiet time; see GET /v1/users/{user}/quiet-hours"
    case .subchannelMuted: "the recipient has muted the channel of the super group"
    case .channelMuted: "the recipient has muted the conversation"
    case .channelTypeMuted: "the recipient has muted conversations of this type"
    case .subchannelMutedByGroup:
      "the super group has muted the channel, and the recipient has set nothing else"
    case .channelMutedByGroup: "the super group is muted, and the recipient has set nothing else"
    case .mutedByApplication:
      "the level of the application is not for this message, and the recipient has set nothing else"
    }
  }

  /// The most bytes of a payload.
  static let sizeLimit = APNsRules.sizeLimit(pushType: PushType.alert.rawValue)
}
