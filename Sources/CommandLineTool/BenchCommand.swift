import ArgumentParser
import ExtensionHost
import Glibc
import NotificationModel
import PluginTesting

/// `notilua bench`: what a set of plugins costs.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures throughput, latency and memory of a set of plugins on given payloads.",
    discussion: """
      Each round has three parts of --seconds at most. Throughput is of all workers together; latency of one notification at a time, to a worker and back; times and \
      memory of each plugin are of its handler alone. With --against a second set is measured in turn with the first, \
      round by round, so that what else the machine does hits both.

      Examples:
        notilua bench payloads.ndjson
        notilua bench payloads.ndjson --plugins candidate --against plugins --rounds 7
      """)

  @OptionGroup var chain: ChainOptions

  @Option(
    help: ArgumentHelp("The set to compare with: a configuration, or a folder of plugins.", valueName: "path")
  )
  var against: String?

  @Option(help: ArgumentHelp("How often each set is measured; the median counts.", valueName: "count"))
  var rounds = 5

  @Option(help: ArgumentHelp("How long one round takes, in seconds.", valueName: "seconds"))
  var seconds = 1.0

  @Flag(help: "Write the figures as JSON, for programs.")
  var json = false

  @Argument(
    help: ArgumentHelp("Files with payloads, one a line; - is the standard input.", valueName: "file"))
  var inputs: [String] = ["-"]

  func validate() throws {
    if !(1...1000).contains(rounds) {
      throw ValidationError("--rounds is \(rounds); give a number of 1 to 1000.")
    }
    if !(0.01...3600).contains(seconds) {
      throw ValidationError("--seconds is \(seconds); give a number of 0.01 to 3600.")
    }
  }

  func run() throws {
    let measured = try failing { () throws(HostError) in try measure() }
    try output(json ? BenchText.json(measured) : BenchText(measured, style: Palette(for: 1)).text)
  }

  private func measure() throws(HostError) -> [ChainBenchmark] {
    var lines: [[UInt8]] = []
    let configuration = try chain.load()
    for input in inputs { lines += try PayloadFile(input).lines.map(\.bytes) }
    guard !lines.isEmpty else {
      throw HostError(.noInput, "no payload there; give a file with one JSON object a line")
    }
    var sets = [try ChainBenchmark(configuration, lines: lines)]
    if let against {
      var other = try Configuration.set(at: against)
      other.workers = chain.workers ?? other.workers
      sets.append(try ChainBenchmark(other, lines: lines))
    }
    for round in 1...rounds {
      showProgress("round \(round) of \(rounds)")
      for set in sets {
        try set.measureRate(for: .seconds(seconds))
        try set.measureLatency(max(100, 2000 / rounds), for: .seconds(seconds))
        try set.measurePlugins(max(200, 5000 / rounds), for: .seconds(seconds))
      }
    }
    showProgress(nil)
    if sets.contains(where: \.isAllRejected) {
      throw HostError(
        .noInput,
        "every line is rejected, so that there is nothing to measure; give a file with notifications")
    }
    return sets
  }

  private func showProgress(_ text: String?) {
    guard isatty(2) == 1 else { return }
    _ = (text.map { "\r\($0)" } ?? "\r\u{1B}[K").withCString { write(2, $0, strlen($0)) }
  }
}

extension Configuration {
  /// A set of plugins by its path: a configuration's, or all of a folder.
  static func set(at path: String) throws(HostError) -> Configuration {
    guard PluginFolder.isFolder(path) else { return try Configuration(file: path) }
    var configuration = Configuration()
    configuration.plugins = try PluginFolder.plugins(in: path).map { Configuration.Plugin(path: $0) }
    return configuration
  }
}

/// The figures of one set of plugins, or of two beside each other.
struct BenchText {
  private(set) var text = ""

