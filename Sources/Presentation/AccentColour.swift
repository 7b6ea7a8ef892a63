/// An app's colour, made lighter or darker until it can be read.
package struct AccentColour: Sendable, Equatable {
  /// The colour of texts, bars and lines: 4.5:1 on every ground.
  package let tint: Colour
  /// The colour of shapes that carry a text or a sign, such as one's own messages: 3:1 on the card.
  package let fill: Colour
  /// The colour of the text on such a shape: white or nearly black, 4.5:1.
  package let label: Colour

  /// The accent of an app that has none; in the dark its texts begin with a lighter blue.
  private static let standard: UInt32 = 0x0A66D8
  private static let lightStandard: UInt32 = 0x4C9BFF

  /// - Parameter hex: such as 0xFF9500; nil for the standard.
  package init(_ hex: UInt32?, _ appearance: Appearance) {
    let base = Colour(hex ?? Self.standard)
    // Away from the ground: darker on a light card, lighter on a dark one.
    let far = appearance == .light ? Colour(0x000000) : Colour.white
    let text = hex == nil && appearance == .dark ? Colour(Self.lightStandard) : base
    tint = text.moved(towards: far) { colour in
      appearance.grounds.allSatisfy { colour.contrast(with: $0) >= Colour.textContrast }
    }
    fill = base.moved(towards: far) { colour in
      colour.contrast(with: appearance.card) >= Colour.shapeContrast
        && colour.contrast(with: Self.label(on: colour)) >= Colour.textContrast
    }
    label = Self.label(on: fill)
  }

  /// Returns white or nearly black, whichever is seen better.
  private static func label(on colour: Colour) -> Colour {
    colour.contrast(with: .white) >= colour.contrast(with: .ink) ? .white : .ink
  }
}
