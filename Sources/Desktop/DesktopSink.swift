import Delivery
import EventLoop
import Glibc
import NotificationModel
import NotificationViews
import Presentation

/// Shows notifications on the desktop of the session, and tells what people do with them.
///
/// A notification is delivered once the server has given it a number. What follows is told as events, as long as the
/// loop turns. What becomes of each notification is decided by ``DesktopMachine``; the sink owns the bus, the
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
    /// The address of the system's bus, where the session's lock is known; nil for the system's own.
    package var systemBusAddress: String?

    package init() {}
  }

  private let options: Options
  private let presenter: DesktopPresenter
  private let reactor: Reactor
  /// The results of the presenter's tasks.
  private let mailbox: Mailbox<DesktopMachine.Input>
  private var arrivals: Reactor.Registration?
  private var server: NotificationServer?
  /// The server's connection on the loop.
  private var connection: BusConnection?
  /// The session's lock, once an action needs it.
  private var lock: SessionLock?
  /// Armed where the machine has changed, and what the loop waits for may be another.
  private lazy var changes = reactor.timer { [unowned self] in
    watchConnection()
    planRefresh()
  }
  /// The time at which texts of what is shown change.
  private lazy var refreshes = reactor.timer { [unowned self] in handle(.refresh) }
  /// The time by which the server has to answer, armed while it owes an answer.
  private lazy var overdue = reactor.timer { [unowned self] in handle(.connectionLost) }
  /// The longest time for an answer, beyond the bus's own: a bus that says nothing at all is given up.
  private static let patience = Duration.seconds(15)

  private var machine: DesktopMachine
  /// The inputs for the machine: an effect may bring one before the other effects are carried out.
  private var inputs: [DesktopMachine.Input] = []
  private let reports: PendingReports

  package var events = NotificationSinkEvents() {
    didSet { reports.reported = events.reported }
  }

  package init(
    _ presenter: DesktopPresenter, _ options: Options = Options(), on reactor: Reactor
  ) throws(SystemError) {
    mailbox = try Mailbox()
    self.reactor = reactor
    reports = PendingReports(on: reactor)
    self.presenter = presenter
    self.options = options
    machine = DesktopMachine(
      .init(
        icon: options.icon, limit: options.limit, shownLimit: options.shownLimit,
        asksForText: presenter.ask != nil))
    arrivals = mailbox.open(on: reactor) { [unowned self] in for input in $0 { handle(input) } }
  }

  deinit {
    // Off the loop before their descriptors are closed.
    (arrivals, connection, lock) = (nil, nil, nil)
  }

  // MARK: Sink

  package var room: Int { machine.room }

  package var showsContent: Bool { true }

  package func take(_ notifications: [PushNotification]) { handle(.accept(notifications)) }

  package func withdraw(_ name: String) { handle(.withdraw(name)) }

  package func close() {
    handle(.close)
    reports.passOn()
  }

  // MARK: The machine

  private func handle(_ input: DesktopMachine.Input) {
    inputs.append(input)
    // What an effect brings about comes after the other effects.
    guard inputs.count == 1 else { return }
    while let next = inputs.first {
      for effect in machine.handle(next, at: Self.date) { carryOut(effect) }
      inputs.removeFirst()
    }
    // Once for all that comes in a turn: whether the server owes an answer is asked of all that is shown.
    changes.arm(after: .zero)
  }

  private func carryOut(_ effect: DesktopMachine.Effect) {
    switch effect {
    case .connect: connect()
    case .disconnect: disconnect()
    case .askServer: server?.ask()
    case .present(let notification, let earlier):
      start { .presented(notification.ticket, await $0.present(notification, earlier)) }
    case .respond(let id, let content, let response):
      start {
        .responded(
          id,
          await $0.respond(
            content.notification, content.presentation, response.action, response.text))
      }
    case .askForText(let id, let action, let presentation):
      start {
        .written(id, action: action.identifier, text: await $0.ask?(action, presentation) ?? nil)
      }
    case .show(let request, let notification, let replacing):
      server?.show(notification, replacing: replacing) { [unowned self] in handle(.answered(request, $0)) }
    case .closeShown(let number): server?.close(number)
    case .watchLock:
      lock = SessionLock(options.systemBusAddress, on: reactor) { [unowned self] in handle(.lock($0)) }
    case .report(let report): reports.add(report)
    case .notice(let text): events.notice(text)
    case .event(let event): events.responded(event.json)
    }
  }

  /// Has the presenter do something, whose result is an input.
  private func start(
    _ body: @escaping @Sendable (DesktopPresenter) async -> DesktopMachine.Input
  ) {
    Task { [presenter, mailbox] in mailbox.put(await body(presenter)) }
  }

  // MARK: Time

  /// The seconds since 1970.
  private static var date: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private func planRefresh() {
    guard let next = machine.nextRefresh else { return refreshes.disarm() }
    // The clock of the loop may be set otherwise than that of the day, so that an hour is all that is waited for.
    refreshes.arm(after: .seconds(min(max(next - Self.date, 0.01), 3600)))
  }

  // MARK: The connection

  private func connect() {
    do throws(MessageBus.Failure) {
      let made = try NotificationServer(options.busAddress) { [unowned self] in handle(.server($0)) }
      server = made
      connection = BusConnection(made.bus, on: reactor) { [unowned self] in handle(.connectionLost) }
      handle(.connected)
    } catch {
      handle(.connectionFailed(error.message))
    }
  }

  private func disconnect() {
    connection = nil
    server = nil
  }

  /// Has the loop say when the connection has something to do, or the server has not answered in time.
  private func watchConnection() {
    if !machine.isOwedAnswer {
      overdue.disarm()
    } else if !overdue.isArmed {
      overdue.arm(after: Self.patience)
    }
    connection?.update()
  }
}
