import StringCatalogs
import Testing

/// Names of `.lproj` folders: tags, locales of POSIX, and the names that Apple's systems had before.
struct LprojNameTests {
  @Test(arguments: [
    ("en", "en"), ("zh-Hant", "zh-Hant"), ("zh_TW", "zh-TW"), ("sr@latin", "sr-Latn"),
    ("sr_RS@latin", "sr-Latn-RS"), ("EN_gb", "en-GB"),
    ("German", "de"), ("Nynorsk", "nn"), ("pt-BR", "pt-BR"), ("ca@valencia", "ca-valencia"),
    ("de_DE.UTF-8", "de-DE"), ("de@euro", "de"),
    ("es-419", "es-419"), ("Moldavian", "ro-MD"),
  ])
  func languagesAreRead(_ name: String, _ tag: String) { #expect(LprojName(name) == .language(tag)) }

  @Test func baseIsTheSourceLanguages() { #expect(LprojName("Base") == .base) }

  @Test(arguments: [
    "", "base", "german", "Klingonese", "x", "mul-", "en-", "assets", "en@", "en@\u{E9}", "1",
  ])
  func othersAreNone(_ name: String) { #expect(LprojName(name) == nil) }
}
