import DeliveryTesting
import Foundation
import Presentation
import Rendering
import Testing

/// Files of pictures.
struct PictureFileTests {
  private struct NoTexts: TextFinder {
    func text(_ key: String, arguments: [String], languages: [String]) -> String? { nil }
  }

  private func picture(_ scale: Double) throws -> NotificationPicture {
    let notification = try #require(NotificationSample.read(#"{"aps":{"alert":"a"}}"#))
    let shown = NotificationPresentation(notification, rules: .init(), texts: NoTexts())
    var options = PictureOptions()
    options.scale = scale
    return NotificationPicture(shown, options) { _, _ in nil }
  }

  /// W3C, Portable Network Graphics, §5.2 and §11.2.1: the signature, and the size in the first chunk.
  private static func size(_ png: [UInt8]) -> (width: Int, height: Int)? {
    guard png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]),
      png[12..<16].elementsEqual("IHDR".utf8)
    else { return nil }
    func number(_ at: Int) -> Int { png[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
    return (number(16), number(20))
  }

  @Test(arguments: [1.0, 2.0, 3.0]) func aPictureHasPixelsByItsScale(_ scale: Double) throws {
    let picture = try picture(scale)
    let size = try #require(Self.size(PictureFile.bytes([picture], .png)))
    #expect(size.width == Int(picture.width.rounded(.up) * scale))
    #expect(size.height == Int(picture.height.rounded(.up) * scale))
    let two = try #require(Self.size(PictureFile.bytes([picture, picture], .png)))
    #expect(two.width == Int((picture.width * 2).rounded(.up) * scale) && two.height == size.height)
  }

  @Test func anSVGIsXML() throws {
    let svg = PictureFile.bytes([try picture(2)], .svg)
    #expect(String(decoding: svg, as: UTF8.self).hasPrefix("<?xml version=\"1.0\""))
    #expect(PictureFile.bytes([], .svg).isEmpty && PictureFile.bytes([], .png).isEmpty)
  }

  @Test func aThumbnailKeepsItsSize() {
    let thumbnail = Thumbnail(width: 3, height: 2, pixels: [UInt8](repeating: 255, count: 24))
    let size = Self.size(PictureFile.png(thumbnail))
    #expect(size?.width == 3 && size?.height == 2)
  }
}
