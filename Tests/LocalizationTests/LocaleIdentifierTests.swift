import Localization
import Testing

/// Tags of BCP 47 (RFC 5646) and locales of POSIX in one spelling, with CLDR's codes for old ones.
struct LocaleIdentifierTests {
  @Test(arguments: [
    ("en", "en"), ("EN-latn-gb", "en-Latn-GB"), ("de_AT.UTF-8@euro", "de-AT"), ("sr_RS@latin", "sr-Latn-RS"),
    ("sr_RS@Cyrillic", "sr-Cyrl-RS"), ("zh-yue-HK", "yue-HK"), ("iw", "he"), ("en-UK", "en-GB"),
    ("sl-rozaj-biske", "sl-ROZAJ-BISKE"),
    ("de-CH-1996", "de-CH-1996"), ("en-US-u-hc-h12", "en-US"), ("es-419", "es-419"), ("i-klingon", "tlh"),
    ("art-lojban", "jbo"),
    ("no-nyn", "nn"), ("sh", "sr-Latn"), ("ca-valencia", "ca-VALENCIA"),
    ("en-x-private", "en"),
  ])
  func spellingsBecomeOne(_ text: String, _ identifier: String) {
    #expect(LocaleIdentifier(text)?.description == identifier)
  }

  @Test(arguments: [
    "", "C", "POSIX", "C.UTF-8", "e", "en-", "-en", "en--GB", "en-GB-abcdefghi", "Base", "de AT", "dé", "12",
    "en-\u{FF11}\u{FF12}\u{FF13}",
  ])
  func othersAreNone(_ text: String) { #expect(LocaleIdentifier(text) == nil) }

  /// CLDR's likelySubtags: zh-TW is Hant, sr-ME is Latn, pa-PK is Arab.
  @Test(arguments: [
    ("zh", "Hans"), ("zh-TW", "Hant"), ("sr", "Cyrl"), ("sr-ME", "Latn"), ("pa-PK", "Arab"),
    ("uz-Cyrl", "Cyrl"),
  ])
  func theLikelyScriptIsCLDRs(_ text: String, _ script: String) throws {
    #expect(try #require(LocaleIdentifier(text)).likelyScript == script)
  }
}
