import APNsCredentials
import Delivery
import Glibc
import NIOCore
import NIOPosix
import NotificationModel

/// Notifications to APNs.
///
/// Its user calls it from one thread; an event loop of its own sends.
package final class APNsSink: NotificationSink {
  private let options: APNsOptions
  private let mailbox: APNsMailbox
  private let group: MultiThreadedEventLoopGroup
  private let dispatcher: NIOLoopBound<APNsDispatcher>
  private var outstanding = 0
  private var isClosed = false

  /// Asked now and then for credentials that have changed on disk; nil where none have.
  package var reload: (() -> [Credential]?)?
  private var reloadedAt = NIODeadline.now()

  /// - Throws: an error of SwiftNIO where no thread can be started, or there are no descriptors left.
  package init(_ credentials: [Credential], _ options: APNsOptions) throws {
    self.options = options
    let mailbox = try APNsMailbox()
    self.mailbox = mailbox
    // Signals are for the thread that reads: it notices them where it waits.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    let loop = group.next()
    dispatcher = try loop.submit {
      NIOLoopBound(APNsDispatcher(credentials, options, mailbox, on: loop), eventLoop: loop)
    }.wait()
  }

  deinit { close() }

  package var room: Int { isClosed ? 0 : options.capacity - outstanding }
  package var descriptor: Int32 { mailbox.descriptor }

  package func take(_ notifications: [PushNotification]) {
    outstanding += notifications.count
    let now = NIODeadline.now()
    if let reload, now - reloadedAt > .seconds(5) {
      reloadedAt = now
      if let credentials = reload() { replace(credentials) }
    }
    if mailbox.put(notifications) { call { $0.turn() } }
  }

  package func takeReports() -> [DeliveryReport] {
    let reports = mailbox.takeReports()
    outstanding -= reports.count
    return reports
  }

  package func takeNotices() -> [String] { mailbox.takeNotices() }

  /// Goes on with other credentials, without losing what waits.
  package func replace(_ credentials: [Credential]) { call { $0.replace(credentials) } }

  package func close() {
    guard !isClosed else { return }
    isClosed = true
    let dispatcher = dispatcher
    do {
      try group.next().submit { dispatcher.value.close() }.wait()
      try group.syncShutdownGracefully()
    } catch {
      mailbox.put([], notices: ["the connections to APNs were not closed: \(error); the run ends anyway"])
    }
  }

  private func call(_ body: @escaping @Sendable (APNsDispatcher) -> Void) {
    let dispatcher = dispatcher
    group.next().execute { body(dispatcher.value) }
  }
}
