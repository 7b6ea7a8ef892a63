import EventLoop
import Glibc

/// The lease on delivering from an outbox: one process has it, and the kernel takes it back with that process's end.
///
/// A lease with a time would have to outlast every pause of its holder, and make the next one wait for it.
final class DeliveryLock {
  private let file: Int32

  // Of Linux' <asm-generic/fcntl.h>; the C library shows them to GNU sources alone.
  private static let queryOpenFileLock: Int32 = 36
  private static let setOpenFileLock: Int32 = 37

  /// - Parameter path: the outbox's; the lock is a file beside it, with the number of the process in it.
  /// - Returns: nil where another process has the lease.
  init?(_ path: String) throws(OutboxError) {
    let lockPath = path + "-delivery"
    let file = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o600)
    guard file >= 0 else {
      throw OutboxError(.other, "'\(lockPath)': \(systemMessage()); check who may write it")
    }
    guard Self.acquire(file, path) else {
      // Before the property is set: `deinit` would close the descriptor again, which may be another file's by then.
      close(file)
      return nil
    }
    self.file = file
    // The second lock excludes nobody: it is what others ask about without a lock of their own. A file system without
    // it has the kernel's list.
    var visible = Self.range(F_WRLCK)
    _ = fcntl(file, Self.setOpenFileLock, &visible)
    var text = "\(getpid())\n"
    ftruncate(file, 0)
    _ = text.withUTF8 { pwrite(file, $0.baseAddress, $0.count, 0) }
  }

  deinit { close(file) }

  /// Acquires the lock that excludes other runs.
  ///
  /// 'outbox status' of version 0.1.0 holds a shared lock while it looks; no run has that, and it is waited for. A process
  /// that a run was just starting has the run's lock until it is another program, also when the run has ended: only who
  /// is seen for a while is a run.
  private static func acquire(_ file: Int32, _ path: String) -> Bool {
    var seen = 0
    for _ in 0..<100 {
      // Of the open file, so that no other descriptor's end gives it back.
      if flock(file, LOCK_EX | LOCK_NB) == 0 { return true }
      if holder(of: path) != nil { seen += 1 }
      if seen > 10 { return false }
      usleep(10_000)
    }
    return false
  }

  /// The process that has the lease of an outbox; 0 where it has not said which it is, nil for none.
  ///
  /// This acquires no lock: a run that starts at the same moment is not refused for it.
  static func holder(of path: String) -> Int32? {
    // A pipe in its place is nobody's lease, and must not be waited for.
    let file = open(path + "-delivery", O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var asked = range(F_RDLCK)
    let isVisible = fcntl(file, queryOpenFileLock, &asked) == 0 && asked.l_type != Int16(F_UNLCK)
    guard isVisible || isInKernelsList(file) else { return nil }
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = max(read(file, &bytes, bytes.count), 0)
    return Int32(String(decoding: bytes[..<count].prefix { $0 != 0x0A }, as: UTF8.self)) ?? 0
  }

  /// All of a file, as locks of an open file name it.
  private static func range(_ type: Int32) -> flock {
    var range = Glibc.flock()
    range.l_type = Int16(type)
    range.l_whence = Int16(SEEK_SET)
    return range
  }

  /// A Boolean value that indicates whether /proc/locks has an exclusive lock of the open file, which is all that a run of
  /// version 0.1.0 shows.
  private static func isInKernelsList(_ file: Int32) -> Bool {
    var status = stat()
    guard fstat(file, &status) == 0, let list = fopen("/proc/locks", "re") else { return false }
    defer { fclose(list) }
    // "1: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF": file systems differ in the device that they name there.
    let name = ":\(status.st_ino)"
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, Int32(line.count), list) != nil {
      let words = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        .split(whereSeparator: \.isWhitespace)
      if words.count > 5, words[1] == "FLOCK", words[3] == "WRITE", words[5].hasSuffix(name) { return true }
    }
    return false
  }
}
