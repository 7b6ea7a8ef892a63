import Delivery
import Desktop
import NotificationModel
import NotificationViews
import Presentation

/// A machine without bus, presenter and time, and what it wants done in short.
struct MachineDriver {
  /// The steps of a notification, from its acceptance to the last response.
  enum Step: String, CaseIterable {
    case waiting
    case presenting
    case ready
    case asked
    case shown
    case answered
    case writing
    case queued
    case responding
    case updating
    case held
  }

  private(set) var machine: DesktopMachine
  /// The forms that the server was asked to show, in order.
  private(set) var forms: [DesktopNotification] = []
  /// A Boolean value that indicates whether a content extension presents the notifications.
  let hasExtension: Bool
  /// A Boolean value that indicates whether there are actions for the session's owner alone.
  let needsOwner: Bool

  init(
    hasExtension: Bool = true, needsOwner: Bool = false, asksForText: Bool = true, limit: Int = 256,
    shownLimit: Int = 2000
  ) {
    machine = DesktopMachine(.init(limit: limit, shownLimit: shownLimit, asksForText: asksForText))
    self.hasExtension = hasExtension
    self.needsOwner = needsOwner
  }

  /// A machine whose first notification has come to a step, as number 7 of the server where that shows it.
  init(at step: Step) {
    self.init(hasExtension: step != .answered, needsOwner: step == .held)
    accept(1)
    if step == .waiting {
      wait()
      return
    }
    send(.connected)
    if step == .presenting { return }
    if step != .ready { send(.server(.ready(Self.capabilities))) }
    presented(1)
    if step == .ready || step == .asked { return }
    send(.answered(.delivery(1), .shown(7)))
    switch step {
    case .answered, .responding: send(.server(.invoked(7, key: "default")))
    case .writing: send(.server(.invoked(7, key: "reply")))
    case .queued:
      accept(2, id: "other")
      send(.server(.invoked(7, key: "default")))
    case .updating:
      send(.server(.invoked(7, key: "default")))
      responded(.doNotDismiss)
    case .held:
      send(.lock(.locked))
      send(.server(.invoked(7, key: "open")))
    case .waiting, .presenting, .ready, .asked, .shown: break
    }
  }

  /// Has the first notification wait behind another, which is ticket 2.
  private mutating func wait() {
    self = MachineDriver()
    accept(2, id: "other")
    send(.connected)
    accept(1)
  }

  static let capabilities = ServerCapabilities(["body", "actions"])

  // MARK: Inputs

  @discardableResult
  mutating func send(_ input: DesktopMachine.Input, at date: Double = 0) -> [String] {
    let effects = machine.handle(input, at: date)
    for case .show(_, let form, _) in effects { forms.append(form) }
    return effects.map(Self.text)
  }

  @discardableResult
  mutating func accept(_ ticket: UInt64, id: String = "chat", payload: String = #"{"aps":{}}"#) -> [String] {
    var notification = PushNotification(
      ticket: ticket, place: "in:\(ticket)", deviceToken: nil, payload: Array(payload.utf8))
    notification.identifier = id
    return send(.accept([notification]))
  }

  @discardableResult
  mutating func presented(_ ticket: UInt64) -> [String] { send(.presented(ticket, answer())) }

  /// The content extension has handled the response to the first notification.
  @discardableResult
  mutating func responded(_ option: ResponseOption?) -> [String] {
    var answer = answer()
    answer.option = option
    return send(.responded(1, answer))
  }

  func answer() -> DesktopPresenter.Answer {
    var presentation = NotificationPresentation()
    presentation.title = "T"
    presentation.threadIdentifier = "thread"
    presentation.categoryIdentifier = "C"
    presentation.options = [.customDismissAction]
    presentation.actions = [NotificationAction(identifier: "reply", title: "Reply", textInput: .init())]
    if needsOwner {
      presentation.actions += [
        NotificationAction(identifier: "open", title: "Open", options: [.authenticationRequired]),
        NotificationAction(
          identifier: "sign", title: "Sign", options: [.authenticationRequired], textInput: .init()),
      ]
    }
    if hasExtension {
      presentation.extended = .init(
        plugin: "p", sizeRatio: 1, hidesDefaultContent: false, view: NotificationView())
    }
    return DesktopPresenter.Answer(presentation: presentation)
  }

  // MARK: Effects

  private static func text(_ effect: DesktopMachine.Effect) -> String {
    switch effect {
    case .connect: "connect"
    case .disconnect: "disconnect"
    case .askServer: "ask"
    case .present(let notification, _): "present \(notification.ticket)"
    case .respond(let id, _, let response): "respond \(id) \(text(response))"
    case .askForText(let id, let action, _): "write \(id) \(action.identifier)"
    case .show(let request, _, let replacing):
      "show \(text(request)) \(replacing.map { "replacing \($0)" } ?? "anew")"
    case .closeShown(let number): "close \(number)"
    case .watchLock: "watch lock"
    case .report(let report): "report \(report.ticket) \(text(report.result))"
    case .notice: "notice"
    case .event(let event): "event \(text(event.kind))"
    }
  }

  private static func text(_ request: DesktopMachine.Request) -> String {
    switch request {
    case .delivery(let ticket): "\(ticket)"
    case .update(let id): "update \(id)"
    }
  }

  private static func text(_ response: ShownNotification.Response) -> String {
    response.action + (response.text.map { " '\($0)'" } ?? "")
  }

  private static func text(_ kind: DesktopEvent.Kind) -> String {
    switch kind {
    case .closed(let reason): "closed \(reason.word)"
    case .withdrawn: "withdrawn"
    case .response(let response, let option): "response \(text(response)) \(option.rawValue)"
    }
  }

  private static func text(_ result: DeliveryResult) -> String {
    switch result {
    case .done: "done"
    case .retry(_, let why): "retry \(why.reason)" + (why.isUnknown ? " unknown" : "")
    case .permanent(let why): "permanent \(why.reason)"
    case .blocked(let lane, _): "blocked \(lane)"
    }
  }
}
