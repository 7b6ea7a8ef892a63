import EventLoop
import Glibc

/// A file that lines are appended to, by this run and by others: what is appended begins a line of its own, also behind
/// half a line that a full disk or a killed process left.
package final class LineFile {
  package let path: String
  /// The open file.
  package private(set) var descriptor: Int32
  /// A sentence for people where the file did not end in a newline when it was opened.
  package let notice: String?
  /// A Boolean value that is true where a write of this process ended in the middle of a line.
  private var isTorn = false

  /// Opens a file, makes it where there is none, and ends its last line.
  ///
  /// - Throws: ``LineFileError``.
  package init(_ path: String) throws(LineFileError) {
    self.path = path
    descriptor = try Self.open(path)
    let tail = Self.tail(descriptor)
    guard let tail, tail.isHalf else {
      notice = nil
      return
    }
    if Self.write(descriptor, [0x0A]) == 0 {
      notice =
        "'\(path)' ended in the middle of a line, at byte \(tail.size): that line now ends there, and what follows"
        + " begins a new one"
    } else {
      notice = "'\(path)' ends in the middle of a line, at byte \(tail.size): its disk has no room to end it"
      isTorn = true
    }
  }

  deinit { close(descriptor) }

  /// Opens the file anew, which another program may have renamed; where it cannot be opened, lines go on into the one before.
  ///
  /// - Throws: ``LineFileError``.
  package func reopen() throws(LineFileError) {
    let file = try Self.open(path)
    close(descriptor)
    descriptor = file
    // The half line is in the file before, and what another left here is ended as it was when the program started.
    isTorn = Self.tail(file)?.isHalf ?? false
  }

  private static func open(_ path: String) throws(LineFileError) -> Int32 {
    let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard file >= 0 else { throw LineFileError(code: errno) }
    return readable(file, path)
  }

  /// Returns a descriptor of the same file that may be read as well, for its last byte, in the place of `file`; `file` itself
  /// where it may only be written, and is believed.
  ///
  /// A pipe is never opened for reading: its writer would not learn that its reader has gone.
  private static func readable(_ file: Int32, _ path: String) -> Int32 {
    var (written, read) = (stat(), stat())
    guard fstat(file, &written) == 0, written.st_mode & S_IFMT == S_IFREG else { return file }
    let both = Glibc.open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NONBLOCK)
    guard both >= 0 else { return file }
    guard fstat(both, &read) == 0, read.st_ino == written.st_ino, read.st_dev == written.st_dev else {
      close(both)
      return file
    }
    close(file)
    return both
  }

  /// Appends whole lines.
  ///
  /// - Returns: an errno, or 0.
  package func append(_ lines: [UInt8]) -> Int32 {
    lines.withUnsafeBytes { append($0) { true }.code }
  }

  /// Appends bytes; half a line that this process left is ended first.
  ///
  /// - Returns: as ``writeWhole(_:_:whileInterrupted:)``.
  package func append(
    _ bytes: UnsafeRawBufferPointer, whileInterrupted goesOn: () -> Bool
  ) -> (count: Int, code: Int32) {
    if isTorn {
      let code = Self.write(descriptor, [0x0A])
      if code != 0 { return (0, code) }
      isTorn = false
    }
    let written = writeWhole(descriptor, bytes, whileInterrupted: goesOn)
    if written.code != 0, written.count > 0, bytes[written.count - 1] != 0x0A { isTorn = true }
    return written
  }

  /// Ends half a line that another process may have left since.
  package func endHalfLine() -> Int32 {
    guard isTorn || Self.tail(descriptor)?.isHalf ?? false else { return 0 }
    let code = Self.write(descriptor, [0x0A])
    isTorn = code != 0
    return code
  }

  /// Returns the end of a file; nil for what is no regular file, or cannot be read.
  private static func tail(_ file: Int32) -> (size: Int64, isHalf: Bool)? {
    var status = stat()
    guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    var last: UInt8 = 0x0A
    guard status.st_size > 0, pread(file, &last, 1, status.st_size - 1) == 1 else { return nil }
    return (Int64(status.st_size), last != 0x0A)
  }

  private static func write(_ file: Int32, _ bytes: [UInt8]) -> Int32 {
    bytes.withUnsafeBytes { writeWhole(file, $0).code }
  }
}

/// An error for which a file of lines cannot be opened.
package struct LineFileError: Error {
  /// The errno.
  package let code: Int32
}
