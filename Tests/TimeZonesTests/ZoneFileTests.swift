import Foundation
import Testing
import TimeZones

/// Files of tzdata, damaged in every part.
struct ZoneFileTests {
  private static let folder = URL(fileURLWithPath: "/usr/share/zoneinfo")

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
