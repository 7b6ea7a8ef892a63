import EventLoop
import Glibc
import Pipeline
import Synchronization

/// The stops that a service asks its run for, from any thread, in place of signals.
final class ServiceStops: Sendable {
  private let mailbox: Mailbox<Void>
  private let count = Atomic<Int>(0)

  /// - Throws: ``SystemError`` where there are no descriptors left.
  init() throws(SystemError) { mailbox = try Mailbox() }

  /// Asks for an end: the first time what is under way is waited for, the second time nothing is.
  func ask() {
    count.add(1, ordering: .sequentiallyConsistent)
    mailbox.put(())
  }

  /// The stops as a run looks for them.
  var stops: RunStops {
    RunStops(
      descriptor: mailbox.descriptor, count: { self.count.load(ordering: .sequentiallyConsistent) },
      last: { SIGTERM }, acknowledge: { _ = self.mailbox.take() })
  }
}
