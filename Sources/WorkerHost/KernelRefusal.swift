import CProcessSandbox
import EventLoop
import Glibc

/// A system call that the kernel refused, in words: which one, why, and what to do about it.
package struct KernelRefusal {
  /// The system calls that a systemd unit has to allow beside Debian's group for services.
  static let unitFilter =
    "SystemCallFilter=@system-service seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self"
  /// The next step where something filters system calls.
  static let filterAdvice =
    "a system-call filter forbids it: a systemd unit needs '\(unitFilter)', and a container a seccomp profile that allows it"

  let call: String
  let code: Int32

  init(_ call: String, _ code: Int32 = errno) {
    self.call = call
    self.code = code
  }

  /// Makes a value from a system call that failed.
  package init(_ error: SystemError) { self.init(error.call, error.code) }

  /// - Parameter number: of the call, as this machine's kernel numbers it.
  package init(number: Int32, _ code: Int32 = errno) { self.init(Self.name(number), code) }

  static func name(_ number: Int32) -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { name in
      guard let start = name.baseAddress else { return "?" }
      ps_call_name(number, start, name.count)
      return String(cString: start)
    }
  }

  /// The call, its cause and the next step.
  package var text: String { "\(call): \(systemMessage(code)); \(advice)" }

  private var advice: String {
    switch code {
    case EPERM, EACCES, ENOSYS: Self.filterAdvice
    case EMFILE:
      "this process may open \(Self.fileLimit) files; raise 'ulimit -n', or LimitNOFILE= of the unit"
    case ENFILE: "the machine has no room for another open file; raise fs.file-max"
    case EAGAIN:
      "there may be no more processes; raise 'ulimit -u', or TasksMax= of the unit, or the container's limit of processes"
    case ENOMEM:
      "no memory is left, or this process may have no more; free some, raise 'ulimit -v', or use --workers 1"
    default: "look at what limits this process: its unit, its container, its 'ulimit -a'"
    }
  }

  private static var fileLimit: String {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return String(limit.rlim_cur)
  }
}
