import NotificationModel
import NotificationViews
import Presentation

/// The responses of people to shown notifications.
extension DesktopMachine {
  mutating func closed(_ number: UInt32, _ reason: CloseReason) {
    guard let id = entries.id(shownAs: number), let entry = entries[id] else { return }
    entries.update(id) { $0.number = nil }
    switch entry.state {
    // A plugin that handles a response decides itself what becomes of the notification.
    case .held, .writing, .queued, .responding: break
    case .updating(var update):
      update.closed = reason
      entries.update(id) { $0.state = .updating(update) }
    case .answered: finish(id, .closed(reason))
    case .open: closeOpen(id, reason)
    }
  }

  /// Tells the end of a notification that nobody has answered.
  private mutating func closeOpen(_ id: UInt64, _ reason: CloseReason) {
    guard let entry = entries[id] else { return }
    let isDismissal =
      reason == .dismissed && entry.content.presentation.options.contains(.customDismissAction)
    emit(id, .closed(reason))
    if isDismissal {
      emit(id, .response(.init(action: NotificationAction.dismissIdentifier), Self.unhandled))
    }
    entries.remove(id)
  }

  /// Tells an event of a notification that completes with it.
  private mutating func finish(_ id: UInt64, _ kind: DesktopEvent.Kind) {
    emit(id, kind)
    entries.remove(id)
  }

  /// The option of a response that no content extension has handled: it goes to the receiver of the events.
  private static let unhandled = ResponseOption.dismissAndForwardAction

  /// Tells a response that waits for its content extension, which will not handle it.
  mutating func tellUnhandled(_ id: UInt64) {
    guard let entry = entries[id] else { return }
    if let response = entry.unhandled { emit(id, .response(response, Self.unhandled)) }
    // Nobody has shown that they are the owner.
    if case .held(let response, _) = entry.state {
      effects.append(
        .notice(
          "\(entry.content.notification.place): the response '\(response.action)' is discarded, for the session is"
            + " locked"))
    }
  }

  // MARK: Choosing

  /// Takes up an action, or has it wait for the one before.
  mutating func choose(_ id: UInt64, _ response: ShownNotification.Response) {
    guard let entry = entries[id] else { return }
    switch entry.state {
    // A button that is pressed a hundred times is pressed once.
    case .writing, .queued, .responding: return
    case .held(let held, _) where held.action == response.action: return
    case .updating(var update):
      update.next = update.next ?? response
      entries.update(id) { $0.state = .updating(update) }
    case .open, .answered, .held: proceed(id, response)
    }
  }

  /// Takes up what was written in the notification itself.
  mutating func replied(_ number: UInt32, _ text: String) {
    guard let id = entries.id(shownAs: number), let entry = entries[id],
      let action = entry.content.replyAction
    else { return }
    let response = ShownNotification.Response(action: action, text: text)
    switch entry.state {
    case .queued, .responding: return
    case .updating(var update):
      update.next = update.next ?? response
      entries.update(id) { $0.state = .updating(update) }
    case .open, .answered, .writing, .held: proceed(id, response)
    }
  }

  /// Goes on with a response: holds it back while the session is locked, or asks for text first where it wants some.
  mutating func proceed(_ id: UInt64, _ response: ShownNotification.Response) {
    guard let entry = entries[id] else { return }
    if holds(response, of: entry) {
      let turn = takeNumber()
      entries.update(id) { $0.state = .held(response, turn: turn) }
      return
    }
    let presentation = entry.content.presentation
    if options.asksForText, response.text == nil,
      let action = presentation.textActions.first(where: { $0.identifier == response.action })
    {
      entries.update(id) { $0.state = .writing }
      effects.append(.askForText(id, action, presentation))
    } else {
      respond(id, response)
    }
  }

