import CProcessSandbox
import EventLoop
import Glibc
import WorkerProtocol

/// The end of a worker's process, with what the worker wrote about itself before.
package struct WorkerDeath {
  var ending: Child.Ending?
  let progress: WorkerProgress
  /// A Boolean value that indicates whether the host killed it because it did not go on.
  let isOverdue: Bool
  let lock: WorkerLock
  /// The line of Lua, by the path of its file, that it could not interrupt.
  let place: (path: String, line: UInt32)?

  /// Makes a death of what the worker left behind.
  package init(
    ending: Child.Ending?, progress: WorkerProgress, isOverdue: Bool = false, lock: WorkerLock,
    place: (path: String, line: UInt32)? = nil
  ) {
    self.ending = ending
    self.progress = progress
    self.isOverdue = isOverdue
    self.lock = lock
    self.place = place
  }

  /// The worker ended itself, or was killed, because a plugin ran for too long.
  var isTimeout: Bool { isOverdue || ending == .exited(Int32(PS_EXIT_OVERDUE)) }

  /// The kind of an end, for statistics.
  package enum Cause: String, Sendable, CaseIterable {
    /// A plugin ran for too long, and could not be interrupted.
    case timeout
    /// SIGKILL from outside: the kernel where memory has run out, or a person.
    case killed
    /// A call that the sandbox forbids.
    case sandbox
    /// Another signal, such as SIGSEGV.
    case crash
    /// A status of its own.
    case exit
    /// The host, for a message that none of our workers writes.
    case invalid
  }

  var cause: Cause {
    if isTimeout { return .timeout }
    return switch ending {
    case .signaled(SIGKILL): .killed
    case .signaled(SIGSYS): .sandbox
    case .signaled: .crash
    case .exited, .unknown, nil: .exit
    }
  }

  var event: WorkerPool.Event {
    switch ending {
    case .exited(let status): .workerDied(signal: nil, status: status)
    case .signaled(let signal): .workerDied(signal: signal, status: nil)
    case .unknown, nil: .workerDied(signal: nil, status: nil)
    }
  }

  /// Returns the line of a plugin that could not be interrupted; nil where it is in none of the plugin's files.
  func place(in definition: PluginDefinition) -> (chunk: Int, path: String, line: UInt32)? {
    guard let place else { return nil }
    return definition.chunks.firstIndex { $0.path == place.path }.map { ($0, place.path, place.line) }
  }

  // MARK: Messages

  /// The clause that says how it ended, behind the worker's name.
  var text: String {
    switch ending {
    case .exited(let status): "ends with status \(status)"
    case .signaled(let signal): "dies of signal \(signal)"
    case .unknown, nil: "is gone"
    }
  }

  /// Returns why the worker could not lock itself; nil where it died of something else.
  func lockFailure(_ executable: String) -> String? {
    switch ending {
    case .exited(Int32(PS_EXIT_UNLOCKED)):
      let start = "the worker could not lock itself with seccomp and rlimits: "
      let call = KernelRefusal.name(lock.call)
      if call == "openat" {
        return start + "/proc/self/status: \(systemMessage(lock.code)); mount /proc where this program runs"
      }
      if call == "clone" {
        return start + "it has more than one thread; build \(executable) anew, with this host"
      }
      return start + KernelRefusal(call, lock.code).text
    case .signaled(SIGSYS) where lock.call != 0:
      return
        "the worker was killed (signal 31, SIGSYS) as it locked itself by \(KernelRefusal.name(lock.call)): "
        + KernelRefusal.filterAdvice
    default: return nil
    }
  }

  /// Returns what a worker does that dies before any plugin, and what to do about it.
  func startFailure(_ executable: String) -> String {
    switch ending {
    case .exited(64), .exited(Int32(PS_EXIT_PROTOCOL)):
      "is not of this host's version; build it anew, with this host"
    case .exited(Int32(PS_EXIT_UNMAPPED)):
      "could not map the memory that it shares with this host; raise 'ulimit -v', or use --workers 1"
    case .exited(127): "\(text): a library is missing; 'ldd \(executable)' says which"
    case .signaled(SIGSYS): "was killed (signal 31, SIGSYS) at its start: \(KernelRefusal.filterAdvice)"
    case .signaled(SIGKILL):
      "was killed (signal 9) at its start; memory may have run out, so look in the kernel's log"
    default: "\(text) at its start; build it anew, with this host"
    }
  }
}
