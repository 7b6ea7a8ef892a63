import CSystemd
import Delivery
import Glibc
import NotificationModel
import Presentation

/// Shows notifications on the desktop of the session, and tells what people do with them.
///
/// A notification is delivered once the server has given it a number. What follows is told as events, as long as the
/// sink is polled.
package final class DesktopSink: NotificationSink {
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

  /// What the presenter is asked for: one thing after another, so that each goes on with the view that the one before left.
  private enum Work {
    case present(PushNotification)
    case respond(ShownNotification, action: String, text: String?)
  }

  private enum Letter: Sendable {
    case presented(DesktopPresenter.Answer)
    case responded(DesktopPresenter.Answer)
    /// A person has written something, or nothing.
    case written(id: UInt64, action: String, text: String?)
  }

  private let options: Options
  private let presenter: DesktopPresenter
  private let mailbox = DesktopMailbox<Letter>()
  private let poller = epoll_create1(Int32(EPOLL_CLOEXEC))
  private let timer = timerfd_create(CLOCK_MONOTONIC, Int32(TFD_CLOEXEC | TFD_NONBLOCK))
  private var server: NotificationServer?
  private var isGone = false
  /// Since when the server has owed an answer, in microseconds of the monotonic clock; nil while it owes none.
  private var owesSince: UInt64?
  /// How long that may be, beyond what the bus itself allows for: a bus that says nothing at all is given up.
  private static let patience: UInt64 = 15_000_000

  private var waiting: [PushNotification] = []
  private var responses: [(ShownNotification, action: String, text: String?)] = []
  private var current: Work?
  /// What is ready to be shown, until the server has said what it can do.
  private var ready: [(PushNotification, DesktopPresenter.Answer)] = []
  /// What the server was given and has not answered, by ticket.
  private var asked: [UInt64: PushNotification] = [:]
  /// The notifications, by their number here, that the server was asked to show anew after a response.
  private var updating: Set<UInt64> = []
  /// What of all that was recalled on its way.
  private var recalled: Set<UInt64> = []
  private var shown: [ShownNotification] = []
  private var nextID: UInt64 = 1
  private var reports: [DeliveryReport] = []
  private var notices: [String] = []
  private var events: [String] = []
  private var told: Set<String> = []

  package init(_ presenter: DesktopPresenter, _ options: Options = Options()) {
    self.presenter = presenter
    self.options = options
    watch(mailbox.descriptor, Int32(POLLIN))
    watch(timer, Int32(POLLIN))
  }

  deinit {
    server = nil
    for descriptor in [poller, timer] where descriptor >= 0 { Glibc.close(descriptor) }
  }

  // MARK: Sink

  package var descriptor: Int32 { poller }

  package var room: Int {
    var taken = waiting.count + ready.count + asked.count
    if case .present = current { taken += 1 }
    return max(0, options.limit - taken)
  }

  package func take(_ notifications: [PushNotification]) {
    waiting += notifications
    connect()
    workOn()
  }

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

  package func withdraw(_ name: String) {
    for entry in shown where entry.names.contains(name) {
      if entry.number != 0 { server?.close(entry.number) }
      forget(entry)
      emit(entry, "withdrawn")
    }
    // What is on its way is looked at once it is there.
    func note(_ notification: PushNotification) {
      if notification.names.contains(name) { recalled.insert(notification.ticket) }
    }
    for notification in waiting { note(notification) }
    if case .present(let notification) = current { note(notification) }
    for (notification, _) in ready { note(notification) }
    for notification in asked.values { note(notification) }
    arm()
  }

  package func close() {
    for notification in waiting + ready.map(\.0) {
      reports.append(.init(notification.ticket, .retry(after: .zero, why: Self.stopped)))
    }
    if case .present(let notification) = current {
      reports.append(.init(notification.ticket, .retry(after: .zero, why: Self.stopped)))
    }
    var unknown = Self.stopped
    unknown.isUnknown = true
    for ticket in asked.keys { reports.append(.init(ticket, .retry(after: .zero, why: unknown))) }
    waiting.removeAll()
    ready.removeAll()
    asked.removeAll()
    // A response that no plugin has handled yet is yours to act on, and not lost with the run.
    var unhandled = responses
    if case .respond(let entry, let action, let text) = current {
      unhandled.insert((entry, action, text), at: 0)
    }
    for (entry, action, text) in unhandled {
      emit(entry, "response", action: action, text: text, option: .dismissAndForwardAction)
    }
    responses.removeAll()
    current = nil
    disconnect()
  }

  private static let stopped = DeliveryFailure("Stopped", "the run was stopped before it was shown")

  // MARK: The connection

  private func connect() {
    guard server == nil else { return }
    do throws(SessionBus.Failure) {
      let made = try NotificationServer(options.busAddress) { [unowned self] in happened($0) }
      server = made
      watch(made.bus.descriptor, made.bus.events)
      made.ask()
    } catch {
      unavailable("NoSessionBus", error.message)
    }
    arm()
  }

  private func disconnect() {
    if let server { epoll_ctl(poller, EPOLL_CTL_DEL, server.bus.descriptor, nil) }
    server = nil
    updating.removeAll()
    for entry in shown { entry.number = 0 }
  }

  /// Nothing can be shown at the moment: what waits for that is given back.
  private func unavailable(_ reason: String, _ why: String) {
    let failure = DeliveryFailure(reason, why)
    for notification in waiting + ready.map(\.0) {
      reports.append(.init(notification.ticket, .retry(after: .seconds(1), why: failure)))
    }
    waiting.removeAll()
    ready.removeAll()
    // Whoever polls the descriptor learns that there are reports.
    mailbox.wake()
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
    for letter in mailbox.take() {
      if case .written(let id, let action, let text) = letter {
        written(id, action, text)
        continue
      }
      // After the end there is nobody to tell.
      guard let work = current else { continue }
      current = nil
      switch (work, letter) {
      case (.present(let notification), .presented(let answer)): show(notification, answer)
      case (.respond(let entry, let action, let text), .responded(let answer)):
        finish(entry, action, text, answer)
      default: break
      }
    }
    let isConnected = server?.bus.process() ?? true
    noteDebt()
    if !isConnected || owesSince.map({ Self.now() - $0 >= Self.patience }) ?? false {
      notices.append("the session bus has closed the connection; it is tried again")
      for ticket in asked.keys {
        var failure = DeliveryFailure("NoSessionBus", "the session bus closed the connection")
        failure.isUnknown = true
        reports.append(.init(ticket, .retry(after: .seconds(1), why: failure)))
      }
      asked.removeAll()
      owesSince = nil
      disconnect()
      unavailable("NoSessionBus", "the session bus closed the connection")
    }
    workOn()
    noteDebt()
    arm()
  }

  /// Notes since when there is no answer.
  private func noteDebt() {
    if asked.isEmpty, ready.isEmpty, updating.isEmpty {
      owesSince = nil
    } else if owesSince == nil {
      owesSince = Self.now()
    }
  }

  private static func now() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1000
  }

  private func happened(_ event: NotificationServer.Event) {
    switch event {
    case .ready:
      isGone = false
      let waiting = ready
      ready.removeAll()
      for (notification, answer) in waiting { show(notification, answer) }
    case .gone:
      // Its numbers mean nothing to the next one.
      for entry in shown { entry.number = 0 }
      if !isGone {
        notices.append("the notification server has gone; what comes is shown once there is one again")
      }
      isGone = true
      unavailable("NoServer", "no notification server answers; start one, such as dunst")
    case .closed(let number, let reason):
      guard let entry = shown.first(where: { $0.number == number }) else { return }
      entry.number = 0
      // A plugin that handles a response decides itself what becomes of the notification.
      if entry.isBusy { return }
      forget(entry)
      emit(entry, "closed", reason: reason.word)
      if reason == .dismissed, !entry.isAnswered,
        entry.content.presentation.options.contains(.customDismissAction)
      {
        emit(entry, "response", action: NotificationAction.dismissIdentifier)
      }
    case .token(let number, let token): shown.first { $0.number == number }?.token = token
    case .invoked(let number, let key):
      guard let entry = shown.first(where: { $0.number == number }) else { return }
      choose(entry, key)
    case .replied(let number, let text):
      guard let entry = shown.first(where: { $0.number == number }), let action = entry.content.replyAction
      else {
        return
      }
      // KDE closes a notification that was replied to as if a person had dismissed it.
      entry.isAnswered = true
      respond(entry, action, text)
    }
  }

  // MARK: Showing

  /// Has the presenter do the next thing, where it does none.
  private func workOn() {
    // What the server has not answered may be what the next one goes on with.
    guard current == nil, asked.isEmpty, ready.isEmpty, updating.isEmpty else { return }
    if !responses.isEmpty {
      let (entry, action, text) = responses.removeFirst()
      current = .respond(entry, action: action, text: text)
      let notification = entry.content.notification
      let view = entry.content.presentation.extended?.view ?? NotificationView()
      Task { [presenter, mailbox] in
        mailbox.put(.responded(await presenter.respond(notification, view, action, text)))
      }
    } else if !waiting.isEmpty {
      let notification = waiting.removeFirst()
      current = .present(notification)
      // A related notification goes on with the view of the one that is shown.
      let view = related(notification)?.content.presentation.extended?.view ?? NotificationView()
      Task { [presenter, mailbox] in
        mailbox.put(.presented(await presenter.present(notification, view)))
      }
    }
  }

  /// The notification that is shown, of the same thread and category, with a view.
  private func related(_ notification: PushNotification) -> ShownNotification? {
    let kind = ThreadAndCategory(notification.payload)
    guard !kind.thread.isEmpty, !kind.category.isEmpty else { return nil }
    return shown.last {
      let presentation = $0.content.presentation
      return presentation.extended != nil && $0.number != 0 && presentation.threadIdentifier == kind.thread
        && presentation.categoryIdentifier == kind.category
    }
  }

  private func show(_ notification: PushNotification, _ answer: DesktopPresenter.Answer) {
    for note in answer.notes where told.count < 1000 && told.insert(note).inserted {
      notices.append("\(notification.place): \(note)")
    }
    if recalled.remove(notification.ticket) != nil {
      reports.append(
        .init(
          notification.ticket,
          .retry(after: .zero, why: .init("Recalled", "it was recalled before it was shown"))))
      return
    }
    if let failure = answer.failure {
      reports.append(
        .init(notification.ticket, .retry(after: .seconds(1), why: .init("NotPresented", failure))))
      return
    }
    guard let presentation = answer.presentation else {
      // Silent pushes, and those that are not for people.
      reports.append(.init(notification.ticket, .done))
      return
    }
    guard let server else {
      reports.append(
        .init(
          notification.ticket,
          .retry(after: .seconds(1), why: .init("NoSessionBus", "there is no session bus"))))
      return
    }
    guard let capabilities = server.capabilities else {
      ready.append((notification, answer))
      server.ask()
      return
    }
    let earlier =
      shown.last {
        !notification.identifier.isEmpty && $0.content.notification.identifier == notification.identifier
      }
      ?? (presentation.extended == nil ? nil : related(notification))
    let content = ShownNotification.Content(notification: notification, presentation: presentation)
    let entry = earlier ?? ShownNotification(nextID, content)
    nextID += 1
    asked[notification.ticket] = notification
    put(entry, content, answer, capabilities) { [unowned self] result in
      guard asked.removeValue(forKey: notification.ticket) != nil else { return }
      let isRecalled = recalled.remove(notification.ticket) != nil
      switch result {
      case .shown:
        // It may have been closed, and forgotten, while this was on its way.
        if !shown.contains(where: { $0 === entry }) { remember(entry) }
        reports.append(.init(notification.ticket, .done))
        if isRecalled {
          server.close(entry.number)
          forget(entry)
          emit(entry, "withdrawn")
        }
      case .unavailable(let why, let isUnknown):
        var failure = DeliveryFailure("NoServer", why)
        failure.isUnknown = isUnknown
        reports.append(.init(notification.ticket, .retry(after: .seconds(1), why: failure)))
      case .refused(let why):
        reports.append(.init(notification.ticket, .permanent(why: .init("Refused", why))))
      }
    }
  }

  /// Gives a notification to the server, in the place of what it shows already.
  private func put(
    _ entry: ShownNotification, _ content: ShownNotification.Content, _ answer: DesktopPresenter.Answer,
    _ capabilities: ServerCapabilities, _ done: @escaping (NotificationServer.ShowResult) -> Void
  ) {
    let notification = DesktopNotification(
      content.presentation, capabilities, icon: options.icon, thumbnail: answer.thumbnail,
      sound: answer.sound,
      asksForText: presenter.ask != nil)
    // It may not have said its name yet.
    let name = server.map { $0.description.isEmpty ? "" : " (\($0.description))" } ?? ""
    for action in notification.omittedActions where told.insert("reply \(action)").inserted {
      notices.append(
        "this desktop's server\(name) has no field for text; the action '\(action)' is left out"
      )
    }
    server?.show(notification, replacing: entry.number) { result in
      if case .shown(let number) = result {
        entry.number = number
        entry.isAnswered = false
        // Until now the server has shown what it had before, and still does where it refuses this.
        entry.content = content
        entry.content.replyAction = notification.replyAction
        entry.names.formUnion(content.notification.names)
      }
      done(result)
    }
  }

  private func remember(_ entry: ShownNotification) {
    shown.append(entry)
    // A desktop that tells nothing of closing would fill the memory.
    if shown.count > options.shownLimit { shown.removeFirst(shown.count - options.shownLimit) }
  }

  private func forget(_ entry: ShownNotification) { shown.removeAll { $0 === entry } }

  // MARK: Responses

  /// Takes up an action, and asks for text first where it wants some.
  private func choose(_ entry: ShownNotification, _ key: String) {
    entry.isAnswered = true
    // Who presses a button a hundred times has pressed it.
    if entry.isBusy { return }
    guard let ask = presenter.ask,
      let action = entry.content.presentation.textActions.first(where: { $0.identifier == key })
    else {
      respond(entry, key, nil)
      return
    }
    entry.isBusy = true
    let (id, presentation) = (entry.id, entry.content.presentation)
    Task { [mailbox] in
      mailbox.put(.written(id: id, action: key, text: await ask(action, presentation)))
    }
  }

  private func written(_ id: UInt64, _ action: String, _ text: String?) {
    guard let entry = shown.first(where: { $0.id == id }) else { return }
    entry.isBusy = false
    if let text {
      respond(entry, action, text)
      return
    }
    // Nothing was chosen after all.
    entry.isAnswered = false
    if entry.number == 0 {
      // The server has closed it meanwhile, and nothing came of it.
      forget(entry)
      emit(entry, "closed", reason: NotificationServer.CloseReason.undefined.word)
    }
  }

  private func respond(_ entry: ShownNotification, _ action: String, _ text: String?) {
    guard entry.content.presentation.extended != nil else {
      emit(entry, "response", action: action, text: text, option: .dismissAndForwardAction)
      // One that the server has closed while somebody wrote has nothing more to come.
      if entry.number == 0 { forget(entry) }
      return
    }
    guard !entry.isBusy else { return }
    entry.isBusy = true
    responses.append((entry, action, text))
    workOn()
  }

  private func finish(
    _ entry: ShownNotification, _ action: String, _ text: String?, _ answer: DesktopPresenter.Answer
  ) {
    entry.isBusy = false
    notices += (answer.notes + [answer.failure].compactMap(\.self)).map {
      "\(entry.content.notification.place): \($0)"
    }
    let isMedia =
      action == NotificationAction.mediaPlayIdentifier || action == NotificationAction.mediaPauseIdentifier
    // Without a handler a response goes to whoever takes the events.
    let option = answer.option ?? (isMedia ? .doNotDismiss : .dismissAndForwardAction)
    emit(entry, "response", action: action, text: text, option: option)
    if option == .doNotDismiss, let presentation = answer.presentation, let server,
      let capabilities = server.capabilities
    {
      // Where the server has closed it all the same, it is shown anew.
      var content = entry.content
      content.presentation = presentation
      updating.insert(entry.id)
      put(entry, content, answer, capabilities) { [unowned self] result in
        updating.remove(entry.id)
        // What was answered stays as it was, and may be answered again.
        if case .shown = result {} else { entry.isAnswered = false }
      }
    } else {
      if entry.number != 0 { server?.close(entry.number) }
      forget(entry)
    }
  }

  /// Tells an event: what, of which notification, and what a person chose.
  private func emit(
    _ entry: ShownNotification, _ event: String, reason: String? = nil, action: String? = nil,
    text: String? = nil, option: ResponseOption? = nil
  ) {
    events.append(entry.event(event, reason: reason, action: action, text: text, option: option))
    // A token is for one window.
    entry.token = nil
  }
}
