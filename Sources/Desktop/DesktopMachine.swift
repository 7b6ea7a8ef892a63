import Delivery
import NotificationModel
import NotificationViews
import Presentation

/// The notifications of a desktop, as a state machine: an input changes their states and gives effects.
///
/// It knows neither bus nor time nor tasks: ``DesktopSink`` carries out the effects, and brings what comes of them
/// as further inputs.
package struct DesktopMachine {
  /// The decisions of the operator and the session.
  package struct Options: Sendable {
    /// A picture's path or the name of an icon.
    var icon: String
    /// The most notifications that are accepted and not reported yet.
    var limit: Int
    /// The most notifications that are remembered while they are shown.
    var shownLimit: Int
    /// A Boolean value that indicates whether a person can be asked for text where the server has no field for it.
    var asksForText: Bool

    package init(icon: String = "", limit: Int = 256, shownLimit: Int = 2000, asksForText: Bool = false) {
      self.icon = icon
      self.limit = limit
      self.shownLimit = shownLimit
      self.asksForText = asksForText
    }
  }

  /// An event outside of the machine.
  package enum Input: Sendable {
    case accept([PushNotification])
    case connected
    case connectionFailed(String)
    case connectionLost
    case server(ServerEvent)
    /// The presenter has made what is shown of a notification, by its ticket.
    case presented(UInt64, DesktopPresenter.Answer)
    /// The content extension has handled a response, by the number of what is shown.
    case responded(UInt64, DesktopPresenter.Answer)
    /// A person has written something, or nothing.
    case written(UInt64, action: String, text: String?)
    case answered(Request, ShowResult)
    /// The session's lock has changed, or is known now.
    case lock(SessionLock.State)
    case withdraw(String)
    /// It is time for texts that change with it.
    case refresh
    case close
  }

  /// A request to the server to show something.
  package enum Request: Equatable, Sendable {
    /// A notification, by its ticket.
    case delivery(UInt64)
    /// The update of one that is shown after a response, by its number here.
    case update(UInt64)
  }

  /// An action to carry out outside of the machine.
  package enum Effect: Sendable {
    /// Open the bus; ``Input/connected`` or ``Input/connectionFailed(_:)`` follows.
    case connect
    case disconnect
    /// Ask the server what it can do.
    case askServer
    case present(PushNotification, NotificationPresentation?)
    case respond(UInt64, ShownNotification.Content, ShownNotification.Response)
    case askForText(UInt64, NotificationAction, NotificationPresentation)
    case show(Request, DesktopNotification, replacing: UInt32?)
    case closeShown(UInt32)
    /// Watch the session's lock; ``Input/lock(_:)`` follows, now and whenever it changes.
    case watchLock
    case report(DeliveryReport)
    case notice(String)
    case event(DesktopEvent)
  }

  /// The state of the connection, and of the server behind it.
  enum Server {
    case disconnected
    case connecting
    /// It was asked what it can do.
    case asking(wasGone: Bool)
    /// No server answers.
    case gone
    case ready(ServerCapabilities)
  }

  let options: Options
  var server = Server.disconnected
  /// The lock of the session, which is watched once an action needs its owner.
  var lock = Lock.unwatched
  /// The notifications that are not reported yet: the first is on its way, and all others wait.
  var deliveries: [DesktopDelivery] = []
  var entries = ShownNotifications()
  /// The next number of a shown notification, and of a turn.
  var nextNumber: UInt64 = 1
  /// The times, in seconds since 1970, at which notifications are to be refreshed.
  var refreshes: [UInt64: Double] = [:]
  /// The time of the input, in seconds since 1970.
  var date = 0.0
  var told: Set<String> = []
  var effects: [Effect] = []

  package init(_ options: Options = Options()) { self.options = options }

  /// The notifications that are shown, in order.
  package var shown: [ShownNotification] { entries.inOrder }

  /// The number of notifications that are accepted at the moment.
  package var room: Int { max(0, options.limit - deliveries.count) }

  /// A Boolean value that indicates whether the server owes an answer.
  package var isOwedAnswer: Bool {
    (deliveries.first?.isOwed ?? false) || entries.isUpdating
  }

  /// Changes the states by what has happened, and returns what is to be done then.
  ///
  /// - Parameter date: the time, in seconds since 1970.
  package mutating func handle(_ input: Input, at date: Double = 0) -> [Effect] {
    self.date = date
    switch input {
    case .accept(let notifications): accept(notifications)
    case .connected: connected()
    case .connectionFailed(let why): connectionFailed(why)
    case .connectionLost: connectionLost()
    case .server(let event): handle(event)
    case .presented(let ticket, let answer): presented(ticket, answer)
    case .responded(let id, let answer): responded(id, answer)
    case .written(let id, let action, let text): written(id, action, text)
    case .answered(.delivery(let ticket), let result): deliveryAnswered(ticket, result)
    case .answered(.update(let id), let result): updateAnswered(id, result)
    case .lock(let state): lockChanged(state)
    case .withdraw(let name): withdraw(name)
    case .refresh: refresh()
    case .close: close()
    }
    advance()
    defer { effects.removeAll() }
    return effects
  }

  private mutating func handle(_ event: ServerEvent) {
    switch event {
    case .ready(let capabilities): serverReady(capabilities)
    case .gone: serverGone()
    case .closed(let number, let reason): closed(number, reason)
    case .token(let number, let token):
      if let id = entries.id(shownAs: number) { entries.update(id) { $0.token = token } }
    case .invoked(let number, let key):
      if let id = entries.id(shownAs: number) { choose(id, .init(action: key)) }
    case .replied(let number, let text): replied(number, text)
    }
  }

  /// Has the presenter do the next thing, where it does none: each goes on with the view that the one before left.
  private mutating func advance() {
    if case .connecting = server { return }
    // What the server has not answered may be what the next one goes on with.
    guard deliveries.first?.isWaiting ?? true, !entries.isUnderWay else { return }
    if let id = entries.nextTurn {
      handleResponse(id)
    } else if !deliveries.isEmpty {
      deliveries[0].state = .presenting(isRecalled: false)
      let notification = deliveries[0].notification
      effects.append(.present(notification, related(notification)?.content.presentation))
    }
  }

  // MARK: Numbers

  mutating func takeNumber() -> UInt64 {
    defer { nextNumber += 1 }
    return nextNumber
  }

  // MARK: Telling

  mutating func emit(_ id: UInt64, _ kind: DesktopEvent.Kind) {
    entries.update(id) { effects.append(.event($0.event(kind))) }
  }

  /// Tells people something once, up to a number that nobody reads.
  mutating func notice(once key: String, _ text: String) {
    if told.count < 1000, told.insert(key).inserted { effects.append(.notice(text)) }
  }
}
