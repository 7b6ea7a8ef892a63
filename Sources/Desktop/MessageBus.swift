import CSystemd
import EventLoop
import Glibc

/// A connection to a D-Bus of the session or of the system.
///
/// It has one owner and stays on its thread. Its calls wait for nothing: answers come while ``process()`` runs.
///
/// Source: systemd's manual pages sd-bus(3), sd_bus_process(3), sd_bus_get_fd(3).
final class MessageBus {
  /// An error for which there is no connection, as a sentence for people.
  struct Failure: Error {
    var message: String
  }

  /// The kinds of a bus.
  enum Kind {
    /// The bus at an address; nil for the session's own.
    case sessionBus(String?)
    /// The bus at an address; nil for the system's own.
    case systemBus(String?)
  }

  /// The longest time until an answer.
  private static let timeout = Duration.seconds(10)

  let pointer: OpaquePointer
  private var handlers: [Handler] = []

  /// A receiver of a signal.
  private final class Handler {
    let body: (BusMessage) -> Void
    init(_ body: @escaping (BusMessage) -> Void) { self.body = body }
  }

  /// Connects to a bus.
  init(_ kind: Kind) throws(Failure) {
    var bus: OpaquePointer?
    let code =
      switch kind {
      case .sessionBus(let address?), .systemBus(let address?): Self.open(address, &bus)
      case .sessionBus(nil): sd_bus_open_user(&bus)
      case .systemBus(nil): sd_bus_open_system(&bus)
      }
    guard code >= 0, let bus else {
      let why = systemMessage(-code)
      switch kind {
      case .sessionBus:
        throw Failure(
          message: "no session bus: \(why); run inside of a desktop session, or set DBUS_SESSION_BUS_ADDRESS")
      case .systemBus: throw Failure(message: "no system bus: \(why)")
      }
    }
    pointer = bus
    // A session that ends takes its bus along; that is no reason to end.
    sd_bus_set_exit_on_disconnect(bus, 0)
  }

  private static func open(_ address: String, _ bus: inout OpaquePointer?) -> Int32 {
    var code = sd_bus_new(&bus)
    if code >= 0 { code = sd_bus_set_address(bus, address) }
    if code >= 0 { code = sd_bus_set_bus_client(bus, 1) }
    if code >= 0 { code = sd_bus_start(bus) }
    if code < 0 { bus = sd_bus_unref(bus) }
    return code
  }

  // What is not sent yet is not waited for: a bus that takes nothing would hold up everything.
  deinit { sd_bus_close_unref(pointer) }

  var descriptor: Int32 { sd_bus_get_fd(pointer) }
  /// The directions that the descriptor is to be watched for.
  var readiness: Readiness {
    let events = max(sd_bus_get_events(pointer), 0)
    var readiness: Readiness = []
    if events & POLLIN != 0 { readiness.insert(.readable) }
    if events & POLLOUT != 0 { readiness.insert(.writable) }
    return readiness
  }
  /// The time at which something is due, in microseconds of the monotonic clock; nil for never.
  var due: UInt64? {
    var time: UInt64 = .max
    return sd_bus_get_timeout(pointer, &time) >= 0 && time != .max ? time : nil
  }

  /// Carries on with what has come; false where the connection is lost.
  func process() -> Bool {
    while true {
      let code = sd_bus_process(pointer, nil)
      if code < 0 { return false }
      if code == 0 { return sd_bus_is_open(pointer) > 0 }
    }
  }

  /// Has signals that match a rule given to a body.
  func listen(_ rule: String, _ body: @escaping (BusMessage) -> Void) {
    let handler = Handler(body)
    handlers.append(handler)
    // Without a body for the answer, a match that the bus refuses ends the connection.
    sd_bus_add_match_async(
      pointer, nil, rule,
      { message, handler, _ in
        guard let message, let handler else { return 0 }
        Unmanaged<Handler>.fromOpaque(handler).takeUnretainedValue().body(BusMessage(message))
        return 0
      }, nil, Unmanaged.passUnretained(handler).toOpaque())
  }

  /// Makes a call of a method.
  func message(_ destination: String, _ path: String, _ interface: String, _ member: String) -> BusMessage? {
    var message: OpaquePointer?
    guard sd_bus_message_new_method_call(pointer, &message, destination, path, interface, member) >= 0,
      let message
    else { return nil }
    defer { sd_bus_message_unref(message) }
    return BusMessage(message)
  }

  /// Sends a call; `answer` is given what comes back, an error perhaps.
  ///
  /// - Returns: whether it could be sent; else `answer` is not called.
  func call(
    _ message: BusMessage, timeout: Duration = MessageBus.timeout, _ answer: @escaping (BusMessage) -> Void
  ) -> Bool {
    let handler = Unmanaged.passRetained(Handler(answer))
    let code = sd_bus_call_async(
      pointer, nil, message.pointer,
      { message, given, _ in
        guard let given else { return 0 }
        let handler = Unmanaged<Handler>.fromOpaque(given).takeRetainedValue()
        if let message { handler.body(BusMessage(message)) }
        return 0
      }, handler.toOpaque(), UInt64(max(timeout.nanoseconds / 1000, 1)))
    if code < 0 { handler.release() }
    return code >= 0
  }
}