  mutating func written(_ id: UInt64, _ action: String, _ text: String?) {
    guard let entry = entries[id], case .writing = entry.state else { return }
    if let text {
      respond(id, .init(action: action, text: text))
      return
    }
    // Nothing was chosen after all.
    entries.update(id) { $0.state = .open }
    // The server has closed it meanwhile, and nothing came of it.
    if entry.number == nil { finish(id, .closed(.undefined)) }
  }

  private mutating func respond(_ id: UInt64, _ response: ShownNotification.Response) {
    guard let entry = entries[id] else { return }
    if entry.content.presentation.extended != nil {
      let turn = takeNumber()
      entries.update(id) { $0.state = .queued(response, turn: turn) }
      return
    }
    entries.update(id) { $0.state = .answered }
    emit(id, .response(response, Self.unhandled))
    // One that the server has closed while a person wrote has nothing more to come.
    if entry.number == nil { entries.remove(id) }
  }

  // MARK: The content extension

  /// Has the content extension handle the response that waits.
  mutating func handleResponse(_ id: UInt64) {
    guard let entry = entries[id], case .queued(let response, _) = entry.state else { return }
    entries.update(id) { $0.state = .responding(response) }
    effects.append(.respond(id, entry.content, response))
  }

  mutating func responded(_ id: UInt64, _ answer: DesktopPresenter.Answer) {
    guard let entry = entries[id], case .responding(let response) = entry.state else { return }
    let place = entry.content.notification.place
    for note in answer.notes + [answer.failure].compactMap(\.self) {
      effects.append(.notice("\(place): \(note)"))
    }
    let option = answer.option ?? Self.usualOption(response)
    emit(id, .response(response, option))
    if option == .doNotDismiss, case .ready(let capabilities) = server, update(entry, answer, capabilities) {
      return
    }
    if let number = entry.number { effects.append(.closeShown(number)) }
    entries.remove(id)
  }

  /// The option of a response without a handler.
  private static func usualOption(_ response: ShownNotification.Response) -> ResponseOption {
    let media = [NotificationAction.mediaPlayIdentifier, NotificationAction.mediaPauseIdentifier]
    return media.contains(response.action) ? .doNotDismiss : unhandled
  }

  // MARK: Updates

  /// Has the server show what was made of a response, anew where it has closed what it showed; false where nothing was
  /// made.
  private mutating func update(
    _ entry: ShownNotification, _ answer: DesktopPresenter.Answer, _ capabilities: ServerCapabilities
  ) -> Bool {
    let notification = entry.content.notification
    guard let presentation = answer.presentation.map({ resolved($0, notification) }) else { return false }
    let form = desktopForm(presentation, answer, capabilities, isReplacing: entry.number != nil)
    let content = content(notification, presentation, answer, form)
    entries.update(entry.id) { $0.state = .updating(.init(content: content)) }
    effects.append(.show(.update(entry.id), form, replacing: entry.number))
    return true
  }

  mutating func updateAnswered(_ id: UInt64, _ result: ShowResult) {
    guard let entry = entries[id], case .updating(let update) = entry.state else {
      // It was taken back meanwhile, and perhaps shown under another number.
      if case .shown(let number) = result { effects.append(.closeShown(number)) }
      return
    }
    if update.isRefresh, let reason = update.closed {
      // A person has put it away, and does not want to see it again.
      if case .shown(let number) = result { effects.append(.closeShown(number)) }
      return update.next == nil ? closeOpen(id, reason) : settle(id, update)
    }
    if case .shown(let number) = result {
      entries.update(id) {
        $0.number = number
        $0.content = update.content
      }
      planRefresh(id)
    } else if update.isRefresh {
      retryRefresh(id)
    } else if let reason = update.closed {
      tellUnhandled(id)
      finish(id, .closed(reason))
      return
    }
    settle(id, update)
  }

  /// Goes on after an update: what was answered may be answered again.
  mutating func settle(_ id: UInt64, _ update: ShownNotification.Update) {
    entries.update(id) { $0.state = .open }
    if let next = update.next { proceed(id, next) }
  }
}
