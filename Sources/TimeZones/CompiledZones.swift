import WorkerProtocol

/// Time zones by name, as workers look them up: one piece of memory that a host makes once and shares with all of its workers.
///
/// It has a magic number; the names, in a list with its length in bytes, each with the place and the length of its zone;
/// and the zones. Names of the same zone share it.
package struct CompiledZones {
  package static let magic: UInt32 = 0x315A_4C4E

  private var names = ByteWriter()
  private var zones: [UInt8] = []
  /// A place of a zone, for the other names that it has.
  package struct Place {
    fileprivate let start: Int
    fileprivate let count: Int
  }

  package init() {}

  /// Adds a zone.
  package mutating func add(_ zone: Zone) -> Place {
    let bytes = Self.bytes(of: zone)
    zones += bytes
    return Place(start: zones.count - bytes.count, count: bytes.count)
  }

  /// Gives a zone a name.
  package mutating func name(_ name: String, _ place: Place) {
    names.write(name)
    names.write(UInt32(place.start))
    names.write(UInt32(place.count))
  }

  /// All of it; nothing where there is no zone.
  package var bytes: [UInt8] {
    if names.bytes.isEmpty { return [] }
    var writer = ByteWriter()
    writer.write(Self.magic)
    writer.write(names.bytes)
    return writer.bytes + zones
  }

  private static func bytes(of zone: Zone) -> [UInt8] {
    var writer = ByteWriter()
    writer.write(UInt32(zone.times.count))
    for time in zone.times {
      writer.write(Int32(time.offset))
      writer.write(time.isDaylight)
      writer.write(time.abbreviation)
    }
    writer.write(zone.numbers)
    for moment in zone.moments { writer.write(Int64(moment)) }
    writer.write(zone.rule?.text ?? [])
    return writer.bytes
  }

  fileprivate static func zone(_ bytes: [UInt8]) throws(ByteReader.Truncated) -> Zone {
    var reader = ByteReader(bytes)
    var times: [ZoneTime] = []
    for _ in 0..<(try reader.read(UInt32.self)) {
      times.append(
        ZoneTime(
          offset: Int(try reader.read(Int32.self)), isDaylight: try reader.readFlag(),
          abbreviation: try reader.readText()))
    }
    let numbers = try reader.readBytes()
    var moments: [Int] = []
    for _ in numbers { moments.append(Int(try reader.read(Int64.self))) }
    guard !times.isEmpty, numbers.allSatisfy({ $0 < times.count }) else { throw .init() }
    return Zone(times: times, moments: moments, numbers: numbers, rule: ZoneRule(try reader.readBytes()))
  }
}

/// Finds zones in ``CompiledZones``, and remembers those that it has found.
///
/// One thread uses it.
package final class ZoneTable {
  private let memory: UnsafeRawBufferPointer
  /// The owner of the memory; nil where the memory lives as long as the process.
  private let owner: AnyObject?
  /// The places of the zones by name; read when the first is asked for.
  @exclusivity(unchecked) private var knownPlaces: [String: Range<Int>]?
  @exclusivity(unchecked) private var zones: [String: Zone] = ["UTC": .utc]

  /// The names that wrong ones were found to mean, or nil, by the wrong name.
  @exclusivity(unchecked) package var hints: [String: String?] = [:]

  /// - Parameters:
  ///   - memory: ``CompiledZones``, which must stay where they are; empty where there are none.
  ///   - owner: what keeps them there.
  package init(_ memory: UnsafeRawBufferPointer, owner: AnyObject? = nil) {
    self.memory = memory
    self.owner = owner
  }

  /// A table without zones.
  package static var none: ZoneTable { ZoneTable(UnsafeRawBufferPointer(start: nil, count: 0)) }

  /// A Boolean value that is true where no zone is known but UTC.
  package var isEmpty: Bool { memory.isEmpty }

  /// The names of all zones.
  package var names: [String] { places.keys.sorted() }

  /// Returns the zone of a name, which must be written as in IANA's database; UTC is always there.
  package func zone(named name: String) -> Zone? {
    if let known = zones[name] { return known }
    guard let place = places[name], let zone = try? CompiledZones.zone(Array(memory[place])) else {
      return nil
    }
    zones[name] = zone
    return zone
  }

  private var places: [String: Range<Int>] {
    if let knownPlaces { return knownPlaces }
    let found = readNames()
    knownPlaces = found
    return found
  }

  private func readNames() -> [String: Range<Int>] {
    // The magic number, the length of the list, the list.
    let listStart = 8
    guard memory.count >= listStart, memory.loadUnaligned(as: UInt32.self) == CompiledZones.magic else {
      return [:]
    }
    let listEnd = listStart + Int(memory.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    guard listEnd <= memory.count else { return [:] }
    var reader = ByteReader(Array(memory[listStart..<listEnd]))
    var found: [String: Range<Int>] = [:]
    while !reader.isAtEnd, let name = try? reader.readText(), let start = try? reader.read(UInt32.self),
      let count = try? reader.read(UInt32.self)
    {
      let place = listEnd + Int(start)..<listEnd + Int(start) + Int(count)
      if place.upperBound <= memory.count { found[name] = place }
    }
    return found
  }
}

extension CompiledZones {
  /// Zones in memory of their own.
  package final class Memory {
    private let bytes: UnsafeMutableRawBufferPointer

    package init(_ zones: [UInt8]) {
      bytes = .allocate(byteCount: zones.count, alignment: 8)
      bytes.copyBytes(from: zones)
    }

    deinit { bytes.deallocate() }

    /// The table that looks up zones in these bytes and keeps them alive.
    package var table: ZoneTable { ZoneTable(UnsafeRawBufferPointer(bytes), owner: self) }
  }
}
