import EventLoop
import Glibc
import NotificationModel

extension ListeningSocket {
  /// Listens on a path; what a service that has ended left there is replaced.
  ///
  /// - Parameters:
  ///   - mode: the users that can connect; without it this one, and root.
  ///   - setting: the key of the configuration that has the path.
  /// - Throws: ``Failure``, also where another service listens there.
  package init(path: String, mode: mode_t = 0o600, setting: String = "operations.socket") throws(Failure) {
    let address = try Self.address(path)
    try Self.removeStale(path, address, setting)
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    // Before the file is there: nobody connects in between.
    fchmod(descriptor, mode)
    guard Self.call(bind, descriptor, address) == 0, Glibc.listen(descriptor, 128) == 0 else {
      let reason = systemMessage()
      close(descriptor)
      throw Failure(
        message: "the socket '\(path.printable)': \(reason); make its folder, or change \(setting)")
    }
    self.init(descriptor: descriptor, file: SocketFile(path).map { (path, $0) })
  }

  private init(descriptor: Int32, file: (path: String, identity: SocketFile)?) {
    self.descriptor = descriptor
    self.file = file
  }

  /// Removes the file of the socket, unless another service has made its own there since.
  package func removeFile() {
    guard let file, SocketFile(file.path) == file.identity else { return }
    unlink(file.path)
  }

  private static func address(_ path: String) throws(Failure) -> sockaddr_un {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < room, !path.isEmpty, !path.utf8.contains(0) else {
      throw Failure(
        message:
          "the socket's path '\(path.shortened)' has \(path.utf8.count) bytes; name one of 1 to \(room - 1)")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return address
  }

  private static func removeStale(
    _ path: String, _ address: sockaddr_un, _ setting: String
  ) throws(Failure) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw Failure(message: "'\(path.printable)' is no socket; move it away, or change \(setting)")
    }
    let probe = socket(
      AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    defer { close(probe) }
    guard call(connect, probe, address) != 0, errno == ECONNREFUSED else {
      throw Failure(
        message: "a service listens on '\(path.printable)' already; stop it, or change \(setting)")
    }
    unlink(path)
  }

  private static func call(
    _ body: (Int32, UnsafePointer<sockaddr>?, socklen_t) -> Int32, _ descriptor: Int32, _ address: sockaddr_un
  ) -> Int32 {
    withUnsafePointer(to: address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

/// The identity of a socket's file; the time of its making is part of it, since its number is given again.
struct SocketFile: Equatable, Sendable {
  private let number: UInt64
  private let seconds: Int
  private let nanoseconds: Int

  /// Reads the identity of what is at a path; nil where nothing is there.
  init?(_ path: String) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return nil }
    number = UInt64(status.st_ino)
    (seconds, nanoseconds) = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
  }
}
