import Localization

/// A language for tests: the source language with accents, longer, and between brackets.
///
/// A text that is cut shows no bracket at its end, one that was never localised has no accents, and one that is put
/// together from pieces has brackets inside.
package enum Pseudolocale {
  /// The language that such texts are kept under, as Android and Windows have it too.
  package static let tag = "en-XA"

  /// Adds the pseudo-language to a catalog, made from its source language.
  package static func add(to catalog: inout StringCatalog, language: String = tag) {
    var names = LanguageNames(of: catalog)
    let language = names.name(of: language)
    for index in catalog.entries.indices where catalog.entries[index].shouldTranslate {
      let entry = catalog.entries[index]
      guard let text = entry.text(in: catalog.sourceLanguage, source: catalog.sourceLanguage) else {
        continue
      }
      catalog.entries[index].texts[language] = LocalizedText(
        value: text.value.map { made($0, isPart: false) },
        substitutions: text.substitutions.mapValues { substitution in
          var substitution = substitution
          substitution.value = substitution.value.map { made($0, isPart: true) }
          return substitution
        })
    }
  }

  private static func made(_ unit: StringUnit, isPart: Bool) -> StringUnit {
    StringUnit(text(unit.value, isPart: isPart), state: "translated")
  }

  /// The pseudo-text of a format; its specifiers stay.
  package static func text(_ format: String, isPart: Bool = false) -> String {
    var letters = 0
    let accented = FormatString(format, hasNumber: isPart).parts.map { part in
      switch part {
      case .text(let text):
        letters += text.count
        return String(text.map { accents[$0] ?? $0 }).doubledPercents
      case .argument(let specifier): return specifier.source
      case .variable(_, _, let source): return source
      case .number: return "%arg"
      }
    }.joined()
    if isPart { return accented }
    // Translations of short texts grow the most: a third, and at least a word.
    let padding = letters == 0 ? [] : words.prefix(max(1, (letters + 17) / 18))
    return "[" + ([accented] + padding).joined(separator: " ") + "]"
  }

  private static let words = [
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
  ]

  private static let accents: [Character: Character] = Dictionary(
    uniqueKeysWithValues: zip(
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ",
      "åƀçðéƒĝĥîĵķļɱñöþǫŕšţûṽŵẋýžÅƁÇÐÉƑĜĤÎĴĶĻṀÑÖÞǪŔŠŢÛṼŴẊÝŽ"))
}
