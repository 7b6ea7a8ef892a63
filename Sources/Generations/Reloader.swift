import ConfigurationFiles
import EventLoop
import Logging
import Notilua
import Operations
import ServiceLife
import Synchronization

/// Reads generations, has them tested, and puts them in force in a run, one after the other.
package final class Reloader: Sendable {
  /// The times that files are read again which have changed while they were tested.
  private static let attempts = 5

  private let kept: Mutex<GenerationHistory>
  let orders = OrderQueue()
  private let reader: GenerationReader
  private let executable: String
  private let host: any GenerationHost
  let metrics: ReloadMetrics
  let logger: Logger
  private let entered: @Sendable (Generation) -> Void
  /// The content that the service was started with.
  private let started: GenerationContent
  let requests = AsyncStream.makeStream(of: ReloadCause.self, bufferingPolicy: .bufferingNewest(1))

  /// - Parameters:
  ///   - first: the content of the generation that the run is started with.
  ///   - executable: the path of `notilua-worker`.
  ///   - entered: called with each generation that is put in force, and with the first at once.
  package init(
    _ first: GenerationContent, _ reader: GenerationReader, executable: String,
    host: any GenerationHost, metrics: ReloadMetrics, logger: Logger,
    entered: @escaping @Sendable (Generation) -> Void
  ) {
    let generation = Generation(number: 1, content: first, activatedAt: Timestamp.now)
    kept = Mutex(GenerationHistory(generation))
    self.reader = reader
    self.executable = executable
    self.host = host
    self.metrics = metrics
    self.logger = logger
    self.entered = entered
    started = first
    metrics.take(generation)
    entered(generation)
  }

  /// The generation in force.
  package var current: Generation { history.current }
  var history: GenerationHistory { kept.withLock { $0 } }

  /// The paths whose change is a change of the generation.
  var watchedPaths: [String] { reader.watchedPaths(current.content) }

  /// Asks for a reload of the service, which comes when it can: several requests may become one.
  package func request(_ cause: ReloadCause) { requests.continuation.yield(cause) }

  // MARK: Reloading

  /// Reads everything again, and puts it in force where it passes; where it does not, nothing changes.
  ///
  /// It waits for the end of another order: so what is read is never older than the call.
  package func reload(_ cause: ReloadCause) async -> ReloadAnswer {
    await carryOut("a reload") { () throws(HostError) in
      .done(try await self.renew(cause))
    }
  }

  private func renew(_ cause: ReloadCause) async throws(HostError) -> ReloadReport {
    for _ in 0..<Self.attempts {
      let content = try await read()
      try checkFile(content)
      try RestartKeys.check(content.configuration, against: started.configuration)
      if let report = unchanged(content, cause) { return report }
      let number = history.next
      try await host.load(content.chain, generation: content.mark(number))
      guard let cases = try await test(content) else { continue }
      try await host.adopt()
      var report = enter(content, number, cause)
      report.cases = cases
      return report
    }
    throw HostError(
      .failed,
      "the files have changed \(Self.attempts) times while they were tested; reload once all of them are in place"
    )
  }

  /// Refuses a content that was read without the configuration's file, where there was one: its keys would all be others.
  private func checkFile(_ content: GenerationContent) throws(HostError) {
    guard let file = reader.file, started.fileDigest != GenerationContent.noFile,
      content.fileDigest == GenerationContent.noFile
    else { return }
    throw HostError(
      .usage,
      "'\(file)' is not there, or is no file; put it back, or restart the service to go on without it")
  }

  private func read() async throws(HostError) -> GenerationContent {
    try await onOwnThread { [reader] in
      Result { () throws(HostError) in try reader.read() }
    }.get()
  }

  /// Returns the report where a content does what the generation in force does, or is one that someone has rolled back from.
  private func unchanged(_ content: GenerationContent, _ cause: ReloadCause) -> ReloadReport? {
    let current = current
    if content.digest == current.content.digest {
      kept.withLock { $0.renew(content) }
    } else if cause.isOrder || !history.isSetAside(content.digest) {
      return nil
    } else {
      logger.notice(
        "the files are those of a generation that was rolled back; 'notilua ctl reload' loads them")
    }
    return report(.unchanged, current)
  }

  /// Runs the tests; nil where the files have changed meanwhile.
  ///
  /// Unless they pass, the workers of the generation end.
  private func test(_ content: GenerationContent) async throws(HostError) -> Int? {
    let gate = GenerationGate(content, executable: executable)
    let result = await onOwnThread { [reader] in
      Result<Int?, HostError> { () throws(HostError) in
        let cases = try gate.check()
        return reader.isCurrent(content) ? cases : nil
      }
    }
    guard case .success(_?) = result else {
      await host.discard()
      return try result.get()
    }
    return try result.get()
  }

  private func enter(_ content: GenerationContent, _ number: Int, _ cause: ReloadCause) -> ReloadReport {
    let generation = Generation(number: number, content: content, activatedAt: Timestamp.now)
    kept.withLock { $0.add(generation) }
    note(generation)
    return report(.activated, generation)
  }

  private func note(_ generation: Generation) {
    metrics.take(generation)
    entered(generation)
  }

  private func report(_ result: ReloadReport.Result, _ generation: Generation) -> ReloadReport {
    ReloadReport(
      result, generation: generation.number, digest: generation.content.digest,
      plugins: generation.content.plugins)
  }

  // MARK: Rolling back

  /// Puts a generation that is kept in force again, from its bytes in memory.
  ///
  /// - Parameter number: its number; nil for the one that was in force before.
  package func activate(_ number: Int?) async -> ReloadAnswer {
    await carryOut("a rollback") { () throws(HostError) in
      let history = self.history
      guard let number = number ?? history.previous else {
        return .unknown("there is no generation before \(history.current.number); reload other files")
      }
      guard let generation = history[number] else { return .unknown(Self.unknown(number, history)) }
      if number == history.current.number { return .done(self.report(.unchanged, generation)) }
      try await self.host.load(generation.content.chain, generation: generation.content.mark(number))
      try await self.host.adopt()
      self.kept.withLock { $0.activate(number, at: Timestamp.now) }
      self.note(self.current)
      return .done(self.report(.rolledBack, self.current))
    }
  }

  private static func unknown(_ number: Int, _ history: GenerationHistory) -> String {
    let kept = history.all.map { "\($0.number)" }.joined(separator: ", ")
    return "generation \(number) is not kept; choose one of \(kept)"
  }

  /// Reports a sentence for people.
  func report(_ problem: String) { logger.error("\(problem)") }
}
