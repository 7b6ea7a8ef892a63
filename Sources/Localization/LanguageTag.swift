/// A language as people are addressed in it: language, script and region of a BCP 47 tag, in canonical form.
///
/// The script is always there: where the tag does not say it, it is the one that CLDR finds likely. So `zh-TW` is
/// written in `Hant`, and `sr` in `Cyrl`.
package struct LanguageTag: Sendable, Hashable, CustomStringConvertible {
  /// The code of the language in ISO 639, in small letters.
  package let language: String
  /// Nil where CLDR does not know the language and the tag does not say it.
  package let script: String?
  /// The code of the region in ISO 3166-1 or UN M.49; nil where the tag does not say it.
  package let region: String?

  /// Reads a tag, or a locale of POSIX such as `de_AT.UTF-8@euro`; nil where it is neither.
  ///
  /// Variants and extensions are left out: no catalog is kept by them. `C` and `POSIX` are no languages.
  package init?(_ text: some StringProtocol) {
    guard let identifier = LocaleIdentifier(text) else { return nil }
    self.init(identifier)
  }

  init(_ identifier: LocaleIdentifier) {
    language = identifier.language
    script = identifier.likelyScript
    region = identifier.region
  }

  init(language: String, script: String?, region: String?) {
    self.init(LocaleIdentifier(language: language, script: script, region: region))
  }

  /// The language of what says nothing else.
  static let english = LanguageTag(language: "en", script: nil, region: nil)

  /// Without a script that goes without saying.
  package var description: String {
    let plain = LanguageTag(language: language, script: nil, region: region)
    return [language, plain.script == script ? nil : script, region].compactMap { $0 }.joined(separator: "-")
  }

  /// The tag that it inherits texts from; nil where there is none.
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
