import FileReading
import Glibc
import TimeZones

/// Reads the time zones of the machine, which Debian's tzdata has as a folder of compiled files.
package struct ZoneFolder {
  /// The folder that tzdata puts them into.
  private static let path = "/usr/share/zoneinfo"
  /// The zones again with leap seconds and without, and links to the zone of the machine.
  private static let others = ["posix", "right", "posixrules", "localtime"]
  /// More than any version has, in bytes and in names.
  private static let sumLimit = 16 << 20
  private static let nameLimit = 5000

  /// The zones of the machine, as workers look them up; read once, and empty where there are none.
  package static let compiled = compile(path)
  /// The same zones for this process.
  package static var table: ZoneTable { CompiledZones.Memory(compiled).table }

  /// Returns why a name is that of no zone of the machine, as a clause; nil where it is one.
  package static func problem(with name: String) -> String? {
    let table = table
    return table.zone(named: name) == nil ? table.problem(with: name) : nil
  }

  private let root: String
  private var walk = FolderWalk()
  private var zones = CompiledZones()
  /// The zones of files that have several names.
  private var known: [FileNumber: CompiledZones.Place] = [:]
  private var count = 0
  private var sum = 0
  private var buffer = [UInt8](repeating: 0, count: ReadingLimit.zoneFile.count)

  private struct FileNumber: Hashable {
    let device: dev_t
    let number: ino_t
  }

  private init(_ root: String) { self.root = root }

  /// Returns the zones of a folder; what is none in there is left out.
  package static func compile(_ folder: String) -> [UInt8] {
    var reader = ZoneFolder(folder)
    reader.read("")
    return reader.zones.bytes
  }

  /// Reads a folder below the root; `prefix` is its name with a slash.
  private mutating func read(_ prefix: String) {
    let folder = root + "/" + prefix
    guard (try? walk.enter(folder)) == true else { return }
    defer { walk.leave() }
    for entry in (try? walk.entries(folder)) ?? [] where count < Self.nameLimit && sum < Self.sumLimit {
      let isOther = prefix.isEmpty && Self.others.contains(entry.name)
      if !isOther, Self.isZoneName(entry.bytes) { readEntry(prefix + entry.name) }
    }
  }

  /// IANA's names have no dot, as the tables beside the zones do.
  private static func isZoneName(_ bytes: [UInt8]) -> Bool {
    bytes.allSatisfy { byte in
      (0x41...0x5A).contains(byte & 0xDF) || (0x30...0x39).contains(byte)
        || [0x2B, 0x2D, 0x5F].contains(byte)
    }
  }

  private mutating func readEntry(_ name: String) {
    do throws(FileProblem) {
      let file = try InputFile(root + "/" + name, form: .regular)
      let number = FileNumber(device: file.status.st_dev, number: file.status.st_ino)
      guard let place = known[number] ?? place(of: file) else { return }
      known[number] = place
      zones.name(name, place)
      count += 1
    } catch {
      if case .isNoFile(.folder) = error { read(name + "/") }
    }
  }

  private mutating func place(of file: borrowing InputFile) -> CompiledZones.Place? {
    guard file.status.st_size <= buffer.count else { return nil }
    let size = Int(file.status.st_size)
    var filled = 0
    while filled < size {
      let count = buffer.withUnsafeMutableBytes {
        Glibc.read(file.descriptor, $0.baseAddress.unsafelyUnwrapped + filled, size - filled)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      filled += count
    }
    sum += filled
    let zone = buffer.withUnsafeBytes { try? ZoneFile.zone(UnsafeRawBufferPointer(rebasing: $0[..<filled])) }
    return zone.map { zones.add($0) }
  }
}
