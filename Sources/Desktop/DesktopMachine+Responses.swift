import NotificationModel
import Presentation

/// The responses of people to shown notifications.
extension DesktopMachine {
  mutating func closed(_ number: UInt32, _ reason: CloseReason) {
    guard let index = index(shownAs: number) else { return }
    shown[index].number = nil
    switch shown[index].state {
    // A plugin that handles a response decides itself what becomes of the notification.
    case .writing, .queued, .responding: break
    case .updating(var update):
      update.closed = reason
      shown[index].state = .updating(update)
    case .answered: finish(index, .closed(reason))
    case .open:
      let isDismissal =
        reason == .dismissed
        && shown[index].content.presentation.options.contains(.customDismissAction)
      emit(index, .closed(reason))
      if isDismissal {
        emit(index, .response(.init(action: NotificationAction.dismissIdentifier), Self.unhandled))
      }
      shown.remove(at: index)
    }
  }

  /// Tells an event of a notification that completes with it.
  private mutating func finish(_ index: Int, _ kind: DesktopEvent.Kind) {
    emit(index, kind)
    shown.remove(at: index)
  }

  /// The option of a response that no content extension has handled: it goes to the receiver of the events.
  private static let unhandled = ResponseOption.dismissAndForwardAction

  /// Tells a response that waits for its content extension, which will not handle it.
  mutating func tellUnhandled(_ index: Int) {
    if let response = shown[index].unhandled { emit(index, .response(response, Self.unhandled)) }
  }

  // MARK: Choosing

  /// Takes up an action, and asks for text first where it wants some.
  mutating func choose(_ index: Int, _ response: ShownNotification.Response) {
    switch shown[index].state {
    // A button that is pressed a hundred times is pressed once.
    case .writing, .queued, .responding: return
    case .updating(var update):
      update.next = update.next ?? response
      shown[index].state = .updating(update)
    case .open, .answered:
      let presentation = shown[index].content.presentation
      if options.asksForText,
        let action = presentation.textActions.first(where: { $0.identifier == response.action })
      {
        shown[index].state = .writing
        effects.append(.askForText(shown[index].id, action, presentation))
      } else {
        respond(index, response)
      }
    }
  }

  /// Takes up what was written in the notification itself.
  mutating func replied(_ number: UInt32, _ text: String) {
    guard let index = index(shownAs: number), let action = shown[index].content.replyAction else { return }
    let response = ShownNotification.Response(action: action, text: text)
    switch shown[index].state {
    case .queued, .responding: return
    case .updating(var update):
      update.next = update.next ?? response
      shown[index].state = .updating(update)
    case .open, .answered, .writing: respond(index, response)
    }
  }

  mutating func written(_ id: UInt64, _ action: String, _ text: String?) {
    guard let index = shown.firstIndex(where: { $0.id == id }), case .writing = shown[index].state else {
      return
    }
    if let text {
      respond(index, .init(action: action, text: text))
      return
    }
    // Nothing was chosen after all.
    shown[index].state = .open
    // The server has closed it meanwhile, and nothing came of it.
    if shown[index].number == nil { finish(index, .closed(.undefined)) }
  }

  private mutating func respond(_ index: Int, _ response: ShownNotification.Response) {
    if shown[index].content.presentation.extended != nil {
      shown[index].state = .queued(response, turn: takeNumber())
      return
    }
    shown[index].state = .answered
    emit(index, .response(response, Self.unhandled))
    // One that the server has closed while a person wrote has nothing more to come.
    if shown[index].number == nil { shown.remove(at: index) }
  }

  // MARK: The content extension

  /// Has the content extension handle the response that waits.
  mutating func handleResponse(_ index: Int) {
    guard case .queued(let response, _) = shown[index].state else { return }
    shown[index].state = .responding(response)
    effects.append(.respond(shown[index].id, shown[index].content, response))
  }

  mutating func responded(_ id: UInt64, _ answer: DesktopPresenter.Answer) {
    guard let index = shown.firstIndex(where: { $0.id == id }),
      case .responding(let response) = shown[index].state
    else { return }
    let place = shown[index].content.notification.place
    for note in answer.notes + [answer.failure].compactMap(\.self) {
      effects.append(.notice("\(place): \(note)"))
    }
    let option = answer.option ?? Self.usualOption(response)
    emit(index, .response(response, option))
    if option == .doNotDismiss, case .ready(let capabilities) = server, update(index, answer, capabilities) {
      return
    }
    if let number = shown[index].number { effects.append(.closeShown(number)) }
    shown.remove(at: index)
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
    _ index: Int, _ answer: DesktopPresenter.Answer, _ capabilities: ServerCapabilities
  ) -> Bool {
    guard let presentation = answer.presentation else { return false }
    let form = desktopForm(presentation, answer, capabilities)
    let content = ShownNotification.Content(
      notification: shown[index].content.notification, presentation: presentation,
      replyAction: form.replyAction)
    shown[index].state = .updating(.init(content: content))
    effects.append(.show(.update(shown[index].id), form, replacing: shown[index].number))
    return true
  }

  mutating func updateAnswered(_ id: UInt64, _ result: ShowResult) {
    guard let index = shown.firstIndex(where: { $0.id == id }),
      case .updating(let update) = shown[index].state
    else {
      // It was taken back meanwhile, and perhaps shown under another number.
      if case .shown(let number) = result { effects.append(.closeShown(number)) }
      return
    }
    if case .shown(let number) = result {
      shown[index].number = number
      shown[index].content = update.content
    } else if let reason = update.closed {
      tellUnhandled(index)
      finish(index, .closed(reason))
      return
    }
    settle(index, update)
  }

  /// Goes on after an update: what was answered may be answered again.
  mutating func settle(_ index: Int, _ update: ShownNotification.Update) {
    shown[index].state = .open
    guard let next = update.next else { return }
    if next.text == nil { choose(index, next) } else { respond(index, next) }
  }
}
