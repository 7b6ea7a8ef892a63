import ClientKeys
import Testing

/// Token buckets, by a clock that the test turns.
struct RateLimitTests {
  private static let second: Int64 = 1_000_000_000

  @Test func aBurstIsAllowedAndThenTheRate() {
    var limit = RateLimit()
    let rate = KeyRate(perSecond: 10, burst: 5)
    #expect((0..<6).map { _ in limit.take("a", rate, at: 0) } == [nil, nil, nil, nil, nil, 1])
    // A tenth of a second is one push.
    #expect(limit.take("a", rate, at: Self.second / 10) == nil)
    #expect(limit.take("a", rate, at: Self.second / 10) == 1)
    // A pause fills the bucket, and not more.
    #expect(
      (0..<6).map { _ in limit.take("a", rate, at: 100 * Self.second) } == [nil, nil, nil, nil, nil, 1])
    #expect(limit.take("b", rate, at: 100 * Self.second) == nil)
  }

  @Test func theSecondsAreThoseUntilThereIsOneAgain() {
    var limit = RateLimit()
    let rate = KeyRate(perSecond: 1, burst: 1)
    #expect(limit.take("a", rate, at: 0) == nil)
    #expect(limit.take("a", rate, at: 1) == 1)
    #expect(limit.take("a", rate, at: Self.second) == nil)
  }

  @Test func overAnHourItIsTheRate() {
    var limit = RateLimit()
    let rate = KeyRate(perSecond: 7, burst: 3)
    var taken = 0
    for step in 0..<36_000 where limit.take("a", rate, at: Int64(step) * Self.second / 10) == nil {
      taken += 1
    }
    #expect((25_190...25_210).contains(taken), "\(taken)")
  }

  @Test func aClockThatJumpsNeitherBlocksNorGivesMore() {
    var limit = RateLimit()
    let rate = KeyRate(perSecond: 2, burst: 2)
    #expect(limit.take("a", rate, at: 1000 * Self.second) == nil)
    #expect(limit.take("a", rate, at: 0) == nil)
    #expect(limit.take("a", rate, at: .min) == 1)
    #expect(limit.take("a", rate, at: 1000 * Self.second) == 1)
    #expect(limit.take("a", rate, at: 1001 * Self.second) == nil)
    #expect(limit.take("a", rate, at: .max) == nil)
  }

  @Test func whoIsForgottenBeginsAnew() {
    var limit = RateLimit()
    let rate = KeyRate(perSecond: 1)
    for name in ["a", "b"] { #expect(limit.take(name, rate, at: 0) == nil) }
    limit.forget { $0 == "b" }
    #expect(limit.take("a", rate, at: 0) == nil && limit.take("b", rate, at: 0) == 1)
  }
}
