import Foundation
import NotificationModel
import Presentation
import Testing

/// The orientation that a camera writes into a JPEG.
struct JPEGHeaderTests {
  /// Exif §4.6.2 to §4.6.4: byte order, 42, the place of the directory; its entries have tag, type, count and value.
  private static func exif(
    _ orientation: UInt16, little: Bool, tag: UInt16 = 0x0112, type: UInt16 = 3, count: UInt16 = 1,
    directory: UInt32 = 8,
    entries: UInt16 = 2
  ) -> [UInt8] {
    func short(_ value: UInt16) -> [UInt8] {
      let bytes = [UInt8(value >> 8), UInt8(value & 0xFF)]
      return little ? bytes.reversed() : bytes
    }
    func long(_ value: UInt32) -> [UInt8] {
      let bytes = (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
      return little ? bytes.reversed() : bytes
    }
    // The width, and then the orientation.
    return Array((little ? "II" : "MM").utf8) + short(42) + long(directory) + short(entries)
      + short(0x0100) + short(4) + long(1) + long(640) + short(tag) + short(type) + long(UInt32(count))
      + short(orientation) + [0, 0] + long(0)
  }

  /// A header of 200 by 100 pixels with a segment APP1.
  private func file(_ segments: [[UInt8]]) throws -> AttachmentFile {
    let folder = FileManager.default.temporaryDirectory.appending(path: "exif-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var bytes: [UInt8] = [0xFF, 0xD8]
    for segment in segments {
      let count = segment.count + 2
      bytes += [0xFF, 0xE1, UInt8(count >> 8), UInt8(count & 0xFF)] + segment
    }
    bytes += [0xFF, 0xC0, 0, 11, 8, 0, 100, 0, 200, 3, 0, 0, 0]
    let path = folder.appending(path: "photo")
    try Data(bytes).write(to: path)
    return try AttachmentFile(
      NotificationModel.Attachment(identifier: "a", url: "file://" + path.path), folders: [folder.path])
  }

  private static let name = Array("Exif".utf8) + [0, 0]

  @Test(arguments: PictureOrientation.allCases, [true, false])
  func theOrientationIsRead(_ orientation: PictureOrientation, _ little: Bool) throws {
    let photo = try file([Self.name + Self.exif(UInt16(orientation.rawValue), little: little)])
    #expect(photo.orientation == orientation)
    // From 5 on the first row is at a side (Exif §4.6.4, tag 0x0112).
    #expect(photo.width == (orientation.rawValue < 5 ? 200 : 100))
    #expect(photo.height == (orientation.rawValue < 5 ? 100 : 200))
  }

  @Test func whatCannotBeTrustedIsUpright() throws {
    let right = Self.exif(6, little: true)
    let hostile: [[UInt8]] = [
      Self.exif(0, little: true), Self.exif(9, little: true), Self.exif(0xFFFF, little: false),
      Self.exif(6, little: true, tag: 0x0113), Self.exif(6, little: true, type: 4),
      Self.exif(6, little: true, count: 2),
      Self.exif(6, little: true, directory: 0xFFFF_FFFF), Self.exif(6, little: true, directory: 1 << 20),
      Self.exif(6, little: true, tag: 0, entries: 0xFFFF), Self.exif(6, little: true, entries: 0),
      [0x49, 0x4D] + right.dropFirst(2), [0x49, 0x49, 43, 0] + right.dropFirst(4), [],
    ]
    for exif in hostile {
      #expect(try file([Self.name + exif]).orientation == .up, "\(exif)")
    }
    // It may end anywhere.
    for count in 0..<32 {
      #expect(try file([Self.name + right.prefix(count)]).orientation == .up, "\(count)")
    }
    #expect(try file([Array("exif".utf8) + [0, 0] + right]).orientation == .up)
    // Of two the first counts.
    let two = [Self.name + Self.exif(3, little: false), Self.name + right]
    #expect(try file(two).orientation == .down)
  }
}
