import EventLoop

/// The settings of messages.
package struct MessageSettings: Sendable {
  /// The time for which messages and the decisions on them are kept.
  package var keep = Duration.seconds(24 * 3600)

  /// Makes the defaults.
  package init() {}
}
