import EventLoop
import NIOCore

extension TimeAmount {
  /// Returns a duration of the standard library, of 146 years at most.
  package static func nanoseconds(of duration: Duration) -> TimeAmount { .nanoseconds(duration.nanoseconds) }
}
