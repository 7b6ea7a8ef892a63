import Delivery
import EventLoop
import Glibc
import Logging
import Synchronization

/// The log of the service: one line an event, on a descriptor or in a file.
///
/// A line that its place does not take at once is lost and counted; the next one that is taken says how many were.
package final class ServiceLog: Sendable {
  /// An error for which a log cannot be opened, as a sentence for people.
  package struct Failure: Error, Equatable {
    /// The sentence.
    package let message: String
  }

  private struct State {
    var destination: LogDestination
    var lost = 0
  }

  private let state: Mutex<State>
  private let form: LogForm
  private let level: Logger.Level
  private let path: String?
  private let hasPriority: Bool
  private let number = Atomic<Int>(0)

  /// The number of the generation that events have; 0 for none.
  package var generation: Int {
    get { number.load(ordering: .relaxed) }
    set { number.store(newValue, ordering: .relaxed) }
  }

  /// Makes a log on a descriptor of this process, such as its standard error.
  package init(descriptor: Int32 = 2, form: LogForm, level: Logger.Level = .info) {
    state = Mutex(State(destination: .standard(descriptor)))
    self.form = form
    self.level = level
    path = nil
    hasPriority = JournalStream.holds(descriptor)
  }

  /// Makes a log in a file, which is made where there is none.
  ///
  /// - Throws: ``Failure`` where it cannot be written to, or is no regular file.
  package init(path: String, form: LogForm, level: Logger.Level = .info) throws(Failure) {
    state = Mutex(State(destination: .file(try Self.open(path))))
    self.form = form
    self.level = level
    self.path = path
    hasPriority = false
  }

  /// Returns a logger whose events are written here.
  package func logger(_ label: String) -> Logger {
    Logger(label: label) { _ in ServiceLogHandler(log: self, label: label, logLevel: level) }
  }

  /// Opens the log's file anew, which another program may have renamed; without a file, nothing changes.
  ///
  /// - Throws: ``Failure`` where it cannot be opened; the lines go on into the file that was open before.
  package func reopen() throws(Failure) {
    guard let path else { return }
    try state.withLock { (state) throws(Failure) in state.destination = .file(try Self.open(path)) }
  }

  /// The number of lines that are lost and not told of yet.
  package var lostLines: Int { state.withLock { $0.lost } }

  /// Writes an event.
  func write(_ line: LogLine) {
    let bytes = line.bytes(form, hasPriority: hasPriority)
    state.withLock { state in
      if state.lost > 0, state.destination.write(notice(of: state.lost, at: line.time)) { state.lost = 0 }
      if state.lost > 0 || !state.destination.write(bytes) { state.lost += 1 }
    }
  }

  private func notice(of lost: Int, at time: Int64) -> [UInt8] {
    let line = LogLine(.warning, "lost \(lost) \(lost == 1 ? "line" : "lines") of this log", [:], at: time)
    return line.bytes(form, hasPriority: hasPriority)
  }

  private static func open(_ path: String) throws(Failure) -> LineFile {
    var status = stat()
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw Failure(message: "the log '\(path)' is no regular file; name a file")
    }
    do throws(LineFileError) {
      return try LineFile(path)
    } catch {
      throw Failure(message: "the log '\(path)': \(systemMessage(error.code)); name another file")
    }
  }
}

/// The handler of one logger's events.
struct ServiceLogHandler: LogHandler {
  let log: ServiceLog
  let label: String
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
    if let own = event.metadata { all.merge(own) { $1 } }
    if let error = event.error { all["error"] = "\(error)" }
    all["part"] = "\(label)"
    if log.generation > 0 { all["generation"] = "\(log.generation)" }
    log.write(LogLine(event.level, event.message.description, all, at: Timestamp.now))
  }
}
