/// The choice of the available languages that serve a recipient.
///
/// The first is the one that an app on the recipient's device shows: the rules are those of Apple's
/// `ualoc_localizationsToUse`. What follows answers for texts that the first does not have.
package struct LanguageMatcher: Sendable {
  /// An available language.
  private struct Localization: Sendable {
    var name: String
    /// Nil where the name is no tag.
    var identifier: LocaleIdentifier?
    /// The identifier and those that it falls back to, which preferences are compared with.
    var chain: [LocaleIdentifier] = []
    /// The available languages among them, by number.
    var parents: [Int] = []
  }

  /// The available languages that are near one preference.
  package struct Ranking: Sendable {
    struct Match: Sendable {
      /// The number of the available language.
      var language: Int
      /// The number of steps between the two; 0 for the same, and less for the same spelling.
      var distance: Int
    }

    /// The language of the preference.
    var language: String
    /// With the nearest first.
    var matches: [Match] = []
    /// A language that serves only where no preference has a match.
    var lastResort: Int?
  }

  /// An available language, by number, and the number of the preference that it serves.
  package struct Choice: Sendable, Equatable {
    /// The number of the language among the available ones.
    package var language: Int
    /// The number of the preference, from 0.
    package var preference: Int
  }

  private var localizations: [Localization]
  /// The numbers of the localizations by the language that their chains end in: others never meet.
  private var numbersByRoot: [String: [Int]] = [:]

  /// - Parameter available: names as folders and catalogs have them; what is no tag is never chosen.
  package init(available: [String]) {
    localizations = available.map { name in
      guard let identifier = LocaleIdentifier(name)?.normalized else { return Localization(name: name) }
      return Localization(name: name, identifier: identifier, chain: Self.availableChain(identifier))
    }
    var numbers: [LocaleIdentifier: [Int]] = [:]
    for (number, localization) in localizations.enumerated() {
      guard let identifier = localization.identifier, let root = localization.chain.last else { continue }
      numbers[identifier, default: []].append(number)
      numbersByRoot[root.language, default: []].append(number)
    }
    for number in localizations.indices {
      localizations[number].parents = localizations[number].chain.flatMap { parent in
        // Hong Kong's Chinese falls back to Taiwan's although its chain does not name it.
        (numbers[parent] ?? []) + (parent == .hongKong ? numbers[.taiwan] ?? [] : [])
      }
    }
  }

  /// The chain of an available language, longer by a step in a region that is not the usual one: `it` is nearer to
  /// `it-IT` than to `it-CH`.
  private static func availableChain(_ identifier: LocaleIdentifier) -> [LocaleIdentifier] {
    identifier.isInUsualRegion ? identifier.chain : [identifier] + identifier.chain
  }

  /// The name of the best language, or nil where none of the preferences is near any.
  package func match(_ preferences: [String]) -> String? { matches(preferences).first?.name }

  /// All languages that are near a preference, with the best first, and the preference of each.
  package func matches(_ preferences: [String]) -> [(name: String, preference: String)] {
    order(preferences.map(ranking)).map { (localizations[$0.language].name, preferences[$0.preference]) }
  }

  /// The available languages that are near one preference.
  package func ranking(_ preference: String) -> Ranking {
    guard let wanted = LocaleIdentifier(preference)?.normalized, wanted.language != "und" else {
      return Ranking(language: "und")
    }
    let chain = wanted.chain
    let spelling = Self.spelling(preference)
    var ranking = Ranking(language: wanted.language)
    for number in numbersByRoot[chain.last?.language ?? wanted.language] ?? [] {
      let localization = localizations[number]
      guard var distance = Self.distance(chain, localization.chain) else { continue }
      if wanted == .europeanPortuguese, localization.identifier == .brazilianPortuguese {
        ranking.lastResort = number
        continue
      }
      if wanted.language != localization.identifier?.language { distance += 1 }
      if Self.spelling(localization.name) == spelling { distance = -1 }
      ranking.matches.append(Ranking.Match(language: number, distance: distance))
    }
    ranking.matches.sort { ($0.distance, $0.language) < ($1.distance, $1.language) }
    return ranking
  }

  /// The steps between the two chains where they first meet; nil where they do not.
  private static func distance(_ wanted: [LocaleIdentifier], _ available: [LocaleIdentifier]) -> Int? {
    wanted.enumerated().compactMap { steps, parent in available.firstIndex(of: parent).map { steps + $0 } }
      .min()
  }

  private static func spelling(_ name: String) -> String { name.lowercased().replacing("_", with: "-") }

  /// The languages that serve preferences, with the best first.
  package func order(_ rankings: [Ranking]) -> [Choice] {
    var choices: [Choice] = []
    choices.reserveCapacity(rankings.reduce(1) { $0 + $1.matches.count })
    var isTaken = [Bool](repeating: false, count: localizations.count)
    func take(_ language: Int, _ preference: Int) {
      guard !isTaken[language] else { return }
      isTaken[language] = true
      choices.append(Choice(language: language, preference: preference))
    }
    if let best = best(rankings) {
      take(best.language, best.preference)
      for parent in localizations[best.language].parents { take(parent, best.preference) }
    }
    for (preference, ranking) in rankings.enumerated() {
      for match in ranking.matches { take(match.language, preference) }
    }
    for (preference, ranking) in rankings.enumerated() {
      if let language = ranking.lastResort { take(language, preference) }
    }
    return choices
  }

  private func best(_ rankings: [Ranking]) -> Choice? {
    guard let first = rankings.firstIndex(where: { !$0.matches.isEmpty }) else {
      return rankings.enumerated().lazy.compactMap { preference, ranking in
        ranking.lastResort.map { Choice(language: $0, preference: preference) }
      }.last
    }
    let match = rankings[first].matches[0]
    let language = localizations[match.language].identifier?.language
    // Instead of another region of the language, the region that a later preference names: of fr-CH and fr-CA the one
    // that is there. Of Chinese, regions say too much about the script.
    if match.distance > 0, localizations[match.language].identifier?.region != nil, language != "zh" {
      for (preference, ranking) in rankings.enumerated() where ranking.language == language {
        if let exact = ranking.matches.first, exact.distance <= 0 {
          return Choice(language: exact.language, preference: preference)
        }
      }
    }
    return Choice(language: match.language, preference: first)
  }
}

