import CProcessSandbox
import ConfigurationFiles
import Foundation
import NotificationModel
import Synchronization
import WorkerHost
import WorkerProtocol

/// Runs the plugins on notifications, for a Swift program.
///
///     let processor = try NotificationProcessor(Configuration(file: "notilua.yaml"))
///     let outcome = try await processor.process(#"{"aps":{"alert":"Code 123456"}}"#)
///
/// Notifications that are given at the same time are batched, and results come in any order. The workers end with
/// the last reference.
public final class NotificationProcessor: Sendable {
  private let queue: WorkQueue

  /// Loads the plugins and starts what runs them.
  ///
  /// - Throws: ``HostError`` where a plugin cannot be loaded or the sandbox cannot be set up.
  public convenience init(
    _ configuration: Configuration, isolation: Isolation = .process(worker: nil), traces: Bool = false
  ) throws(HostError) {
    try self.init(configuration, isolation: isolation, traces: traces, form: .lines)
  }

  /// Loads the plugins for notifications, or for requests to content extensions.
  package init(
    _ configuration: Configuration, isolation: Isolation, traces: Bool = false, form: Batch.Form
  ) throws(HostError) {
    let definitions = try configuration.definitions()
    let keys = try configuration.keyRing()
    if !keys.isEmpty { ps_forbid_core_files() }
    queue = try WorkQueue()
    var options = configuration.runnerOptions
    options.writesOutcomes = form == .lines
    options.content = .none
    options.traces = traces
    let start = Start()
    let queue = queue
    let chain = Isolation.Chain(
      definitions: definitions, options: options, keys: keys, configuration: configuration, form: form)
    let thread = Thread {
      start.finish { () throws(HostError) -> any ProcessorEngine in try isolation.start(chain) }?.run(queue)
    }
    // Lua's deepest legal recursion takes 0.4 MiB of stack.
    thread.stackSize = 4 << 20
    thread.start()
    try start.wait()
  }

  deinit { queue.close() }

  /// Runs the chain on one notification: a payload, or an envelope with one.
  ///
  /// - Throws: ``HostError`` where the processor has failed. A line that is no notification is no error but an
  ///   outcome with the action `reject`.
  public func process(_ notification: String) async throws -> Outcome {
    try await process(Array(notification.utf8))
  }

  /// Runs the chain on the bytes of one notification.
  public func process(_ notification: [UInt8]) async throws -> Outcome {
    try await process(notification, line: 1)
  }

  /// The same for a line of a file, whose number the outcome has.
  package func process(_ notification: [UInt8], line: Int) async throws -> Outcome {
    try await withCheckedThrowingContinuation { continuation in
      queue.append(.init(line: notification, number: line, reply: .outcome(continuation)))
    }
  }

  /// Has the content extension of a notification's category handle a request, where the processor is for requests.
  package func present(_ request: PresentationRequest) async throws -> PresentationReply {
    try await withCheckedThrowingContinuation { continuation in
      queue.append(.init(line: request.bytes, number: 1, reply: .presentation(continuation)))
    }
  }
}

/// Tells the initializer how the thread's start went.
private final class Start: Sendable {
  private let result = Mutex<HostError?>(nil)
  private let semaphore = DispatchSemaphore(value: 0)

  func finish(_ body: () throws(HostError) -> any ProcessorEngine) -> (any ProcessorEngine)? {
    defer { semaphore.signal() }
    do throws(HostError) {
      return try body()
    } catch {
      result.withLock { $0 = error }
      return nil
    }
  }

  func wait() throws(HostError) {
    semaphore.wait()
    if let error = result.withLock({ $0 }) { throw error }
  }
}
