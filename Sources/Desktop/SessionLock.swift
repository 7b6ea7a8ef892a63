import EventLoop
import Glibc

/// The lock of the person's session, as systemd-logind knows it.
///
/// Nothing here waits: what logind answers comes as a change. Screen lockers tell logind by `SetLockedHint`.
///
/// Source: org.freedesktop.login1(5), "The Manager Object", "User Objects", "Session Objects".
package final class SessionLock {
  /// The state of a session's lock.
  package enum State: Sendable, Equatable {
    case locked
    case unlocked
    /// There is no logind, or it knows no session of this person; with the reason.
    case unknown(String)
  }

  private static let service = "org.freedesktop.login1"
  private static let root = "/org/freedesktop/login1"
  private static let manager = service + ".Manager"
  private static let session = service + ".Session"
  private static let user = service + ".User"
  private static let properties = "org.freedesktop.DBus.Properties"
  /// The longest time for an answer: a response of a person waits for it.
  private static let timeout = Duration.seconds(2)
  /// The time until a bus that was lost is tried again.
  private static let pause = Duration.seconds(5)

  /// The ways to find the session, in the order in which they are tried.
  private enum Way: CaseIterable {
    /// The session that the environment names.
    case environment
    /// The session of this process.
    case process
    /// The session that the person looks at, also for a unit of theirs that runs outside of any session.
    case display
  }

  private let reactor: Reactor
  private let address: String?
  private let onChange: (State) -> Void
  private var connection: BusConnection?
  /// The session's path; nil while none is known.
  private var path: String?
  /// The session of this process where it is not one with a screen, if there is no better one.
  private var screenless: String?
  /// The number of the search; an answer to an earlier one is for naught.
  private var search = 0
  private lazy var retry = reactor.timer { [unowned self] in connect() }

  /// - Parameter address: the system bus' address; nil for the system's own.
  init(_ address: String?, on reactor: Reactor, onChange: @escaping (State) -> Void) {
    self.address = address
    self.reactor = reactor
    self.onChange = onChange
    connect()
  }

  private func connect() {
    do throws(MessageBus.Failure) {
      let bus = try MessageBus(.systemBus(address))
      connection = BusConnection(bus, on: reactor) { [unowned self] in
        // What was known holds until something else is.
        (connection, path) = (nil, nil)
        retry.arm(after: Self.pause)
      }
      listen(bus)
      find()
    } catch {
      onChange(.unknown(error.message))
      retry.arm(after: Self.pause)
    }
  }

  private func listen(_ bus: MessageBus) {
    let signals = "type='signal',sender='\(Self.service)',"
    bus.listen(
      signals
        + "interface='\(Self.properties)',member='PropertiesChanged',path_namespace='\(Self.root)/session',"
        + "arg0='\(Self.session)'"
    ) { [unowned self] message in
      if let path, message.path == path { askLock(of: path) }
    }
    for member in ["SessionNew", "SessionRemoved"] {
      bus.listen(signals + "interface='\(Self.manager)',member='\(member)'") { [unowned self] _ in find() }
    }
    bus.listen(
      "type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',member='NameOwnerChanged',"
        + "arg0='\(Self.service)'"
    ) { [unowned self] message in
      _ = message.readText()
      _ = message.readText()
      if message.readText()?.isEmpty == false { find() }
    }
  }

  // MARK: Finding the session

  private func find() {
    search += 1
    screenless = nil
    trying(Way.allCases[...])
  }

  /// Tries the ways that are left, and gives up where there is none.
  private func trying(_ ways: ArraySlice<Way>, after error: String = "") {
    guard let way = ways.first else {
      if let screenless { return found(screenless) }
      path = nil
      let why = error.isEmpty ? "it knows no session of this user" : error
      return onChange(.unknown("systemd-logind does not say whether the session is locked: \(why)"))
    }
    let rest = ways.dropFirst()
    switch way {
    case .environment:
      guard let name = getenv("XDG_SESSION_ID").map({ String(cString: $0) }), !name.isEmpty else {
        return trying(rest)
      }
      findSession("GetSession", { $0.append(name) }, rest)
    case .process: findSession("GetSessionByPID", { $0.append(UInt32(getpid())) }, rest)
    case .display: findDisplay(rest)
    }
  }

  /// Asks the manager for a session of this process; one without a screen is not the one that the person looks at.
  private func findSession(
    _ member: String, _ arguments: (BusMessage) -> Void, _ rest: ArraySlice<Way>
  ) {
    call(Self.root, Self.manager, member, arguments) { [unowned self] answer in
      guard answer.errorName == nil, let path = answer.readPath() else {
        return trying(rest, after: answer.errorText)
      }
      get("Type", of: path, Self.session) { [unowned self] answer in
        let kind = answer.readInside("v", "s") { answer.readText() }
        if ["tty", "unspecified"].contains(kind) {
          screenless = screenless ?? path
          trying(rest)
        } else {
          found(path)
        }
      }
    }
  }

  private func findDisplay(_ rest: ArraySlice<Way>) {
    let user = { (message: BusMessage) in message.append(UInt32(getuid())) }
    call(Self.root, Self.manager, "GetUser", user) { [unowned self] answer in
      guard answer.errorName == nil, let path = answer.readPath() else {
        return trying(rest, after: answer.errorText)
      }
      get("Display", of: path, Self.user) { [unowned self] answer in
        let display = answer.readInside("v", "(so)") {
          answer.readInside("r", "so") {
            let name = answer.readText()
            return answer.readPath().flatMap { name?.isEmpty == false ? $0 : nil }
          }
        }
        if let display { found(display) } else { trying(rest, after: answer.errorText) }
      }
    }
  }

  private func found(_ session: String) {
    path = session
    askLock(of: session)
  }

  private func askLock(of session: String) {
    get("LockedHint", of: session, Self.session) { [unowned self] answer in
      guard path == session else { return }
      let isLocked = answer.readInside("v", "b") { answer.readFlag() }
      switch isLocked {
      case true?: onChange(.locked)
      case false?: onChange(.unlocked)
      case nil:
        onChange(.unknown("systemd-logind does not say whether the session is locked: \(answer.errorText)"))
      }
    }
  }

  // MARK: Calls

  private func get(
    _ property: String, of path: String, _ interface: String, _ body: @escaping (BusMessage) -> Void
  ) {
    let arguments = { (message: BusMessage) in
      message.append(interface)
      message.append(property)
    }
    call(path, Self.properties, "Get", arguments, body)
  }

  private func call(
    _ path: String, _ interface: String, _ member: String, _ arguments: (BusMessage) -> Void,
    _ body: @escaping (BusMessage) -> Void
  ) {
    guard let connection, let message = connection.bus.message(Self.service, path, interface, member) else {
      return onChange(.unknown("the system bus takes nothing"))
    }
    arguments(message)
    let number = search
    let isSent = connection.bus.call(message, timeout: Self.timeout) { [unowned self] answer in
      guard search == number else { return }
      body(answer)
      self.connection?.update()
    }
    if isSent { connection.update() } else { onChange(.unknown("the system bus takes nothing")) }
  }
}
