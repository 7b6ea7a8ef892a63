import Applications

/// The wishes that count for a message to one recipient, each nil where nothing is set.
package struct MuteRules: Sendable, Equatable {
  /// The recipient's quiet hours.
  package var quietHours: QuietHours?
  /// The recipient's level for the channel of the super group.
  package var subchannel: NotificationLevel?
  /// The recipient's level for the conversation.
  package var channel: NotificationLevel?
  /// The recipient's level for conversations of the kind.
  package var channelType: NotificationLevel?
  /// The super group's level for the channel.
  package var subchannelDefault: NotificationLevel?
  /// The super group's level for all of its channels.
  package var channelDefault: NotificationLevel?
  /// The application's level.
  package var application: NotificationLevel

  /// Makes rules where the application's level is all that is set.
  package init(application: NotificationLevel = .all) { self.application = application }
}
