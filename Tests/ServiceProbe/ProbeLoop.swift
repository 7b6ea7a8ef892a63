import EventLoop
import Glibc
import ServiceLife

/// The loop of the probe's run: it turns until it is asked to end, and hangs where a test says so.
enum ProbeLoop {
  static func service(_ pulse: LoopPulse, hangAfter seconds: Int) throws -> LoopService {
    let ends = try Mailbox<Bool>()
    return LoopService(
      "probe loop", body: { try run(pulse, ends, hangAfter: seconds) }, stop: { ends.put(true) },
      abandon: { ends.put(true) })
  }

  private static func run(_ pulse: LoopPulse, _ ends: Mailbox<Bool>, hangAfter seconds: Int) throws {
    let reactor = try Reactor()
    let heartbeat = LoopHeartbeat(pulse, on: reactor)
    var isEnded = false
    let registration = ends.open(on: reactor) { _ in isEnded = true }
    let hang = reactor.timer { while true { sleep(1) } }
    if seconds > 0 { hang.arm(after: .seconds(seconds)) }
    reactor.run { isEnded }
    withExtendedLifetime((heartbeat, registration)) {}
  }
}
