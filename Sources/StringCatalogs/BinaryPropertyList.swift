/// Reads property lists in Apple's binary notation, version `00`.
///
/// The form is that of CoreFoundation's `CFBinaryPList.c`: objects, a table of their places, and 32 bytes at the end that
/// say where it is. No number in the file is believed.
package struct BinaryPropertyList {
  private let bytes: [UInt8]
  private let path: String
  /// Bytes of a place in the table, and of a reference to an object.
  private let placeSize: Int
  private let referenceSize: Int
  private let objectCount: Int
  private let table: Int
  /// The number of references that may still be followed: a few objects can name each other very often.
  private var budget: Int
  /// Texts by object, since keys are named again and again.
  private var texts: [Int: String] = [:]

  /// Returns the list in a file's bytes.
  ///
  /// - Throws: ``CatalogError`` where they are damaged, or nested too deep.
  package static func read(_ bytes: [UInt8], path: String) throws(CatalogError) -> PropertyList {
    var reader = try BinaryPropertyList(bytes, path: path)
    guard let top = reader.number(at: bytes.count - 16, size: 8) else { throw reader.damaged }
    return try reader.value(top, depth: 0)
  }

  private init(_ bytes: [UInt8], path: String) throws(CatalogError) {
    self.bytes = bytes
    self.path = path
    // What is not made to blow up names each object about once.
    budget = bytes.count + 1 << 20
    guard bytes.count >= 40, bytes.starts(with: Array("bplist0".utf8)) else {
      throw Self.damaged(path)
    }
    let trailer = bytes.count - 32
    placeSize = Int(bytes[trailer + 6])
    referenceSize = Int(bytes[trailer + 7])
    func number(_ offset: Int) -> Int? { Self.number(bytes[(trailer + offset)..<(trailer + offset + 8)]) }
    guard (1...8).contains(placeSize), (1...8).contains(referenceSize), let count = number(8),
      let table = number(24),
      count > 0, count <= bytes.count, table >= 8, table <= trailer, count * placeSize <= trailer - table
    else { throw Self.damaged(path) }
    objectCount = count
    self.table = table
  }

  private static func damaged(_ path: String) -> CatalogError {
    CatalogError(
      path, "not a property list: the binary form is damaged; write it anew, for instance with plutil")
  }

  private var damaged: CatalogError { Self.damaged(path) }

  /// A number in the byte order of the network; nil where it does not fit.
  private static func number(_ bytes: ArraySlice<UInt8>) -> Int? {
    var value: UInt64 = 0
    for byte in bytes {
      guard value >> 56 == 0 else { return nil }
      value = value << 8 | UInt64(byte)
    }
    return Int(exactly: value)
  }

  private func number(at place: Int, size: Int) -> Int? {
    guard place >= 0, size >= 0, size <= bytes.count - place else { return nil }
    return Self.number(bytes[place..<place + size])
  }

  /// The values of an object, and of all that it holds.
  private mutating func value(_ object: Int, depth: Int) throws(CatalogError) -> PropertyList {
    if let text = texts[object] { return .text(text) }
    guard budget > 0, depth < PropertyList.depthLimit else {
      throw CatalogError(
        path, "nested more than \(PropertyList.depthLimit) deep, or too large; take levels out")
    }
    guard object >= 0, object < objectCount,
      let place = number(at: table + object * placeSize, size: placeSize),
      place >= 8, place < table
    else { throw damaged }
    let marker = bytes[place]
    switch marker >> 4 {
    case 0x0: return .other(marker == 0 ? "nothing" : "a flag")
    case 0x1, 0x2: return .other("a number")
    case 0x3: return .other("a date")
    case 0x4: return .other("data")
    case 0x5, 0x6:
      let text = try text(place, isWide: marker >> 4 == 0x6)
      texts[object] = text
      return .text(text)
    case 0xA, 0xC: return try list(place, depth: depth)
    case 0xD: return try dictionary(place, depth: depth)
    default: return .other("a value of an unknown kind")
    }
  }

  private func text(_ place: Int, isWide: Bool) throws(CatalogError) -> String {
    let (count, start) = try size(place)
    guard count <= (table - start) / (isWide ? 2 : 1) else { throw damaged }
    guard isWide else { return String(decoding: bytes[start..<start + count], as: UTF8.self) }
    let units = (0..<count).map { UInt16(bytes[start + 2 * $0]) << 8 | UInt16(bytes[start + 2 * $0 + 1]) }
    return String(decoding: units, as: UTF16.self)
  }

  private mutating func list(_ place: Int, depth: Int) throws(CatalogError) -> PropertyList {
    let (count, start) = try size(place)
    var items: [PropertyList] = []
    for object in try references(start, count) { items.append(try value(object, depth: depth + 1)) }
    return .list(items)
  }

  private mutating func dictionary(_ place: Int, depth: Int) throws(CatalogError) -> PropertyList {
    let (count, start) = try size(place)
    let keys = try references(start, count)
    let values = try references(start + count * referenceSize, count)
    var members: [String: PropertyList] = [:]
    for (key, object) in zip(keys, values) {
      guard case .text(let name) = try value(key, depth: depth + 1) else { throw damaged }
      members[name] = try value(object, depth: depth + 1)
    }
    return .dictionary(members)
  }

  /// Returns the number of bytes, characters or references of an object, and the place where they begin.
  private func size(_ place: Int) throws(CatalogError) -> (count: Int, start: Int) {
    let low = Int(bytes[place] & 0xF)
    if low < 15 { return (low, place + 1) }
    // A number follows whose marker says how many bytes it has.
    guard place + 1 < table, bytes[place + 1] >> 4 == 1, bytes[place + 1] & 0xF <= 3 else { throw damaged }
    let width = 1 << Int(bytes[place + 1] & 0xF)
    guard let count = number(at: place + 2, size: width), count <= bytes.count else { throw damaged }
    return (count, place + 2 + width)
  }

  private mutating func references(_ start: Int, _ count: Int) throws(CatalogError) -> [Int] {
    guard count <= (table - start) / referenceSize else { throw damaged }
    budget -= count
    guard budget > 0 else {
      throw CatalogError(path, "objects that name each other without end; write it anew")
    }
    var references: [Int] = []
    references.reserveCapacity(count)
    for index in 0..<count {
      guard let object = number(at: start + index * referenceSize, size: referenceSize) else { throw damaged }
      references.append(object)
    }
    return references
  }
}
