import Glibc
import WorkerHost
import WorkerProtocol

/// The notices for the operator before the first line.
struct RunNotices {
  private let run: Run

  init(_ run: Run) { self.run = run }

  func say() {
    for notice in run.files.notices { run.reporter.say(notice) }
    sayMissingCapabilities()
    if let warning = landlockWarning { run.reporter.say("notilua: \(warning)") }
  }

  /// Says which capabilities plugins ask for and do not have.
  func sayMissingCapabilities() {
    for (report, definition) in zip(run.pools.pool.reports, run.pools.current.definitions) {
      for capability in report.capabilities where !definition.capabilities.contains(capability) {
        run.reporter.say(
          "notilua: \(definition.name) asks for the capability '\(capability)', which the configuration does not grant; add"
            + " \(Capability.grant([capability])) to it in the configuration")
      }
    }
  }

  /// The warning that Landlock is not in force in the workers; nil where it is.
  private var landlockWarning: String? {
    let rest = "workers are locked by seccomp and rlimits alone"
    // A worker says it, and may say anything: the smallest number has no opposite.
    switch 0 &- run.pools.pool.landlock {
    case ...(-1): return nil
    case 0, ENOSYS: return "this kernel has no Landlock, or a container hides it; \(rest)"
    case EOPNOTSUPP: return "Landlock is not enabled; add it to 'lsm=' of the kernel's command line; \(rest)"
    case let code:
      let refusal = KernelRefusal(number: run.pools.pool.landlockCall, code)
      return "Landlock is refused, and \(rest): \(refusal.text)"
    }
  }
}
