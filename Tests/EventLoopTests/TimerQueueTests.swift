import EventLoop
import Testing

/// Timers by a clock that the test moves.
final class TimerQueueTests {
  private var time: Int64 = 1000
  private var seen: [Int] = []
  private lazy var reactor = try? Reactor { [unowned self] in time }

  private func timer(_ name: Int) throws -> Reactor.Timer {
    try #require(reactor).timer { [unowned self] in seen.append(name) }
  }

  private func turn(at time: Int64) {
    self.time = time
    reactor?.turn(timeout: .zero)
  }

  @Test func timersFireInTheOrderOfTheirTimes() throws {
    let timers = try (0..<5).map { try timer($0) }
    for (timer, due) in zip(timers, [5000, 3000, 4000, 3000, 9000] as [Int64]) { timer.arm(at: due) }
    turn(at: 2999)
    #expect(seen == [])
    turn(at: 5000)
    // Those of one time in the order in which they were armed.
    #expect(seen == [1, 3, 2, 0])
    #expect(timers.map(\.isArmed) == [false, false, false, false, true])
  }

  @Test func theTimeToTheNextOneIsKnown() throws {
    let reactor = try #require(reactor)
    #expect(reactor.idleTime == nil)
    let timer = try timer(1)
    timer.arm(at: 1700)
    #expect(reactor.idleTime == 700)
    time = 1800
    #expect(reactor.idleTime == 0)
    timer.disarm()
    #expect(reactor.idleTime == nil)
  }

  @Test(arguments: [Int64.min, -1, 0, 999, 1000])
  func aTimeThatIsPastIsNow(_ due: Int64) throws {
    let timer = try timer(1)
    timer.arm(at: due)
    turn(at: 1000)
    #expect(seen == [1])
    turn(at: 1000)
    #expect(seen == [1])
  }

  @Test func aTimerThatIsArmedGetsTheNewTime() throws {
    let timer = try timer(1)
    timer.arm(at: 2000)
    timer.arm(at: 3000)
    turn(at: 2500)
    #expect(seen == [])
    timer.arm(at: 2400)
    turn(at: 2500)
    #expect(seen == [1])
    turn(at: 4000)
    #expect(seen == [1])
  }

  @Test func aTimerThatIsAlwaysLateKeepsNobodyFromTheirs() throws {
    let reactor = try #require(reactor)
    var count = 0
    var greedy: Reactor.Timer?
    greedy = reactor.timer {
      count += 1
      greedy?.arm(at: 0)
    }
    greedy?.arm(at: 0)
    let other = try timer(1)
    other.arm(at: 1000)
    turn(at: 1000)
    #expect(count == 1)
    #expect(seen == [1])
    turn(at: 1000)
    #expect(count == 2)
    greedy = nil
    turn(at: 1000)
    #expect(count == 2)
  }

  @Test func aHandlerDisarmsAnotherThatIsDue() throws {
    let reactor = try #require(reactor)
    let other = try timer(2)
    let first = reactor.timer { other.disarm() }
    first.arm(at: 1500)
    other.arm(at: 1500)
    turn(at: 1500)
    #expect(seen == [])
    #expect(!other.isArmed)
  }

  @Test func aTimerIsDisarmedWithItsLastReference() throws {
    var timer: Reactor.Timer? = try timer(1)
    timer?.arm(at: 1000)
    timer = nil
    turn(at: 2000)
    #expect(seen == [])
    #expect(timer == nil)
    #expect(reactor?.idleTime == nil)
  }

  @Test func thousandsAreArmedMovedAndDisarmedInAnyOrder() throws {
    // A generator of numbers with a fixed seed (Knuth's MMIX), and sorting as the judge.
    var state: UInt64 = 42
    func random(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % bound
    }
    let timers = try (0..<2000).map { try timer($0) }
    var dues: [Int: (Int64, Int)] = [:]
    for step in 0..<10000 {
      let index = random(2000)
      if random(3) == 0 {
        timers[index].disarm()
        dues[index] = nil
      } else {
        let due = Int64(2000 + random(500))
        timers[index].arm(at: due)
        dues[index] = (due, step)
      }
    }
    let expected = dues.sorted { $0.value < $1.value }.map(\.key)
    // A timer is disarmed with its last reference, which may be let go after its last use.
    withExtendedLifetime(timers) { turn(at: 10000) }
    #expect(seen == expected)
  }

  @Test func theLongestDurationIsNoOverflow() throws {
    let timer = try timer(1)
    timer.arm(after: .seconds(Int64.max))
    #expect(timer.isArmed)
    turn(at: 1 << 61)
    #expect(seen == [])
  }
}
