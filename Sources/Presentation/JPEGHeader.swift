/// The size and the orientation of a JPEG, read from its first bytes.
struct JPEGHeader {
  /// Pixels as they are stored; 0 where they cannot be found.
  private(set) var width = 0
  private(set) var height = 0
  private(set) var orientation = PictureOrientation.up

  /// Reads the segments up to the first frame header (ITU-T T.81 §B.2.2).
  init(_ bytes: [UInt8]) {
    var at = 2
    var hasExif = false
    while at + 9 < bytes.count {
      guard bytes[at] == 0xFF else { return }
      let marker = bytes[at + 1]
      if marker == 0xFF {
        at += 1
        continue
      }
      if (0xC0...0xCF).contains(marker), marker != 0xC4, marker != 0xC8, marker != 0xCC {
        height = Int(bytes[at + 5]) << 8 | Int(bytes[at + 6])
        width = Int(bytes[at + 7]) << 8 | Int(bytes[at + 8])
        return
      }
      let length = Int(bytes[at + 2]) << 8 | Int(bytes[at + 3])
      guard length >= 2 else { return }
      let end = min(at + 2 + length, bytes.count)
      // Exif §4.7.2: the segment APP1 that begins with its name; the first one counts.
      if marker == 0xE1, !hasExif, bytes[at + 4..<end].starts(with: [0x45, 0x78, 0x69, 0x66, 0, 0]) {
        hasExif = true
        orientation = Self.orientation(bytes[at + 10..<end]) ?? .up
      }
      at += 2 + length
    }
  }

  /// Returns the orientation in the first directory of an Exif segment (Exif §4.6.2, §4.6.4, tag 0x0112); nil where there
  /// is none, or none that can be trusted.
  private static func orientation(_ exif: ArraySlice<UInt8>) -> PictureOrientation? {
    let isLittle: Bool
    switch Array(exif.prefix(2)) {
    case [0x49, 0x49]: isLittle = true
    case [0x4D, 0x4D]: isLittle = false
    default: return nil
    }
    func number(_ offset: Int, _ count: Int) -> Int? {
      guard offset >= 0, offset <= exif.count - count else { return nil }
      let field = exif[exif.startIndex + offset..<exif.startIndex + offset + count]
      return isLittle
        ? field.reversed().reduce(0) { $0 << 8 | Int($1) } : field.reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let directory = number(4, 4), let entries = number(directory, 2) else {
      return nil
    }
    for entry in 0..<entries {
      let place = directory + 2 + entry * 12
      guard let tag = number(place, 2) else { return nil }
      if tag == 0x0112 {
        // A SHORT, and one of it.
        guard number(place + 2, 2) == 3, number(place + 4, 4) == 1, let value = number(place + 8, 2) else {
          return nil
        }
        return PictureOrientation(rawValue: value)
      }
    }
    return nil
  }
}

/// The way in which a camera was held, by the numbers of Exif: where a picture's first row and column are.
package enum PictureOrientation: Int, Sendable, CaseIterable {
  case up = 1
  case upMirrored
  case down
  case downMirrored
  case leftMirrored
  case right
  case rightMirrored
  case left

  /// True where width and height change places.
  package var isTurned: Bool { rawValue >= 5 }
}
