import NotificationModel
import Testing

/// Base 16 as RFC 4648 has it.
struct HexTests {
  /// RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("f", "66"), ("fo", "666F"), ("foo", "666F6F"), ("foob", "666F6F62"),
    ("foobar", "666F6F626172"),
  ])
  func vectorsOfTheRFC(_ plain: String, _ text: String) {
    #expect(Hex.encode(plain.utf8) == text.lowercased())
    #expect(Hex.decode(Array(text.utf8)) == Array(plain.utf8))
    #expect(Hex.decode(Array(text.lowercased().utf8)) == Array(plain.utf8))
  }

  @Test(arguments: ["0", "0g", "G0", " 00", "0x00", "00\n", "/0", ":0", "@0", "`0", "é"])
  func otherTextsAreNone(_ text: String) { #expect(Hex.decode(Array(text.utf8)) == nil) }

  @Test func everyByteHasTwoDigits() {
    let bytes = Array(UInt8.min...UInt8.max)
    #expect(Hex.encode(bytes).count == 512)
    #expect(Hex.decode(Array(Hex.encode(bytes).utf8)) == bytes)
  }
}
