import EventLoop
import Glibc

/// A listening Unix socket that has a name in the file system.
struct UnixSocketFile: Sendable {
  let path: String
  /// The socket, which its channel closes.
  let descriptor: Int32
  private let identity: FileIdentity

  /// The file behind a name, whatever the name leads to later.
  private struct FileIdentity: Sendable, Equatable {
    var device: UInt64
    var inode: UInt64

    init?(_ path: String) {
      var status = stat()
      guard lstat(path, &status) == 0 else { return nil }
      (device, inode) = (UInt64(status.st_dev), UInt64(status.st_ino))
    }
  }

  /// Listens on a path; the file of a server that is gone is replaced, one of a server that runs is an error.
  ///
  /// - Parameter mode: the file's permissions, which it has from its first moment.
  init(path: String, mode: UInt32) throws(HTTP2ServerError) {
    self.path = path
    let lock = try Self.lockFolder(of: path)
    defer { close(lock) }
    try Self.removeDeadFile(path)
    descriptor = try Self.makeSocket()
    do throws(HTTP2ServerError) {
      // Before the name is there: Linux takes a socket file's mode from its socket, less the process' mask.
      try Self.check(fchmod(descriptor, mode), path)
      let own = descriptor
      try Self.check(try Self.withAddress(path) { bind(own, $0, $1) }, path)
      try Self.check(chmod(path, mode), path)
      try Self.check(listen(descriptor, 256), path)
      guard let found = FileIdentity(path) else { throw HTTP2ServerError.ofSystem(path) }
      identity = found
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Removes the file, unless another server has replaced it.
  func remove() { if FileIdentity(path) == identity { unlink(path) } }

  /// Locks the folder, so that of two servers that begin at once only one replaces a dead file.
  private static func lockFolder(of path: String) throws(HTTP2ServerError) -> Int32 {
    let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw HTTP2ServerError.ofSystem(folder) }
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    return descriptor
  }

  private static func removeDeadFile(_ path: String) throws(HTTP2ServerError) {
    var status = stat()
    guard lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw HTTP2ServerError("\(path): it is no socket; remove it or choose another path")
    }
    let probe = try makeSocket()
    defer { close(probe) }
    let result = try withAddress(path) { connect(probe, $0, $1) }
    // Only this answer says that nobody listens: a full queue and a missing permission do not.
    guard result != 0, errno == ECONNREFUSED else {
      throw HTTP2ServerError("\(path): a server listens there; stop it or choose another path")
    }
    try check(unlink(path), path)
  }

  private static func makeSocket() throws(HTTP2ServerError) -> Int32 {
    let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
    let descriptor = socket(AF_UNIX, kind, 0)
    guard descriptor >= 0 else { throw HTTP2ServerError.ofSystem("socket") }
    return descriptor
  }

  private static func check(_ result: Int32, _ path: String) throws(HTTP2ServerError) {
    if result != 0 { throw HTTP2ServerError.ofSystem(path) }
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(HTTP2ServerError) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    guard !path.isEmpty, path.utf8.count < room, !path.utf8.contains(0) else {
      throw HTTP2ServerError("\(path): a socket's path has 1 to \(room - 1) bytes; choose a shorter one")
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
