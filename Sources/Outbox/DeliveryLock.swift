import Glibc

/// The lease on delivering from an outbox: one process has it, and the kernel takes it back with that process's end.
///
/// A lease with a time would have to outlast every pause of its holder, and make the next one wait for it.
final class DeliveryLock {
  private let file: Int32

  /// - Parameter path: the outbox's; the lock is a file beside it, with the number of the process in it.
  /// - Returns: nil where another process has the lease.
  init?(_ path: String) throws(OutboxError) {
    let path = path + "-delivery"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      throw OutboxError(.other, "'\(path)': \(String(cString: strerror(errno))); check who may write it")
    }
    // Of the open file, so that no other descriptor's end gives it back.
    if flock(file, LOCK_EX | LOCK_NB) != 0 {
      // Before the property is set: `deinit` would close the descriptor again, which may be another file's by then.
      close(file)
      return nil
    }
    self.file = file
    var text = "\(getpid())\n"
    ftruncate(file, 0)
    _ = text.withUTF8 { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  deinit { close(file) }

  /// The process that has the lease of an outbox; 0 where it has not said which it is, nil for none.
  static func holder(of path: String) -> Int32? {
    let file = open(path + "-delivery", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    guard flock(file, LOCK_SH | LOCK_NB) != 0 else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = max(read(file, &bytes, bytes.count), 0)
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self)) ?? 0
  }
}
