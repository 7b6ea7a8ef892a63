/// The run that pushes of messages are given to.
package protocol PushTaker: Sendable {
  /// Gives pushes to the run in their order, and returns what became of each once that holds.
  func take(_ pushes: [MessagePush]) async -> [PushResult]
  /// Withdraws what goes by names of an app; false where the run has ended.
  func withdraw(_ names: [String], of bundleID: String) async -> Bool
}

/// The fate of a push of a message in the run.
package enum PushResult: Sendable, Equatable {
  /// It is in the queue, or the plugins have dropped it.
  case taken
  /// It is refused, and would be again.
  case refused
  /// Nothing is known; it is given again later.
  case unavailable
}
