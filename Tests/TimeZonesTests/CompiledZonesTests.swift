import Foundation
import Testing
import TimeZones

/// The form in which workers have the zones.
struct CompiledZonesTests {
  private static let folder = URL(fileURLWithPath: "/usr/share/zoneinfo")

  private static func zone(_ name: String) throws -> Zone {
    try Data(contentsOf: folder.appending(path: name)).withUnsafeBytes { try ZoneFile.zone($0) }
  }

  @Test func namesOfTheSameZoneShareIt() throws {
    var zones = CompiledZones()
    let paris = try Self.zone("Europe/Paris")
    let place = zones.add(paris)
    zones.name("Europe/Paris", place)
    let size = zones.bytes.count
    zones.name("A/B", place)
    #expect(zones.bytes.count == size + "A/B".utf8.count + 12)
    let table = CompiledZones.Memory(zones.bytes).table
    #expect(table.names == ["A/B", "Europe/Paris"])
    #expect(table.zone(named: "A/B") == paris)
    #expect(table.zone(named: "a/b") == nil)
    #expect(table.zone(named: "UTC") == .utc)
    #expect(ZoneTable.none.isEmpty)
    #expect(ZoneTable.none.zone(named: "UTC") == .utc)
    #expect(ZoneTable.none.zone(named: "Europe/Paris") == nil)
  }
}
