import Foundation
import Testing
import TimeZones

/// Zones are read and followed as Python's zoneinfo and the C library do, with the same tzdata.
struct ZoneTests {
  private static let folder = URL(fileURLWithPath: "/usr/share/zoneinfo")

  private static func zone(_ name: String) throws -> Zone {
    try Data(contentsOf: folder.appending(path: name)).withUnsafeBytes { try ZoneFile.zone($0) }
  }

  /// Finds zones by way of the form in which workers have them.
  private static func table(_ names: Set<String>) throws -> ZoneTable {
    var zones = CompiledZones()
    for name in names.sorted() { zones.name(name, zones.add(try zone(name))) }
    return CompiledZones.Memory(zones.bytes).table
  }

  @Test func timesAreThoseOfZoneinfoAndTheCLibrary() throws {
    let lines = try Judge.lines("moment")
    #expect(lines.count > 25_000)
    let table = try Self.table(Set(lines.map { $0[0] }))
    var wrong: [String] = []
    for line in lines {
      let time = table.zone(named: line[0])?.time(at: Int(line[1]) ?? 0)
      let theirs = ZoneTime(offset: Int(line[2]) ?? 0, isDaylight: line[3] == "1", abbreviation: line[4])
      if time != theirs { wrong.append("\(line): \(String(describing: time))") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(10))")
  }

  @Test func momentsOfLocalTimesAreThoseOfZoneinfo() throws {
    let lines = try Judge.lines("local")
    #expect(lines.count > 25_000)
    #expect(lines.count { $0[4] == "gap" } > 500)
    #expect(lines.count { $0[4] != "gap" && $0[2] != $0[3] } > 500)
    let table = try Self.table(Set(lines.map { $0[0] }))
    var wrong: [String] = []
    for line in lines {
      let zone = try #require(table.zone(named: line[0]))
      let (wall, first, second) = (Int(line[1]) ?? 0, Int(line[2]) ?? 0, Int(line[3]) ?? 0)
      let moments = zone.moments(of: wall)
      let isRight =
        line[4] == "gap"
        ? moments.isEmpty && zone.momentInGap(of: wall) == first
        : moments.first == first && moments.last == second
      if !isRight { wrong.append("\(line): \(moments)") }
    }
    #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(10))")
  }

  // MARK: Rules

  private static func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Int {
    CivilTime(year: year, month: month, day: day, hour: hour, minute: minute).seconds
  }
}
