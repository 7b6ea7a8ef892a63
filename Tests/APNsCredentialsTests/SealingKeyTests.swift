import APNsCredentials
import Foundation
import Testing

/// The spellings of a sealing key, and sealed content that was changed.
struct SealingKeyTests {
  @Test func aSealingKeyHasThreeSpellings() throws {
    let bytes = (0..<32).map { UInt8($0 * 8 + 7) }
    let hexadecimal = bytes.map { String(format: "%02x", $0) }.joined()
    let base64 = Data(bytes).base64EncodedString()
    let sealed = try #require(SealingKey(bytes)?.sealed([1, 2, 3], name: "a"))
    for text in [
      hexadecimal, hexadecimal.uppercased() + "\n", base64, base64 + "\r\n",
      base64.replacing("/", with: "_").replacing("+", with: "-").replacing("=", with: ""),
    ] {
      #expect(SealingKey(Array(text.utf8))?.opened(sealed, name: "a") == [1, 2, 3], "\(text)")
    }
    for text in ["", "0", String(hexadecimal.dropLast()), base64 + "AAAA"] {
      #expect(SealingKey(Array(text.utf8)) == nil)
    }
    let key = try #require(SealingKey(bytes))
    #expect("\(key)" == "SealingKey")
    for index in sealed.indices {
      var other = sealed
      other[index] ^= 1
      #expect(key.opened(other, name: "a") == nil)
    }
  }
}
