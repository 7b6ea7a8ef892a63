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

  // MARK: Rules

  private static func utc(_ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0) -> Int {
    CivilTime(year: year, month: month, day: day, hour: hour, minute: minute).seconds
  }

  /// POSIX, "Other Environment Variables", `TZ`, and the additions of RFC 8536 §3.3.1.
  @Test(arguments: [
    // Paris, 2050: 27 March and 30 October, at 01:00 UTC.
    ("CET-1CEST,M3.5.0,M10.5.0/3", utc(2050, 3, 27, 0, 59), 3600, utc(2050, 3, 27, 1), 7200),
    ("CET-1CEST,M3.5.0,M10.5.0/3", utc(2050, 10, 30, 1), 3600, utc(2050, 10, 30, 0, 59), 7200),
    // South of the equator the year begins and ends in daylight saving time.
    ("AEST-10AEDT,M10.1.0,M4.1.0/3", utc(2050, 6, 1), 36000, utc(2050, 1, 1), 39600),
    // Day 60 is 1 March, whether the year is a leap year or not; with J it is never 29 February.
    ("A0BCD,J60/0,J300/0", utc(2048, 2, 29, 23, 59), 0, utc(2048, 3, 1), 3600),
    ("AAA0BCD,59/0,300/0", utc(2048, 2, 28, 23, 59), 0, utc(2048, 2, 29), 3600),
    // Times before and behind the day: Greenland's are on Saturday at 22:00, which is -1 o'clock of Sunday or more.
    ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", utc(2050, 3, 27, 0, 59), -7200, utc(2050, 3, 27, 1), -3600),
    // RFC 8536's example of daylight saving time all year.
    ("XXX3EDT4,0/0,J365/23", utc(2050, 1, 1, 3, 59), -14400, utc(2050, 7, 1), -14400),
    ("UTC0", utc(2050, 1, 1), 0, utc(2050, 7, 1), 0), ("<+0545>-5:45", utc(2050, 1, 1), 20700, 0, 20700),
  ])
  func aRuleSaysWhatCountsInEveryYear(_ rule: String, _ at: Int, _ offset: Int, _ other: Int, _ then: Int)
    throws
  {
    // Names have three letters at least.
    let rule = rule.hasPrefix("A0") ? "AAA" + rule.dropFirst() : rule
    let zone = Zone(
      times: [ZoneTime(offset: 1, isDaylight: false, abbreviation: "LMT")],
      rule: ZoneRule(Array(rule.utf8)))
    #expect(zone.rule != nil)
    #expect(zone.time(at: at).offset == offset)
    #expect(zone.time(at: other).offset == then)
  }

  @Test(arguments: [
    "", "C", "CE-1", "CET", "CET-25", "CET-1CEST", "CET-1CEST,M3.5.0", "CET-1CEST,M3.5.0,M10.5.0/3,",
    "CET-1CEST,M13.5.0,M10.5.0",
    "CET-1CEST,M3.6.0,M10.5.0", "CET-1CEST,M3.5.7,M10.5.0", "CET-1CEST,J0,J1", "CET-1CEST,J366,J1",
    "CET-1CEST,366,1",
    "CET-1CEST,M3.5.0/168,M10.5.0", "<CET-1", "<+0>-1", "CET-1:60", "CET99999999999999999999", "CET-1 CEST",
    "CET-1CEST,M3.5,M10.5.0",
    String(repeating: "A", count: 100) + "0",
  ])
  func whatIsNoRuleIsNone(_ text: String) { #expect(ZoneRule(Array(text.utf8)) == nil) }

  // MARK: Hostile files

  private func problem(_ bytes: [UInt8]) -> ZoneFile.Problem? {
    bytes.withUnsafeBytes { bytes -> ZoneFile.Problem? in
      do throws(ZoneFile.Problem) {
        _ = try ZoneFile.zone(bytes)
        return nil
      } catch {
        return error
      }
    }
  }

  /// A file of version 2 with a body of its own (RFC 8536 §3).
  private func file(
    times: [Int64] = [0], numbers: [UInt8] = [0], types: [[UInt8]] = [[0, 0, 0, 0, 0, 0]],
    names: String = "UTC\0", footer: String = "\nUTC0\n", version: UInt8 = 0x32, timeCount: UInt32? = nil,
    leapCount: UInt32 = 0
  ) -> [UInt8] {
    func big(_ number: UInt32) -> [UInt8] { withUnsafeBytes(of: number.bigEndian) { Array($0) } }
    let magic = Array("TZif".utf8) + [version] + [UInt8](repeating: 0, count: 15)
    let empty = magic + [UInt8](repeating: 0, count: 24)
    let sizes = [timeCount ?? UInt32(times.count), UInt32(types.count), UInt32(names.utf8.count)]
    var file = empty + magic
    for count in [0, 0, leapCount] + sizes { file += big(count) }
    for time in times { withUnsafeBytes(of: time.bigEndian) { file += Array($0) } }
    file += numbers
    for type in types { file += type }
    return file + Array(names.utf8) + Array(footer.utf8)
  }

  @Test func aFileIsCheckedInEveryPart() {
    #expect(problem(file()) == nil)
    #expect(problem(file(times: [], numbers: [], footer: "\n\n")) == nil)
    #expect(problem([]) == .notTZif)
    #expect(problem(Array("TZif2".utf8)) == .notTZif)
    #expect(problem([UInt8](repeating: 0x41, count: 4096)) == .notTZif)
    #expect(problem(file(version: 0)) == .tooOld)
    #expect(problem(file(timeCount: .max)) == .wrongCounts)
    #expect(problem(file(timeCount: 1 << 20)) == .truncated)
    #expect(problem(file(leapCount: 1 << 20)) == .truncated)
    #expect(problem(file(times: [5, 5], numbers: [0, 0])) == .wrongOrder)
    #expect(problem(file(times: [5, 4], numbers: [0, 0])) == .wrongOrder)
    #expect(problem(file(numbers: [1])) == .wrongType)
    #expect(problem(file(types: [])) == .wrongCounts)
    #expect(problem(file(types: [[0, 0, 0, 0, 2, 0]])) == .wrongType)
    #expect(problem(file(types: [[0x7F, 0xFF, 0xFF, 0xFF, 0, 0]])) == .wrongType)
    #expect(problem(file(types: [[0x80, 0, 0, 0, 0, 0]])) == .wrongType)
    #expect(problem(file(types: [[0, 0, 0, 0, 0, 4]])) == .wrongAbbreviation)
    #expect(problem(file(names: "UTC")) == .wrongAbbreviation)
    #expect(problem(file(names: "U\u{1B}C\0")) == .wrongAbbreviation)
    #expect(problem(file(names: "")) == .wrongCounts)
    #expect(problem(file(footer: "")) == .wrongFooter)
    #expect(problem(file(footer: "\nUTC0")) == .wrongFooter)
    #expect(problem(file(footer: "\nnever\n")) == .wrongFooter)
    // The first and the last moment that there are.
    #expect(problem(file(times: [.min, .max], numbers: [0, 0])) == nil)
  }

  /// Whatever a byte is, or wherever a file ends: it is read, or refused, and what is read can be used.
  @Test func damagedFilesHarmNothing() throws {
    let whole = try Array(Data(contentsOf: Self.folder.appending(path: "Europe/Dublin")))
    for count in 0..<whole.count { #expect(problem(Array(whole[..<count])) != nil) }
    var dice = Dice(state: 8536)
    var read = 0
    for _ in 0..<20_000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &dice) {
        bytes[Int.random(in: 0..<bytes.count, using: &dice)] =
          [
            0, 1, 0x7F, 0x80, 0xFF, UInt8.random(in: 0...255, using: &dice),
          ].randomElement(using: &dice) ?? 0
      }
      guard let zone = try? bytes.withUnsafeBytes({ try ZoneFile.zone($0) }) else { continue }
      read += 1
      var zones = CompiledZones()
      zones.name("X", zones.add(zone))
      let again = try #require(CompiledZones.Memory(zones.bytes).table.zone(named: "X"))
      #expect(again == zone)
      for seconds in [CivilTime.range.lowerBound, 0, 4_102_444_800, CivilTime.range.upperBound] {
        let local = seconds + again.time(at: seconds).offset
        #expect(again.moments(of: local).contains(seconds))
        _ = again.momentInGap(of: local)
      }
    }
    #expect(read > 1000)
  }

  private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ state >> 33
    }
  }
}
