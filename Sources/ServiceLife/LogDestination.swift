import Delivery
import EventLoop
import Glibc

/// The place that a log's lines are written to, each whole or not at all, and never waited for.
///
/// It belongs to the lock of ``ServiceLog``.
enum LogDestination {
  /// A pipe, a terminal or a file that this process was started with.
  case descriptor(Int32)
  /// A socket, such as the journal's.
  case socket(Int32)
  /// A file of the configuration's.
  case file(LineFile)

  /// Returns the destination that writes where a descriptor leads.
  static func standard(_ descriptor: Int32) -> LogDestination {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .descriptor(descriptor) }
    switch status.st_mode & S_IFMT {
    case S_IFSOCK: return .socket(descriptor)
    // A file is never waited for, and another opening of it would write over what this one writes.
    case S_IFREG: return .descriptor(descriptor)
    default:
      // An opening of its own, which alone does not wait: other processes share that of the descriptor.
      let own = open("/proc/self/fd/\(descriptor)", O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
      return .descriptor(own < 0 ? descriptor : own)
    }
  }

  /// Writes a line; false where there is no room for it now, or the place has failed.
  func write(_ line: [UInt8]) -> Bool {
    line.withUnsafeBytes { bytes in
      switch self {
      case .file(let file): return file.append(bytes, whileInterrupted: { true }).code == 0
      case .socket(let socket): return send(socket, bytes, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL))
      case .descriptor(let descriptor):
        return Self.hasRoom(descriptor) && writeQuietly(descriptor, bytes) == bytes.count
      }
    }
  }

  private func send(_ socket: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32) -> Bool {
    Glibc.send(socket, bytes.baseAddress, bytes.count, flags) == bytes.count
  }

  /// Returns true where a write of a line does not wait, also where the descriptor could not be opened anew.
  private static func hasRoom(_ descriptor: Int32) -> Bool {
    var place = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return poll(&place, 1, 0) == 1 && place.revents & Int16(POLLOUT) != 0
  }
}
