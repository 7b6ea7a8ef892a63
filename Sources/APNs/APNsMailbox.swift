import Delivery
import Glibc
import Synchronization

/// What lies between the thread that gives notifications and the event loop that sends them.
final class APNsMailbox: Sendable {
  private struct State {
    var incoming: [OutgoingNotification] = []
    var reports: [DeliveryReport] = []
    var notices: [String] = []
    var isScheduled = false
    var isSignalled = false
  }

  private let state = Mutex(State())
  /// Readable where there are reports or notices.
  let descriptor: Int32

  init() { descriptor = eventfd(0, Int32(O_NONBLOCK | O_CLOEXEC)) }

  deinit { _ = Glibc.close(descriptor) }

  /// Adds notifications; tells whether the event loop has to be called.
  func put(_ notifications: [OutgoingNotification]) -> Bool {
    state.withLock { state in
      state.incoming += notifications
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
  }

  func takeIncoming() -> [OutgoingNotification] {
    state.withLock { state in
      defer { state.incoming = [] }
      state.isScheduled = false
      return state.incoming
    }
  }

  /// Adds reports and notices, and makes the descriptor readable.
  func put(_ reports: [DeliveryReport], notices: [String]) {
    let isToSignal = state.withLock { state in
      state.reports += reports
      state.notices += notices
      defer { state.isSignalled = true }
      return !state.isSignalled
    }
    if isToSignal { eventfd_write(descriptor, 1) }
  }

  func takeReports() -> [DeliveryReport] {
    state.withLock { state in
      if state.isSignalled {
        var count: eventfd_t = 0
        eventfd_read(descriptor, &count)
        state.isSignalled = false
      }
      defer { state.reports = [] }
      return state.reports
    }
  }

  func takeNotices() -> [String] {
    state.withLock { state in
      defer { state.notices = [] }
      return state.notices
    }
  }
}
