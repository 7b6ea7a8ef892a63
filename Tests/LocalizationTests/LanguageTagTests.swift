import Localization
import Testing

struct LanguageTagTests {
  @Test(arguments: [
    ("en", "en"), ("EN-gb", "en-GB"), ("en_US.UTF-8", "en-US"), ("de_AT@euro", "de-AT"),
    ("zh-Hant-TW", "zh-TW"),
    ("zh-TW", "zh-TW"), ("zh-Hans-CN", "zh-CN"), ("zh-hant", "zh-Hant"), ("sr-Latn-RS", "sr-Latn-RS"),
    ("sh", "sr-Latn"),
    ("iw", "he"), ("in", "id"), ("tl", "fil"), ("mo", "ro"), ("en-UK", "en-GB"), ("es-419", "es-419"),
    ("de-CH-1996", "de-CH"), ("en-US-u-hc-h12", "en-US"), ("tlh", "tlh"),
  ])
  func tagsHaveOneForm(_ text: String, _ canonical: String) throws {
    #expect(try #require(LanguageTag(text)).description == canonical)
  }

  @Test(arguments: [
    "", "C", "POSIX", "C.UTF-8", "e", "en-", "12", "en--GB", "abcdefghi", "en-GB-abcdefghi", "deutsch land",
  ])
  func whatIsNoTagIsNone(_ text: String) { #expect(LanguageTag(text) == nil) }

  @Test(arguments: [
    ("en-IN", ["en-IN", "en-001", "en"]), ("en-US", ["en-US", "en"]), ("es-MX", ["es-MX", "es-419", "es"]),
    ("pt-AO", ["pt-AO", "pt-PT", "pt"]), ("zh-MO", ["zh-MO", "zh-HK", "zh-Hant"]),
    ("zh-HK", ["zh-HK", "zh-Hant"]),
    ("sr-Latn-ME", ["sr-ME", "sr-Latn"]), ("nb", ["nb", "no"]), ("de-AT", ["de-AT", "de"]),
  ])
  func parentsAreThoseOfCLDR(_ tag: String, _ chain: [String]) throws {
    #expect(try #require(LanguageTag(tag)).chain.map(\.description) == chain)
  }
}
