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

  private let writer: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    _ = pipe(&ends)
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (descriptor, writer) = (ends[0], ends[1])
  }

  deinit {
    _ = Glibc.close(descriptor)
    _ = Glibc.close(writer)
  }

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
    if isToSignal { _ = "x".withCString { write(writer, $0, 1) } }
  }

  func takeReports() -> [DeliveryReport] {
    state.withLock { state in
      if state.isSignalled {
        var byte: UInt8 = 0
        _ = read(descriptor, &byte, 1)
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
