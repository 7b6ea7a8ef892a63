import CProcessSandbox
import Digests
import EventLoop
import Foundation
import Localization
import LosslessJSON
import LuaSandbox
import NotificationModel
import PluginRuntime
import Synchronization
import TimeZones
import WorkerProtocol

/// Runs the plugins on notifications, for a Swift program.
///
///     let processor = try NotificationProcessor(Configuration(file: "notilua.yaml"))
///     let outcome = try await processor.process(#"{"aps":{"alert":"Code 123456"}}"#)
///
/// Notifications that are given at the same time are batched, and results come in any order. The workers end with
/// the last reference.
public final class NotificationProcessor: Sendable {
  /// Where plugins run.
  public enum Isolation: Sendable {
    /// In sandboxed workers; `worker` is the path of `notilua-worker`, which is looked for beside this program
    /// where it is nil.
    case process(worker: String?)
    /// In this process, for tests and where nothing can be started.
    ///
    /// The limits of memory and CPU time hold, and the library profile is the same. This does **not** protect from
    /// what a plugin does to Lua itself: a crash of the interpreter ends this process, a loop inside of one C
    /// function or garbage collection is not interrupted, and a plugin that breaks out of Lua has all the rights
    /// of this process.
    case inProcess
  }

  private let queue: WorkQueue

  /// Loads the plugins and starts what runs them.
  ///
  /// - Throws: ``HostError`` where a plugin cannot be loaded or the sandbox cannot be set up.
  public convenience init(
    _ configuration: Configuration, isolation: Isolation = .process(worker: nil), traces: Bool = false
  ) throws(HostError) {
    try self.init(configuration, isolation: isolation, traces: traces, presents: false)
  }

  /// The same; where `presents` is true, notifications are lines that ask content extensions to present them.
  package init(
    _ configuration: Configuration, isolation: Isolation, traces: Bool = false, presents: Bool
  ) throws(HostError) {
    let definitions = try configuration.definitions()
    let keys = try configuration.keyRing()
    if !keys.isEmpty { ps_forbid_core_files() }
    queue = try WorkQueue()
    var options = configuration.runnerOptions
    options.writesOutcomes = true
    options.writesOutput = false
    options.traces = traces
    options.presents = presents
    let start = Start()
    let queue = queue
    let runnerOptions = options
    let thread = Thread {
      start.finish { () throws(HostError) -> any Engine in
        switch isolation {
        case .process(let worker):
          var poolOptions = WorkerPool.Options(configuration, executable: worker ?? WorkerExecutable.path)
          poolOptions.runner = runnerOptions
          return try PoolEngine(definitions, poolOptions, keys)
        case .inProcess: return try InProcessEngine(definitions, runnerOptions, keys)
        }
      }?.run(queue)
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
      queue.append(.init(line: notification, number: line, continuation: continuation))
    }
  }
}

