import EventLoop
import ServiceLife
import Synchronization
import Testing

/// A loop that turns is alive; Tests/Strangers/service.py looks at the watchdog from the manager's side.
struct LoopPulseTests {
  private final class Clock: Sendable {
    let now = Atomic<Int64>(1_000_000_000_000)
    func advance(_ duration: Duration) { now.add(duration.nanoseconds, ordering: .relaxed) }
  }

  @Test func aLoopThatDoesNotTurnForTenSecondsHangs() {
    let clock = Clock()
    let pulse = LoopPulse(ServiceManager()) { clock.now.load(ordering: .relaxed) }
    #expect(pulse.age == .zero && pulse.hang == nil)
    clock.advance(.seconds(10))
    #expect(pulse.hang == nil)
    clock.advance(.nanoseconds(1))
    #expect(pulse.hang?.contains("10 s") ?? false)
    pulse.feed()
    #expect(pulse.age == .zero && pulse.hang == nil)
  }

  @Test func anIdleLoopTurnsEverySecond() throws {
    let clock = Clock()
    let pulse = LoopPulse(ServiceManager()) { clock.now.load(ordering: .relaxed) }
    let reactor = try Reactor { clock.now.load(ordering: .relaxed) }
    let heartbeat = LoopHeartbeat(pulse, on: reactor)
    for _ in 0..<3 {
      #expect(reactor.idleTime == pulse.interval.nanoseconds && pulse.interval <= .seconds(1))
      clock.advance(pulse.interval)
      #expect(pulse.age == pulse.interval)
      reactor.turn(timeout: .zero)
      #expect(pulse.age == .zero)
    }
    withExtendedLifetime(heartbeat) {}
  }

  @Test func aHeartbeatEndsWithItsLastReference() throws {
    let reactor = try Reactor()
    var heartbeat: LoopHeartbeat? = LoopHeartbeat(LoopPulse(ServiceManager()), on: reactor)
    #expect(reactor.idleTime != nil)
    withExtendedLifetime(heartbeat) {}
    heartbeat = nil
    #expect(reactor.idleTime == nil)
  }
}
