import APNsCredentials
import Delivery
import EventLoop
import Glibc
import NIOCore
import NIOPosix
import NotificationModel

/// Notifications to APNs.
///
/// It stays on its user's thread and loop; an event loop of its own sends.
package final class APNsSink: NotificationSink {
  private let options: APNsOptions
  /// Notifications to send, which the event loop is called for.
  private let incoming: Mailbox<PushNotification>
  private let outgoing: Mailbox<APNsLetter>
  private let group: MultiThreadedEventLoopGroup
  private let dispatcher: NIOLoopBound<APNsDispatcher>
  private var arrivals: Reactor.Registration?
  private var outstanding = 0
  private var isClosed = false

  package var events = NotificationSinkEvents()

  /// Asked now and then for credentials that have changed on disk; nil where none have.
  package var reload: (() -> [Credential]?)?
  private var reloadedAt = NIODeadline.now()

  /// - Throws: an error of SwiftNIO where no thread can be started, or there are no descriptors left.
  package init(_ credentials: [Credential], _ options: APNsOptions, on reactor: Reactor) throws {
    self.options = options
    let outgoing = try Mailbox<APNsLetter>()
    self.outgoing = outgoing
    // Signals are for the thread that reads: it notices them where it waits.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    pthread_sigmask(SIG_SETMASK, &before, nil)
    let loop = group.next()
    let dispatcher = try loop.submit {
      NIOLoopBound(APNsDispatcher(credentials, options, outgoing, on: loop), eventLoop: loop)
    }.wait()
    self.dispatcher = dispatcher
    incoming = Mailbox { incoming in loop.execute { dispatcher.value.take(incoming.take()) } }
    arrivals = outgoing.open(on: reactor) { [unowned self] in receive($0) }
  }

  deinit { close() }

  package var room: Int { isClosed ? 0 : options.capacity - outstanding }

  package func take(_ notifications: [PushNotification]) {
    outstanding += notifications.count
    let now = NIODeadline.now()
    if let reload, now - reloadedAt > .seconds(5) {
      reloadedAt = now
      if let credentials = reload() { replace(credentials) }
    }
    incoming.put(contentsOf: notifications)
  }

  private func receive(_ letters: [APNsLetter]) {
    var reports: [DeliveryReport] = []
    for letter in letters {
      switch letter {
      case .report(let report): reports.append(report)
      case .notice(let notice): events.notice(notice)
      }
    }
    outstanding -= reports.count
    if !reports.isEmpty { events.reported(reports) }
  }

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
      events.notice("the connections to APNs were not closed: \(error); the run ends anyway")
    }
    arrivals = nil
    receive(outgoing.take())
  }

  private func call(_ body: @escaping @Sendable (APNsDispatcher) -> Void) {
    let dispatcher = dispatcher
    group.next().execute { body(dispatcher.value) }
  }
}