/// Where the worker's executable is.
package enum WorkerExecutable {
  /// `notilua-thumbnailer`, beside the worker.
  package static var thumbnailer: String {
    let worker = path
    return (worker.lastIndex(of: "/").map { String(worker[...$0]) } ?? "") + "notilua-thumbnailer"
  }

  /// `NOTILUA_WORKER` of the environment, else `notilua-worker` beside this program.
  package static var path: String {
    if let path = ProcessInfo.processInfo.environment["NOTILUA_WORKER"] { return path }
    var buffer = [CChar](repeating: 0, count: 4096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    return (own.lastIndex(of: "/").map { String(own[...$0]) } ?? "") + "notilua-worker"
  }
}

/// Notifications that wait for the processor's thread.
private final class WorkQueue: Sendable {
  struct Work: Sendable {
    let line: [UInt8]
    let number: Int
    let continuation: CheckedContinuation<Outcome, any Error>
  }

  /// What the queue's thread is told.
  enum Letter: Sendable {
    case work(Work)
    /// Nothing more comes.
    case closed
  }

  /// What comes for the thread.
  let mailbox: Mailbox<Letter>
  /// The failure that no work gets beyond.
  private let failure = Mutex<HostError?>(nil)

  init() throws(HostError) {
    do throws(SystemError) {
      mailbox = try Mailbox()
    } catch {
      throw HostError(.sandbox, KernelRefusal(error).text)
    }
  }

  func append(_ work: Work) {
    // Under the lock: what is put before the failure is failed with the rest.
    let failure = failure.withLock { failure in
      if failure == nil { mailbox.put(.work(work)) }
      return failure
    }
    if let failure { work.continuation.resume(throwing: failure) }
  }

  func close() { mailbox.put(.closed) }

  /// Takes out what has come.
  func take() -> (work: [Work], isClosed: Bool) { Self.sort(mailbox.take()) }

  /// Returns the work among letters, and whether no more will come.
  static func sort(_ letters: [Letter]) -> (work: [Work], isClosed: Bool) {
    var work: [Work] = []
    var isClosed = false
    for letter in letters {
      switch letter {
      case .work(let one): work.append(one)
      case .closed: isClosed = true
      }
    }
    return (work, isClosed)
  }

  /// Fails what waits, and all that comes.
  func fail(_ error: HostError) {
    failure.withLock { $0 = error }
    for work in take().work { work.continuation.resume(throwing: error) }
  }
}

/// Tells the initializer how the thread's start went.
private final class Start: Sendable {
  private let result = Mutex<HostError?>(nil)
  private let semaphore = DispatchSemaphore(value: 0)

  func finish(_ body: () throws(HostError) -> any Engine) -> (any Engine)? {
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

/// What runs plugins, on one thread.
private protocol Engine {
  /// Serves the queue until it is closed.
  func run(_ queue: WorkQueue)
}

extension Engine {
  fileprivate func resume(_ work: WorkQueue.Work, _ members: UnsafeRawBufferPointer) {
    do {
      work.continuation.resume(
        returning: try Outcome(
          json: "{\"line\":\(work.number)," + String(decoding: members, as: UTF8.self) + "}"))
    } catch {
      work.continuation.resume(throwing: error)
    }
  }

  fileprivate func reject(_ work: WorkQueue.Work, _ offset: Int, _ cause: String) {
    var writer = JSONWriter()
    writer.member("action", "reject")
    writer.member("offset", offset)
    writer.member("reason", cause)
    resume(work, writer.buffer.bytes)
  }

  /// Resumes the work of one record of a batch's results.
  fileprivate func resume(_ work: WorkQueue.Work, _ record: ResultRecord, _ outcome: UnsafeRawBufferPointer) {
    if record.action == ResultRecord.Action.reject.rawValue {
      reject(work, Int(record.offset), BatchResult.cause(outcome))
    } else {
      resume(work, outcome)
    }
  }
}

/// Plugins in workers.
private final class PoolEngine: Engine {
  private let pool: WorkerPool
  private let limit: Int
  /// By batch and item.
  private var inFlight: [UInt64: [Int: WorkQueue.Work]] = [:]
  private var waiting: [WorkQueue.Work] = []

  init(_ definitions: [PluginDefinition], _ options: WorkerPool.Options, _ keys: KeyRing) throws(HostError) {
    limit = options.payloadLimit
    pool = try WorkerPool(definitions: definitions, options: options, keys: keys)
    try pool.checkPlugins()
  }

  func run(_ queue: WorkQueue) {
    pool.onResult = { [unowned self] in take($0) }
    var isClosed = false
    let letters = queue.mailbox.open(on: pool.reactor) { [unowned self] letters in
      let taken = WorkQueue.sort(letters)
      waiting += taken.work
      isClosed = isClosed || taken.isClosed
    }
    defer { letters.cancel() }
    do throws(HostError) {
      while !isClosed || pool.pending > 0 || !waiting.isEmpty {
        try pool.turn()
        submit()
      }
    } catch {
      for work in inFlight.values.flatMap(\.values) { work.continuation.resume(throwing: error) }
      for work in waiting { work.continuation.resume(throwing: error) }
      queue.fail(error)
    }
  }

  private func submit() {
    var next = 0
    while next < waiting.count, let slot = pool.vacantSlot() {
      var items: [BatchItem] = []
      var context = Batch.Context()
      var batch: [Int: WorkQueue.Work] = [:]
      var filled = 0
      while next < waiting.count, items.count < pool.batchItems {
        let line = waiting[next].line
        if line.count > limit {
          reject(
            waiting[next], limit,
            "the notification has \(line.count) bytes; the limit is \(limit) (limits.payload)")
          next += 1
          continue
        }
        guard let item = slot.put(line, &filled) else { break }
        batch[items.count] = waiting[next]
        items.append(item)
        context.lines.append(1)
        next += 1
      }
      if items.isEmpty { break }
      inFlight[pool.submit(slot, items, context)] = batch
    }
    waiting.removeFirst(next)
  }

  private func take(_ result: BatchResult) {
    guard let body = result.body else { return }
    let sequence = result.batch.sequence
    var at = 0
    for index in 0..<body.count {
      let record = body[index]
      let outcome = UnsafeRawBufferPointer(rebasing: body.outcomes[at..<at + Int(record.outcomeCount)])
      at += Int(record.outcomeCount)
      if let work = inFlight[sequence]?.removeValue(forKey: Int(record.item)) {
        if let problem = result.malformed[Int(record.item)] {
          reject(work, 0, problem)
        } else {
          resume(work, record, outcome)
        }
      }
    }
    if result.isLast { inFlight[sequence] = nil }
  }
}

/// Plugins in this process.
private final class InProcessEngine: Engine {
  private let runner: BatchRunner

  init(_ definitions: [PluginDefinition], _ options: RunnerOptions, _ keys: KeyRing) throws(HostError) {
    Digest.prepare()
    var definitions = definitions
    let localizer = CompiledStrings.Memory(PluginDefinition.numberCatalogs(&definitions)).localizer
    let zones = CompiledZones.Memory(ZoneFolder.compiled).table
    var seeds = SystemRandomNumberGenerator()
    var plugins: [Plugin] = []
    for var definition in definitions {
      definition.limits.polls = true
      do {
        let plugin = try Plugin(
          definition: definition, seed: seeds.next(), localizer: localizer, zones: zones)
        if let fault = plugin.loadFault { throw HostError(.plugins, fault.message) }
        plugins.append(plugin)
      } catch let error as HostError {
        throw error
      } catch {
        throw HostError(.plugins, "\(definition.path): \(error)")
      }
    }
    runner = BatchRunner(
      chain: Chain(
        plugins: plugins, seed: seeds.next(), depthLimit: options.depthLimit, zones: zones),
      options: options)
    runner.onRequest = { [unowned runner, definitions] ticket, plugin, request in
      let isGranted = definitions[plugin].capabilities.contains(request.capability)
      runner.answer(ticket, isGranted ? keys.answer(request) : .failure("not granted"))
    }
  }

  func run(_ queue: WorkQueue) {
    while true {
      var polled = [pollfd(fd: queue.mailbox.descriptor, events: Int16(POLLIN), revents: 0)]
      _ = poll(&polled, 1, -1)
      let taken = queue.take()
      for work in taken.work {
        runner.begin(quarantined: 0)
        work.line.withUnsafeBytes { runner.run(item: 0, $0, receivedAt: wallClockSeconds()) }
        runner.withResults { header, sections in
          guard header.records == 1 else { return }
          resume(work, sections[1].loadUnaligned(as: ResultRecord.self), sections[4])
        }
      }
      if taken.isClosed { return }
    }
  }
}
