import EventLoop
import Operations
import Pipeline

extension ServiceText {
  /// Returns the sentence for the end of a reload or a rollback.
  package func reload(_ report: ReloadReport) -> TerminalText {
    let number = palette(.green, "generation \(report.generation)")
    let plugins = RunSummary.count(report.plugins.count, "plugin")
    switch report.result {
    case .unchanged: return "nothing changed: \(number) is in force (\(report.digest))\n"
    case .rolledBack: return "\(number) is in force again: \(plugins) (\(report.digest))\n"
    case .activated:
      let cases = report.cases > 0 ? ", \(RunSummary.count(report.cases, "case")) passed" : ""
      return "\(number) is in force: \(plugins)\(cases), in \(report.milliseconds) ms (\(report.digest))\n"
    }
  }

  /// Returns the list of generations, the newest first.
  package func generations(_ generations: [GenerationStatus]) -> TerminalText {
    var text: TerminalText = ""
    for generation in generations.reversed() {
      let state = generation.isInForce ? palette(.green, "in force") : "kept"
      let number: TerminalText = "\(generation.number)"
      text += TerminalText.spaces(max(4 - number.columns, 0)) + number + "  " + state
      text += TerminalText.spaces(generation.isInForce ? 2 : 6) + "since \(Timestamp.text(generation.since))"
      text += "  \(generation.digest)  \(generation.plugins.joined(separator: ", "))\n"
    }
    return text
  }
}
