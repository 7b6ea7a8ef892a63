import EventLoop
import Glibc

/// The reason for which a file or a folder cannot be read.
package enum FileProblem: Error, Equatable {
  /// The kernel refused, with this errno.
  case refused(Int32)
  /// Something else than a file is there.
  case isNoFile(FileKind)
  /// A pipe that was opened, and that nothing came from for so many seconds.
  case isSilent(seconds: Int)
  /// There is more than the limit.
  case isTooLarge(ReadingLimit)

  /// Returns the sentence for people: the place, the cause, the next step.
  package func message(_ path: String) -> String {
    switch self {
    case .refused(let code):
      "'\(path)': \(systemMessage(code)); check the path and who may read it"
    case .isNoFile(.folder): "'\(path)' is a folder; name the file in it"
    case .isNoFile(let kind): "'\(path)' is \(kind.rawValue), not a regular file; name a file"
    case .isSilent(let seconds):
      "'\(path)': nothing was written into this pipe for \(seconds) seconds; check the program that writes it"
    case .isTooLarge(let limit): "'\(path)' has more than \(limit.text); \(limit.advice)"
    }
  }
}

/// The kinds of things that a path names.
package enum FileKind: String, Sendable {
  case regular = "a regular file"
  case folder = "a folder"
  case pipe = "a pipe"
  case device = "a device"
  case socket = "a socket"
  case other = "of an unknown kind"

  package init(_ status: stat) {
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFIFO: self = .pipe
    case S_IFCHR, S_IFBLK: self = .device
    case S_IFSOCK: self = .socket
    default: self = .other
    }
  }
}