extension LocaleIdentifier {
  fileprivate static let hongKong = LocaleIdentifier(language: "zh", script: "Hant", region: "HK")
  fileprivate static let taiwan = LocaleIdentifier(language: "zh", script: "Hant", region: "TW")
  fileprivate static let europeanPortuguese = LocaleIdentifier(language: "pt", region: "PT")
  fileprivate static let brazilianPortuguese = LocaleIdentifier(language: "pt", region: "BR")
  fileprivate static let mexicanSpanish = LocaleIdentifier(language: "es", region: "MX")

  /// The regions that Apple's systems add the usual script to.
  private static let spelledRegions = ["zh-CN": "Hans", "zh-SG": "Hans", "yue-HK": "Hant"]

  /// The same with the script of its region, where that is not to be expected of the language; Norwegian of Norway is
  /// Bokmål.
  fileprivate var normalized: LocaleIdentifier {
    var normalized = self
    if self == LocaleIdentifier(language: "no", region: "NO") { normalized.language = "nb" }
    if script == nil, let region {
      let name = "\(language)-\(region)"
      normalized.script = LanguageTables.scripts[name] ?? Self.spelledRegions[name]
    }
    return normalized
  }

  /// The localization that it falls back to; nil where there is none.
  ///
  /// A script that is not the language's usual one falls back to nothing: not everyone who reads the one reads the other.
  private var parent: LocaleIdentifier? {
    if let known = LocalizationParents.table[description] { return LocaleIdentifier(known) }
    var parent = self
    if variant != nil {
      parent.variant = nil
    } else if region != nil {
      parent.region = nil
    } else if let script, script == LanguageTables.likely[language]?.script ?? script {
      parent.script = nil
    } else {
      return nil
    }
    return parent
  }

  /// Itself, its parent, and so on.
  fileprivate var chain: [LocaleIdentifier] {
    var chain = [self]
    while let parent = chain[chain.count - 1].parent { chain.append(parent) }
    return chain
  }

  /// A Boolean value that indicates whether the language is understood to be of this region, so that the region need
  /// not be written (UTS 35, Likely Subtags).
  fileprivate var isInUsualRegion: Bool {
    guard let region, self != .mexicanSpanish, self != .taiwan else { return true }
    let usual = LanguageTables.likely[language]
    let script = likelyScript
    if script == usual?.script { return region == usual?.region }
    // The region alone would say the script.
    if LanguageTables.scripts["\(language)-\(region)"] == script { return false }
    return script.flatMap { LanguageTables.scriptRegions["\(language)-\($0)"] } ?? usual?.region == region
  }
}
