import Foundation
import PrometheusMetrics
import Testing

/// What the metrics say of this process is what is so.
struct ProcessMetricsTests {
  private static func value(_ registry: MetricRegistry, _ name: String) -> Double {
    let line = registry.text(.prometheus).split(separator: "\n").first { $0.hasPrefix(name + " ") }
    return line?.split(separator: " ").last.flatMap { Double($0) } ?? .nan
  }

  @Test func memoryIsCountedInBytes() {
    let registry = MetricRegistry()
    _ = ProcessMetrics(registry)
    // "VmRSS: 12345 kB", which other tests change meanwhile.
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let resident = status.firstMatch(of: /VmRSS:\s+(\d+) kB/).flatMap { Double($0.1) } ?? 0
    let ratio = Self.value(registry, "process_resident_memory_bytes") / (resident * 1024)
    #expect(ratio > 0.5 && ratio < 2)
    #expect(Self.value(registry, "process_virtual_memory_bytes") > resident * 1024)
  }

  @Test func theStartIsBetweenTheMachinesAndNow() {
    let registry = MetricRegistry()
    _ = ProcessMetrics(registry)
    let uptime = (try? String(contentsOfFile: "/proc/uptime", encoding: .utf8)) ?? ""
    let boot = Date().timeIntervalSince1970 - (uptime.split(separator: " ").first.flatMap { Double($0) } ?? 0)
    let start = Self.value(registry, "process_start_time_seconds")
    #expect(start > boot - 2 && start <= Date().timeIntervalSince1970)
  }

  @Test func cpuTimeRises() {
    let registry = MetricRegistry()
    _ = ProcessMetrics(registry)
    let before = Self.value(registry, "process_cpu_seconds_total")
    var sum: UInt64 = 0
    let end = Date().addingTimeInterval(0.05)
    while Date() < end { sum &+= 1 }
    #expect(Self.value(registry, "process_cpu_seconds_total") > before && sum > 0)
  }

  @Test func openFilesAreCounted() throws {
    let registry = MetricRegistry()
    _ = ProcessMetrics(registry)
    let files = try (0..<200).map { _ in try #require(FileHandle(forReadingAtPath: "/dev/null")) }
    #expect(Self.value(registry, "process_open_fds") >= 200)
    #expect(Self.value(registry, "process_open_fds") <= Self.value(registry, "process_max_fds"))
    for file in files { try file.close() }
  }
}
