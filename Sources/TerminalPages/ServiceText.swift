import EventLoop
import Operations
import Pipeline

/// The state of a running service, for people.
package struct ServiceText {
  /// The colors that words have.
  package let palette: Palette
  /// Milliseconds since 1970.
  package let now: Int64

  /// Makes texts of what is true at a time.
  package init(palette: Palette, now: Int64) {
    self.palette = palette
    self.now = now
  }

  /// Returns the page of `notilua ctl status`.
  package func status(_ status: ServiceStatus) -> TerminalText {
    var text: TerminalText = ""
    func add(_ name: TerminalText, _ value: TerminalText) {
      text += palette(.dim, name) + TerminalText.spaces(max(15 - name.columns, 1)) + value + "\n"
    }
    let state = palette(status.state == .running ? .green : .yellow, outside: status.state.rawValue)
    add("state", "\(state) since \(Timestamp.text(status.since)) (\(OutboxText.span(now - status.since)))")
    for obstacle in status.obstacles { add("not ready", palette(.red, outside: obstacle)) }
    add("started", "\(Timestamp.text(status.startedAt)) (\(OutboxText.span(now - status.startedAt)))")
    add("process", "\(status.process), \(status.version)")
    add("configuration", "\(status.configuration)")
    if status.generation > 0 { add("generation", "\(status.generation)") }
    add("connections", "\(RunSummary.grouped(status.connections))")
    add("waiting", "\(RunSummary.grouped(status.waiting))")
    if let oldest = status.oldest { add("oldest", "since \(OutboxText.span(now - oldest))") }
    return text
  }

  /// Returns the sentence for the end of a drain.
  package func drain(_ result: DrainResult) -> TerminalText {
    if result.left == 0 { return "drained: nothing is left; the service can be stopped\n" }
    let count = RunSummary.grouped(result.left)
    return result.isLeftDurable
      ? "not drained: \(count) are left, and stay in the outbox for the next start\n"
      : "not drained: \(count) are left, and are lost at a stop; drain again with a longer --timeout\n"
  }
}
