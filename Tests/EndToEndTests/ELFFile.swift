import Foundation

/// The dynamic section of an ELF file of 64 bits: System V ABI, "Dynamic Section".
struct ELFFile {
  private let bytes: [UInt8]

  init(_ url: URL) throws { bytes = [UInt8](try Data(contentsOf: url)) }

  /// The names of the shared libraries that the dynamic loader is told to load: `DT_NEEDED`.
  var neededLibraries: [String] {
    guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return [] }
    let headers = (0..<number(56, 2)).map { number(32, 8) + $0 * number(54, 2) }
    // PT_LOAD is 1, PT_DYNAMIC 2.
    let loads = headers.filter { number($0, 4) == 1 }
    guard let dynamic = headers.first(where: { number($0, 4) == 2 }) else { return [] }
    let start = number(dynamic + 8, 8)
    let entries = (0..<number(dynamic + 32, 8) / 16).map { start + $0 * 16 }
    // DT_STRTAB is 5, DT_NEEDED 1.
    guard let table = entries.first(where: { number($0, 8) == 5 }).map({ number($0 + 8, 8) }),
      let load = loads.first(where: { (0..<number($0 + 32, 8)).contains(table - number($0 + 16, 8)) })
    else { return [] }
    let strings = table - number(load + 16, 8) + number(load + 8, 8)
    return entries.filter { number($0, 8) == 1 }.map { entry in
      String(decoding: bytes[(strings + number(entry + 8, 8))...].prefix { $0 != 0 }, as: UTF8.self)
    }
  }

  private func number(_ at: Int, _ size: Int) -> Int {
    bytes[at..<at + size].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
