import DeliveryTesting
import Foundation
import NotificationModel
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
    let text = String(decoding: svg, as: UTF8.self)
    #expect(text.hasPrefix("<?xml version=\"1.0\""))
    // A CSS pixel for each point (SVG 2, §5.1.2).
    let size = try #require(
      text.firstMatch(of: /<svg [^>]*width="(\d+)" height="(\d+)" viewBox="0 0 (\d+) (\d+)"/))
    let picture = try self.picture(2)
    #expect(Double(size.1) == picture.width.rounded(.up) && Double(size.2) == picture.height.rounded(.up))
    #expect(
      Double(size.3) == picture.width.rounded(.up) * 2 && Double(size.4) == picture.height.rounded(.up) * 2)
    #expect(PictureFile.bytes([], .svg).isEmpty && PictureFile.bytes([], .png).isEmpty)
  }

  /// SVG 2, §8.2 (`viewBox`), §5.6 (`use`) and §8.4 (`matrix`): all numbers that place glyphs and pictures are on the page, and the
  /// bytes do not depend on what memory held before.
  @Test func anSVGHasEverythingOnThePage() throws {
    try BuiltProgram.withFolder { folder in
      var first: Data?
      for run in 0..<30 {
        let file = folder.appending(path: "\(run).svg")
        let ended = try BuiltProgram.preview(
          [
            "--config", "examples/4-content-extension/notilua.yaml", "--line", "2", "--form", "banner",
            "--form",
            "expanded", "--output", file.path, "examples/4-content-extension/payloads.ndjson",
          ], environment: ["MALLOC_PERTURB_": run.isMultiple(of: 2) ? "165" : "90"])
        #expect(ended.status == 0 && ended.errors == "")
        let made = try Data(contentsOf: file)
        #expect(made == first ?? made)
        first = made
      }
      let svg = String(decoding: try #require(first), as: UTF8.self)
      let box = try #require(svg.firstMatch(of: /viewBox="0 0 (\d+) (\d+)"/))
      let (width, height) = (try #require(Double(box.1)), try #require(Double(box.2)))
      var glyphs = 0
      for use in svg.matches(of: /<use xlink:href="#glyph[^"]*" x="([^"]+)" y="([^"]+)"/) {
        let (x, y) = (try #require(Double(use.1)), try #require(Double(use.2)))
        #expect((0...width).contains(x) && (0...height).contains(y), "\(use.0)")
        glyphs += 1
      }
      #expect(glyphs > 100)
    }
  }

  @Test func aPictureInAnSVGHasItsSize() throws {
    try BuiltProgram.withFolder { folder in
      let path = folder.appending(path: "photo")
      let photo = Thumbnail(width: 80, height: 60, pixels: [UInt8](repeating: 255, count: 80 * 60 * 4))
      try Data(PictureFile.png(photo)).write(to: path)
      let notification = try #require(NotificationSample.read(#"{"aps":{"alert":"a"}}"#))
      var shown = NotificationPresentation(notification, rules: .init(), texts: NoTexts())
      shown.attachments = [
        try AttachmentFile(.init(identifier: "p", url: "file://" + path.path), folders: [folder.path])
      ]
      let picture = NotificationPicture(shown, PictureOptions()) { _, _ in photo }
      let svg = String(decoding: PictureFile.bytes([picture], .svg), as: UTF8.self)
      let uses = svg.matches(of: /<use [^>]*transform="matrix\(([^)]+)\)"/)
      let numbers = try #require(uses.first).1.split(separator: ",").compactMap { Double($0) }
      // A point for a pixel, in the middle of the card, above the padding and the margin.
      // In units of half a point.
      let expected = [2, 0, 0, 2, picture.width - 80, 2 * (picture.height - 34 - 60)]
      #expect(uses.count == 1 && zip(numbers, expected).allSatisfy { abs($0 - $1) < 0.01 }, "\(numbers)")
    }
  }

  @Test func aThumbnailKeepsItsSize() {
    let thumbnail = Thumbnail(width: 3, height: 2, pixels: [UInt8](repeating: 255, count: 24))
    let size = Self.size(PictureFile.png(thumbnail))
    #expect(size?.width == 3 && size?.height == 2)
  }
}
