import Registry
import Testing

/// The number of refused tokens that is a sign of the wrong environment.
struct RefusalWindowTests {
  /// Decides on devices that are refused one after the other; suspended devices are active no more.
  private static func decisions(of count: Int, active: Int) -> [RefusalWindow.Decision] {
    var window = RefusalWindow()
    var active = active
    return (0..<count).map { index in
      let decision = window.decide(active: active, at: 1_000_000 + Int64(index))
      if decision == .suspend { active -= 1 }
      return decision
    }
  }

  @Test func nineteenAreNeverMany() {
    #expect(Self.decisions(of: 19, active: 19).allSatisfy { $0 == .suspend })
  }

  @Test func twentyAreManyOfFew() {
    let decisions = Self.decisions(of: 22, active: 30)
    #expect(decisions[..<19].allSatisfy { $0 == .suspend })
    #expect(decisions[19...] == [.restore, .spare, .spare])
  }

  @Test func fivePercentAreNotManyAndOneMoreIs() {
    // 50 of 1,000 are exactly 5 %.
    let decisions = Self.decisions(of: 51, active: 1000)
    #expect(decisions[..<50].allSatisfy { $0 == .suspend })
    #expect(decisions[50] == .restore)
  }

  @Test func tenMinutesAreLately() {
    var window = RefusalWindow()
    for _ in 0..<19 { #expect(window.decide(active: 100, at: 1_000_000) == .suspend) }
    // The slot of the first ends with ten minutes.
    #expect(window.decide(active: 100, at: 1_600_000) == .suspend)
    var other = RefusalWindow()
    for _ in 0..<19 { _ = other.decide(active: 100, at: 1_000_000) }
    #expect(other.decide(active: 100, at: 1_599_999) == .restore)
  }

  @Test func aJumpEndsWhenFewAreRefused() {
    var window = RefusalWindow()
    for index in 0..<40 { _ = window.decide(active: 100, at: 1_000_000 + Int64(index)) }
    #expect(window.isJump)
    window.age(at: 1_500_000)
    #expect(window.isJump)
    window.age(at: 1_600_000)
    #expect(!window.isJump)
    #expect(window.decide(active: 100, at: 1_600_001) == .suspend)
  }

  @Test func aClockThatWasSetBackDoesNotCountTheFuture() {
    var window = RefusalWindow()
    for index in 0..<19 { _ = window.decide(active: 100, at: 9_000_000 + Int64(index)) }
    #expect(window.decide(active: 100, at: 1_000_000) == .suspend)
  }
}
