import CProcessSandbox
import Glibc

/// A command of the operator's that reads lines, such as one that takes device tokens out of a database.
final class CommandPipe {
  /// Where lines for it are written.
  let file: Int32
  private let process: pid_t

  /// Starts a command of the shell, without what is secret in the environment.
  ///
  /// - Throws: ``HostError`` where nothing can be started.
  init(_ command: String, _ option: String) throws(HostError) {
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
      close(ends[0])
    }
    var arguments: [UnsafeMutablePointer<CChar>?] = ["sh", "-c", command].map(Self.copy) + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = Self.environment.map(Self.copy) + [nil]
    defer { for text in arguments + variables { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, "/bin/sh", &actions, &attributes, &arguments, &variables)
    guard code == 0 else {
      close(ends[1])
      throw HostError(.output, "\(option) '\(command)': \(systemMessage(code)); mend the command")
    }
    process = child
    file = ends[1]
  }

  /// A text as C has it, to be freed.
  private static func copy(_ text: String) -> UnsafeMutablePointer<CChar>? { strdup(text) }

  /// The environment without keys and without where they are.
  private static var environment: [String] {
    var found: [String] = []
    var at = environ
    while let text = at.pointee {
      let entry = String(cString: text)
      if !entry.hasPrefix("NOTILUA_"), !entry.hasPrefix("CREDENTIALS_DIRECTORY=") { found.append(entry) }
      at += 1
    }
    return found
  }

  /// Ends the command's input, and waits for its end; gives its status where that tells of a failure.
  ///
  /// A run that was stopped waits for ten seconds, and one that was stopped twice not at all: then it is killed.
  func finish() -> Int32? {
    close(file)
    var status: Int32 = 0
    var stoppedAt: Int64?
    while true {
      let found = waitpid(process, &status, WNOHANG)
      if found == process { break }
      if found < 0, errno != EINTR { return nil }
      let now = monotonicNanoseconds()
      let stops = ps_stop_signal_count()
      if stops > 0, stoppedAt == nil { stoppedAt = now }
      if stops > 1 || stoppedAt.map({ now - $0 > 10_000_000_000 }) ?? false { kill(-process, SIGKILL) }
      usleep(5000)
    }
    return status == 0 ? nil : (status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
  }
}
