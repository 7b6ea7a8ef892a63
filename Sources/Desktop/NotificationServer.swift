import CSystemd
import Presentation

/// A desktop's notification server, by `org.freedesktop.Notifications`.
final class NotificationServer {
  private static let name = "org.freedesktop.Notifications"
  private static let path = "/org/freedesktop/Notifications"

  let bus: MessageBus
  /// The number of the question what the server can do; an answer to an earlier one is for naught.
  private var question = 0
  private var isAsking = false
  /// The server's own name on the bus.
  private var owner: String?
  private let onEvent: (ServerEvent) -> Void

  /// - Parameter address: the bus' address; nil for the one of the environment.
  init(_ address: String?, onEvent: @escaping (ServerEvent) -> Void) throws(MessageBus.Failure) {
    bus = try MessageBus(.sessionBus(address))
    self.onEvent = onEvent
    let signals = "type='signal',interface='\(Self.name)',path='\(Self.path)',member="
    // What another on the bus sends in the server's name is none of the server's.
    func listen(_ member: String, _ body: @escaping (UInt32, BusMessage) -> Void) {
      bus.listen(signals + "'\(member)'") { [unowned self] message in
        guard let owner, message.sender == owner, let id = message.readNumber(), id != 0 else { return }
        body(id, message)
      }
    }
    listen("NotificationClosed") { id, message in
      guard let reason = message.readNumber() else { return }
      onEvent(.closed(id, CloseReason(rawValue: reason) ?? .undefined))
    }
    listen("ActionInvoked") { id, message in
      if let key = message.readText() { onEvent(.invoked(id, key: key)) }
    }
    listen("NotificationReplied") { id, message in
      if let text = message.readText() { onEvent(.replied(id, text: text)) }
    }
    listen("ActivationToken") { id, message in
      if let token = message.readText() { onEvent(.token(id, token)) }
    }
    bus.listen(
      "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',"
        + "arg0='\(Self.name)'"
    ) { [unowned self] message in
      _ = message.readText()
      let old = message.readText() ?? ""
      let new = message.readText() ?? ""
      if !old.isEmpty {
        owner = nil
        isAsking = false
        question += 1
        onEvent(.gone)
      }
      if !new.isEmpty { ask() }
    }
  }

  /// Asks the server what it can do and what it is; ``ServerEvent/ready(_:)`` follows.
  func ask() {
    guard !isAsking else { return }
    question += 1
    isAsking = call("GetCapabilities") { [unowned self] answer in
      guard answer.errorName == nil else { return fail() }
      askName(of: answer.sender, with: answer.readTexts())
    }
    if !isAsking { onEvent(.gone) }
  }

  /// The longest time for which a server that has said what it can do is waited for to say its name.
  private static let nameTimeout = Duration.seconds(2)

  /// Asks the server for its name, by which its quirks are known; one that does not say it is ready without.
  private func askName(of sender: String?, with capabilities: [String]) {
    let isSent = call("GetServerInformation", timeout: Self.nameTimeout) { [unowned self] answer in
      var identity = ServerIdentity()
      if answer.errorName == nil {
        identity.name = answer.readText() ?? ""
        identity.vendor = answer.readText() ?? ""
        identity.version = answer.readText() ?? ""
        identity.specification = answer.readText() ?? ""
      }
      isAsking = false
      owner = sender
      onEvent(.ready(ServerCapabilities(capabilities, of: identity)))
    }
    if !isSent { fail() }
  }

  private func fail() {
    isAsking = false
    onEvent(.gone)
  }

  /// Calls a method without arguments; an answer is for the question that is asked at that time.
  private func call(
    _ member: String, timeout: Duration = .seconds(10), _ body: @escaping (BusMessage) -> Void
  ) -> Bool {
    guard let message = message(member) else { return false }
    let asked = question
    return bus.call(message, timeout: timeout) { [unowned self] in if question == asked { body($0) } }
  }

  private func message(_ member: String) -> BusMessage? {
    bus.message(Self.name, Self.path, Self.name, member)
  }

  /// Shows a notification in the place of another, or as a new one where `replacing` is nil.
  func show(
    _ notification: DesktopNotification, replacing: UInt32?, _ done: @escaping (ShowResult) -> Void
  ) {
    guard let message = message("Notify") else {
      done(.unavailable("no message could be made", isUnknown: false))
      return
    }
    message.append(notification.appName)
    message.append(replacing ?? 0)
    message.append(notification.icon)
    message.append(notification.summary)
    message.append(notification.body)
    message.inside("a", "s") {
      for action in notification.actions {
        message.append(action.key)
        message.append(action.label)
      }
    }
    message.inside("a", "{sv}") {
      for (name, hint) in notification.hints.sorted(by: { $0.key < $1.key }) {
        message.inside("e", "sv") {
          message.append(name)
          Self.append(hint, to: message)
        }
      }
    }
    message.append(notification.timeout)
    let isSent = bus.call(message) { answer in
      guard let error = answer.errorName else {
        done(answer.readNumber().map { .shown($0) } ?? .refused("the server gave no number"))
        return
      }
      let text = "\(error): \(answer.errorText)"
      let isPassing =
        ["ServiceUnknown", "NameHasNoOwner", "NoReply", "Disconnected", "Timeout", "Spawn", "LimitsExceeded"]
        .contains {
          error.contains($0)
        } || error.hasSuffix("ExcessNotificationGeneration")
      let isUnknown = ["NoReply", "Timeout", "Disconnected"].contains { error.contains($0) }
      done(isPassing ? .unavailable(text, isUnknown: isUnknown) : .refused(text))
    }
    if !isSent { done(.unavailable("the session bus takes nothing", isUnknown: false)) }
  }

  private static func append(_ hint: DesktopNotification.Hint, to message: BusMessage) {
    switch hint {
    case .byte(let byte): message.inside("v", "y") { message.append(byte) }
    case .flag(let flag): message.inside("v", "b") { message.append(flag) }
    case .number(let number): message.inside("v", "i") { message.append(number) }
    case .text(let text): message.inside("v", "s") { message.append(text) }
    case .image(let image):
      message.inside("v", "(iiibiiay)") {
        message.inside("r", "iiibiiay") {
          message.append(Int32(image.width))
          message.append(Int32(image.height))
          message.append(Int32(image.width * 4))
          message.append(true)
          message.append(Int32(8))
          message.append(Int32(4))
          message.append(image.straightRGBA)
        }
      }
    }
  }

  /// Closes a notification; one that is not there is no matter.
  func close(_ id: UInt32) {
    guard let message = message("CloseNotification") else { return }
    message.append(id)
    _ = bus.call(message) { _ in }
  }
}
