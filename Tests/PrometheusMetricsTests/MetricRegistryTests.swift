import Foundation
import PrometheusMetrics
import Testing

/// Every series is there from the start, and none comes later.
struct MetricRegistryTests {
  private enum Color: String, CaseIterable { case red, green }

  private static func lines(_ registry: MetricRegistry, _ prefix: String) -> [String] {
    registry.text(.prometheus).split(separator: "\n").map(String.init).filter { $0.hasPrefix(prefix) }
  }

  @Test func everyCombinationIsThereAtZero() {
    let registry = MetricRegistry()
    let set = registry.counters(
      "a_total", "A.", MetricLabels("name", ["x", "y", "x"]).and(MetricLabels("color", Color.self)))
    #expect(Self.lines(registry, "a_total{").count == 4)
    #expect(Self.lines(registry, "a_total{").allSatisfy { $0.hasSuffix(" 0") })
    set["y", Color.green]?.add(2)
    #expect(Self.lines(registry, #"a_total{name="y",color="green"} 2"#).count == 1)
    #expect(set["z", Color.green] == nil)
  }

  /// Plugins come with a generation; a dashboard goes on with those that stay.
  @Test func rowsMayBeAddedToAMetric() {
    let registry = MetricRegistry(common: [("run", "r")])
    let first = registry.counters("a_total", "A.", MetricLabels("name", ["x", "y"]))
    first["y"]?.add(3)
    let second = registry.counters("a_total", "A.", MetricLabels("name", ["y", "z"]))
    second["y"]?.add(1)
    second["z"]?.add(7)
    first["x"]?.add(2)
    #expect(
      Self.lines(registry, "a_total{") == [
        #"a_total{run="r",name="x"} 2"#, #"a_total{run="r",name="y"} 4"#, #"a_total{run="r",name="z"} 7"#,
      ])
  }

  @Test func whatIsNotKnownIsOther() {
    let registry = MetricRegistry()
    let set = registry.counters("a_total", "A.", MetricLabels("name", orOther: ["x"]))
    for name in ["x", "secret-1", "secret-2"] { set[name]?.add() }
    #expect(Self.lines(registry, "a_total{") == [#"a_total{name="x"} 1"#, #"a_total{name="other"} 2"#])
    #expect(!registry.text(.openMetrics).contains("secret"))
  }

  @Test func aNameThatIsCalledOtherIsOneSeries() {
    let registry = MetricRegistry()
    _ = registry.counters("a_total", "A.", MetricLabels("name", orOther: ["other", "x"]))
    #expect(Self.lines(registry, "a_total{").count == 2)
  }

  @Test func aCounterNeverFalls() {
    let registry = MetricRegistry()
    let counter = registry.counter("a_total", "A.")
    counter.raise(to: 5)
    counter.raise(to: 3)
    #expect(Self.lines(registry, "a_total") == ["a_total 5"])
  }

  @Test func noCountIsLostBetweenThreads() {
    let registry = MetricRegistry()
    let counter = registry.counter("a_total", "A.")
    let histogram = registry.histogram("b_seconds", "B.", bounds: [1])
    DispatchQueue.concurrentPerform(iterations: 8) { _ in
      for _ in 0..<10_000 {
        counter.add()
        histogram.observe(1)
      }
      _ = registry.text(.prometheus)
    }
    #expect(Self.lines(registry, "a_total") == ["a_total 80000"])
    #expect(Self.lines(registry, "b_seconds_count") == ["b_seconds_count 80000"])
  }

  @Test func readersAreCalledBeforeTheText() {
    let registry = MetricRegistry()
    let gauge = registry.gauge("a", "A.")
    registry.beforeReading { gauge.set(7) }
    #expect(Self.lines(registry, "a ") == ["a 7"])
  }
}
