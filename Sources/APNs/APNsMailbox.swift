import Delivery
import Glibc
import NIOCore
import NotificationModel
import Synchronization

/// A mailbox between the thread that enqueues notifications and the event loop that sends them.
package final class APNsMailbox: Sendable {
  private struct State {
    var incoming: [PushNotification] = []
    var reports: [DeliveryReport] = []
    var notices: [String] = []
    var isScheduled = false
    var isSignalled = false
  }

  private let state = Mutex(State())
  /// Readable where there are reports or notices.
  package let descriptor: Int32

  private let writer: Int32

  /// - Throws: an error of SwiftNIO where there are no descriptors left.
  package init() throws(IOError) {
    var ends: [Int32] = [-1, -1]
    // At once, and not by a later call: a program may be started by another thread in between.
    let form = SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue
    guard socketpair(AF_UNIX, Int32(form), 0, &ends) == 0 else {
      throw IOError(errnoCode: errno, reason: "socketpair")
    }
    (descriptor, writer) = (ends[0], ends[1])
  }

  deinit {
    _ = Glibc.close(descriptor)
    _ = Glibc.close(writer)
  }

  /// Adds notifications; tells whether the event loop has to be called.
  func put(_ notifications: [PushNotification]) -> Bool {
    state.withLock { state in
      state.incoming += notifications
      defer { state.isScheduled = true }
      return !state.isScheduled
    }
  }

  func takeIncoming() -> [PushNotification] {
    state.withLock { state in
      defer { state.incoming = [] }
      state.isScheduled = false
      return state.incoming
    }
  }

  /// Adds reports and notices, and makes the descriptor readable.
  package func put(_ reports: [DeliveryReport], notices: [String]) {
    state.withLock { state in
      state.reports += reports
      state.notices += notices
      // Under the lock: taking the reports takes the signal with them, and none comes behind it.
      if !state.isSignalled { state.isSignalled = "x".withCString { write(writer, $0, 1) } == 1 }
    }
  }

  /// Returns the reports since the last call; the descriptor is quiet then, until there are others.
  package func takeReports() -> [DeliveryReport] {
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
