import HTTPTypes
import Operations
import RESTInterface
import Testing

/// Device tokens as clients write them.
struct TokenTextTests {
  @Test(
    arguments: [
      ("00ff10", [0, 255, 16]), ("00FF10", [0, 255, 16]), ("ab", [0xAB]),
      // An odd number of digits is base64, as is what has another letter.
      ("abc", [0x69, 0xB7]), ("AP8Q", [0, 255, 16]), ("-_8=", [0xFB, 0xFF]), ("+/8", [0xFB, 0xFF]),
    ] as [(String, [UInt8])])
  func isHexadecimalOrElseBase64(_ text: String, _ bytes: [UInt8]) throws {
    #expect(try TokenText.read(text) == bytes)
  }

  // What NSData's description is since iOS 13, and was before: no token, although many apps have sent it.
  @Test(arguments: [
    "", "=", "a", "a===", "abcde", "ab cd", " abcd", "<740f4707 bebcf74f>",
    "{length = 32, bytes = 0x740f4707}",
    "ab\u{0}d", "ｆｆ", String(repeating: "ab", count: 257), String(repeating: "Z", count: 344),
  ])
  func anyOtherTextIsNone(_ text: String) throws {
    let problem = #expect(throws: Problem.self) { try TokenText.read(text) }
    #expect(problem?.status.code == 422 && problem?.pointer == "/token")
    #expect(text.isEmpty || text.count < 5 || problem?.detail.contains(text) == false)
  }

  @Test func theLongestHasTwiceAsManyDigits() throws {
    #expect(try TokenText.read(String(repeating: "ab", count: 256)).count == 256)
  }
}
