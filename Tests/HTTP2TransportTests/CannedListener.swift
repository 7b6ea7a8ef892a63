import Foundation
import Synchronization
import Testing

/// A listener that reads what comes first, sends bytes that were made before, and closes.
final class CannedListener: Sendable {
  let port: Int
  private let descriptor: Int32
  private let bytes = Mutex<[UInt8]>([])

  /// The bytes that came first.
  var received: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

  init(answer: [UInt8]) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port = withUnsafeMutablePointer(to: &address) { pointer -> UInt16? in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name -> Bool in
        bind(listener, name, length) == 0 && listen(listener, 4) == 0
          && getsockname(listener, name, &length) == 0
      } ? UInt16(bigEndian: pointer.pointee.sin_port) : nil
    }
    descriptor = listener
    self.port = Int(try #require(port))
    let own = self
    Thread.detachNewThread { own.serve(answer) }
  }

  private func serve(_ answer: [UInt8]) {
    let connection = accept(descriptor, nil, nil)
    guard connection >= 0 else { return }
    defer {
      close(connection)
      close(descriptor)
    }
    var time = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(connection, &buffer, buffer.count, 0)
    bytes.withLock { $0 = Array(buffer.prefix(max(count, 0))) }
    _ = send(connection, answer, answer.count, Int32(MSG_NOSIGNAL))
    shutdown(connection, Int32(SHUT_WR))
    // Until the other side has read it, so that no reset takes it away.
    while recv(connection, &buffer, buffer.count, 0) > 0 {}
  }

  /// A port on which nobody listens.
  static func closedPort() throws -> Int {
    let listener = try CannedListener(answer: [])
    // Its thread takes the one connection and ends.
    let probe = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(listener.port).bigEndian
    withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = connect(probe, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    close(probe)
    for _ in 0..<500 where fcntl(listener.descriptor, F_GETFD) >= 0 { usleep(10_000) }
    return listener.port
  }
}
