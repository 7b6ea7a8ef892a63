import Glibc
import Synchronization

/// The metrics of a process, which its parts make at its start and write to as they work.
///
/// A group of metrics is a structure that is made with a registry. Every series is there from then on, at 0, and any thread
/// may ask for the text. A metric with labels may be added again with further rows: those that it had stay.
package final class MetricRegistry: Sendable {
  private struct Content {
    var families: [MetricFamily] = []
    var readers: [@Sendable () -> Void] = []
  }

  private let content = Mutex(Content())
  private let common: [(name: String, value: String)]
  private let clock: @Sendable () -> Int64

  /// - Parameters:
  ///   - common: labels that every series has, such as the name of a run of several.
  ///   - clock: milliseconds since 1970.
  package init(
    common: [(name: String, value: String)] = [],
    clock: @escaping @Sendable () -> Int64 = MetricRegistry.wallClock
  ) {
    self.common = common
    self.clock = clock
  }

  /// Returns the time in milliseconds since 1970.
  @Sendable package static func wallClock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }

  // MARK: The text

  /// Returns all series with their values now.
  package func text(_ form: MetricText.Form) -> String {
    let (families, readers) = content.withLock { ($0.families, $0.readers) }
    for reader in readers { reader() }
    var text = MetricText(form)
    for family in families { family.write(to: &text) }
    text.end()
    return text.text
  }

  /// Calls a function each time before the text is written, on the thread that asks for it.
  package func beforeReading(_ reader: @escaping @Sendable () -> Void) {
    content.withLock { $0.readers.append(reader) }
  }

  // MARK: Instruments

  /// Adds a counter.
  package func counter(_ name: String, _ help: String, _ unit: MetricUnit = .count) -> Counter {
    add(name, help, unit, Counter())
  }

  /// Adds a gauge.
  package func gauge(_ name: String, _ help: String, _ unit: MetricUnit = .count) -> Gauge {
    add(name, help, unit, Gauge())
  }

  /// Adds a gauge of the time since, or until, a time that is set.
  package func clockGauge(
    _ name: String, _ help: String, _ direction: ClockGauge.Direction = .since
  ) -> ClockGauge {
    add(name, help, .seconds, ClockGauge(direction, clock: clock))
  }

  /// Adds a histogram of durations.
  ///
  /// - Parameter bounds: in seconds, in order.
  package func histogram(_ name: String, _ help: String, bounds: [Double]) -> Histogram {
    add(name, help, .seconds, Histogram(bounds: bounds))
  }

  /// Adds a counter for each row of labels.
  package func counters<Key>(
    _ name: String, _ help: String, _ labels: MetricLabels<Key>, _ unit: MetricUnit = .count
  ) -> MetricSet<Key, Counter> { add(name, help, unit, labels) { Counter() } }

  /// Adds a gauge for each row of labels.
  package func gauges<Key>(
    _ name: String, _ help: String, _ labels: MetricLabels<Key>, _ unit: MetricUnit = .count
  ) -> MetricSet<Key, Gauge> { add(name, help, unit, labels) { Gauge() } }

  /// Adds a gauge of a time for each row of labels.
  package func clockGauges<Key>(
    _ name: String, _ help: String, _ labels: MetricLabels<Key>, _ direction: ClockGauge.Direction = .since
  ) -> MetricSet<Key, ClockGauge> {
    add(name, help, .seconds, labels) { [clock] in ClockGauge(direction, clock: clock) }
  }

  /// Adds a total of durations for each row of labels.
  package func durations<Key>(
    _ name: String, _ help: String, _ labels: MetricLabels<Key>
  ) -> MetricSet<Key, DurationTotal> { add(name, help, .seconds, labels) { DurationTotal() } }

  /// Adds a fact that is known from the start.
  package func info(_ name: String, _ help: String, _ label: String, _ value: String) {
    let _: MetricSet<String, InfoLabel> = add(
      name, help, .count, MetricLabels(label, [value])
    ) { InfoLabel() }
  }

  private func add<Instrument: MetricInstrument>(
    _ name: String, _ help: String, _ unit: MetricUnit, _ instrument: Instrument
  ) -> Instrument {
    insert(Instrument.kind, name, help, unit, [], [([], instrument)])
    return instrument
  }

  private func add<Key, Instrument: MetricInstrument>(
    _ name: String, _ help: String, _ unit: MetricUnit, _ labels: MetricLabels<Key>, _ make: () -> Instrument
  ) -> MetricSet<Key, Instrument> {
    let rows = labels.rows.map { ($0.values, make() as any MetricInstrument) }
    let instruments = insert(Instrument.kind, name, help, unit, labels.names, rows)
    return MetricSet(labels, instruments.compactMap { $0 as? Instrument })
  }

  @discardableResult
  private func insert(
    _ kind: MetricKind, _ name: String, _ help: String, _ unit: MetricUnit, _ labels: [String],
    _ rows: [(values: [String], instrument: any MetricInstrument)]
  ) -> [any MetricInstrument] {
    let rows = rows.map { (common.map(\.value) + $0.values, $0.instrument) }
    let family = MetricFamily(kind, name, help, unit, labels: common.map(\.name) + labels, rows: rows)
    return content.withLock { content in
      guard let index = content.families.firstIndex(where: { $0.name == family.name }) else {
        content.families.append(family)
        return family.rows.map(\.instrument)
      }
      let isSame = content.families[index].kind == kind && content.families[index].labels == family.labels
      precondition(isSame && !labels.isEmpty, "\(family.name) is there twice")
      return content.families[index].add(family.rows)
    }
  }
}
