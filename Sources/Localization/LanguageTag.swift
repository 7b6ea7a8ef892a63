/// A language as people are addressed in it: language, script and region of a BCP 47 tag, in canonical form.
///
/// The script is always there: where the tag does not say it, it is the one that CLDR finds likely. So `zh-TW` is
/// written in `Hant`, and `sr` in `Cyrl`.
package struct LanguageTag: Sendable, Hashable, CustomStringConvertible {
  package let language: String
  /// Nil where CLDR does not know the language and the tag does not say it.
  package let script: String?
  package let region: String?

  /// Reads a tag, or a locale of POSIX such as `de_AT.UTF-8@euro`; nil where it is neither.
  ///
  /// Variants and extensions are left out: no catalog is kept by them. `C` and `POSIX` are no languages.
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
    var language = known.popFirst() ?? first
    if language == "root" { language = "und" }
    var script: String?
    var region: String?
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
    for part in known {
      if part.count == 4 { script = script ?? part } else { region = region ?? part }
    }
    // The C library's locales name a script behind the @: sr_RS@latin.
    if script == nil, let at = text.firstIndex(of: "@") {
      script = Self.modifiers[text[text.index(after: at)...].lowercased()]
    }
    self.init(language: language, script: script, region: region)
  }

  private static let irregular = [
    "i-ami": "ami", "i-bnn": "bnn", "i-hak": "hak", "i-klingon": "tlh", "i-lux": "lb", "i-navajo": "nv",
    "i-pwn": "pwn",
    "i-tao": "tao", "i-tay": "tay", "i-tsu": "tsu", "art-lojban": "jbo", "no-bok": "nb", "no-nyn": "nn",
    "zh-guoyu": "zh", "zh-hakka": "hak", "zh-xiang": "hsn",
  ]

  private static let modifiers = ["latin": "Latn", "cyrillic": "Cyrl", "devanagari": "Deva"]

  init(language: String, script: String?, region: String?) {
    self.language = language
    self.region = region
    self.script =
      script ?? region.flatMap { LanguageTables.scripts["\(language)-\($0)"] }
      ?? LanguageTables.likely[language]?.script
  }

  /// The language of what says nothing else.
  static let english = LanguageTag(language: "en", script: nil, region: nil)

  private static func areLetters(_ text: String, _ count: ClosedRange<Int>) -> Bool {
    count.contains(text.utf8.count) && text.allSatisfy(isLetter)
  }

  private static func isLetter(_ character: Character) -> Bool { character.isASCII && character.isLetter }
  private static func isDigit(_ character: Character) -> Bool { character.isASCII && character.isNumber }

  /// Without a script that goes without saying.
  package var description: String {
    let plain = LanguageTag(language: language, script: nil, region: region)
    return [language, plain.script == script ? nil : script, region].compactMap { $0 }.joined(separator: "-")
  }

  /// What it inherits texts from; nil where there is nothing.
  ///
  /// CLDR's parents where it names one, else the tag without its region. Another script is never a parent: whoever reads
  /// Traditional Chinese is not given Simplified.
  package var parent: LanguageTag? {
    let names = [description, [language, script, region].compactMap { $0 }.joined(separator: "-")]
    for name in names {
      guard let parent = LanguageTables.parents[name] else { continue }
      guard !parent.isEmpty, let tag = LanguageTag(parent), tag.script == script || script == nil else {
        return nil
      }
      return tag
    }
    return region == nil ? nil : LanguageTag(language: language, script: script, region: nil)
  }

  /// Itself, its parent, and so on.
  package var chain: [LanguageTag] {
    var chain = [self]
    while let parent = chain[chain.count - 1].parent, !chain.contains(parent) { chain.append(parent) }
    return chain
  }

  /// The region that the language is most spoken in, where it is written in this script.
  package var likelyRegion: String? {
    script.flatMap { LanguageTables.scriptRegions["\(language)-\($0)"] }
      ?? LanguageTables.likely[language]?.region
  }

  /// Whether whoever reads one reads the other: the same language, and the same script where both have one.
  func isNear(_ other: LanguageTag) -> Bool {
    language == other.language && (script == other.script || script == nil || other.script == nil)
  }
}

/// ``LanguageData`` to look things up in.
enum LanguageTables {
  static let likely = triples(LanguageData.likely)
  static let scripts = pairs(LanguageData.scripts)
  static let scriptRegions = pairs(LanguageData.scriptRegions)
  static let aliases = pairs(LanguageData.aliases)
  static let regions = pairs(LanguageData.regions)
  static let parents = pairs(LanguageData.parents)

  private static func words(_ data: String) -> [[String]] {
    data.split(separator: ",").map { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
      .filter { !$0.isEmpty }
  }

  private static func pairs(_ data: String) -> [String: String] {
    Dictionary(words(data).map { ($0[0], $0.count > 1 ? $0[1] : "") }) { first, _ in first }
  }

  private static func triples(_ data: String) -> [String: (script: String, region: String)] {
    Dictionary(words(data).filter { $0.count == 3 }.map { ($0[0], ($0[1], $0[2])) }) { first, _ in first }
  }
}
