import Presentation
import Testing

/// Colours of apps, which nobody has chosen for reading.
struct AccentColourTests {
  /// Every colour of a cube, with black, white and the greys.
  private static let colours: [UInt32] = stride(from: 0, through: 255, by: 51).flatMap { red in
    stride(from: 0, through: 255, by: 51).flatMap { green in
      stride(from: 0, through: 255, by: 51).map { UInt32(red << 16 | green << 8 | $0) }
    }
  }

  @Test(arguments: Appearance.allCases) func everyAccentCanBeRead(_ look: Appearance) {
    for hex in Self.colours + [0xFFC107, 0x0A66D8, 0x808080] {
      let accent = AccentColour(hex, look)
      for ground in look.grounds {
        #expect(accent.tint.contrast(with: ground) >= 4.5, "\(hex) on \(ground.css)")
      }
      #expect(accent.label.contrast(with: accent.fill) >= 4.5, "\(hex)")
      #expect(accent.fill.contrast(with: look.card) >= 3, "\(hex)")
      #expect(accent == AccentColour(hex, look))
    }
  }

  @Test func aColourThatCanBeReadStays() {
    // Green of 5.1:1 on white: only the bubble's grey asks for a little more.
    let green = AccentColour(0x1E7E38, .light)
    #expect(green.fill == Colour(0x1E7E38) && green.label == .white)
    // Yellow is for near-black.
    #expect(AccentColour(0xFFC107, .dark).fill == Colour(0xFFC107))
    #expect(AccentColour(0xFFC107, .dark).label == .ink)
  }
}
