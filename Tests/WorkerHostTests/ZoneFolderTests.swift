import Foundation
import NotificationModel
import PluginRuntime
import Testing
import TimeZones
import WorkerHost

/// The zones of the machine are all there, and a damaged folder harms nothing.
struct ZoneFolderTests {
  /// tzdata.zi lists every zone (Z) and link (L) of the same version in text.
  @Test func zonesAndLinksAreThoseOfTheDatabase() throws {
    let text = try String(contentsOfFile: "/usr/share/zoneinfo/tzdata.zi", encoding: .utf8)
    var names: Set<String> = []
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ").map(String.init)
      if fields[0] == "Z" { names.insert(fields[1]) }
      if fields[0] == "L" { names.insert(fields[2]) }
    }
    #expect(names.count > 500)
    #expect(Set(ZoneFolder.table.names) == names)
    let table = ZoneFolder.table
    #expect(table.zone(named: "US/Pacific") == table.zone(named: "America/Los_Angeles"))
    #expect(names.allSatisfy { table.zone(named: $0) != nil })
  }

  @Test func aWrongNameIsToldWithTheOneThatIsMeant() {
    #expect(ZoneFolder.problem(with: "Europe/Rome") == nil)
    #expect(ZoneFolder.problem(with: "UTC") == nil)
    #expect(
      ZoneFolder.problem(with: "europe/rome")
        == "there is no time zone 'europe/rome'; did you mean 'Europe/Rome'?")
    let nowhere = "; write one of IANA's database, such as 'Europe/Rome'"
    // What is near to an offset or an abbreviation is another time.
    for name in [
      "", "..", "../../etc/passwd", "/usr/share/zoneinfo/Europe/Rome", "W. Europe Standard Time", "GMT+2",
      "UTC+1", "+02:00", "Etc/GMT+20", "CEST", "PST", "ES", "EST6EDT",
    ] {
      #expect(ZoneFolder.problem(with: name) == "there is no time zone '\(name)'" + nowhere)
    }
    #expect(ZoneTable.none.problem(with: "Europe/Rome").hasSuffix("install tzdata"))
  }

  /// Wrong names come from who sends notifications: comparing each with all zones would take long.
  @Test func onlySoManyWrongNamesAreCompared() {
    let table = ZoneFolder.table
    for number in 0..<300 { _ = table.problem(with: "Europe/Rom\(number)") }
    #expect(!table.problem(with: "Europe/Parris").contains("did you mean"))
    #expect(table.problem(with: "Europe/Rom1").contains("did you mean 'Europe/Rome'"))
  }

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "zones-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder)
  }

  @Test func whatIsNoZoneIsLeftOut() throws {
    try Self.withFolder { folder in
      let rome = try Data(contentsOf: URL(fileURLWithPath: "/usr/share/zoneinfo/Europe/Rome"))
      func write(_ name: String, _ data: Data) throws {
        let file = folder.appending(path: name)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try data.write(to: file)
      }
      func link(_ name: String, _ target: String) throws {
        try FileManager.default.createSymbolicLink(
          atPath: folder.appending(path: name).path, withDestinationPath: target)
      }
      try write("A/Rome", rome)
      try write("A/Empty", Data())
      try write("A/Half", rome.prefix(rome.count / 2))
      try write("A/Text", Data("TZif2 but not really".utf8))
      try write("A/Large", rome + Data(count: 70 << 10))
      try write("A/with space", rome)
      try write("zone.tab", rome)
      try write("localtime", rome)
      try write("posix/A/Rome", rome)
      try write("right/A/Rome", rome)
      try link("A/Link", "Rome")
      try link("A/Lost", "Nowhere")
      try link("A/Zero", "/dev/zero")
      try link("A/Circle", "Circle")
      try link("A/Up", "..")
      #expect(mkfifo(folder.appending(path: "A/Pipe").path, 0o600) == 0)
      let table = CompiledZones.Memory(ZoneFolder.compile(folder.path)).table
      #expect(table.names == ["A/Link", "A/Rome"])
      #expect(table.zone(named: "A/Link") == table.zone(named: "A/Rome"))
    }
  }

  @Test func aFolderWithoutZonesGivesNone() throws {
    #expect(ZoneFolder.compile("/nowhere").isEmpty)
    try Self.withFolder { #expect(ZoneFolder.compile($0.path).isEmpty) }
  }
}
