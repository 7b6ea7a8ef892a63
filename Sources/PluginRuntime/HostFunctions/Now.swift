import Glibc
import WorkerProtocol

extension HostFunction {
  static let now = HostFunction(
    "now",
    summary: "Tells the time.",
    returns: [.init("seconds", "number", "Seconds since 1970, with a fraction.")],
    examples: [.init("notilua.now() > 1.7e9", "true")]
  ) { call in
    if let now = call.plugin.pointee.now { return .number(now) }
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return .number(Double(time.tv_sec) + Double(time.tv_nsec) / 1e9)
  }
}
