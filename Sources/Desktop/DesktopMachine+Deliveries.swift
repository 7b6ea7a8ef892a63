import Delivery
import NotificationModel
import Presentation

/// Notifications on their way to the desktop.
extension DesktopMachine {
  mutating func accept(_ notifications: [PushNotification]) {
    deliveries += notifications.map { DesktopDelivery($0) }
    guard case .disconnected = server else { return }
    server = .connecting
    effects.append(.connect)
  }

  /// Reports what became of a notification, which completes here.
  mutating func end(_ ticket: UInt64, _ result: DeliveryResult) {
    deliveries.removeAll { $0.ticket == ticket }
    effects.append(.report(DeliveryReport(ticket, result)))
  }

  private func index(of ticket: UInt64) -> Int? { deliveries.firstIndex { $0.ticket == ticket } }

  // MARK: Showing

  mutating func presented(_ ticket: UInt64, _ answer: DesktopPresenter.Answer) {
    guard let index = index(of: ticket), case .presenting(let isRecalled) = deliveries[index].state else {
      return
    }
    let place = deliveries[index].notification.place
    for note in answer.notes { notice(once: note, "\(place): \(note)") }
    if isRecalled { end(ticket, Self.recalled) } else { show(ticket, answer) }
  }

  /// Gives the server what was made of a notification, or has it wait for the server.
  mutating func show(_ ticket: UInt64, _ answer: DesktopPresenter.Answer) {
    guard let index = index(of: ticket) else { return }
    if let failure = answer.failure {
      return end(ticket, .retry(after: .seconds(1), why: .init("NotPresented", failure)))
    }
    // Silent pushes, and those that are not for people.
    guard let presentation = answer.presentation else { return end(ticket, .done) }
    switch server {
    case .disconnected, .connecting:
      end(ticket, .retry(after: .seconds(1), why: .init("NoSessionBus", "there is no session bus")))
    case .asking: deliveries[index].state = .ready(answer)
    case .gone:
      deliveries[index].state = .ready(answer)
      server = .asking(wasGone: true)
      effects.append(.askServer)
    case .ready(let capabilities): ask(index, presentation, answer, capabilities)
    }
  }

  private mutating func ask(
    _ index: Int, _ presentation: NotificationPresentation, _ answer: DesktopPresenter.Answer,
    _ capabilities: ServerCapabilities
  ) {
    let notification = deliveries[index].notification
    let presentation = resolved(presentation, notification)
    var entry = earlier(notification, presentation)
    let replaced = entry?.number ?? tagged(presentation)?.number
    let form = desktopForm(presentation, answer, capabilities, isReplacing: replaced != nil)
    let content = content(notification, presentation, answer, form)
    entry?.content = content
    entry?.names.formUnion(notification.names)
    var next = entry ?? ShownNotification(takeNumber(), content)
    next.number = replaced
    deliveries[index].state = .asked(next, isRecalled: false)
    effects.append(.show(.delivery(notification.ticket), form, replacing: replaced))
  }

  /// Makes the content of what is shown now; a picture is kept where it will be needed again.
  func content(
    _ notification: PushNotification, _ presentation: NotificationPresentation,
    _ answer: DesktopPresenter.Answer, _ form: DesktopNotification
  ) -> ShownNotification.Content {
    ShownNotification.Content(
      notification: notification, presentation: presentation, replyAction: form.replyAction,
      isRefreshed: hasRoomForRefreshes && presentation.nextChange(after: date) != nil,
      thumbnail: answer.thumbnail, shown: date)
  }

  /// Makes the server's form of what is shown, and tells which actions it has no way to show.
  mutating func desktopForm(
    _ presentation: NotificationPresentation, _ answer: DesktopPresenter.Answer,
    _ capabilities: ServerCapabilities, isReplacing: Bool = true
  ) -> DesktopNotification {
    let form = DesktopNotification(
      presentation, capabilities, icon: options.icon, thumbnail: answer.thumbnail, sound: answer.sound,
      asksForText: options.asksForText, isReplacing: isReplacing)
    watchLock(for: presentation)
    let name = capabilities.identity.text.isEmpty ? "" : " (\(capabilities.identity.text))"
    for action in form.omittedActions {
      notice(
        once: "reply \(action)",
        "this desktop's server\(name) has no field for text; the action '\(action)' is left out")
    }
    return form
  }

  /// The notification in whose place another is shown: one of the same identifier, or a related one with a view.
  private func earlier(
    _ notification: PushNotification, _ presentation: NotificationPresentation
  ) -> ShownNotification? {
    entries.id(of: notification.identifier).flatMap { entries[$0] }
      ?? (presentation.extended == nil ? nil : related(notification))
  }

