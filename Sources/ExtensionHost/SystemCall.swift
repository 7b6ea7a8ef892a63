import Delivery
import FileReading
import Glibc

/// A monotonic clock in nanoseconds.
package func monotonicNanoseconds() -> Int64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
}

/// A duration in nanoseconds; more than 34 years become 34 years.
package func nanoseconds(_ duration: Duration) -> Int64 {
  let (seconds, attoseconds) = duration.components
  return seconds > 1 << 30 ? 1 << 60 : seconds * 1_000_000_000 + attoseconds / 1_000_000_000
}

/// Seconds since 1970.
package func wallClockSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Which regular file a path or a descriptor is of; nil for anything else.
package struct FileIdentity: Equatable {
  private let device: dev_t
  private let number: ino_t

  package init?(_ file: Int32) {
    var status = stat()
    guard fstat(file, &status) == 0 else { return nil }
    self.init(status)
  }

  package init?(path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    self.init(status)
  }

  private init?(_ status: stat) {
    guard status.st_mode & S_IFMT == S_IFREG else { return nil }
    device = status.st_dev
    number = status.st_ino
  }
}

/// The columns of a terminal; 80 where it does not say.
func terminalWidth(_ file: Int32) -> Int {
  var size = winsize()
  guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
  return Int(size.ws_col)
}

/// Reads a whole file.
///
/// - Throws: ``HostError`` that names the path, where it cannot be read, is no file of this form, or has more than the
///   limit.
package func readFile(
  _ path: String, _ limit: ReadingLimit, form: InputFile.Form = .file, status: HostError.Status = .plugins
) throws(HostError) -> [UInt8] {
  do throws(FileProblem) {
    return try InputFile.bytes(path, limit, form: form)
  } catch {
    throw HostError(status, error.message(path))
  }
}

/// Reads the standard input to its end.
///
/// - Throws: ``HostError`` where it cannot be read or has more than the limit.
package func readStandardInput(_ limit: ReadingLimit) throws(HostError) -> [UInt8] {
  do throws(FileProblem) {
    return try InputFile.bytes(of: 0, limit)
  } catch {
    throw HostError(.noInput, error.message("stdin"))
  }
}
