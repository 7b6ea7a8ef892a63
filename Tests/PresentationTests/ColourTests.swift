import Presentation
import Testing

/// Colours, and whether they can be told apart.
struct ColourTests {
  /// Known ratios: WCAG 2.2 names 21:1 for black and white; #767676 is the lightest grey that passes AA on white, #777777 fails
  /// with 4.48:1 (webaim.org/articles/contrast).
  @Test(
    arguments: [
      (0x000000, 0xFFFFFF, 21.0), (0xFFFFFF, 0x767676, 4.54), (0x777777, 0xFFFFFF, 4.48),
      (0xFF0000, 0xFFFFFF, 4.0),
      (0x123456, 0x123456, 1.0),
    ] as [(UInt32, UInt32, Double)])
  func contrastIsThatOfWCAG(_ one: UInt32, _ two: UInt32, _ ratio: Double) {
    let found = Colour(one).contrast(with: Colour(two))
    #expect(abs(found - ratio) < 0.006)
    #expect(found == Colour(two).contrast(with: Colour(one)))
  }

  @Test func aColourIsWrittenAsCSSDoes() {
    #expect(Colour(0xFF9500).css == "#FF9500")
    #expect(Colour(0x000000, alpha: 0.1).css == "#0000001A")
  }

  /// Each pair of a text and its ground, in each appearance.
  @Test(arguments: Appearance.allCases) func everyTextCanBeRead(_ look: Appearance) {
    let accent = AccentColour(nil, look)
    var pairs: [(String, Colour, Colour)] = [
      ("the clock", look.text, look.background), ("a caption", look.secondary, look.background),
      ("a placeholder", look.secondary, look.field), ("a label", look.secondary, look.card),
      ("one's own message", accent.label, accent.fill),
    ]
    for ground in look.grounds {
      pairs.append(("text", look.text, ground))
      pairs.append(("tint", accent.tint, ground))
      pairs.append(("secondary", look.secondary, ground))
    }
    pairs += [("a button", look.destructive, look.bubble), ("an action", look.destructive, look.card)]
    for (name, text, ground) in pairs {
      #expect(text.contrast(with: ground) >= 4.5, "\(name): \(text.css) on \(ground.css)")
    }
    for (name, shape) in [("a pin", look.destructive), ("a step", look.secondary), ("a bubble", accent.fill)]
    {
      #expect(shape.contrast(with: look.card) >= 3, "\(name)")
    }
    // The bar in its track.
    #expect(accent.tint.contrast(with: look.bubble) >= 3)
  }
}
