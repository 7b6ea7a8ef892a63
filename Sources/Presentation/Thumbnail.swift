/// The pixels of a picture, or of a part of it.
package struct Thumbnail: Sendable, Equatable {
  package var width: Int
  package var height: Int
  /// Rows from the top, four bytes a pixel: blue, green, red, and how opaque it is, by which the others were multiplied.
  package var pixels: [UInt8]

  package init(width: Int, height: Int, pixels: [UInt8]) {
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// A Boolean value that indicates whether nothing behind the picture is seen.
  package var isOpaque: Bool {
    pixels.withUnsafeBufferPointer { pixels in
      stride(from: 3, to: pixels.count, by: 4).allSatisfy { pixels[$0] == 255 }
    }
  }

  /// Rows of red, green, blue and how opaque it is, which nothing was multiplied by: `image-data` of
  /// `org.freedesktop.Notifications`.
  package var straightRGBA: [UInt8] {
    var result = [UInt8](repeating: 0, count: pixels.count)
    for at in stride(from: 0, to: pixels.count - 3, by: 4) {
      let alpha = Int(pixels[at + 3])
      func straight(_ value: UInt8) -> UInt8 {
        alpha == 0 ? 0 : UInt8(clamping: (Int(value) * 255 + alpha / 2) / alpha)
      }
      result[at] = straight(pixels[at + 2])
      result[at + 1] = straight(pixels[at + 1])
      result[at + 2] = straight(pixels[at])
      result[at + 3] = UInt8(alpha)
    }
    return result
  }
}
