import LosslessJSON
import NotificationModel
import Pipeline
import PluginTools

/// The figures of one set of plugins, or of two beside each other.
package struct BenchText {
  /// The measurements, as a table.
  package private(set) var text: TerminalText = ""

  /// Makes the text of some sets of measurements.
  package init(_ sets: [ChainBenchmark], style: Palette) {
    var rows: [[String]] = [sets.count == 2 ? ["", "these", "those", "these / those"] : ["", ""]]
    func row(_ name: String, _ values: [Double], _ show: (Double) -> String) {
      rows.append(
        [name] + values.map(show)
          + (values.count == 2 && values[1] > 0 ? [Self.ratio(values[0] / values[1])] : []))
    }
    row("notifications a second, median", sets.map(\.medianRate)) { RunSummary.grouped(Int($0)) }
    row("  the slowest round", sets.map { $0.rates.min() ?? 0 }) { RunSummary.grouped(Int($0)) }
    row("  the fastest round", sets.map { $0.rates.max() ?? 0 }) { RunSummary.grouped(Int($0)) }
    for (name, percent) in [("50 %", 50.0), ("90 %", 90.0), ("99 %", 99.0), ("99.9 %", 99.9)] {
      row("one notification, \(name)", sets.map { Double($0.latency.at(percent)) }, Self.time)
    }
    row("  the slowest", sets.map { Double($0.latency.max) }, Self.time)
    if sets.contains(where: { $0.rejected > 0 }) {
      row("rejected of the lines looked at", sets.map { Double($0.rejected) }) { RunSummary.grouped(Int($0)) }
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
          plugin.name.printable, RunSummary.grouped(plugin.times.count),
          plugin.times.count == 0 ? "-" : Self.time(Double(plugin.times.at(50))),
          plugin.times.count == 0 ? "-" : Self.time(Double(plugin.times.at(99))),
          plugin.times.count == 0 ? "-" : Self.time(Double(plugin.times.max)),
          Self.memory(Double(plugin.memory)), RunSummary.grouped(plugin.faults),
        ])
      }
      text += "\n" + Self.table(rows, style)
    }
  }

  private static func table(_ rows: [[String]], _ style: Palette) -> TerminalText {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in
      rows.map { column < $0.count ? TerminalWidth.columns($0[column]) : 0 }.max() ?? 0
    }
    var text: TerminalText = ""
    for (index, row) in rows.enumerated() where row.contains(where: { !$0.isEmpty }) {
      let cells = row.enumerated().map { column, cell in
        let space = String(repeating: " ", count: widths[column] - TerminalWidth.columns(cell))
        return column == 0 ? cell + space : space + cell
      }
      let line = cells.joined(separator: "  ")
      text += (index == 0 ? style(.bold, outside: line) : TerminalText(line)) + "\n"
    }
    return text
  }

  private static func ratio(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }

  private static func time(_ nanoseconds: Double) -> String {
    let tenths = Int(nanoseconds / 100)
    if tenths < 1000 { return "\(tenths / 10).\(tenths % 10) us" }
    return nanoseconds < 1e7
      ? "\(RunSummary.grouped(Int(nanoseconds / 1e3))) us" : "\(Int(nanoseconds / 1e6)) ms"
  }

  private static func memory(_ bytes: Double) -> String {
    if bytes < 1_048_576 { return "\(Int(bytes / 1024)) KiB" }
    let tenths = Int(bytes / 1_048_576 * 10)
    return "\(tenths / 10).\(tenths % 10) MiB"
  }

  /// The figures for programs: rates a second, times in nanoseconds, memory in bytes.
  package static func json(_ sets: [ChainBenchmark]) -> String {
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
