/// The sizes of pictures, in points: one point for each pixel, if there is room.
package enum PictureSize {
  /// The height that a picture may have.
  package static let heightLimit = 420.0
  /// The pixels that are asked for on the longer side, at most.
  package static let pixelLimit = 2048
  /// The radius of an icon's corners, as a part of its side.
  package static let iconRadius = 0.23

  /// Returns the size of a whole picture, no larger than its own pixels.
  ///
  /// - Parameter side: the longest that its longer side may be; nil for no such limit.
  package static func whole(
    _ file: AttachmentFile, width: Double, side: Double? = nil, height: Double = heightLimit
  ) -> (width: Double, height: Double) {
    let pixels = file.shownPixels
    var scale = min(1, width / pixels.width, height / pixels.height)
    if let side { scale = min(scale, side / max(pixels.width, pixels.height)) }
    return (max(pixels.width * scale, 1), max(pixels.height * scale, 1))
  }

  /// Returns the longer side of a picture that covers an area.
  package static func covering(_ file: AttachmentFile, _ width: Double, _ height: Double) -> Double {
    let pixels = file.shownPixels
    return max(pixels.width, pixels.height) * max(width / pixels.width, height / pixels.height)
  }
}
