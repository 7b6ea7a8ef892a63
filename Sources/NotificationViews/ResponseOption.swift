/// The step after a content extension has handled a response: `UNNotificationContentExtensionResponseOption`.
package enum ResponseOption: String, CaseIterable, Sendable {
  /// The notification stays, with the view as it is now.
  case doNotDismiss = "do_not_dismiss"
  /// The notification goes away.
  case dismiss
  /// It goes away, and the program that takes responses has to act on this one.
  case dismissAndForwardAction = "dismiss_and_forward_action"
}
