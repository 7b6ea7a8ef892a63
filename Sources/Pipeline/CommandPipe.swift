import CProcessSandbox
import ConfigurationFiles
import EventLoop
import Glibc
import Synchronization

/// A command of the operator's that reads lines, such as one that takes device tokens out of a database.
final class CommandPipe: Sendable {
  /// Where lines for it are written.
  let file: Int32
  /// The end that the command reads, where what it leaves is wanted; else -1.
  private let readingEnd: Int32
  private let process: pid_t
  /// The status of the command's end, as `waitpid` reports it.
  private let waitStatus = Mutex<Int32?>(nil)

  /// Starts a command of the shell, without what is secret in the environment.
  ///
  /// - Parameter keepsUnread: whether ``unread()`` is to have what the command does not read.
  /// - Throws: ``HostError`` where nothing can be started.
  init(_ command: String, _ option: String, keepsUnread: Bool = false) throws(HostError) {
    var isKept = false
    var ends: [Int32] = [-1, -1]
    guard ps_pipe(&ends) == 0 else { throw HostError(.output, "\(option): no pipe: \(systemMessage())") }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
    // The output is the run's; what the command says goes to where people read.
    posix_spawn_file_actions_adddup2(&actions, 2, 1)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    var defaults = sigset_t()
    sigfillset(&defaults)
    posix_spawnattr_setsigdefault(&attributes, &defaults)
    // Of its own group: an interrupt at the terminal ends the run, which then ends the command by its input's end.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
      if !isKept { close(ends[0]) }
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", command].map(Self.copy) + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = ChildEnvironment.command().entries.map(Self.copy) + [nil]
    defer { for text in arguments + variables { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, &variables)
    guard code == 0 else {
      close(ends[1])
      throw HostError(.output, "\(option) '\(command)': \(systemMessage(code)); correct the command")
    }
    process = child
    file = ends[1]
    isKept = keepsUnread
    readingEnd = keepsUnread ? ends[0] : -1
  }

  deinit { if readingEnd >= 0 { close(readingEnd) } }

  /// Returns the status of the command, where it has ended.
  func statusIfEnded() -> Int32? {
    waitStatus.withLock { known in
      if known == nil {
        var status: Int32 = 0
        let found = waitpid(process, &status, WNOHANG)
        if found == process { known = status }
        // Where a program that is not ours ignores SIGCHLD, the kernel keeps no status.
        if found < 0, errno == ECHILD { known = 0 }
      }
      return known.map(Self.status)
    }
  }

  private static func status(_ wait: Int32) -> Int32 {
    wait & 0x7F == 0 ? wait >> 8 & 0xFF : 128 + wait & 0x7F
  }

  /// Returns the lines that the command has not read, once it has ended.
  func unread() -> [String] {
    guard readingEnd >= 0 else { return [] }
    _ = fcntl(readingEnd, F_SETFL, O_NONBLOCK)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = read(readingEnd, &chunk, chunk.count)
      if count > 0 { bytes += chunk[..<count] } else if count == 0 || errno != EINTR { break }
    }
    return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }

  /// A text as C has it, to be freed.
  private static func copy(_ text: String) -> UnsafeMutablePointer<CChar>? { strdup(text) }

  /// Ends the command's input, waits for its end, and returns its status where that tells of a failure.
  ///
  /// A run that was stopped waits until its patience ends, and one that was stopped twice not at all: then it is killed.
  ///
  /// - Parameter isOverdue: whether the command has had its time.
  func finish(isOverdue: Bool = false) -> Int32? {
    close(file)
    while true {
      if let status = statusIfEnded() { return status == 0 ? nil : status }
      if isOverdue || ps_stop_signal_count() > 1 { kill(-process, SIGKILL) }
      usleep(5000)
    }
  }
}
