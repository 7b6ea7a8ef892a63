import Applications
import Composition
import Foundation
import Muting
import PushExtras
import Testing
import WorkerHost

/// Quiet hours on the clocks of time zones.
struct QuietHoursTests {
  private static let zones = MuteZones(ZoneFolder.compiled)

  /// Returns whether quiet hours count at a moment.
  private static func count(_ hours: QuietHours, _ device: String? = nil, at time: Int64) -> Bool {
    var rules = MuteRules()
    rules.quietHours = hours
    let facts = MuteFacts(MutePlace(.direct, target: "2121"))
    return Muting(zones).decide(facts, rules, deviceZone: device, at: time)?.decision == .quietHours
  }

  /// The answers of Python's zoneinfo: see quiet_hours.py.
  private static func judge() throws -> [[String]] {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "quiet_hours.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [script.path]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try #require(try pipe.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t").map(String.init)
    }
  }

  @Test func countAsPythonSays() throws {
    let lines = try Self.judge()
    #expect(lines.count > 10_000)
    for line in lines {
      let hours = QuietHours(
        start: try #require(Int(line[1])), end: try #require(Int(line[2])), timeZone: line[0])
      let time = try #require(Int64(line[3]))
      let isQuiet = Self.count(hours, at: time)
      if isQuiet != (line[4] == "1") { Issue.record("\(line)") }
    }
  }

  /// 12:30 in UTC, 13:30 in Rome, 20:30 in Shanghai.
  private let noon: Int64 = 1_769_517_000_000

  @Test(arguments: [
    ("Europe/Rome", "Asia/Shanghai", 13), (nil, "Asia/Shanghai", 20), (nil, nil, 12),
    (nil, "Nowhere/Here", 12), ("Nowhere/Here", "Asia/Shanghai", 20),
  ])
  func areOnTheUsersClockElseTheDevices(_ user: String?, _ device: String?, _ hour: Int) {
    for first in 0..<24 {
      let hours = QuietHours(start: first * 60, end: (first + 1) % 24 * 60, timeZone: user)
      #expect(Self.count(hours, device, at: noon) == (first == hour))
    }
  }

  @Test(arguments: [("00:00", 0), ("07:05", 425), ("23:59", 1439)])
  func timesAreRead(_ text: String, _ minute: Int) {
    #expect(QuietHours.minute(text) == minute)
    #expect(QuietHours.text(minute) == text)
  }

  @Test(arguments: [
    "", "7:05", "24:00", "12:60", "12.30", "12:3", "123:0", " 1:00", "1:000", "+1:00", "-1:00", "1２:00",
    "12:30:00", "ab:cd",
  ])
  func whatIsNoTimeIsNotRead(_ text: String) {
    #expect(QuietHours.minute(text) == nil)
  }

  /// K-9 Mail 2572: a quiet time from 02:00 to 01:59 is all day but for a minute, and was none at all.
  @Test func nearlyAllOfTheDayIsNotNothing() {
    let midnight: Int64 = 1_769_472_000_000
    let hours = QuietHours(start: 120, end: 119, timeZone: "UTC")
    for minute in 0..<1440 {
      #expect(Self.count(hours, at: midnight + Int64(minute) * 60_000) == (minute != 119))
    }
  }

  @Test func wrongZonesAreExplained() {
    #expect(Self.zones.problem(with: "Europe/Rome") == nil)
    #expect(Self.zones.problem(with: "Europe/Roma")?.contains("Europe/Rome") ?? false)
  }
}
