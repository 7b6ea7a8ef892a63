import ConfigurationFiles
import EventLoop
import Glibc
import Localization
import WorkerProtocol

/// One worker: its process, the pipes to it, and the memory that it shares.
///
/// The memory outlives the process, so that the batches of a worker that died are still there for the next.
final class WorkerProcess {
  /// What the kernel holds the process to, for as long as it lives.
  struct Limits: Equatable {
    /// Bytes of its address space.
    var addressSpace: Int
    /// How often its CPU time is looked at, in nanoseconds.
    var tick: Int64
    /// The CPU time of one handler after which it is killed, in nanoseconds.
    var overdue: Int64

    /// Whether a process with these limits serves where `others` are needed.
    func serve(_ others: Limits) -> Bool {
      others.addressSpace <= addressSpace && others.tick == tick && others.overdue == overdue
    }
  }

  let layout: SharedLayout
  let limits: Limits
  let strings: SharedStrings
  private let zones: SealedMemory
  private let executable: String
  private let arguments: [String]
  private let timeZone: String
  private var child: Child?
  private let requestMemory: SharedMapping
  private let resultMemory: SharedMapping
  let requests: UnsafeMutableRawPointer
  let results: UnsafeRawPointer

  /// Bytes for the worker; those before `sentCount` have gone.
  private var unsent: [UInt8] = []
  private var sentCount = 0
  private var received: [UInt8] = []
  /// Whether it was asked how often lines were run.
  var expectsLineCounts = false
  /// Whether it was asked what the plugins' code cannot mean.
  var expectsCodeFindings = false
  /// The most bytes of its reports on the plugins.
  var reportLimit = 0
  /// Where reads go first.
  private let chunk: UnsafeMutableRawBufferPointer

  /// Makes the shared memory; ``start()`` makes the process.
  ///
  /// - Parameters:
  ///   - zones: ``CompiledZones``.
  ///   - timeZone: a value for `TZ`; nil means this process' own.
  init(
    executable: String, layout: SharedLayout, limits: Limits, strings: SharedStrings, zones: SealedMemory,
    timeZone: String?
  ) throws(HostError) {
    self.executable = executable
    self.layout = layout
    self.limits = limits
    self.strings = strings
    self.zones = zones
    // Without a value the C library would look at the zone's file again and again, which the worker may not.
    self.timeZone = timeZone ?? getenv("TZ").map { String(cString: $0) } ?? ":/etc/localtime"
    arguments =
      [
        limits.addressSpace, Int(limits.tick), Int(limits.overdue), layout.lineCapacity, strings.memory.size,
        zones.size,
      ].map(String.init)
    requestMemory = try SharedMapping(layout.requestsSize, PROT_READ | PROT_WRITE)
    resultMemory = try SharedMapping(layout.resultsSize, PROT_READ)
    requests = requestMemory.start
    results = UnsafeRawPointer(resultMemory.start)
    // Last: what throws before would leave it behind.
    chunk = .allocate(byteCount: 16 << 10, alignment: 16)
  }

  deinit {
    stop()
    chunk.deallocate()
  }

  // MARK: Life

  /// The number of the process; -1 where there is none.
  var process: pid_t { child?.process ?? -1 }
  /// The descriptor that frames for the worker are written to; -1 where there is no process.
  private(set) var requestPipe: Int32 = -1
  /// The descriptor that the worker's frames are read from; -1 where there is no process.
  private(set) var resultPipe: Int32 = -1

  func start() throws(HostError) {
    do throws(SystemError) {
      child = try Child(command)
    } catch {
      throw failure(WorkerExecutable.startRefusal(executable, error))
    }
    requestPipe = child?.input ?? -1
    resultPipe = child?.output ?? -1
    // Only this end: the worker's is another open file.
    _ = fcntl(requestPipe, F_SETFL, O_NONBLOCK)
    _ = fcntl(resultPipe, F_SETFL, O_NONBLOCK)
    unsent = []
    sentCount = 0
    received = []
    expectsLineCounts = false
    expectsCodeFindings = false
  }

