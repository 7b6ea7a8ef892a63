import ConfigurationFiles
import EventLoop
import Glibc
import NotificationModel
import WorkerHost
import WorkerProtocol

/// The reports for people while a run goes on: progress on a terminal, and a line for each notice.
final class RunReporter {
  private let errors: Int32
  private let tell: ((String) -> Void)?
  private let showsProgress: Bool
  private let startedAt = MonotonicClock.now
  private var progressAt: Int64 = 0
  private var hasProgressLine = false
  private var deaths = 0
  /// The number of reports of each kind.
  private var counts: [String: Int] = [:]
  /// The most texts that are kinds of their own; further ones are one kind.
  private static let textLimit = 1000

  /// - Parameters:
  ///   - errors: where people read; -1 for nowhere.
  ///   - tell: given sentences instead, such as those of a log.
  init(errors: Int32, showsProgress: Bool, tell: ((String) -> Void)? = nil) {
    self.errors = errors
    self.tell = tell
    self.showsProgress = showsProgress
  }

  /// Seconds since the start.
  var seconds: Double { Double(MonotonicClock.now - startedAt) / 1e9 }

  func say(_ text: String) {
    if let tell { return tell(text.hasPrefix("notilua: ") ? String(text.dropFirst(9)) : text) }
    clearProgress()
    var text = text.printable + "\n"
    text.withUTF8 { write(UnsafeRawBufferPointer($0)) }
  }

  /// Writes to where people read, who may have stopped reading.
  private func write(_ bytes: UnsafeRawBufferPointer) {
    writeWhole(errors, bytes) { StopSignals.count < 2 }
  }

  /// Reports one of many lines of a kind: the first ten, then each thousandth.
  ///
  /// - Parameters:
  ///   - kind: what the line is counted as.
  ///   - detail: makes it a kind of its own, unless there are too many of them.
  func sayThinned(_ text: String, kind: String, detail: String = "") {
    let isOwn = !detail.isEmpty && (counts.count < Self.textLimit || counts[kind + detail] != nil)
    let number = counts[isOwn ? kind + detail : kind, default: 0] + 1
    counts[isOwn ? kind + detail : kind] = number
    guard number <= 10 || number.isMultiple(of: 1000) else { return }
    say(number == 10 ? text + "; from here on every thousandth is shown" : text)
  }

  /// Reports what a notification left for the operator.
  func tell(_ note: Note, at place: String) {
    let text = "\(place): \(note.plugin.isEmpty ? "" : note.plugin + ": ")\(note.level): \(note.text)"
    // Which text is missing is as much worth knowing as that one is.
    let isOwn = note.level != "fault" && !(note.level == "warning" && note.plugin.isEmpty)
    sayThinned(text, kind: "\(note.plugin): \(note.level): ", detail: isOwn ? note.text : "")
  }

  /// Reports a line that was rejected.
  ///
  /// - Parameter kind: the cause, without what differs from line to line.
  func tellRejection(_ text: String, at place: String, kind: String) {
    sayThinned("\(place): rejected\(text)", kind: "rejected: ", detail: kind)
  }

  /// Returns the app that an event is about, as it follows a plugin's name.
  private static func text(_ app: String?) -> String { app.map { " for \($0)" } ?? "" }

  func tell(_ event: WorkerPool.Event) {
    switch event {
    case .quarantined(let plugin, let app, let faults, let time):
      say(
        "notilua: \(plugin)\(Self.text(app)): quarantined for \(Quantity.text(time)) after \(faults) faults in a row"
      )
    case .released(let plugin, let app):
      say("notilua: \(plugin)\(Self.text(app)): runs again, its quarantine is over")
    case .outlived(let generation, let successor, let batches, let limit):
      say(
        "notilua: generation \(generation) had not ended its last \(batches == 1 ? "batch" : "\(batches) batches")"
          + " \(Quantity.text(limit)) after it was replaced; its workers are killed, and generation \(successor) runs what is"
          + " left: look at what the plugins of generation \(generation) wait for"
      )
    case .workerDied(let signal, let status):
      deaths += 1
      guard deaths <= 5 || deaths.isMultiple(of: 100) else { return }
      let cause = signal.map { "signal \($0)" } ?? "status \(status ?? 0)"
      let number = deaths > 5 ? ", number \(deaths)" : ""
      say("notilua: a worker died (\(cause)\(number)); another does its work again")
    }
  }

  // MARK: Progress

  /// Shows how far the run is, twice a second at most, on a terminal.
  func showProgress(_ summary: RunSummary) {
    guard showsProgress else { return }
    let now = MonotonicClock.now
    guard now - max(progressAt, startedAt) > 500_000_000 else { return }
    progressAt = now
    let text =
      "\(RunSummary.grouped(summary.lines)) lines, \(RunSummary.grouped(Int(Double(summary.lines) / seconds)))/s,"
      + " \(RunSummary.grouped(summary.changed)) changed, \(RunSummary.grouped(summary.dropped)) dropped,"
      + " \(RunSummary.grouped(summary.rejected)) rejected"
    // A line that is wrapped cannot be written over.
    var bytes = "\r\u{1B}[K" + text.prefix(terminalWidth(errors) - 1)
    bytes.withUTF8 { write(UnsafeRawBufferPointer($0)) }
    hasProgressLine = true
  }

  func clearProgress() {
    guard hasProgressLine else { return }
    hasProgressLine = false
    "\r\u{1B}[K".withCString { _ = Glibc.write(errors, $0, strlen($0)) }
  }
}

/// The columns of a terminal; 80 where it does not say.
private func terminalWidth(_ file: Int32) -> Int {
  var size = winsize()
  guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
  return Int(size.ws_col)
}
