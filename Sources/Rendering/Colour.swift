/// A colour of a picture, in the sRGB of screens.
struct Colour: Equatable {
  var red: Double
  var green: Double
  var blue: Double
  var alpha = 1.0

  /// - Parameter hex: such as 0xFF9500.
  init(_ hex: UInt32, alpha: Double = 1) {
    red = Double(hex >> 16 & 0xFF) / 255
    green = Double(hex >> 8 & 0xFF) / 255
    blue = Double(hex & 0xFF) / 255
    self.alpha = alpha
  }
}

/// The colours of a picture.
package enum Appearance: String, CaseIterable, Sendable {
  case light
  case dark

  var background: Colour { self == .light ? Colour(0xE3E6EC) : Colour(0x101216) }
  var card: Colour { self == .light ? Colour(0xFAFAFC) : Colour(0x26282D) }
  var bubble: Colour { self == .light ? Colour(0xE6E7EB) : Colour(0x3A3D44) }
  var line: Colour { self == .light ? Colour(0x000000, alpha: 0.1) : Colour(0xFFFFFF, alpha: 0.14) }
  var text: Colour { self == .light ? Colour(0x14161A) : Colour(0xF4F5F7) }
  var secondary: Colour { self == .light ? Colour(0x5E636E) : Colour(0xA4A9B4) }
  var tint: Colour { self == .light ? Colour(0x0A66D8) : Colour(0x4C9BFF) }
  var destructive: Colour { self == .light ? Colour(0xC8242B) : Colour(0xFF6B66) }
  var field: Colour { self == .light ? Colour(0xFFFFFF) : Colour(0x1B1D21) }
}
