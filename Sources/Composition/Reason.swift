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
  /// A recall takes back a text, and the recipient has not permitted alerts.
  case recallWithoutAlert
  /// The recalled message was not pushed to the device.
  case recalledUnpushed
  /// The recipient has no device.
  case noDevice
  /// The user has logged out on the device.
  case loggedOut
  /// APNs has refused the device's token.
  case tokenRefused
  /// The client is connected.
  case connected
  /// The client is in the background, and not yet for long.
  case inBackground
  /// The recipient has seen the message.
  case seen
  /// The message was recalled before it was pushed.
  case recalled
  /// The plugins or the queue have refused the push.
  case refused
  /// The message was written by another version, and cannot be read.
  case unreadable

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

  // MARK: Texts

  /// The reasons that say everything by themselves.
  private static let plain: [Reason] = [
    .mentionContent, .pushContent, .messageText, .defaultText, .secretChat, .hiddenDetails, .withoutAlert,
    .chatroom, .signalType, .notificationNeedsPushContent, .customTypeNeedsPushContent, .textMissing,
    .permissionNotAsked, .permissionDenied, .nothingPermitted, .recallWithoutAlert,
    .recalledUnpushed, .noDevice, .loggedOut,
    .tokenRefused, .connected, .inBackground, .seen, .recalled, .refused, .unreadable, .quietHours,
    .subchannelMuted,
    .channelMuted, .channelTypeMuted, .subchannelMutedByGroup, .channelMutedByGroup, .mutedByApplication,
  ]

  /// The reason as text, from which it can be read again.
  package var record: String {
    switch self {
    case .template(let key): "\(code):\(key)"
    case .payloadTooLarge(let size): "\(code):\(size)"
    default: code
    }
  }

  /// Reads a reason that ``record`` has written; nil for any other text.
  package init?(record: String) {
    let parts = record.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts[0], parts.dropFirst().first) {
    case ("template", let key?): self = .template(String(key))
    case ("payload_too_large", let size?): self = .payloadTooLarge(Int(size) ?? 0)
    case (let code, nil):
      guard let reason = Self.plain.first(where: { $0.code == code }) else { return nil }
      self = reason
    default: return nil
    }
  }

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
    case .recallWithoutAlert: "recall_without_alert"
    case .recalledUnpushed: "recalled_unpushed"
    case .noDevice: "no_device"
    case .loggedOut: "logged_out"
    case .tokenRefused: "token_refused"
    case .connected: "connected"
    case .inBackground: "in_background"
    case .seen: "seen"
    case .recalled: "recalled"
    case .refused: "refused"
    case .unreadable: "unreadable"
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
    case .recallWithoutAlert: "the recipient has not permitted alerts, so that no text is to be taken back"
    case .recalledUnpushed: "the message that it recalls was not pushed to the device"
    case .noDevice: "the recipient has no device; register one with PUT /v1/devices/{device}"
    case .loggedOut: "the user has logged out on the device"
    case .tokenRefused: "APNs has refused the device's token; register the device again"
    case .connected: "the client is connected, and gets the message by itself"
    case .inBackground: "the client has been in the background for too short a time; the push waits"
    case .seen: "the recipient has seen the message"
    case .recalled: "the message was recalled before it was pushed"
    case .refused: "a fault of a plugin, or the queue, has refused the push; look at the audit"
    case .unreadable: "another version has kept the message, and this one cannot read it; send it again"
    }
  }

  /// The most bytes of a payload.
  static let sizeLimit = APNsRules.sizeLimit(pushType: PushType.alert.rawValue)
}
