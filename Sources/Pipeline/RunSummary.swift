import Glibc
import WorkerHost

/// The summary of a run.
package struct RunSummary: Sendable, Equatable {
  package var lines = 0
  package var delivered = 0
  package var changed = 0
  package var dropped = 0
  package var rejected = 0
  /// The number of lines that were rejected for each cause; causes beyond those that are counted apart are one.
  private var rejections: [String: Int] = [:]
  private static let causeLimit = 1000
  package var faults = 0
  package var restarts = 0
  /// The end of the run.
  package var end = RunEnd()
  /// The line that was written last.
  package var lastLine = ""
  /// The number of responses that could not be passed on.
  package var unsentResponses = 0
  /// The results of the notifications at the sink; nil for a run without one.
  package var deliveries: Deliveries?

  package init() {}

  /// Counts the cause of a line that was rejected.
  mutating func countRejection(_ cause: String) {
    let isOwn = rejections.count < Self.causeLimit || rejections[cause] != nil
    rejections[isOwn ? cause : "other causes", default: 0] += 1
  }

  /// The causes of rejections with their numbers, the most frequent first; nil where each line was reported.
  private var rejectionLine: String? {
    guard rejections.values.contains(where: { $0 > 10 }) else { return nil }
    let sorted = rejections.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var parts = sorted.prefix(5).map { "\($0.key) (\(Self.grouped($0.value)))" }
    let rest = sorted.dropFirst(5).reduce(0) { $0 + $1.value }
    if rest > 0 { parts.append("other causes (\(Self.grouped(rest)))") }
    return "notilua: rejected: \(parts.joined(separator: "; "))"
  }

  /// The summary as people read it.
  package func lines(seconds: Double, plugins: [String], _ totals: [PluginTotals]) -> [String] {
    let seconds = max(seconds, 0.001)
    var parts = [Self.count(lines, "line")]
    if lines > 0 {
      // With a sink, what was delivered is for the sink to say.
      parts.append("\(Self.grouped(delivered)) \(deliveries == nil ? "delivered" : "passed on")")
      if delivered > 0 { parts.append("\(Self.grouped(changed)) of them changed") }
      parts += ["\(Self.grouped(dropped)) dropped", "\(Self.grouped(rejected)) rejected"]
    }
    if faults > 0 { parts.append(Self.count(faults, "fault")) }
    let rate = lines > 0 ? " (\(Self.grouped(Int(Double(lines) / seconds)))/s)" : ""
    var text = ["notilua: \(parts.joined(separator: ", ")) in \(Self.decimal(seconds)) s\(rate)"]
    if let rejectionLine { text.append(rejectionLine) }
    if let deliveries { text.append(deliveries.line) }
    for (name, total) in zip(plugins, totals) where total.faults > 0 || total.passedBy > 0 {
      var line =
        "notilua: \(name): \(Self.count(Int(clamping: total.faults), "fault")) in"
        + " \(Self.count(Int(clamping: total.runs), "run"))"
      if total.passedBy > 0 {
        line +=
          "; \(Self.count(Int(clamping: total.passedBy), "notification")) came while it was in quarantine"
      }
      text.append(line)
    }
    if let halt = end.halt {
      text.append(
        "notilua: stopped at \(halt) by a plugin's on_fault: halt; all lines before it were written")
    }
    if let signal = end.signal {
      let name = signal == SIGINT ? "SIGINT" : signal == SIGHUP ? "SIGHUP" : "SIGTERM"
      let place = lastLine.isEmpty ? "no line was written" : "\(lastLine) is the last line written whole"
      let rest = end.wasCutShort ? "; what was read after it is not written" : ""
      text.append("notilua: stopped by \(name); \(place)\(rest)")
    }
    return text
  }

  /// A number with its noun.
  package static func count(_ number: Int, _ noun: String, plural: String? = nil) -> String {
    "\(grouped(number)) \(number == 1 ? noun : plural ?? noun + "s")"
  }

  /// A number with a comma before every third digit.
  package static func grouped(_ number: Int) -> String {
    var digits = String(number)
    var grouped = ""
    while digits.count > 3 {
      grouped = "," + digits.suffix(3) + grouped
      digits.removeLast(3)
    }
    return digits + grouped
  }

  private static func decimal(_ seconds: Double) -> String {
    let hundredths = Int((seconds * 100).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}
