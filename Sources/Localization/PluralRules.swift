/// The rules for the form of a text that goes with a number in one language.
///
/// CLDR's rules for cardinals, read from its own notation: UTS 35 part 3, Language Plural Rules.
package struct PluralRules: Sendable {
  /// A condition on one operand.
  private struct Relation: Sendable {
    enum Operand: Character, Sendable {
      case absolute = "n"
      case integer = "i"
      case fractionCount = "v"
      case fraction = "f"
      case significantFraction = "t"
      /// The exponent of a compact number such as 1M, which no format here writes: it is 0.
      case exponent = "e"
    }

    var operand: Operand
    var divisor: UInt64?
    var isNegated: Bool
    var ranges: [ClosedRange<UInt64>]

    func holds(_ number: PluralOperands) -> Bool {
      let value: UInt64
      switch operand {
      case .absolute:
        // A number with a fraction is equal to no integer.
        guard number.significantFraction == 0 else { return isNegated }
        value = number.integer
      case .integer: value = number.integer
      case .fractionCount: value = UInt64(number.fractionCount)
      case .fraction: value = number.fraction
      case .significantFraction: value = number.significantFraction
      case .exponent: value = 0
      }
      let remainder = divisor.map { value % $0 } ?? value
      return ranges.contains { $0.contains(remainder) } != isNegated
    }
  }

  /// For each category but `other` relations of which all of one list must hold.
  private var rules: [(category: PluralCategory, alternatives: [[Relation]])] = []

  /// The rules of a language, or of the language that it belongs to; where CLDR knows neither, all numbers are `other`.
  package init(_ tag: LanguageTag) {
    let names = tag.region.map { ["\(tag.language)-\($0)", tag.language] } ?? [tag.language]
    guard let text = names.lazy.compactMap({ Self.texts[$0] }).first else { return }
    rules = Self.parse(text) ?? []
  }

  /// The categories that the language has, `other` last.
  package var categories: [PluralCategory] { rules.map(\.category) + [.other] }

  /// The category of a number.
  package func category(of number: PluralOperands) -> PluralCategory {
    rules.first { rule in rule.alternatives.contains { $0.allSatisfy { $0.holds(number) } } }?.category
      ?? .other
  }

  // MARK: Notation

  /// By the names of locales.
  private static let texts: [String: String] = {
    var texts: [String: String] = [:]
    for set in PluralRuleData.sets {
      for locale in set.locales.split(whereSeparator: \.isWhitespace) { texts[String(locale)] = set.rules }
    }
    return texts
  }()

  /// The languages that have rules.
  package static var locales: [String] { texts.keys.sorted() }

  private static func parse(
    _ text: String
  ) -> [(category: PluralCategory, alternatives: [[Relation]])]? {
    var rules: [(category: PluralCategory, alternatives: [[Relation]])] = []
    for rule in text.split(separator: ";") {
      let words = rule.split(whereSeparator: \.isWhitespace).map(String.init)
      guard let name = words.first, name.hasSuffix(":"),
        let category = PluralCategory(rawValue: String(name.dropLast()))
      else { return nil }
      var alternatives: [[Relation]] = []
      for alternative in words.dropFirst().split(separator: "or") {
        var relations: [Relation] = []
        for words in alternative.split(separator: "and") {
          guard let relation = relation(Array(words)) else { return nil }
          relations.append(relation)
        }
        alternatives.append(relations)
      }
      rules.append((category, alternatives))
    }
    return rules
  }

  /// `i % 10 = 2..4,7`, as words.
  private static func relation(_ words: [String]) -> Relation? {
    guard words.count == 3 || words.count == 5 && words[1] == "%", let operand = words[0].first,
      words[0].count == 1, let known = Relation.Operand(rawValue: operand)
    else { return nil }
    var divisor: UInt64?
    if words.count == 5 {
      guard let number = UInt64(words[2]), number > 0 else { return nil }
      divisor = number
    }
    let comparison = words[words.count - 2]
    guard comparison == "=" || comparison == "!=" else { return nil }
    var ranges: [ClosedRange<UInt64>] = []
    for part in words[words.count - 1].split(separator: ",") {
      let ends = part.split(separator: ".").map { UInt64($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, first <= last, ends.count <= 2 else {
        return nil
      }
      ranges.append(first...last)
    }
    return Relation(operand: known, divisor: divisor, isNegated: comparison == "!=", ranges: ranges)
  }
}
