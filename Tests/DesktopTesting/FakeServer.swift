import CSystemd
import Foundation
import Glibc

/// A bus with a notification server and nothing else on it, which the test's own thread moves on.
///
/// Source: D-Bus Specification, "Message Bus Messages"; Desktop Notifications Specification 1.2.
package final class FakeServer {
  /// A call of `Notify`, as far as tests look at it.
  package struct Notify: Equatable {
    package var replaces: UInt32
    package var summary: String
  }

  package let address: String
  /// What the server was asked to show, in order.
  package private(set) var shown: [Notify] = []
  /// The numbers of what it was asked to close.
  package private(set) var closed: [UInt32] = []
  /// What it says it can do.
  package var capabilities = ["body", "actions", "inline-reply"]
  /// Whether it refuses a notification.
  package var refuses: (Notify) -> Bool = { _ in false }

  private let folder: URL
  private let listener: Int32
  private var bus: OpaquePointer?
  private var nextNumber: UInt32 = 1
  private static let owner = ":1.7"
  private static let name = "org.freedesktop.Notifications"
  private static let path = "/org/freedesktop/Notifications"

  package init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "bus-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let path = folder.appending(path: "bus").path
    address = "unix:path=\(path)"
    listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    var place = sockaddr_un()
    place.sun_family = sa_family_t(AF_UNIX)
    let size = MemoryLayout.size(ofValue: place.sun_path)
    precondition(path.utf8.count < size)
    withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: path.utf8) }
    let isBound = withUnsafePointer(to: &place) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound, listen(listener, 4) == 0 else { throw POSIXError(.EADDRINUSE) }
  }

  deinit {
    sd_bus_close_unref(bus)
    Glibc.close(listener)
    try? FileManager.default.removeItem(at: folder)
  }

  /// Moves the server on: takes the connection, and answers what has come.
  package func turn() {
    if bus == nil {
      let file = accept(listener, nil, nil)
      guard file >= 0 else { return }
      _ = fcntl(file, F_SETFL, O_NONBLOCK)
      _ = fcntl(file, F_SETFD, FD_CLOEXEC)
      var made: OpaquePointer?
      var identifier = sd_id128_t()
      sd_id128_randomize(&identifier)
      guard sd_bus_new(&made) >= 0, sd_bus_set_fd(made, file, file) >= 0,
        sd_bus_set_server(made, 1, identifier) >= 0, sd_bus_set_trusted(made, 1) >= 0
      else { return }
      sd_bus_add_filter(
        made, nil,
        { message, server, _ in
          guard let message, let server else { return 0 }
          return Unmanaged<FakeServer>.fromOpaque(server).takeUnretainedValue().answer(message)
        }, Unmanaged.passUnretained(self).toOpaque())
      if sd_bus_start(made) >= 0 { bus = made }
    }
    while sd_bus_process(bus, nil) > 0 {}
  }

  // MARK: Signals

  /// A person has pressed an action.
  package func invoke(_ number: UInt32, _ key: String) {
    signal("ActionInvoked", number) { Self.append($0, key) }
  }

  /// A person has written a reply in the notification, as on KDE.
  package func reply(_ number: UInt32, _ text: String) {
    signal("NotificationReplied", number) { Self.append($0, text) }
  }

  /// The notification is not shown any longer; 2 is "dismissed by the user".
  package func close(_ number: UInt32, reason: UInt32) {
    signal("NotificationClosed", number) { Self.append($0, reason) }
  }

  private func signal(_ member: String, _ number: UInt32, _ body: (OpaquePointer) -> Void) {
    var message: OpaquePointer?
    sd_bus_message_new_signal(bus, &message, Self.path, Self.name, member)
    guard let message else { return }
    Self.append(message, number)
    body(message)
    send(message)
  }

  // MARK: Calls

  private func answer(_ call: OpaquePointer) -> Int32 {
    guard let text = sd_bus_message_get_member(call) else { return 0 }
    var reply: OpaquePointer?
    sd_bus_message_new_method_return(call, &reply)
    guard let reply else { return 0 }
    switch String(cString: text) {
    case "Hello": Self.append(reply, ":1.1")
    case "GetCapabilities":
      sd_bus_message_open_container(reply, CChar(bitPattern: UInt8(ascii: "a")), "s")
      for capability in capabilities { Self.append(reply, capability) }
      sd_bus_message_close_container(reply)
    case "GetServerInformation":
      for text in ["Fake", "Test", "1", "1.2"] { Self.append(reply, text) }
    case "Notify":
      _ = Self.text(call)
      let replaces = Self.number(call)
      _ = Self.text(call)
      let notify = Notify(replaces: replaces, summary: Self.text(call))
      if refuses(notify) {
        var error: OpaquePointer?
        var cause = sd_bus_error()
        sd_bus_error_set(&cause, "org.freedesktop.DBus.Error.InvalidArgs", "no such picture")
        sd_bus_message_new_method_error(call, &error, &cause)
        sd_bus_error_free(&cause)
        sd_bus_message_unref(reply)
        if let error { send(error) }
        return 1
      }
      shown.append(notify)
      if replaces == 0 { nextNumber += 1 }
      Self.append(reply, replaces == 0 ? nextNumber - 1 : replaces)
    case "CloseNotification": closed.append(Self.number(call))
    default: break
    }
    send(reply)
    return 1
  }

  private func send(_ message: OpaquePointer) {
    sd_bus_message_set_sender(message, Self.owner)
    sd_bus_send(bus, message, nil)
    sd_bus_message_unref(message)
  }

  private static func append(_ message: OpaquePointer, _ text: String) {
    sd_bus_message_append_basic(message, CChar(bitPattern: UInt8(ascii: "s")), text)
  }

  private static func append(_ message: OpaquePointer, _ number: UInt32) {
    var number = number
    sd_bus_message_append_basic(message, CChar(bitPattern: UInt8(ascii: "u")), &number)
  }

  private static func text(_ message: OpaquePointer) -> String {
    var text: UnsafePointer<CChar>?
    sd_bus_message_read_basic(message, CChar(bitPattern: UInt8(ascii: "s")), &text)
    return text.map { String(cString: $0) } ?? ""
  }

  private static func number(_ message: OpaquePointer) -> UInt32 {
    var number: UInt32 = 0
    sd_bus_message_read_basic(message, CChar(bitPattern: UInt8(ascii: "u")), &number)
    return number
  }
}
