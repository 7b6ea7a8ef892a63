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
    let form = desktopForm(presentation, answer, capabilities)
    let content = ShownNotification.Content(
      notification: notification, presentation: presentation, replyAction: form.replyAction)
    var entry = earlier(notification, presentation) ?? ShownNotification(takeNumber(), content)
    let replaced = entry.number
    entry.content = content
    entry.names.formUnion(notification.names)
    deliveries[index].state = .asked(entry, isRecalled: false)
    effects.append(.show(.delivery(notification.ticket), form, replacing: replaced))
  }

  /// Makes the server's form of what is shown, and tells which actions it has no way to show.
  mutating func desktopForm(
    _ presentation: NotificationPresentation, _ answer: DesktopPresenter.Answer,
    _ capabilities: ServerCapabilities
  ) -> DesktopNotification {
    let form = DesktopNotification(
      presentation, capabilities, icon: options.icon, thumbnail: answer.thumbnail, sound: answer.sound,
      asksForText: options.asksForText)
    let name = serverName.isEmpty ? "" : " (\(serverName))"
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
    let same = shown.last {
      $0.content.notification.identifier == notification.identifier
    }
    return same ?? (presentation.extended == nil ? nil : related(notification))
  }

  /// The notification that is shown, of the same thread and category, with a view.
  func related(_ notification: PushNotification) -> ShownNotification? {
    let kind = notification.visibleContent
    guard !kind.threadIdentifier.isEmpty, !kind.categoryIdentifier.isEmpty else { return nil }
    return shown.last {
      let presentation = $0.content.presentation
      return presentation.extended != nil && $0.number != nil
        && presentation.threadIdentifier == kind.threadIdentifier
        && presentation.categoryIdentifier == kind.categoryIdentifier
    }
  }

  // MARK: The server's answer

  mutating func deliveryAnswered(_ ticket: UInt64, _ result: ShowResult) {
    guard let index = index(of: ticket), case .asked(var entry, let isRecalled) = deliveries[index].state
    else { return }
    switch result {
    case .shown(let number):
      entry.number = number
      remember(entry)
      end(ticket, .done)
      if isRecalled, let index = shown.firstIndex(where: { $0.id == entry.id }) { withdraw(index) }
    case .unavailable(let why, let isUnknown):
      var failure = DeliveryFailure("NoServer", why)
      failure.isUnknown = isUnknown
      end(ticket, .retry(after: .seconds(1), why: failure))
    case .refused(let why): end(ticket, .permanent(why: .init("Refused", why)))
    }
  }

  /// Notes what the server shows now: of an entry that is known, or of one that is new, or was closed meanwhile.
  private mutating func remember(_ entry: ShownNotification) {
    if let index = shown.firstIndex(where: { $0.id == entry.id }) {
      shown[index].content = entry.content
      shown[index].number = entry.number
      shown[index].names.formUnion(entry.names)
      if !shown[index].isBusy { shown[index].state = .open }
      return
    }
    var entry = entry
    entry.state = .open
    entry.token = nil
    shown.append(entry)
    // A desktop that tells nothing of closing would fill the memory.
    while shown.count > options.shownLimit {
      let index = shown.firstIndex { !$0.isBusy } ?? 0
      tellUnhandled(index)
      shown.remove(at: index)
    }
  }

  // MARK: Ends

  mutating func withdraw(_ name: String) {
    while let index = shown.firstIndex(where: { $0.names.contains(name) }) { withdraw(index) }
    for index in deliveries.indices.reversed() where deliveries[index].notification.names.contains(name) {
      switch deliveries[index].state {
      case .waiting, .ready: end(deliveries[index].ticket, Self.recalled)
      case .presenting: deliveries[index].state = .presenting(isRecalled: true)
      case .asked(let entry, _): deliveries[index].state = .asked(entry, isRecalled: true)
      }
    }
  }

  /// Takes back what is shown; what a person chose before is told.
  private mutating func withdraw(_ index: Int) {
    if let number = shown[index].number { effects.append(.closeShown(number)) }
    tellUnhandled(index)
    emit(index, .withdrawn)
    shown.remove(at: index)
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
    let order = shown.indices.sorted { shown[$0].turn ?? 0 < shown[$1].turn ?? 0 }
    for index in order { tellUnhandled(index) }
    shown.removeAll()
    disconnect()
  }
}
