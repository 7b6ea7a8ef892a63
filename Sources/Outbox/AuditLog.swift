import Glibc

/// The file that is told of every end: lines of NDJSON, each event once, though the process may be killed in between.
///
/// The outbox keeps an event until the file is on the disk with it. Who starts again looks behind the place that was
/// safe, finds the number of the last whole event there, and goes on behind it.
package final class AuditLog {
  /// A place in a file: everything before it is on the disk.
  struct Place: Equatable {
    var file: Int64
    var size: Int64
  }

  private let path: String
  private let file: Int32

  /// - Throws: ``OutboxError`` where the file cannot be opened.
  package init(_ path: String) throws(OutboxError) {
    self.path = path
    // Read as well: how far the last process came stands in it.
    var file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    if file < 0 { file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC) }
    guard file >= 0 else {
      throw OutboxError(
        .other, "--audit '\(path)': \(String(cString: strerror(errno))); choose another path")
    }
    self.file = file
  }

  deinit { close(file) }

  /// The file as it is; nil for what is no regular file.
  private var status: Glibc.stat? {
    var status = Glibc.stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return status
  }

  /// Puts what was written on the disk; the place behind it, nil where the file has none or the disk fails.
  func sync() -> Place? {
    // What is no regular file has what it was given, and no place.
    guard let status else { return Place(file: 0, size: 0) }
    guard fdatasync(file) == 0 else { return nil }
    return Place(file: Int64(status.st_ino), size: Int64(status.st_size))
  }

  /// Appends whole lines; an errno, or 0.
  func append(_ lines: [UInt8]) -> Int32 {
    lines.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = write(file, part.baseAddress, part.count)
        if count < 0, errno == EINTR { continue }
        if count < 0 { return errno }
        rest = rest.dropFirst(count)
      }
      return 0
    }
  }

  /// The number of the last whole event behind a place; takes half a line off the end, which a killed process left.
  ///
  /// - Returns: 0 where there is none.
  func lastEvent(behind place: Place?) -> Int64 {
    guard let status else { return 0 }
    let size = Int64(status.st_size)
    var at = place?.file == Int64(status.st_ino) ? min(place?.size ?? 0, size) : 0
    var line: [UInt8] = []
    var last: Int64 = 0
    var wholeEnd = at
    var chunk = [UInt8](repeating: 0, count: 256 << 10)
    while at < size {
      let count = pread(file, &chunk, chunk.count, off_t(at))
      if count <= 0 { return last }
      for index in 0..<count {
        if chunk[index] != 0x0A {
          // The number stands at the start; the rest of a long line is of no use.
          if line.count < 64 { line.append(chunk[index]) }
          continue
        }
        if let number = Self.number(line) { last = max(last, number) }
        line.removeAll(keepingCapacity: true)
        wholeEnd = at + Int64(index) + 1
      }
      at += Int64(count)
    }
    guard wholeEnd < size else { return last }
    // Half a line of ours goes; anything else is somebody's, and keeps a line of its own.
    if line.starts(with: Array("{\"event\":".utf8)) || Array("{\"event\":".utf8).starts(with: line) {
      ftruncate(file, off_t(wholeEnd))
    } else {
      _ = append([0x0A])
    }
    return last
  }

  /// The number of a line that begins with `{"event":`.
  private static func number(_ line: [UInt8]) -> Int64? {
    let head = Array("{\"event\":".utf8)
    guard line.starts(with: head) else { return nil }
    let digits = line[head.count...].prefix { (0x30...0x39).contains($0) }
    return Int64(String(decoding: digits, as: UTF8.self))
  }
}
