import Glibc

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

  package static let white = Colour(0xFFFFFF)
  /// The dark text on a light ground of any colour.
  package static let ink = Colour(0x0B0C0E)

  /// The colour as CSS writes it, such as `#FF9500`, or `#00000019` where it is translucent.
  package var css: String {
    let parts = [red, green, blue] + (alpha < 1 ? [alpha] : [])
    return "#"
      + parts.map { part in
        let digits = String(Int((part * 255).rounded()), radix: 16, uppercase: true)
        return digits.count < 2 ? "0" + digits : digits
      }.joined()
  }

  // MARK: Contrast

  /// The relative luminance, from 0 for black to 1 for white (WCAG 2.2, "relative luminance").
  package var luminance: Double {
    func linear(_ part: Double) -> Double {
      part <= 0.04045 ? part / 12.92 : pow((part + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }

  /// Returns the contrast ratio of two opaque colours, from 1 to 21 (WCAG 2.2, "contrast ratio").
  package func contrast(with other: Colour) -> Double {
    let (one, two) = (luminance, other.luminance)
    return (max(one, two) + 0.05) / (min(one, two) + 0.05)
  }

  /// The least contrast of text with what is behind it (WCAG 2.2, success criterion 1.4.3, level AA).
  package static let textContrast = 4.5
  /// The least contrast of a shape that means something (success criterion 1.4.11, level AA).
  package static let shapeContrast = 3.0

  /// Returns the colour, moved towards another until a condition holds, in steps that are the same on every machine.
  func moved(towards other: Colour, until holds: (Colour) -> Bool) -> Colour {
    for step in 0...64 {
      let part = Double(step) / 64
      func mixed(_ from: Double, _ to: Double) -> Double {
        ((from + (to - from) * part) * 255).rounded() / 255
      }
      var result = self
      (result.red, result.green, result.blue) = (
        mixed(red, other.red), mixed(green, other.green), mixed(blue, other.blue)
      )
      if holds(result) { return result }
    }
    return other
  }
}

/// The colours of a picture.
package enum Appearance: String, CaseIterable, Sendable {
  case light
  case dark

  package var background: Colour { self == .light ? Colour(0xE3E6EC) : Colour(0x101216) }
  package var card: Colour { self == .light ? Colour(0xFAFAFC) : Colour(0x26282D) }
  package var bubble: Colour { self == .light ? Colour(0xE6E7EB) : Colour(0x393C43) }
  package var line: Colour { self == .light ? Colour(0x000000, alpha: 0.1) : Colour(0xFFFFFF, alpha: 0.14) }
  package var text: Colour { self == .light ? Colour(0x14161A) : Colour(0xF4F5F7) }
  package var secondary: Colour { self == .light ? Colour(0x5E636E) : Colour(0xA8ADB8) }
  package var destructive: Colour { self == .light ? Colour(0xC8242B) : Colour(0xFF827E) }
  package var field: Colour { self == .light ? Colour(0xFFFFFF) : Colour(0x1B1D21) }
  /// The ground behind pictures that one can see through, most of which are made for light pages; nil for the card's own.
  package var pictureGround: Colour? { self == .light ? nil : Colour(0xF4F5F7) }
  /// The grounds that texts in these colours stand on.
  package var grounds: [Colour] { [card, bubble, field] }
  /// The tint of an app that has none of its own.
  package var tint: Colour { AccentColour(nil, self).tint }
}
