import Glibc

/// A file that is open for reading; it is closed with the value.
///
/// Opening never waits where a regular file is wanted: a pipe that nobody writes to, a terminal or a disk's device at
/// the path is refused.
package struct InputFile: ~Copyable {
  /// The kinds of things that may stand at the path.
  package enum Form: Sendable {
    /// A regular file alone: its path is kept, or its mode says who may read it.
    case regular
    /// A regular file, a descriptor that a shell hands over as `/dev/fd/63`, or `/dev/null`.
    case file
    /// A pipe or a device too; from a pipe that is named something must come within ``InputFile/patience``.
    case small
    /// A pipe or a device too, with no limit of time: the input of a command.
    case stream
  }

  /// The longest silence of a pipe of the form ``Form/small``, in seconds.
  package static let patience = 10

  package let descriptor: Int32
  /// The kernel's description of it.
  package let status: stat
  /// A Boolean value that is true where nothing may come at all: a pipe by its name may never have a writer, and what a
  /// shell hands over has one, who perhaps waits for a person to type.
  package let isWatched: Bool
  private let form: Form

  /// Opens what is at a path.
  ///
  /// - Parameter followsLinks: false refuses a symbolic link as the last part of the path.
  package init(_ path: String, form: Form = .file, followsLinks: Bool = true) throws(FileProblem) {
    // What throws below has closed the file: `deinit` runs for a value that is whole only.
    let flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | (followsLinks ? 0 : O_NOFOLLOW)
    let file = open(path, flags | O_NONBLOCK)
    // A socket has a name, and cannot be opened by it.
    guard file >= 0 else { throw errno == ENXIO ? .isNoFile(.socket) : .refused(errno) }
    var status = stat()
    guard fstat(file, &status) == 0 else {
      let code = errno
      close(file)
      throw .refused(code)
    }
    let kind = FileKind(status)
    guard Self.accepts(kind, status, path, form) else {
      close(file)
      throw .isNoFile(kind)
    }
    _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK)
    descriptor = file
    self.status = status
    self.form = form
    isWatched = form == .small && kind == .pipe && !Self.isHandedOver(path)
  }

  deinit { close(descriptor) }

  private static func accepts(_ kind: FileKind, _ status: stat, _ path: String, _ form: Form) -> Bool {
    switch kind {
    case .regular: return true
    case .pipe, .device, .socket:
      if form == .regular { return false }
      if form != .file { return true }
      let isNull = status.st_mode & S_IFMT == S_IFCHR && status.st_rdev == nullDevice
      return isNull || isHandedOver(path)
    case .folder, .other: return false
    }
  }

  /// Returns whether a path is that of a descriptor that was open when this program began.
  private static func isHandedOver(_ path: String) -> Bool {
    ["/dev/fd/", "/proc/self/fd/", "/dev/stdin"].contains { path.hasPrefix($0) }
  }

  /// The numbers of `/dev/null`: 1 and 3, as Linux assigns them.
  private static let nullDevice: dev_t = 1 << 8 | 3

  /// Reads to the end.
  ///
  /// - Parameter erase: called with bytes that are given up, for secrets.
  package func bytes(
    _ limit: ReadingLimit, erase: (inout [UInt8]) -> Void = { _ in }
  ) throws(FileProblem) -> [UInt8] {
    guard FileKind(status) != .regular || Int(status.st_size) <= limit.count else { throw .isTooLarge(limit) }
    // A read does not wait for a pipe's first writer, and `poll` does. Opening the pipe again would wait for the next
    // one, where the first has come and gone meanwhile.
    if form == .stream, FileKind(status) == .pipe { _ = Self.awaitBytes(descriptor, -1) }
    return try Self.bytes(
      of: descriptor, limit, expected: Int(status.st_size), isWatched: isWatched, erase: erase)
  }

  /// Reads an open file to its end.
  ///
  /// - Parameters:
  ///   - expected: how many bytes there are likely to be.
  ///   - isWatched: whether it may be silent for ``patience`` only.
  package static func bytes(
    of file: Int32, _ limit: ReadingLimit, expected: Int = 0, isWatched: Bool = false,
    erase: (inout [UInt8]) -> Void = { _ in }
  ) throws(FileProblem) -> [UInt8] {
    var bytes: [UInt8] = []
    // Growing leaves copies of secrets behind.
    bytes.reserveCapacity(min(max(expected, 0), limit.count) + 4096)
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    defer { erase(&chunk) }
    do throws(FileProblem) {
      while true {
        if isWatched, !awaitBytes(file, patience * 1000) { throw .isSilent(seconds: patience) }
        let count = read(file, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { throw errno == EISDIR ? .isNoFile(.folder) : .refused(errno) }
        if count == 0 { return bytes }
        guard bytes.count + count <= limit.count else { throw .isTooLarge(limit) }
        bytes.append(contentsOf: chunk[0..<count])
      }
    } catch {
      erase(&bytes)
      throw error
    }
  }

  /// Waits until a read has something to give, its end perhaps.
  ///
  /// - Parameter limit: the most milliseconds; -1 for no limit.
  /// - Returns: false where nothing has come in this time.
  private static func awaitBytes(_ file: Int32, _ limit: Int) -> Bool {
    var polled = pollfd(fd: file, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = poll(&polled, 1, Int32(limit))
      if ready >= 0 || errno != EINTR { return ready != 0 }
    }
  }

  /// Reads a whole file.
  package static func bytes(
    _ path: String, _ limit: ReadingLimit, form: Form = .file
  ) throws(FileProblem) -> [UInt8] {
    try InputFile(path, form: form).bytes(limit)
  }
}
