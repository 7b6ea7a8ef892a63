import Foundation
import NotificationModel
import Testing

/// Base 64 as RFC 4648 has it.
struct Base64Tests {
  /// RFC 4648 §10.
  @Test(arguments: [
    ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
    ("foobar", "Zm9vYmFy"),
  ])
  func vectorsOfTheRFC(_ plain: String, _ text: String) {
    #expect(String(decoding: Base64.encode(Array(plain.utf8)), as: UTF8.self) == text)
    #expect(Base64.decode(Array(text.utf8)) == Array(plain.utf8))
    // Without padding, too.
    #expect(Base64.decode(Array(text.utf8.filter { $0 != 0x3D })) == Array(plain.utf8))
  }

  @Test func bothAlphabetsAreRead() {
    let bytes: [UInt8] = [0xFB, 0xEF, 0xFF, 0xFE]
    #expect(Base64.decode(Array("++///g==".utf8)) == bytes)
    #expect(Base64.decode(Array("--___g".utf8)) == bytes)
    #expect(Base64.encode(bytes) == Array(Data(bytes).base64EncodedString().utf8))
  }

  @Test(arguments: ["Z", "Zg===", "====", "Zg=a", "Z g=", "Zg==\n", "Zm9vY", "Zm9é", "Zm9v="])
  func otherTextsAreNone(_ text: String) { #expect(Base64.decode(Array(text.utf8)) == nil) }

  @Test func everyLengthIsThatOfFoundation() {
    for count in 0..<100 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * 167 + count) }
      let text = Base64.encode(bytes)
      #expect(text == Array(Data(bytes).base64EncodedString().utf8))
      #expect(Base64.decode(text) == bytes)
    }
  }
}
