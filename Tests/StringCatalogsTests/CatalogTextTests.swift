import StringCatalogs
import Testing

/// Files of texts in UTF-8 and UTF-16, with and without a byte order mark, and bytes that are neither.
struct CatalogTextTests {
  private static let text = "\"a\" = \"é😀\";"

  private static func utf16(isBig: Bool, hasMark: Bool) -> [UInt8] {
    ((hasMark ? [0xFEFF] : []) + Array(text.utf16)).flatMap { unit -> [UInt8] in
      let bytes = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
      return isBig ? bytes : bytes.reversed()
    }
  }

  @Test func everyEncodingBecomesUTF8() throws {
    let all = [
      Array(Self.text.utf8), [0xEF, 0xBB, 0xBF] + Array(Self.text.utf8),
      Self.utf16(isBig: true, hasMark: true),
      Self.utf16(isBig: false, hasMark: true), Self.utf16(isBig: true, hasMark: false),
      Self.utf16(isBig: false, hasMark: false),
    ]
    for bytes in all { #expect(try CatalogText.utf8(bytes, path: "p") == Array(Self.text.utf8)) }
    #expect(try CatalogText.utf8([], path: "p") == [])
  }

  @Test(
    arguments: [
      ([0x61, 0x0A, 0xE9], "p:2", "neither UTF-8 nor UTF-16"), ([0xFE, 0xFF, 0x00], "p", "half a character"),
      ([0xFE, 0xFF, 0xD8, 0x00], "p", "half of a surrogate pair"),
      ([0xFF, 0xFE, 0x00, 0xDC], "p", "half of a surrogate pair"),
      ([0xC0, 0x80], "p:1", "neither"), ([0xED, 0xA0, 0x80], "p:1", "neither"),
    ] as [([UInt8], String, String)])
  func otherBytesAreRefusedWithTheirPlace(_ bytes: [UInt8], _ place: String, _ message: String) throws {
    let error = try #require(throws: CatalogError.self) { _ = try CatalogText.utf8(bytes, path: "p") }
    #expect(error.place.hasPrefix(place))
    #expect(error.message.contains(message))
  }
}
