/// Reads a file of compiled time zone data: TZif, RFC 8536.
package enum ZoneFile {
  /// A mistake in a file.
  package enum Problem: Error, Equatable {
    case notTZif
    /// Version 1 has moments up to 2038 only.
    case tooOld
    case truncated
    case wrongCounts
    case wrongOrder
    case wrongType
    case wrongAbbreviation
    case wrongFooter
  }

  /// No zone has as many by far.
  private static let transitionLimit = 20_000
  private static let headerSize = 44

  private struct Header {
    let version: UInt8
    /// isutcnt, isstdcnt, leapcnt, timecnt, typecnt, charcnt.
    let counts: [Int]

    init(_ bytes: UnsafeRawBufferPointer, at start: Int) throws(Problem) {
      guard bytes.count - start >= headerSize else { throw start == 0 ? .notTZif : .truncated }
      guard bytes[start..<start + 4].elementsEqual("TZif".utf8) else { throw .notTZif }
      version = bytes[start + 4]
      counts = (0..<6).map { index in
        Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: start + 20 + 4 * index, as: UInt32.self)))
      }
      // More than a file can have; and sums do not overflow.
      guard counts.allSatisfy({ $0 <= 1 << 20 }) else { throw .wrongCounts }
    }

    func size(ofTimes size: Int) -> Int {
      counts[3] * (size + 1) + counts[4] * 6 + counts[5] + counts[2] * (size + 4) + counts[1] + counts[0]
    }
  }

  /// Returns the zone that a file describes.
  package static func zone(_ bytes: UnsafeRawBufferPointer) throws(Problem) -> Zone {
    let first = try Header(bytes, at: 0)
    guard first.version >= UInt8(ascii: "2") else { throw .tooOld }
    let start = headerSize + first.size(ofTimes: 4)
    guard start <= bytes.count else { throw .truncated }
    let header = try Header(bytes, at: start)
    let body = start + headerSize
    let end = body + header.size(ofTimes: 8)
    guard end <= bytes.count else { throw .truncated }
    let (timeCount, typeCount) = (header.counts[3], header.counts[4])
    guard (1...256).contains(typeCount), timeCount <= transitionLimit, header.counts[5] > 0 else {
      throw .wrongCounts
    }
    let numbers = body + 8 * timeCount
    let types = numbers + timeCount
    let names = UnsafeRawBufferPointer(
      rebasing: bytes[types + 6 * typeCount..<types + 6 * typeCount + header.counts[5]])
    var times: [ZoneTime] = []
    for index in 0..<typeCount { times.append(try time(bytes, at: types + 6 * index, names)) }
    let known = UnsafeRawBufferPointer(rebasing: bytes[numbers..<types])
    guard known.allSatisfy({ $0 < typeCount }) else { throw .wrongType }
    var moments: [Int] = []
    moments.reserveCapacity(timeCount)
    for index in 0..<timeCount {
      let at = Int(Int64(bigEndian: bytes.loadUnaligned(fromByteOffset: body + 8 * index, as: Int64.self)))
      guard moments.last.map({ $0 < at }) ?? true else { throw .wrongOrder }
      moments.append(at)
    }
    let rule = try rule(UnsafeRawBufferPointer(rebasing: bytes[end...]))
    return Zone(times: times, moments: moments, numbers: Array(known), rule: rule)
  }

  private static func time(
    _ bytes: UnsafeRawBufferPointer, at place: Int, _ names: UnsafeRawBufferPointer
  ) throws(Problem) -> ZoneTime {
    let offset = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: place, as: Int32.self)))
    let isDaylight = bytes[place + 4]
    guard (-25 * 3600 + 1...26 * 3600 - 1).contains(offset), isDaylight <= 1 else { throw .wrongType }
    let start = Int(bytes[place + 5])
    guard start < names.count, let end = names[start...].firstIndex(of: 0), end - start <= 16,
      names[start..<end].allSatisfy({ (0x21...0x7E).contains($0) })
    else { throw .wrongAbbreviation }
    return ZoneTime(
      offset: offset, isDaylight: isDaylight == 1,
      abbreviation: String(decoding: names[start..<end], as: UTF8.self))
  }

  /// Reads the footer: a newline, a rule or nothing, and a newline.
  private static func rule(_ footer: UnsafeRawBufferPointer) throws(Problem) -> ZoneRule? {
    guard footer.first == 0x0A, let end = footer.dropFirst().firstIndex(of: 0x0A) else { throw .wrongFooter }
    if end == 1 { return nil }
    guard let rule = ZoneRule(Array(footer[1..<end])) else { throw .wrongFooter }
    return rule
  }
}
