import PluginManifests
import Testing

/// Wildcards of `match`.
struct WildcardTests {
  @Test(
    arguments: [
      ("abc", "abc", true), ("abc", "abcd", false), ("*", "", true), ("a*", "a", true), ("a*", "ba", false),
      ("*c", "abc", true), ("a*c", "ac", true), ("a*b*c", "aXbYc", true), ("a*b*c", "acb", false),
      ("*aab*", "aaab", true), ("*abab*x", "abaababx", true), ("a*a", "a", false), ("**", "x", true),
      ("", "", true), ("", "x", false),
    ] as [(String, String, Bool)])
  func standsForWhatItSays(_ pattern: String, _ text: String, _ matches: Bool) {
    let wildcard = Wildcard(pattern)
    #expect(Array(text.utf8).withUnsafeBytes { wildcard.matches($0) } == matches)
  }

  @Test func takesTimeInProportionWhateverTheText() {
    // Half a billion comparisons, if a mismatch began again where the last attempt did.
    let wildcard = Wildcard("*" + String(repeating: "a", count: 10_000) + "b*")
    #expect(!Array(repeating: UInt8(ascii: "a"), count: 1_000_000).withUnsafeBytes { wildcard.matches($0) })
  }
}
