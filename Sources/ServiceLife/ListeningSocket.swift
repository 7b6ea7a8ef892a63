import EventLoop
import Glibc
import NotificationModel

/// A stream socket that listens, and who may ask what on it.
package struct ListeningSocket: Sendable {
  /// An error for which a socket cannot listen, as a sentence for people.
  package struct Failure: Error, Equatable {
    /// The sentence.
    package let message: String
  }

  /// The socket; the one who serves it closes it.
  package let descriptor: Int32
  /// The path of a Unix socket that this process has made, and the file's identity.
  let file: (path: String, identity: SocketFile)?

  /// A Boolean value that indicates whether peers are processes of this machine, whose user the kernel knows.
  package var isLocal: Bool { family == AF_UNIX }

  /// The port of an Internet socket; nil for others.
  package var port: Int? {
    var address = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
    }
    // At the same place for both families.
    return code == 0 && !isLocal ? Int(UInt16(bigEndian: address.sin6_port)) : nil
  }

  /// A Boolean value that indicates whether it listens on an address that other machines may reach: none of loopback.
  package var isOpenToOthers: Bool {
    guard !isLocal else { return false }
    var address = sockaddr_in6()
    var size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    return withUnsafeMutableBytes(of: &address) { bytes in
      let name = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
      guard let name, getsockname(descriptor, name, &size) == 0 else { return true }
      // At byte 4 for IPv4 and at byte 8 for IPv6; RFC 6890 gives all of 127.0.0.0/8 to loopback.
      if family == AF_INET { return bytes[4] != 127 }
      let tail = Array(bytes[8..<24])
      return tail != [UInt8](repeating: 0, count: 15) + [1]
        && !(tail[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF] && tail[12] == 127)
    }
  }

  private var family: Int32 {
    var family: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size) == 0 ? family : AF_UNSPEC
  }

  /// Takes a socket that the service manager has passed.
  package init(passed descriptor: Int32) {
    self.descriptor = descriptor
    file = nil
  }

  /// Listens on an address of a host.
  ///
  /// - Parameter setting: the key of the configuration that has the address.
  /// - Throws: ``Failure``.
  package init(host: String, port: Int, setting: String = "operations.address") throws(Failure) {
    descriptor = try Self.listen(host, port, setting)
    file = nil
  }

  private static func listen(_ host: String, _ port: Int, _ setting: String) throws(Failure) -> Int32 {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    hints.ai_flags = AI_NUMERICSERV | AI_PASSIVE
    var found: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &found)
    guard code == 0, let address = found else {
      throw Failure(
        message:
          "\(host.printable):\(port): \(String(cString: gai_strerror(code))); change \(setting)")
    }
    defer { freeaddrinfo(found) }
    let descriptor = socket(address.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var on: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
    guard bind(descriptor, address.pointee.ai_addr, address.pointee.ai_addrlen) == 0,
      Glibc.listen(descriptor, 128) == 0
    else {
      let reason = systemMessage()
      close(descriptor)
      throw Failure(
        message: "\(host.printable):\(port): \(reason); change \(setting), or end what listens there")
    }
    return descriptor
  }
}
