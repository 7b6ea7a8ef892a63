import PrometheusMetrics
import Testing

/// Buckets are cumulative, and a bound belongs to its bucket: "le" is less than or equal.
struct HistogramTests {
  private static func buckets(_ registry: MetricRegistry) -> [String] {
    registry.text(.openMetrics).split(separator: "\n").filter { $0.hasPrefix("a_seconds") }.map(String.init)
  }

  @Test func aBoundIsInItsBucket() {
    let registry = MetricRegistry()
    let histogram = registry.histogram("a_seconds", "A.", bounds: [0.001, 1])
    for duration in [0, 1_000_000, 1_000_001, 1_000_000_000, 1_000_000_001] {
      histogram.observe(Int64(duration))
    }
    #expect(
      Self.buckets(registry) == [
        #"a_seconds_bucket{le="0.001"} 2"#, #"a_seconds_bucket{le="1.0"} 4"#,
        #"a_seconds_bucket{le="+Inf"} 5"#, "a_seconds_count 5", "a_seconds_sum 2.002000002",
      ])
  }

  @Test func aClockThatWasSetBackCountsAsNoTime() {
    let registry = MetricRegistry()
    let histogram = registry.histogram("a_seconds", "A.", bounds: [1])
    histogram.observe(.min)
    #expect(Self.buckets(registry).last == "a_seconds_sum 0")
    #expect(Self.buckets(registry).first == #"a_seconds_bucket{le="1.0"} 1"#)
  }

  @Test func theBoundsRise() {
    for bounds in [Histogram.short, Histogram.answers, Histogram.waits] {
      #expect(zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 })
    }
  }
}