  private var command: Child.Command {
    var command = Child.Command(
      executable, arguments,
      environment: .helper([
        "SWIFT_BACKTRACE": "enable=no", "TZ": timeZone, "LC_ALL": "C",
        // Lua frees many small blocks at once and soon wants as many again: keep them all at hand.
        "GLIBC_TUNABLES": "glibc.malloc.tcache_count=127",
      ]))
    (command.input, command.output, command.errors) = (.pipe, .pipe, .null)
    command.others = [
      requestMemory.descriptor, resultMemory.descriptor, strings.memory.descriptor, zones.descriptor,
    ]
    return command
  }

  private func failure(_ cause: String) -> HostError {
    HostError(.sandbox, "a worker could not be started: \(cause)")
  }

  func kill() { child?.kill() }

  /// Ends the process if it has not ended, and tells how it did.
  @discardableResult
  func stop() -> Child.Ending? {
    defer { child = nil }
    (requestPipe, resultPipe) = (-1, -1)
    child?.closePipes()
    child?.kill()
    return child?.wait()
  }

  /// What the worker noted last.
  ///
  /// It may be anything: the worker can write there at any time.
  var progress: WorkerProgress { results.loadUnaligned(as: WorkerProgress.self) }

  /// The progress of the worker's lock, by its own words.
  var lock: WorkerLock { results.loadUnaligned(fromByteOffset: SharedLayout.lockOffset, as: WorkerLock.self) }

  /// The line of Lua, by the path of its file, that the worker could not interrupt, by its own words.
  var overduePlace: (path: String, line: UInt32)? {
    let place = results + SharedLayout.placeOffset
    let line = place.loadUnaligned(as: UInt32.self)
    let count = min(Int(place.loadUnaligned(fromByteOffset: 4, as: UInt32.self)), 248)
    guard line > 0, count > 0 else { return nil }
    return (String(decoding: UnsafeRawBufferPointer(start: place + 8, count: count), as: UTF8.self), line)
  }

  // MARK: Frames

  func send(_ frame: Frame, _ body: [UInt8] = []) {
    unsent.append(contentsOf: frame.header)
    unsent.append(contentsOf: body)
    flush()
  }

  /// How many bytes for the worker its pipe did not take yet.
  var unsentCount: Int { unsent.count - sentCount }

  /// Writes what the pipe takes.
  func flush() {
    while unsentCount > 0 {
      let count = unsent[sentCount...].withUnsafeBytes { writeQuietly(requestPipe, $0) }
      if count <= 0 {
        if count < 0, errno == EINTR { continue }
        // A full pipe is polled for; a broken one is noticed where results are read.
        break
      }
      sentCount += count
    }
    // Not at every call: each would move all that is left.
    if sentCount > unsent.count / 2 {
      unsent.removeFirst(sentCount)
      sentCount = 0
    }
  }

  /// The most bytes that one call reads, so that one worker does not keep the host from the others.
  private static let readLimit = 1 << 20

  /// Reads what has come: whole frames, and whether the worker closed its end or sent what is no frame.
  func receive() -> (frames: [(Frame, [UInt8])], hasEnded: Bool) {
    var hasEnded = false
    var total = 0
    while total < Self.readLimit {
      let count = read(resultPipe, chunk.baseAddress, chunk.count)
      if count > 0 {
        received.append(contentsOf: chunk[0..<count])
        total += count
        if count < chunk.count { break }
      } else if count < 0, errno == EINTR {
        continue
      } else {
        hasEnded = count == 0 || errno != EAGAIN
        break
      }
    }
    var frames: [(Frame, [UInt8])] = []
    var at = 0
    while received.count - at >= Frame.headerSize {
      guard let frame = received[at...].withUnsafeBytes({ Frame(header: $0) }),
        frame.count <= sizeLimit(of: frame.kind)
      else { return (frames, true) }
      let inline = frame.isShared ? 0 : frame.count
      guard received.count - at - Frame.headerSize >= inline else { break }
      at += Frame.headerSize
      frames.append((frame, Array(received[at..<at + inline])))
      at += inline
    }
    if at > 0 { received.removeFirst(at) }
    return (frames, hasEnded)
  }

  private func sizeLimit(of kind: Frame.Kind) -> Int {
    switch kind {
    case .results: layout.resultLimit
    case .capability: CapabilityRequest.bodyLimit
    // Each line takes 8 bytes, and no file has more lines than bytes.
    case .lineCounts: expectsLineCounts ? 64 << 20 : 0
    case .codeFindings: expectsCodeFindings ? CodeFinding.bodyLimit : 0
    case .loaded: reportLimit
    default: 1 << 20
    }
  }
}
