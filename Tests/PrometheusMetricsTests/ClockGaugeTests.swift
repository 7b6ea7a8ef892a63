import PrometheusMetrics
import Synchronization
import Testing

/// An age goes on by itself.
struct ClockGaugeTests {
  private final class Clock: Sendable {
    let now = Atomic<Int64>(1_000_000)
  }

  private let clock = Clock()

  private func registry() -> MetricRegistry {
    MetricRegistry(clock: { [clock] in clock.now.load(ordering: .relaxed) })
  }

  private func value(_ registry: MetricRegistry) -> Substring? {
    registry.text(.openMetrics).split(separator: "\n").first { $0.hasPrefix("a_seconds ") }?.dropFirst(10)
  }

  @Test func anAgeRisesWhileNothingIsSet() {
    let registry = registry()
    let gauge = registry.clockGauge("a_seconds", "A.")
    #expect(value(registry) == "0")
    gauge.set(999_000)
    #expect(value(registry) == "1")
    clock.now.store(1_060_500, ordering: .relaxed)
    #expect(value(registry) == "61.5")
    gauge.set(nil)
    #expect(value(registry) == "0")
  }

  @Test func theTimeUntilAnEndFallsBelowZero() {
    let registry = registry()
    let gauge = registry.clockGauge("a_seconds", "A.", .until)
    #expect(value(registry) == "+Inf")
    gauge.set(1_002_000)
    #expect(value(registry) == "2")
    clock.now.store(1_003_500, ordering: .relaxed)
    #expect(value(registry) == "-1.5")
  }

  /// What a file says of a time may be anything.
  @Test(arguments: [Int64.min + 1, -1, 0, .max])
  func noTimeOverflows(_ time: Int64) {
    for direction in [ClockGauge.Direction.since, .until] {
      let registry = registry()
      registry.clockGauge("a_seconds", "A.", direction).set(time)
      let seconds = value(registry).flatMap { Double($0) } ?? .nan
      let past = time < 1_000_000
      #expect(direction == .since ? seconds >= 0 : (seconds < 0) == past, "\(seconds)")
    }
  }
}
