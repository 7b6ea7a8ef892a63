import Glibc
import NIOCore
import NIOPosix

/// A place where a server listens.
package enum HTTP2Listener: Sendable, Equatable {
  /// TLS on TCP: the addresses that the machine has, all with one port; 0 for one that is free.
  case addresses([String], port: Int)
  /// HTTP/2 with prior knowledge, without TLS, on a Unix socket.
  case unix(path: String, mode: UInt32)
  /// A listening socket that the process was passed, as systemd does: TLS on TCP, none on a Unix socket. The server closes it.
  case descriptor(Int32)
}

/// The sockets of a listener.
struct BoundListener: Sendable {
  var channels: [any Channel]
  var file: UnixSocketFile?

  /// The port of TCP; nil for a Unix socket.
  var port: Int? { channels.first?.localAddress?.port }
  /// The addresses without their ports.
  var addresses: [String] { channels.compactMap { $0.localAddress?.ipAddress } }
  /// The names of the sockets for people: `127.0.0.1:2197`, `[::1]:2197` or the path of a Unix socket.
  var names: [String] {
    channels.compactMap { channel in
      guard let address = channel.localAddress else { return nil }
      guard let host = address.ipAddress, let port = address.port else { return address.pathname }
      return host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  /// Stops listening.
  func close() async {
    for channel in channels { try? await channel.close() }
    file?.remove()
  }
}

extension HTTP2Listener {
  /// Listens.
  ///
  /// - Parameter bootstrap: makes a bootstrap for connections with TLS, or without.
  func bind(_ bootstrap: (_ isSecured: Bool) throws -> ServerBootstrap) async throws -> BoundListener {
    switch self {
    case .addresses(let hosts, let port): return try await Self.bind(hosts, port, try bootstrap(true))
    case .unix(let path, let mode):
      let bootstrap = try bootstrap(false)
      let file = try UnixSocketFile(path: path, mode: mode)
      let channel = try await bootstrap.withBoundSocket(file.descriptor).get()
      return BoundListener(channels: [channel], file: file)
    case .descriptor(let descriptor):
      let bootstrap = try bootstrap(try Self.family(of: descriptor) != AF_UNIX)
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      return BoundListener(channels: [try await bootstrap.withBoundSocket(descriptor).get()])
    }
  }

  /// Returns the address family of a listening stream socket.
  private static func family(of descriptor: Int32) throws(HTTP2ServerError) -> Int32 {
    func option(_ name: Int32) -> Int32? {
      var value: Int32 = 0
      var length = socklen_t(MemoryLayout<Int32>.size)
      return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
    }
    guard option(SO_ACCEPTCONN) == 1, option(SO_TYPE) == Int32(SOCK_STREAM.rawValue),
      let family = option(SO_DOMAIN), [AF_INET, AF_INET6, AF_UNIX].contains(family)
    else {
      throw HTTP2ServerError(
        "descriptor \(descriptor): it is no listening stream socket of IP or Unix; check the socket unit")
    }
    return family
  }

  private static func bind(
    _ hosts: [String], _ port: Int, _ bootstrap: ServerBootstrap
  ) async throws -> BoundListener {
    var attempts = 0
    while true {
      attempts += 1
      do {
        return try await bindOnce(hosts, port, bootstrap)
      } catch let error as IOError where error.errnoCode == EADDRINUSE && port == 0 && attempts < 20 {
        // The port that is free on one address is taken on another.
      }
    }
  }

  private static func bindOnce(
    _ hosts: [String], _ port: Int, _ bootstrap: ServerBootstrap
  ) async throws -> BoundListener {
    var bound = BoundListener(channels: [])
    var missing: (any Error)?
    do {
      for host in hosts {
        do {
          bound.channels.append(try await bind(host, bound.port ?? port, bootstrap))
        } catch let error as IOError where [EADDRNOTAVAIL, EAFNOSUPPORT].contains(error.errnoCode) {
          // A machine without IPv6, or without IPv4.
          missing = error
        }
      }
      if let missing, bound.channels.isEmpty { throw missing }
    } catch {
      await bound.close()
      throw error
    }
    return bound
  }

  /// Listens on an address as it stands, else on the first that a name leads to.
  ///
  /// A lookup makes an IPv6 address of 127.0.0.1 where a machine's other addresses are all of IPv6.
  private static func bind(
    _ host: String, _ port: Int, _ bootstrap: ServerBootstrap
  ) async throws -> any Channel {
    guard let address = try? SocketAddress(ipAddress: host, port: port) else {
      return try await bootstrap.bind(host: host, port: port).get()
    }
    return try await bootstrap.bind(to: address).get()
  }
}
