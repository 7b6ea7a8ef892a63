/// The calls by which a sink tells what happens to notifications.
package struct NotificationSinkEvents {
  /// Reports results, one for each notification: by the loop, or while the sink is closed, but never from within
  /// another call.
  package var reported: ([DeliveryReport]) -> Void = { _ in }
  /// Reports a notice for people, a sentence.
  package var notice: (String) -> Void = { _ in }
  /// Reports a person's response to a delivered notification, a JSON object.
  package var responded: (String) -> Void = { _ in }

  package init() {}
}
