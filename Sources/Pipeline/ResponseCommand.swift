import ConfigurationFiles
import EventLoop
import Glibc

/// A command of the operator's that reads responses, a line each.
final class ResponseCommand: ResponseReceiver {
  let name: String
  /// The command may take its time with what is left, unless the run is stopped.
  let patience: Double? = nil
  private let pipe: CommandPipe

  /// Starts the command.
  ///
  /// - Parameter name: what messages call it.
  init(_ command: String, name: String) throws(HostError) {
    self.name = name
    pipe = try CommandPipe(command, name, keepsUnread: true)
    // The pipe of a command that does not read fills up: the thread waits, and sees when the run ends.
    _ = fcntl(pipe.file, F_SETFL, O_NONBLOCK)
  }

  func send(_ response: String, isStopped: () -> Bool) -> String? {
    let line = Array(response.utf8) + [0x0A]
    var sent = 0
    while sent < line.count {
      if let status = pipe.statusIfEnded() { return "the command has ended with status \(status)" }
      if isStopped() { return "the command has not read it in time" }
      let count = line[sent...].withUnsafeBytes { writeQuietly(pipe.file, $0) }
      if count > 0 {
        sent += count
      } else if errno == EAGAIN {
        var ready = pollfd(fd: pipe.file, events: Int16(POLLOUT), revents: 0)
        poll(&ready, 1, 50)
      } else if errno != EINTR {
        return systemMessage()
      }
    }
    return nil
  }

  func finish(isOverdue: Bool) -> (unread: [String], cause: String, failure: HostError?) {
    let status = pipe.finish(isOverdue: isOverdue)
    let failure = status.map {
      HostError(.output, "\(name) ended with status \($0); look at what it said")
    }
    return (pipe.unread(), "the command ended before it read it", failure)
  }
}
