/// A colour of a picture, in the sRGB of screens.
package struct Colour: Equatable, Sendable {
  package var red: Double
  package var green: Double
  package var blue: Double
  package var alpha = 1.0

  /// - Parameter hex: such as 0xFF9500.
  package init(_ hex: UInt32, alpha: Double = 1) {
    red = Double(hex >> 16 & 0xFF) / 255
    green = Double(hex >> 8 & 0xFF) / 255
    blue = Double(hex & 0xFF) / 255
    self.alpha = alpha
  }

  /// The colour as CSS writes it, such as `#FF9500`, or `#00000019` where it is translucent.
  package var css: String {
    let parts = [red, green, blue] + (alpha < 1 ? [alpha] : [])
    return "#"
      + parts.map { part in
        let digits = String(Int((part * 255).rounded()), radix: 16, uppercase: true)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }
}

/// The colours of a picture.
package enum Appearance: String, CaseIterable, Sendable {
  case light
  case dark

  package var background: Colour { self == .light ? Colour(0xE3E6EC) : Colour(0x101216) }
  package var card: Colour { self == .light ? Colour(0xFAFAFC) : Colour(0x26282D) }
  package var bubble: Colour { self == .light ? Colour(0xE6E7EB) : Colour(0x3A3D44) }
  package var line: Colour { self == .light ? Colour(0x000000, alpha: 0.1) : Colour(0xFFFFFF, alpha: 0.14) }
  package var text: Colour { self == .light ? Colour(0x14161A) : Colour(0xF4F5F7) }
  package var secondary: Colour { self == .light ? Colour(0x5E636E) : Colour(0xA4A9B4) }
  package var tint: Colour { self == .light ? Colour(0x0A66D8) : Colour(0x4C9BFF) }
  package var destructive: Colour { self == .light ? Colour(0xC8242B) : Colour(0xFF6B66) }
  package var field: Colour { self == .light ? Colour(0xFFFFFF) : Colour(0x1B1D21) }
}