  init(_ sets: [ChainBenchmark], style: Palette) {
    var rows: [[String]] = [sets.count == 2 ? ["", "these", "those", "these / those"] : ["", ""]]
    func row(_ name: String, _ values: [Double], _ show: (Double) -> String) {
      rows.append(
        [name] + values.map(show)
          + (values.count == 2 && values[1] > 0 ? [Self.ratio(values[0] / values[1])] : []))
    }
    row("notifications a second, median", sets.map(\.medianRate)) { Self.grouped(Int($0)) }
    row("  the slowest round", sets.map { $0.rates.min() ?? 0 }) { Self.grouped(Int($0)) }
    row("  the fastest round", sets.map { $0.rates.max() ?? 0 }) { Self.grouped(Int($0)) }
    for (name, percent) in [("50 %", 50.0), ("90 %", 90.0), ("99 %", 99.0), ("99.9 %", 99.9)] {
      row("one notification, \(name)", sets.map { Double($0.latency.at(percent)) }, Self.time)
    }
    row("  the slowest", sets.map { Double($0.latency.max) }, Self.time)
    if sets.contains(where: { $0.rejected > 0 }) {
      row("rejected of the lines looked at", sets.map { Double($0.rejected) }) { Self.grouped(Int($0)) }
    }
    row("memory of a worker", sets.map { Double($0.residentMemory) }, Self.memory)
    text += Self.table(rows, style)
    let titles = sets.count == 2 ? ["these", "those"] : [""]
    for (title, set) in zip(titles, sets) {
      var rows = [
        [
          title.isEmpty ? "by plugin" : "by plugin, \(title)", "runs", "50 %", "99 %", "slowest", "memory",
          "faults",
        ]
      ]
      for plugin in set.plugins {
        rows.append([
          plugin.name.printable, Self.grouped(plugin.times.count),
          plugin.times.count == 0 ? "-" : Self.time(Double(plugin.times.at(50))),
          plugin.times.count == 0 ? "-" : Self.time(Double(plugin.times.at(99))),
          plugin.times.count == 0 ? "-" : Self.time(Double(plugin.times.max)),
          Self.memory(Double(plugin.memory)), Self.grouped(plugin.faults),
        ])
      }
      text += "\n" + Self.table(rows, style)
    }
  }

  private static func table(_ rows: [[String]], _ style: Palette) -> String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
    }
    var text = ""
    for (index, row) in rows.enumerated() where row.contains(where: { !$0.isEmpty }) {
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + space : space + cell
      }
      let line = cells.joined(separator: "  ")
      text += (index == 0 ? style(.bold, line) : line) + "\n"
    }
    return text
  }

  private static func ratio(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  private static func grouped(_ number: Int) -> String {
    var digits = Array(String(number))
    var at = digits.count - 3
    while at > 0 {
      digits.insert(",", at: at)
      at -= 3
    }
    return String(digits)
  }

  private static func time(_ nanoseconds: Double) -> String {
    let tenths = Int(nanoseconds / 100)
    if tenths < 1000 { return "\(tenths / 10).\(tenths % 10) us" }
    return nanoseconds < 1e7 ? "\(grouped(Int(nanoseconds / 1e3))) us" : "\(Int(nanoseconds / 1e6)) ms"
  }

  private static func memory(_ bytes: Double) -> String {
    if bytes < 1_048_576 { return "\(Int(bytes / 1024)) KiB" }
    let tenths = Int(bytes / 1_048_576 * 10)
    return "\(tenths / 10).\(tenths % 10) MiB"
  }

  /// The figures for programs: rates a second, times in nanoseconds, memory in bytes.
  static func json(_ sets: [ChainBenchmark]) -> String {
    var writer = JSONWriter()
    writer.beginArray()
    for set in sets {
      writer.beginObject()
      writer.key("rates")
      writer.beginArray()
      for rate in set.rates { writer.value(Int(rate)) }
      writer.endArray()
      write("latency", set.latency, &writer)
      writer.member("memory", set.residentMemory)
      writer.key("plugins")
      writer.beginArray()
      for plugin in set.plugins {
        writer.beginObject()
        writer.member("name", plugin.name)
        write("times", plugin.times, &writer)
        writer.member("memory", plugin.memory)
        writer.member("faults", plugin.faults)
        writer.endObject()
      }
      writer.endArray()
      writer.endObject()
    }
    writer.endArray()
    return writer.text + "\n"
  }

  private static func write(_ name: String, _ times: ChainBenchmark.Percentiles, _ writer: inout JSONWriter) {
    writer.key(name)
    writer.beginObject()
    writer.member("count", times.count)
    for (name, percent) in [("p50", 50.0), ("p90", 90.0), ("p99", 99.0), ("p999", 99.9)] {
      writer.member(name, times.at(percent))
    }
    writer.member("max", times.max)
    writer.endObject()
  }
}
