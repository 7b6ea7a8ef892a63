import Localization
import Testing

struct LanguageTests {
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

  @Test(
    arguments: [
      // QA1828: a regional variant falls back to its language before the next preference.
      (["en-GB", "fr"], ["en", "fr"], "en"), (["fr-CA", "en"], ["en", "fr"], "fr"),
      (["de", "fr"], ["en", "fr"], "fr"),
      (["ja"], ["en", "fr"], nil), ([], ["en"], nil), (["ja", "??", "en"], ["en"], "en"),
      // TN2418: siblings under one parent come before the language at large.
      (["en-IN"], ["en", "en-GB"], "en-GB"), (["en-AU"], ["en", "en-NZ", "en-GB"], "en-GB"),
      (["en-US"], ["en-GB", "en"], "en"),
      (["en-US"], ["en-GB"], "en-GB"), (["es-MX"], ["es", "es-419"], "es-419"),
      (["es-MX"], ["es", "es-AR"], "es-AR"),
      (["es-ES"], ["es-419", "es"], "es"), (["pt-AO"], ["pt", "pt-PT"], "pt-PT"),
      (["pt"], ["pt-PT", "pt-BR"], "pt-BR"),
      // Scripts are no variants of each other.
      (["zh-TW"], ["zh-Hans", "zh-Hant"], "zh-Hant"), (["zh-TW"], ["zh-Hans", "en"], nil),
      (["zh-HK"], ["zh_TW", "zh_CN"], "zh_TW"),
      (["zh"], ["zh-Hant", "zh-Hans"], "zh-Hans"), (["zh-Hans"], ["zh-CN"], "zh-CN"),
      (["zh-MO", "en"], ["zh-HK", "zh-Hant"], "zh-HK"),
      (["sr"], ["sr-Latn", "sr-Cyrl"], "sr-Cyrl"), (["sr-Latn"], ["sr"], nil),
      (["sh"], ["sr-Latn"], "sr-Latn"),
      // Names of old, of POSIX, and of one language in several ways.
      (["he"], ["iw"], "iw"), (["iw-IL"], ["he"], "he"), (["id"], ["in"], "in"),
      (["de_DE.UTF-8"], ["de"], "de"),
      (["nb-NO"], ["no"], "no"), (["no"], ["nb"], "nb"), (["nn"], ["nb", "en"], "nb"),
      (["fil"], ["tl"], "tl"),
      (["de-CH"], ["de-AT"], "de-AT"), (["de-AT"], ["de-CH", "de-DE"], "de-DE"), (["DE"], ["de"], "de"),
    ] as [([String], [String], String?)])
  func theBestLanguageIsChosen(_ preferences: [String], _ available: [String], _ expected: String?) {
    #expect(LanguageMatcher(available: available).match(preferences) == expected)
  }
}
