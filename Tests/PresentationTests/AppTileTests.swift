import Presentation
import Testing

/// Tiles of apps without an icon.
struct AppTileTests {
  @Test func everyLetterCanBeRead() {
    for hex in AppTile.colours { #expect(Colour(hex).contrast(with: .white) >= 4.5, "\(hex)") }
  }

  @Test(arguments: [("Nexconn", "N"), ("éclair", "É"), ("", "•"), ("…", "•"), ("7up", "7"), ("天気", "天")])
  func theLetterIsTheFirst(_ name: String, _ letter: String) { #expect(AppTile(name: name).letter == letter) }
}
