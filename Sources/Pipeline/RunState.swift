import ConfigurationFiles
import EventLoop

/// The phase of a run and how far it has come, shared by its parts: each reports what happens to it here.
final class RunState {
  private(set) var phase = RunPhase.reading
  /// The signals that ask for an end.
  var stops = RunStops.none
  var summary = RunSummary()
  /// The place of the line that is written.
  var currentLine = ""
  /// The place of the line that was written last; empty before the first.
  var lastLine = ""
  /// The files that the failed write was for, as people call them.
  private var failedFiles: String?

  /// A Boolean value that is true while a write that waits for its reader may go on waiting.
  var isPatient: Bool { stops.count() < 2 }

  func note(_ event: RunEvent) { phase = phase.after(event) }

  /// Notes the end of the patience with what holds the run up.
  func noteImpatience() { note(.impatience(stops.last(), at: MonotonicClock.now)) }

  /// Notes that a file could not be written.
  ///
  /// - Parameter files: the files that end with the same line, as people call them.
  func failWriting(_ files: String, _ error: HostError) {
    if phase.failure == nil { failedFiles = files }
    note(.failure(error))
  }

  /// Completes the failure of a write with the place to go on at.
  func cutOff(at place: String) {
    guard let cause = phase.failure, let files = failedFiles else { return }
    failedFiles = nil
    let rest =
      lastLine.isEmpty
      ? "no line was written whole, so empty \(files)"
      : "\(lastLine) is the last line written whole, so cut off what follows it in \(files)"
    note(.located(HostError(cause.status, "\(cause.message); \(rest) and go on at \(place)")))
  }
}