  /// The notification in whose place another of the same tag is shown, which has nothing else to do with it.
  private func tagged(_ presentation: NotificationPresentation) -> ShownNotification? {
    presentation.desktopTag.isEmpty
      ? nil : entries.id(tagged: presentation.desktopTag).flatMap { entries[$0] }
  }

  /// The notification that is shown, of the same thread and category, with a view.
  func related(_ notification: PushNotification) -> ShownNotification? {
    let kind = notification.visibleContent
    return entries.id(inThread: kind.threadIdentifier, category: kind.categoryIdentifier)
      .flatMap { entries[$0] }
  }

  // MARK: The server's answer

  mutating func deliveryAnswered(_ ticket: UInt64, _ result: ShowResult) {
    guard let index = index(of: ticket), case .asked(var entry, let isRecalled) = deliveries[index].state
    else { return }
    switch result {
    case .shown(let number):
      removeReplaced(by: entry)
      entry.number = number
      let id = remember(entry)
      planRefresh(id)
      end(ticket, .done)
      if isRecalled { withdraw(id) }
    case .unavailable(let why, let isUnknown):
      var failure = DeliveryFailure("NoServer", why)
      failure.isUnknown = isUnknown
      end(ticket, .retry(after: .seconds(1), why: failure))
    case .refused(let why): end(ticket, .permanent(why: .init("Refused", why)))
    }
  }

  /// Forgets what another of the same tag has taken the place of.
  private mutating func removeReplaced(by entry: ShownNotification) {
    guard let number = entry.number, let id = entries.id(shownAs: number), id != entry.id else { return }
    tellUnhandled(id)
    entries.remove(id)
  }

  /// Notes what the server shows now: of an entry that is known, or of one that is new, or was closed meanwhile.
  ///
  /// - Returns: the entry's id.
  private mutating func remember(_ entry: ShownNotification) -> UInt64 {
    guard entries[entry.id] == nil else {
      entries.update(entry.id) { known in
        known.content = entry.content
        known.number = entry.number
        known.names.formUnion(entry.names)
        if !known.isBusy { known.state = .open }
      }
      return entry.id
    }
    // One that was closed while the server had it is behind those that were shown since.
    var new = ShownNotification(entry.id > entries.highest ? entry.id : takeNumber(), entry.content)
    new.number = entry.number
    new.names = entry.names
    entries.insert(new)
    // A desktop that tells nothing of closing would fill the memory.
    while entries.count > options.shownLimit, let id = entries.firstIdle() {
      tellUnhandled(id)
      entries.remove(id)
    }
    return new.id
  }

  // MARK: Ends

  mutating func withdraw(_ name: String) {
    for id in entries.ids(named: name) { withdraw(id) }
    for index in deliveries.indices.reversed() where deliveries[index].notification.names.contains(name) {
      switch deliveries[index].state {
      case .waiting, .ready: end(deliveries[index].ticket, Self.recalled)
      case .presenting: deliveries[index].state = .presenting(isRecalled: true)
      case .asked(let entry, _): deliveries[index].state = .asked(entry, isRecalled: true)
      }
    }
  }

  /// Takes back what is shown; what a person chose before is told.
  private mutating func withdraw(_ id: UInt64) {
    guard let entry = entries[id] else { return }
    let isReplaced = deliveries.contains {
      if case .asked(let next, _) = $0.state { next.id != id && next.number == entry.number } else { false }
    }
    // What takes its place by a tag is not what was taken back.
    if let number = entry.number, !isReplaced { effects.append(.closeShown(number)) }
    tellUnhandled(id)
    emit(id, .withdrawn)
    entries.remove(id)
  }

  private static let recalled = DeliveryResult.retry(
    after: .zero, why: .init("Recalled", "it was recalled before it was shown"))

  mutating func close() {
    let stopped = DeliveryFailure("Stopped", "the run was stopped before it was shown")
    for delivery in deliveries {
      var failure = stopped
      if case .asked = delivery.state { failure.isUnknown = true }
      end(delivery.ticket, .retry(after: .zero, why: failure))
    }
    // A response that no plugin has handled yet is yours to act on, and not lost with the run.
    for entry in shown.sorted(by: { $0.turn ?? 0 < $1.turn ?? 0 }) { tellUnhandled(entry.id) }
    entries = ShownNotifications()
    refreshes = [:]
    disconnect()
  }
}
