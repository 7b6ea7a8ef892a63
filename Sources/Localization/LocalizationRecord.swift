/// A record of a text that was found: which language and catalog answered, and what was missing.
package struct LocalizationRecord: Sendable, Equatable {
  /// The name of the plugin that asked.
  package var plugin: String
  /// The key that it asked for.
  package var key: String
  /// The path of the catalog; nil where none has the key.
  package var catalog: String?
  /// The language of the text, as the catalog calls it.
  package var language: String?
  /// The oddities that were met, as sentences.
  package var problems: [String] = []

  /// The problems in a sentence, for people.
  package var warning: String {
    let place = catalog.map { " (\($0))" } ?? ""
    return "'\(key)'\(language.map { " in \($0)" } ?? ""): \(problems.joined(separator: "; "))\(place)"
  }

  /// Makes a record.
  package init(
    plugin: String, key: String, catalog: String?, language: String?, problems: [String] = []
  ) {
    self.plugin = plugin
    self.key = key
    self.catalog = catalog
    self.language = language
    self.problems = problems
  }
}
