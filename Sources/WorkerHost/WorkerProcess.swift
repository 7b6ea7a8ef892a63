import ConfigurationFiles
import EventLoop
import FileReading
import Glibc
import WorkerProtocol

/// One worker: its process, the pipes to it, and the memory that it shares.
///
/// The memory outlives the process, so that the batches of a worker that died are still there for the next.
final class WorkerProcess {
  /// The limits that the kernel holds the process to, for as long as it lives.
  struct Limits: Equatable {
    /// Bytes of its address space.
    var addressSpace: Int
    /// The CPU time between two ticks, in nanoseconds.
    var tick: Int64
    /// The CPU time of one handler after which it is killed, in nanoseconds.
    var overdue: Int64

    /// Returns true where a process with these limits serves in place of one with `others`.
    func serve(_ others: Limits) -> Bool {
      others.addressSpace <= addressSpace && others.tick == tick && others.overdue == overdue
    }
  }

  let layout: SharedLayout
  let limits: Limits
  let tables: SharedTables
  private let executable: String
  private let arguments: [String]
  private let timeZone: String
  private var child: Child?
  private var pipe: FramePipe?
  private let requestMemory: SharedMapping
  private let resultMemory: SharedMapping
  let requests: UnsafeMutableRawPointer
  let results: UnsafeRawPointer

  /// Makes the shared memory; ``start()`` makes the process.
  ///
  /// - Parameter timeZone: a value for `TZ`; nil means this process' own.
  init(
    executable: String, layout: SharedLayout, limits: Limits, tables: SharedTables, timeZone: String?
  ) throws(HostError) {
    self.executable = executable
    self.layout = layout
    self.limits = limits
    self.tables = tables
    // Without a value the C library would look at the zone's file again and again, which the worker may not.
    self.timeZone = timeZone ?? getenv("TZ").map { String(cString: $0) } ?? ":/etc/localtime"
    arguments =
      [
        limits.addressSpace, Int(limits.tick), Int(limits.overdue), layout.lineCapacity,
        tables.strings.memory.size, tables.zones.size,
      ].map(String.init)
    requestMemory = try SharedMapping(layout.requestsSize, PROT_READ | PROT_WRITE)
    resultMemory = try SharedMapping(layout.resultsSize, PROT_READ)
    requests = requestMemory.start
    results = UnsafeRawPointer(resultMemory.start)
  }

  deinit { stop() }

  // MARK: Life

  /// The number of the process; -1 where there is none.
  var process: pid_t { child?.process ?? -1 }
  /// The descriptor that frames for the worker are written to; -1 where there is no process.
  var requestPipe: Int32 { pipe?.output ?? -1 }
  /// The descriptor that the worker's frames are read from; -1 where there is no process.
  var resultPipe: Int32 { pipe?.input ?? -1 }

  func start() throws(HostError) {
    do throws(SystemError) {
      child = try Child(command)
    } catch {
      throw failure(WorkerExecutable.startRefusal(executable, error))
    }
    pipe = child.map { FramePipe(output: $0.input, input: $0.output) }
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
      requestMemory.descriptor, resultMemory.descriptor, tables.strings.memory.descriptor,
      tables.zones.descriptor,
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
    pipe = nil
    child?.closePipes()
    child?.kill()
    return child?.wait()
  }

  /// The last progress of the worker.
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

  /// The bytes that the process has in memory, as the kernel counts them.
  var residentMemory: Int {
    let fields = (try? readFile("/proc/\(process)/statm", .kernelFile))?.split(separator: 0x20) ?? []
    let pages = fields.count > 1 ? Int(String(decoding: fields[1], as: UTF8.self)) ?? 0 : 0
    return pages * Int(sysconf(Int32(_SC_PAGESIZE)))
  }

  /// The CPU time that the process has used, in nanoseconds; 0 where there is none.
  var cpuTime: Int64 {
    guard process > 0 else { return 0 }
    var clock = clockid_t()
    var time = timespec()
    guard clock_getcpuclockid(process, &clock) == 0, clock_gettime(clock, &time) == 0 else { return 0 }
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  // MARK: Frames

  /// Sends a frame; what the pipe does not take goes with ``flush()``.
  func send(_ frame: Frame, _ body: [UInt8] = []) { pipe?.send(frame, body) }

  /// The number of bytes for the worker that its pipe did not take yet.
  var unsentCount: Int { pipe?.unsentCount ?? 0 }

  /// Writes what the pipe takes.
  func flush() { pipe?.flush() }

  /// Reads what has come, as ``FramePipe/receive(limit:)``.
  func receive(limit: (Frame.Kind) -> Int) -> (frames: [(Frame, [UInt8])], hasEnded: Bool) {
    pipe?.receive(limit: limit) ?? ([], true)
  }
}
