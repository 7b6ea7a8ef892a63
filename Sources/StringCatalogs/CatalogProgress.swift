import Localization

/// The progress of catalogs in one language.
package struct CatalogProgress: Sendable, Equatable {
  /// The language, as the catalogs call it.
  package var language: String
  /// A Boolean value that indicates whether the texts were written in it.
  package var isSource: Bool
  /// The keys that are to be translated.
  package var keys = 0
  /// The keys that have a finished text.
  package var translated = 0
  /// The keys whose text has a state such as `new` or `needs_review`.
  package var unfinished = 0

  /// The part that is translated, rounded down, so that 100 means all.
  package var percent: Int { keys == 0 ? 100 : 100 * translated / keys }

  /// Counts the texts of catalogs by language.
  ///
  /// - Parameter languages: those that are counted; nil means all of the catalogs.
  package static func count(_ catalogs: [StringCatalog], languages: [String]? = nil) -> [CatalogProgress] {
    var all = LanguageNames()
    let asked = languages ?? Set(catalogs.flatMap(\.languages).map { all.name(of: $0) }).sorted()
    var names = catalogs.map { LanguageNames(of: $0) }
    return asked.map { asked in
      var progress = CatalogProgress(
        language: asked, isSource: catalogs.contains { LanguageNames.areSame($0.sourceLanguage, asked) })
      for (index, catalog) in catalogs.enumerated() {
        let language = names[index].name(of: asked)
        let isSource = catalog.sourceLanguage == language
        for entry in catalog.entries where entry.shouldTranslate {
          progress.keys += 1
          // In a string catalog a key may be the text; in folders each language has its own.
          guard let text = entry.texts[language], !text.isBlank else {
            if isSource, entry.place != nil { progress.translated += 1 }
            continue
          }
          if isSource || text.openStates.isEmpty {
            progress.translated += 1
          } else {
            progress.unfinished += 1
          }
        }
      }
      return progress
    }
  }
}

extension LocalizedText {
  /// The states of its texts that ask for work, such as `needs_review`; none where there is no text yet.
  var openStates: Set<String> {
    isBlank ? [] : Set(units.compactMap(\.state)).subtracting(["translated"])
  }
}
