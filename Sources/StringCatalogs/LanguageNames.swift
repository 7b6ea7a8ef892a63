import Localization

/// The names that a catalog has for its languages: of several spellings, such as `pt-BR` and `pt_br`, the first stays.
package struct LanguageNames {
  /// The names by the tags that they are spellings of.
  private var names: [String: String] = [:]
  /// The names by spellings that were asked for.
  private var known: [String: String] = [:]

  init() {}

  /// Makes the names of a catalog.
  init(of catalog: StringCatalog) {
    for language in [catalog.sourceLanguage] + catalog.languages { _ = name(of: language) }
  }

  /// Returns the name of a language, which is the given one where none came before it.
  mutating func name(of language: String) -> String {
    if let name = known[language] { return name }
    let tag = Self.tag(language)
    let name = names[tag] ?? language
    names[tag] = name
    known[language] = name
    return name
  }

  /// Returns whether two names are spellings of one language.
  package static func areSame(_ name: String, _ other: String) -> Bool {
    name == other || tag(name) == tag(other)
  }

  /// The tag as folders have it, since texts go to folders and come back from them.
  private static func tag(_ name: String) -> String {
    if case .language(let tag)? = LprojName(name) { return tag }
    return name
  }
}

extension StringCatalog {
  /// Takes over the texts of another catalog that say something else than those here; languages keep their spelling.
  package mutating func take(_ other: StringCatalog) -> [TakenText] {
    var names = LanguageNames(of: self)
    return take(other) { names.name(of: $0) }
  }
}
