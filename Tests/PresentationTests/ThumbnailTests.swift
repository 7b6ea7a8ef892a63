import Presentation
import Testing

/// Pixels in the forms of Cairo and of desktops.
struct ThumbnailTests {
  private static func straight(_ pixels: [UInt8]) -> [UInt8] {
    Thumbnail(width: pixels.count / 4, height: 1, pixels: pixels).straightRGBA
  }

  /// Cairo, `CAIRO_FORMAT_ARGB32`: premultiplied, blue first on this machine; the Desktop Notifications
  /// Specification, `image-data`: red first, nothing multiplied.
  @Test(
    arguments: [
      ([0, 0, 255, 255], [255, 0, 0, 255]), ([255, 0, 0, 255], [0, 0, 255, 255]),
      // Half as opaque: 128 of 128 is all of the colour.
      ([128, 0, 0, 128], [0, 0, 255, 128]), ([64, 64, 64, 128], [128, 128, 128, 128]),
      ([0, 0, 0, 0], [0, 0, 0, 0]), ([1, 0, 0, 1], [0, 0, 255, 1]),
      // No picture of Cairo's has more colour than it is opaque; a damaged one does not overflow.
      ([255, 255, 255, 1], [255, 255, 255, 1]), ([255, 255, 255, 0], [0, 0, 0, 0]),
    ] as [([UInt8], [UInt8])])
  func coloursAreStraightened(_ pixels: [UInt8], _ straight: [UInt8]) {
    #expect(Self.straight(pixels) == straight)
  }

  @Test func everyPixelIsOnItsOwn() {
    #expect(Self.straight([0, 0, 255, 255, 128, 0, 0, 128]) == [255, 0, 0, 255, 0, 0, 255, 128])
    #expect(Self.straight([]) == [])
  }
}
