/// The notifications that a queue has in memory, by what they wait for.
package struct QueueLoad: Sendable, Equatable {
  /// Those that the sink has not had.
  package var queued = 0
  /// Those that the sink has.
  package var atSink = 0
  /// Those that wait to be tried again.
  package var retrying = 0
  /// The time at which the oldest of them was taken, in milliseconds since 1970; nil for none.
  package var oldest: Int64?

  package init() {}
}
