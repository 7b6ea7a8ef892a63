import Glibc
import NIOCore

/// The other end of a connection to a server.
package enum HTTP2Peer: Sendable, Equatable {
  /// A host's IP address.
  case address(String)
  /// A process of this machine on a Unix socket, as the kernel knew it when it connected.
  case process(uid: UInt32, pid: Int32)
  /// An end that the kernel does not name.
  case unknown

  /// The text by which connections from one place are counted: an IPv4 address, or the first 64 bits of an IPv6 address,
  /// which one subscriber has all addresses of; nil for a Unix socket.
  var network: String? {
    guard case .address(let text) = self else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    guard inet_pton(AF_INET6, text, &bytes) == 1 else { return text }
    // An IPv4 address in IPv6's form (RFC 4291 §2.5.5.2).
    if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xFF, bytes[11] == 0xFF {
      return bytes[12...].map(String.init).joined(separator: ".")
    }
    return bytes.prefix(8).map { String($0, radix: 16) }.joined(separator: ":")
  }

  /// Returns the peer of a connection that was accepted.
  static func of(_ channel: any Channel) -> EventLoopFuture<HTTP2Peer> {
    if let address = channel.remoteAddress?.ipAddress {
      return channel.eventLoop.makeSucceededFuture(.address(address))
    }
    guard let options = channel as? any SocketOptionProvider else {
      return channel.eventLoop.makeSucceededFuture(.unknown)
    }
    return options.unsafeGetSocketOption(
      level: .socket, name: NIOBSDSocket.Option(rawValue: SO_PEERCRED)
    )
    .map { (owner: PeerOwner) in .process(uid: owner.uid, pid: owner.pid) }
    .flatMapErrorThrowing { _ in .unknown }
  }
}

/// The kernel's `struct ucred`.
private struct PeerOwner: Sendable {
  var pid: Int32 = 0
  var uid: UInt32 = 0
  var gid: UInt32 = 0
}
