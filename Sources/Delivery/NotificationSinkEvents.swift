/// Whose calls tell what a sink does.
package struct NotificationSinkEvents {
  /// What became of notifications, each of which is reported once: by the loop, or while the sink is closed, but never from
  /// within another call.
  package var reported: ([DeliveryReport]) -> Void = { _ in }
  /// What people should know, a sentence.
  package var notice: (String) -> Void = { _ in }
  /// What a person did with what was delivered: a JSON object.
  package var responded: (String) -> Void = { _ in }

  package init() {}
}
