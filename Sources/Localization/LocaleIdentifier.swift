/// A language, script, region and variant as they are written, in one spelling.
///
/// Old codes give way to those of CLDR (`iw` is `he`, `UK` is `GB`). A script is there only where the text names one:
/// ``LanguageTag`` is the same with the likely script.
package struct LocaleIdentifier: Sendable, Hashable, CustomStringConvertible {
  package var language: String
  package var script: String?
  package var region: String?
  /// The subtags behind the region, without extensions.
  package var variant: String?

  package init(language: String, script: String? = nil, region: String? = nil, variant: String? = nil) {
    self.language = language
    self.script = script
    self.region = region
    self.variant = variant
  }

  /// Reads a BCP 47 tag, or a locale of POSIX such as `de_AT.UTF-8@euro`; nil where it is neither.
  ///
  /// Extensions are left out. `C` and `POSIX` are no languages.
  package init?(_ text: some StringProtocol) {
    let name = text.prefix { $0 != "." && $0 != "@" }
    var parts = String(name).replacing("_", with: "-").split(separator: "-", omittingEmptySubsequences: false)
      .map { String($0) }[...]
    var first = parts.popFirst()?.lowercased() ?? ""
    if let second = parts.first?.lowercased() {
      if let known = Self.irregular["\(first)-\(second)"] {
        // What was registered before there were rules.
        first = known
        parts.removeFirst()
      } else if Self.areLetters(parts[parts.startIndex], 3...3), Self.areLetters(first, 2...3) {
        // An extended language, which is a language of its own: zh-yue.
        first = second
        parts.removeFirst()
      }
    }
    // Four letters are reserved, so that `Base` is none.
    guard Self.areLetters(first, 2...3) || Self.areLetters(first, 5...8), first != "posix" else { return nil }
    // An alias may say a script or region itself: sh is sr-Latn.
    var known = (LanguageTables.aliases[first] ?? first).split(separator: "-").map(String.init)[...]
    language = known.popFirst() ?? first
    if language == "root" { language = "und" }
    if let part = parts.first, Self.areLetters(part, 4...4) {
      script = part.prefix(1).uppercased() + part.dropFirst().lowercased()
      parts.removeFirst()
    }
    if let part = parts.first,
      Self.areLetters(part, 2...2) || part.count == 3 && part.allSatisfy(Self.isDigit)
    {
      let code = part.uppercased()
      region = LanguageTables.regions[code] ?? code
      parts.removeFirst()
    }
    guard
      parts.allSatisfy({
        (1...8).contains($0.count) && $0.allSatisfy { Self.isLetter($0) || Self.isDigit($0) }
      })
    else { return nil }
    let variants = parts.prefix { $0.count > 1 }.map { $0.uppercased() }
    variant = variants.isEmpty ? nil : variants.joined(separator: "-")
    for part in known {
      if part.count == 4 { script = script ?? part } else { region = region ?? part }
    }
    // The C library's locales name a script behind the @: sr_RS@latin.
    if script == nil, let at = text.firstIndex(of: "@") {
      script = Self.modifiers[text[text.index(after: at)...].lowercased()]
    }
  }

  private static let irregular = [
    "i-ami": "ami", "i-bnn": "bnn", "i-hak": "hak", "i-klingon": "tlh", "i-lux": "lb", "i-navajo": "nv",
    "i-pwn": "pwn",
    "i-tao": "tao", "i-tay": "tay", "i-tsu": "tsu", "art-lojban": "jbo", "no-bok": "nb", "no-nyn": "nn",
    "zh-guoyu": "zh", "zh-hakka": "hak", "zh-xiang": "hsn",
  ]

  private static let modifiers = ["latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"]

  private static func areLetters(_ text: String, _ count: ClosedRange<Int>) -> Bool {
    count.contains(text.utf8.count) && text.allSatisfy(isLetter)
  }

  private static func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  package var description: String {
    [language, script, region, variant].compactMap { $0 }.joined(separator: "-")
  }

  /// The script that it is read in: the one that it names, else the likely one of its region or language.
  package var likelyScript: String? {
    script ?? region.flatMap { LanguageTables.scripts["\(language)-\($0)"] }
      ?? LanguageTables.likely[language]?.script
  }
}
