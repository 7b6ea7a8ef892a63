import NotificationModel

/// A push that the door has admitted, on its way to the run.
package struct DoorPush: Sendable {
  package var push: Push
  /// The number of the push in the door's life, by which its answer is given.
  package var number: UInt64
  /// The time at which it came, in nanoseconds of the monotonic clock.
  package var admittedAt: Int64
  /// The time at which it is given up, in nanoseconds of the monotonic clock.
  package var due: Int64

  /// Makes an admitted push.
  package init(_ push: Push, number: UInt64, admittedAt: Int64 = 0, due: Int64) {
    self.push = push
    self.number = number
    self.admittedAt = admittedAt
    self.due = due
  }
}
