import CSystemd
import Delivery
import EventLoop
import Glibc
import NotificationModel
import Presentation

/// Shows notifications on the desktop of the session, and tells what people do with them.
///
/// A notification is delivered once the server has given it a number. What follows is told as events, as long as the
/// sink is polled. What becomes of each notification is decided by ``DesktopMachine``; the sink owns the bus, the
/// presenter's tasks and the timer.
package final class DesktopSink: NotificationSink {
  /// The limits and the address of the session's bus.
  package struct Options: Sendable {
    /// A picture's path or the name of an icon.
    package var icon = ""
    /// The most notifications that wait to be shown.
    package var limit = 256
    /// The most notifications that are remembered while they are shown.
    package var shownLimit = 2000
    /// The address of the session's bus; nil for the one of the environment.
    package var busAddress: String?

    package init() {}
  }

  private let busAddress: String?
  private let presenter: DesktopPresenter
  /// What the presenter's tasks have made; nil wakes the sink's user without an input.
  private let mailbox: Mailbox<DesktopMachine.Input?>
  private let poller = epoll_create1(Int32(EPOLL_CLOEXEC))
  private let timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
  private var server: NotificationServer?
  /// Since when the server has owed an answer, in microseconds of the monotonic clock; nil while it owes none.
  private var owesSince: UInt64?
  /// How long that may be, beyond what the bus itself allows for: a bus that says nothing at all is given up.
  private static let patience: UInt64 = 15_000_000

  private var machine: DesktopMachine
  /// What the machine is still to learn: an effect may bring an input before the other effects are carried out.
  private var inputs: [DesktopMachine.Input] = []
  private var reports: [DeliveryReport] = []
  private var notices: [String] = []
  private var events: [String] = []

  package init(_ presenter: DesktopPresenter, _ options: Options = Options()) throws(SystemError) {
    mailbox = try Mailbox()
    self.presenter = presenter
    busAddress = options.busAddress
    machine = DesktopMachine(
      .init(
        icon: options.icon, limit: options.limit, shownLimit: options.shownLimit,
        asksForText: presenter.ask != nil))
    watch(mailbox.descriptor, Int32(POLLIN))
    watch(timer, Int32(POLLIN))
  }

  deinit {
    server = nil
    for descriptor in [poller, timer] where descriptor >= 0 { Glibc.close(descriptor) }
  }

  // MARK: Sink

  package var descriptor: Int32 { poller }

  package var room: Int { machine.room }

  package var showsContent: Bool { true }

  package func take(_ notifications: [PushNotification]) { handleAtOnce(.accept(notifications)) }

  package func takeReports() -> [DeliveryReport] {
    turn()
    defer { reports.removeAll() }
    return reports
  }

  package func takeNotices() -> [String] {
    defer { notices.removeAll() }
    return notices
  }

  package func takeEvents() -> [String] {
    defer { events.removeAll() }
    return events
  }

  package func withdraw(_ name: String) { handleAtOnce(.withdraw(name)) }

  package func close() { handle(.close) }

  // MARK: The machine

  private func handle(_ input: DesktopMachine.Input) {
    inputs.append(input)
    // What an effect brings about comes after the other effects.
    guard inputs.count == 1 else { return }
    while let next = inputs.first {
      for effect in machine.handle(next) { carryOut(effect) }
      inputs.removeFirst()
    }
  }

  /// Hands the machine something between two turns.
  private func handleAtOnce(_ input: DesktopMachine.Input) {
    handle(input)
    noteDebt()
    arm()
    // Whoever polls the descriptor learns that there are reports.
    if !reports.isEmpty { mailbox.put(nil) }
  }

  private func carryOut(_ effect: DesktopMachine.Effect) {
    switch effect {
    case .connect: connect()
    case .disconnect: disconnect()
    case .askServer: server?.ask()
    case .present(let notification, let view):
      start { .presented(notification.ticket, await $0.present(notification, view)) }
    case .respond(let id, let content, let response):
      start {
        .responded(
          id, await $0.respond(content.notification, content.view, response.action, response.text))
      }
    case .askForText(let id, let action, let presentation):
      start {
        .written(id, action: action.identifier, text: await $0.ask?(action, presentation) ?? nil)
      }
    case .show(let request, let notification, let replacing):
      server?.show(notification, replacing: replacing) { [unowned self] in handle(.answered(request, $0)) }
    case .closeShown(let number): server?.close(number)
    case .report(let report): reports.append(report)
    case .notice(let text): notices.append(text)
    case .event(let event): events.append(event.json)
    }
  }

  /// Has the presenter do something, whose result is an input.
  private func start(
    _ body: @escaping @Sendable (DesktopPresenter) async -> DesktopMachine.Input
  ) {
    Task { [presenter, mailbox] in mailbox.put(await body(presenter)) }
  }

  // MARK: The connection

  private func connect() {
    do throws(SessionBus.Failure) {
      let made = try NotificationServer(busAddress) { [unowned self] in handle(.server($0)) }
      server = made
      handle(.connected)
    } catch {
      handle(.connectionFailed(error.message))
    }
  }

  private func disconnect() {
    if let server { epoll_ctl(poller, EPOLL_CTL_DEL, server.bus.descriptor, nil) }
    server = nil
  }

  private func watch(_ descriptor: Int32, _ events: Int32) {
    var event = epoll_event()
    event.events = UInt32(bitPattern: events)
    if epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0, errno == EEXIST {
      epoll_ctl(poller, EPOLL_CTL_MOD, descriptor, &event)
    }
  }

  /// Has the descriptor say when the connection has something to do.
  private func arm() {
    guard let server else { return }
    watch(server.bus.descriptor, server.bus.events)
    var time = itimerspec()
    let due = [server.bus.due, owesSince.map { $0 + Self.patience }].compactMap(\.self).min()
    if let due {
      // 0 would stop the timer.
      let due = max(due, 1)
      time.it_value = timespec(tv_sec: Int(due / 1_000_000), tv_nsec: Int(due % 1_000_000) * 1000)
    }
    timerfd_settime(timer, Int32(TFD_TIMER_ABSTIME), &time, nil)
  }

  private func turn() {
    var expirations: UInt64 = 0
    _ = read(timer, &expirations, 8)
    for case let input? in mailbox.take() { handle(input) }
    let isConnected = server?.bus.process() ?? true
    if !isConnected || owesSince.map({ Self.now() - $0 >= Self.patience }) ?? false {
      owesSince = nil
      handle(.connectionLost)
    }
    noteDebt()
    arm()
  }

  /// Notes since when there is no answer.
  private func noteDebt() {
    if !machine.isOwedAnswer {
      owesSince = nil
    } else if owesSince == nil {
      owesSince = Self.now()
    }
  }

  private static func now() -> UInt64 { UInt64(MonotonicClock.now) / 1000 }
}
