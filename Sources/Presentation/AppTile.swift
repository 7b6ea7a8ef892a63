/// The tile that stands for an app without an icon: the first letter of its name, in a colour of its own.
package struct AppTile: Sendable, Equatable {
  package let letter: String
  package let colour: Colour

  /// The colours of tiles, on each of which white is read (4.5:1).
  package static let colours: [UInt32] = [
    0x2F6DE0, 0x1E7E38, 0xB75807, 0xC5221F, 0x8E44AD, 0x007985, 0x5D6D7E, 0x8A6F08,
  ]

  /// - Parameter name: the app's.
  package init(name: String) {
    let number = name.utf8.reduce(5381) { ($0 &* 33) & 0xFF_FFFF ^ Int($1) }
    colour = Colour(Self.colours[number % Self.colours.count])
    letter = name.first { $0.isLetter || $0.isNumber }.map { String($0).uppercased() } ?? "•"
  }
}
