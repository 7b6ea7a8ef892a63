import ConfigurationFiles
import EventLoop
import Glibc
import Histogram
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// Measures what a set of plugins costs on given lines.
package final class ChainBenchmark {
  /// One plugin's part.
  package struct PluginFigures: Sendable {
    /// The plugin's name.
    package var name: String
    /// Time of one run, in nanoseconds.
    package var times = Percentiles()
    /// The most bytes of its Lua heap.
    package var memory = 0
    /// The number of runs that failed.
    package var faults = 0
  }

  /// Times in nanoseconds, from a histogram of three digits.
  package struct Percentiles: Sendable {
    private var histogram = Histogram<UInt64>(numberOfSignificantValueDigits: .three)

    /// Creates an empty distribution.
    package init() {}

    mutating func record(_ nanoseconds: Int) { _ = histogram.record(UInt64(Swift.max(0, nanoseconds))) }

    /// The number of recorded times.
    package var count: Int { Int(histogram.totalCount) }
    /// Returns the time below which `percent` of all lie; 0 where none was recorded.
    package func at(_ percent: Double) -> Int { count == 0 ? 0 : Int(histogram.valueAtPercentile(percent)) }
    /// The longest time; 0 where none was recorded.
    package var max: Int { count == 0 ? 0 : Int(histogram.max) }
  }

  /// Notifications a second, of each round.
  package private(set) var rates: [Double] = []
  /// One notification at a time, to the worker and back.
  package private(set) var latency = Percentiles()
  /// The figures of each plugin, in the order of the chain.
  package private(set) var plugins: [PluginFigures]
  /// The number of lines, of those looked at one by one, that are no notifications or stopped the run.
  package private(set) var rejected = 0
  private var traceCount = 0
  /// A Boolean value that indicates whether none of the lines is a notification.
  package var isAllRejected: Bool { traceCount > 0 && rejected == traceCount }
  /// The most bytes of one worker that were in memory.
  package private(set) var residentMemory = 0

  private let lines: [[UInt8]]
  private let pool: WorkerPool
  private let single: WorkerPool
  private let traced: WorkerPool
  private var next = 0

  /// Starts the workers; throws where a plugin cannot be loaded or a line is too long.
  package init(_ configuration: Configuration, lines: [[UInt8]]) throws(HostError) {
    self.lines = lines
    if let longest = lines.map(\.count).max(), longest > configuration.payloadLimit {
      throw HostError(
        .noInput, "a line has \(longest) bytes; the limit is \(configuration.payloadLimit) (limits.payload)")
    }
    let definitions = try configuration.definitions()
    let keys = try configuration.keyRing()
    var options = WorkerPool.Options(configuration, executable: WorkerExecutable.path)
    options.stopQuarantine()
    pool = try WorkerPool(definitions: definitions, options: options, keys: keys)
    try pool.checkPlugins()
    options.workers = 1
    single = try WorkerPool(definitions: definitions, options: options, keys: keys)
    options.reportOutcomes(traces: true)
    traced = try WorkerPool(definitions: definitions, options: options, keys: keys)
    plugins = definitions.map { PluginFigures(name: $0.name) }
  }

  /// The median of ``rates``, of which there must be one.
  package var medianRate: Double { rates.sorted()[rates.count / 2] }

  /// Runs for a while with all workers busy.
  package func measureRate(for duration: Duration) throws(HostError) {
    let start = MonotonicClock.now
    let end = start + duration.nanoseconds
    var done = 0
    pool.onResult = { done += $0.body?.count ?? 0 }
    defer { pool.onResult = { _ in } }
    while MonotonicClock.now < end || pool.pending > 0 {
      while MonotonicClock.now < end, let slot = pool.vacantSlot() {
        submit(slot, to: pool, pool.batchItems)
      }
      if pool.pending > 0 { try pool.turn() }
    }
    rates.append(Double(done) / (Double(MonotonicClock.now - start) / 1e9))
    residentMemory = Swift.max(residentMemory, pool.residentMemory)
  }

  /// Runs so many lines one at a time, or as many as the time allows.
  package func measureLatency(_ count: Int, for duration: Duration) throws(HostError) {
    let end = MonotonicClock.now + duration.nanoseconds
    for _ in 0..<count where MonotonicClock.now < end {
      guard let slot = single.vacantSlot() else { continue }
      let start = MonotonicClock.now
      submit(slot, to: single, 1)
      while single.pending > 0 { try single.turn() }
      latency.record(Int(MonotonicClock.now - start))
    }
  }

  /// Runs so many lines, or as many as the time allows, and takes each plugin's time and memory.
  package func measurePlugins(_ count: Int, for duration: Duration) throws(HostError) {
    let end = MonotonicClock.now + duration.nanoseconds
    var left = count
    // Few lines at first: each may take its whole limit.
    var size = 1
    while left > 0, MonotonicClock.now < end {
      let part = (0..<min(left, size)).map { _ in takeLine() }
      left -= part.count
      size = min(size * 2, 500)
      for outcome in try traced.outcomes(of: part) {
        traceCount += 1
        if outcome.action == .reject { rejected += 1 }
        for run in outcome.plugins {
          guard let index = plugins.firstIndex(where: { $0.name == run.name }) else { continue }
          plugins[index].times.record(run.nanoseconds ?? 0)
          plugins[index].memory = Swift.max(plugins[index].memory, run.memory ?? 0)
        }
        for fault in outcome.faults {
          if let index = plugins.firstIndex(where: { $0.name == fault.plugin }) { plugins[index].faults += 1 }
        }
      }
    }
  }

  private func takeLine() -> [UInt8] {
    defer { next = (next + 1) % lines.count }
    return lines[next]
  }

  private func submit(_ slot: Slot, to pool: WorkerPool, _ count: Int) {
    var items: [BatchItem] = []
    var filled = 0
    while items.count < count, let item = slot.put(lines[next], &filled) {
      items.append(item)
      next = (next + 1) % lines.count
    }
    pool.submit(slot, items, Batch.Context())
  }
}
