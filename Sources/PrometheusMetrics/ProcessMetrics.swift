import Glibc

/// The metrics of the process itself, by the names and in the words of Prometheus' client libraries.
///
/// Word by word: node_exporter has the same metrics of its own, and refuses two texts for one name.
package struct ProcessMetrics: Sendable {
  private let cpu: Counter
  private let resident: Gauge
  private let virtual: Gauge
  private let open: Gauge
  private let limit: Gauge

  /// Adds the metrics to a registry, which reads them from `/proc` each time it is asked for its text.
  package init(_ registry: MetricRegistry) {
    cpu = registry.counter(
      "process_cpu_seconds_total", "Total user and system CPU time spent in seconds.", .seconds)
    resident = registry.gauge(
      "process_resident_memory_bytes", "Resident memory size in bytes.", .bytes)
    virtual = registry.gauge("process_virtual_memory_bytes", "Virtual memory size in bytes.", .bytes)
    open = registry.gauge("process_open_fds", "Number of open file descriptors.")
    limit = registry.gauge("process_max_fds", "Maximum number of open file descriptors.")
    let start = registry.gauge(
      "process_start_time_seconds", "Start time of the process since unix epoch in seconds.", .seconds)
    start.set(Self.startTime)
    registry.beforeReading { [self] in read() }
  }

  private func read() {
    cpu.raise(to: Self.nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID))
    let pages = Self.fields(of: "/proc/self/statm").prefix(2).map { Int64($0) ?? 0 }
    let size = Int64(sysconf(Int32(_SC_PAGESIZE)))
    virtual.set((pages.first ?? 0) * size)
    resident.set((pages.last ?? 0) * size)
    open.set(Self.openDescriptors)
    var most = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &most)
    limit.set(Int64(clamping: most.rlim_cur))
  }

  private static func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// The time of the start, in nanoseconds since 1970.
  private static var startTime: Int64 {
    // The name of the program, the second field, may have anything in it; the start is the 20th behind it.
    let stat = fields(of: "/proc/self/stat", behind: ")")
    let ticks = stat.count > 19 ? Int64(stat[19]) ?? 0 : 0
    let sinceBoot = ticks * (1_000_000_000 / Int64(sysconf(Int32(_SC_CLK_TCK))))
    return nanoseconds(of: CLOCK_REALTIME) - nanoseconds(of: CLOCK_BOOTTIME) + sinceBoot
  }

  /// The number of open descriptors, without the one that looks.
  private static var openDescriptors: Int {
    guard let folder = opendir("/proc/self/fd") else { return 0 }
    defer { closedir(folder) }
    var count = 0
    while readdir(folder) != nil { count += 1 }
    // "." and "..", and the descriptor of the folder.
    return max(count - 3, 0)
  }

  /// Returns the words of a file of `/proc`; none where it cannot be read.
  private static func fields(of path: String, behind mark: Character? = nil) -> [Substring] {
    let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = Glibc.read(file, &bytes, bytes.count)
    let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    let start = mark.flatMap { text.lastIndex(of: $0) }.map { text.index(after: $0) } ?? text.startIndex
    return text[start...].split(whereSeparator: \.isWhitespace)
  }
}
