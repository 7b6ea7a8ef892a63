/// A catalog as workers look texts up in it: one piece of memory that is read where it lies.
///
/// Numbers are of 32 bits, in the byte order of the machine, and places are counted from the start:
///
///     header    name of the table, path, number of languages, number of the source language,
///               number of keys, number of slots, place of the slots, place of the keys, then the languages:
///               their names and the places of their tables; names and paths are a place and a length
///     slots     a hash table with open addresses: the hash of a key, and its number from 1
///     keys      a place and a length for each key
///     table     for each key the place of its entry, or 0 where the language has none
///     entry     how many arguments the text takes (a byte), then a node
///     node      a `Tag`, then what it says
///
/// All that a language says lies together, so that it costs a worker only the pages that are read.
package struct CompiledCatalog: Sendable, Equatable {
  /// The path that the catalog was read from, which is its name.
  package var path: String
  /// The catalog in the layout above; all numbers are little-endian.
  package var bytes: [UInt8]

  /// Creates a catalog of bytes that were compiled before.
  package init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes
  }

  package static let headerSize = 4 * 10

  /// The first byte of a node or of a part of a message.
  package enum Tag: UInt8 {
    /// The end of a message.
    case end
    /// Literal text: its length in two bytes, and the bytes.
    case text
    /// An argument: its number, conversion, flags, width, precision (255 for none), and its source with a length.
    case argument
    /// Another node: its place.
    case node
    /// Forms by number: the argument, its precision (255 for none), then the places of the forms of all categories, 0
    /// where there is none. A node of its own.
    case plural
    /// A message: parts until the end. A node of its own.
    case message
  }

  /// The hash of a key: FNV-1a, folded to 32 bits.
  package static func hash(_ key: UnsafeRawBufferPointer) -> UInt32 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in key { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return UInt32(truncatingIfNeeded: hash ^ hash >> 32)
  }
}

/// Several catalogs in one piece of memory, which a host makes once and shares with all of its workers: a magic number,
/// the number of catalogs, for each its place and length, then the catalogs.
package enum CompiledStrings {
  /// The first four bytes, which end in the version of the layout: `NLS1`.
  package static let magic: UInt32 = 0x3153_4C4E

  /// Puts catalogs one behind the other; nothing where there are none.
  package static func join(_ catalogs: [CompiledCatalog]) -> [UInt8] {
    guard !catalogs.isEmpty else { return [] }
    func padded(_ count: Int) -> Int { (count + 7) & ~7 }
    var place = padded(8 + 8 * catalogs.count)
    var head: [UInt32] = [magic, UInt32(catalogs.count)]
    for catalog in catalogs {
      head += [UInt32(place), UInt32(catalog.bytes.count)]
      place += padded(catalog.bytes.count)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(place)
    for number in head { withUnsafeBytes(of: number) { bytes.append(contentsOf: $0) } }
    for catalog in catalogs {
      bytes.append(contentsOf: repeatElement(0, count: padded(bytes.count) - bytes.count))
      bytes.append(contentsOf: catalog.bytes)
    }
    bytes.append(contentsOf: repeatElement(0, count: padded(bytes.count) - bytes.count))
    return bytes
  }
}
