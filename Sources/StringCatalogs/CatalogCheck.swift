import Localization

/// What is to be done about a catalog: texts that are missing or unfinished, and those that do not go together.
package struct CatalogCheck {
  package struct Finding: Sendable, Equatable {
    package var isError: Bool
    package var place: String
    package var message: String

    package var text: String { "\(place): \(isError ? "error" : "warning"): \(message)" }

    package init(isError: Bool, place: String, message: String) {
      self.isError = isError
      self.place = place
      self.message = message
    }
  }

  /// What an argument is written as.
  private enum Kind: String {
    case text
    case wholeNumber = "a whole number"
    case number = "a number"

    init(_ specifier: Specifier) {
      self = !specifier.isNumeric ? .text : specifier.isInteger ? .wholeNumber : .number
    }
  }

  private let catalog: StringCatalog
  private let languages: [String]
  private let languageSet: Set<String>
  private var findings: [Finding] = []
  private var categories: [String: Set<PluralCategory>] = [:]

  /// Looks at a catalog.
  ///
  /// - Parameter languages: those that every key should have; nil means all of the catalog.
  package static func findings(_ catalog: StringCatalog, languages: [String]? = nil) -> [Finding] {
    var check = CatalogCheck(catalog: catalog, languages: languages ?? catalog.languages)
    check.run()
    return check.findings
  }

  private init(catalog: StringCatalog, languages: [String]) {
    self.catalog = catalog
    self.languages = languages
    languageSet = Set(languages)
  }

  private mutating func run() {
    // The compiler knows what it could not take, by key and language.
    var problems: [String: [String: [String]]] = [:]
    for problem in CatalogCompiler.compile(catalog, device: "iphone").problems {
      problems[problem.message, default: [:]][problem.key, default: []].append(problem.language)
    }
    let byKey = Dictionary(
      grouping: problems.flatMap { message, keys in
        keys.map { (key: $0.key, message: message, languages: $0.value) }
      }, by: \.key)
    for entry in catalog.entries {
      for problem in byKey[entry.key]?.sorted(by: { $0.message < $1.message }) ?? [] {
        add(entry, isError: true, "the text in \(Self.list(problem.languages)) \(problem.message)")
      }
      checkTexts(entry)
      checkForms(entry)
      checkArguments(entry)
      checkPercents(entry)
    }
  }

  private mutating func add(_ entry: StringCatalog.Entry, isError: Bool, _ message: String) {
    findings.append(Finding(isError: isError, place: "\(catalog.path): '\(entry.key)'", message: message))
  }

  /// A few of many names.
  private static func list(_ names: [String]) -> String {
    let names = Array(Set(names)).sorted()
    return names.count <= 8
      ? names.joined(separator: ", ")
      : names.prefix(6).joined(separator: ", ") + " and \(names.count - 6) more"
  }

  // MARK: Texts

  private mutating func checkTexts(_ entry: StringCatalog.Entry) {
    if entry.extractionState == "stale" {
      add(
        entry, isError: false,
        "Xcode no longer finds it in the sources (stale); take it out, or mark it as manual")
    }
    guard entry.shouldTranslate else { return }
    let missing = languages.filter { language in
      language != catalog.sourceLanguage && entry.text(in: language, source: catalog.sourceLanguage) == nil
    }
    if !missing.isEmpty { add(entry, isError: false, "no text in \(Self.list(missing)); translate it") }
    var states: [String: [String]] = [:]
    for (language, text) in entry.texts where languageSet.contains(language) && !text.isBlank {
      let units = text.value.units + text.substitutions.values.flatMap { $0.value.units }
      for state in Set(units.compactMap(\.state)) where state != "translated" {
        states[state, default: []].append(language)
      }
    }
    for (state, languages) in states.sorted(by: { $0.key < $1.key }) {
      add(entry, isError: false, "the state in \(Self.list(languages)) is '\(state)'; have it looked at")
    }
  }

  // MARK: Forms

  private mutating func checkForms(_ entry: StringCatalog.Entry) {
    var missing: [String: [String]] = [:]
    for (language, text) in entry.texts {
      let needed = categories(of: language)
      for variation in [text.value] + text.substitutions.values.map(\.value) {
        for forms in Self.plurals(variation) {
          let lacks = PluralCategory.allCases.filter {
            needed.contains($0) && forms[$0] == nil && $0 != .other
          }
          if !lacks.isEmpty {
            missing[lacks.map { "'\($0.rawValue)'" }.joined(separator: ", "), default: []].append(language)
          }
        }
      }
    }
    for (forms, languages) in missing.sorted(by: { $0.key < $1.key }) {
      add(
        entry, isError: false,
        "no form \(forms) in \(Self.list(languages)), which small numbers need; 'other' stands in")
    }
  }

  private static func plurals(_ variation: TextVariation) -> [[PluralCategory: TextVariation]] {
    switch variation {
    case .unit: []
    case .plural(let forms): [forms] + forms.values.flatMap(plurals)
    case .device(let forms): forms.values.flatMap(plurals)
    case .width(let forms): forms.values.flatMap(plurals)
    }
  }

  /// The categories that whole numbers up to 1,000 fall into: what a language has for millions alone, or for fractions,
  /// few texts need.
  ///
  /// Forms that CLDR 49 has given to a language are not asked for, since Xcode does not make them yet.
  private mutating func categories(of language: String) -> Set<PluralCategory> {
    if let known = categories[language] { return known }
    let tag = LanguageTag(language)
    let rules = tag.flatMap { ["tg", "vi"].contains($0.language) ? nil : PluralRules($0) }
    let found = Set((0...1000).compactMap { rules?.category(of: PluralOperands(Int64($0))) })
    categories[language] = found
    return found
  }

  // MARK: Arguments

  /// What the arguments of a text are written as, by number.
  private static func arguments(_ text: LocalizedText) -> [Int: Set<Kind>] {
    var arguments: [Int: Set<Kind>] = [:]
    var waiting: [(text: String, first: Int, isPart: Bool)] = text.value.units.map { ($0.value, 1, false) }
    var seen: Set<String> = []
    while let (format, first, isPart) = waiting.popLast() {
      for part in FormatString(format, firstArgument: first, hasNumber: isPart).parts {
        switch part {
        case .argument(let specifier): arguments[specifier.argument, default: []].insert(Kind(specifier))
        case .variable(let name, let place, _):
          guard let substitution = text.substitutions[name] else { continue }
          let argument = substitution.argument ?? place
          let specifier = FormatString("%\(substitution.specifier)").specifiers.first
          arguments[argument, default: []].insert(specifier.map { Kind($0) } ?? .wholeNumber)
          if seen.insert("\(argument) \(name)").inserted {
            waiting += substitution.value.units.map { ($0.value, argument, true) }
          }
        case .text, .number: break
        }
      }
    }
    return arguments
  }

  private mutating func checkArguments(_ entry: StringCatalog.Entry) {
    guard let source = entry.text(in: catalog.sourceLanguage, source: catalog.sourceLanguage) else { return }
    var wanted = Self.arguments(source)
    // The number that chooses among forms need not be shown in the source language.
    if case .unit = source.value {
    } else {
      let selector = CatalogCompiler.selector(of: source.value, key: entry.key)
      if wanted[selector.argument] == nil, FormatString(entry.key).specifiers.contains(where: \.isNumeric) {
        wanted[selector.argument] = [.wholeNumber]
      }
    }
    var conflicts: [String: [String]] = [:]
    var excess: [String: [String]] = [:]
    var missing: [String: [String]] = [:]
    for (language, text) in entry.texts {
      let found = Self.arguments(text)
      for (argument, kinds) in found {
        if kinds.contains(.text), kinds.count > 1 {
          conflicts["argument \(argument) is a text here and a number there", default: []].append(language)
        } else if let expected = wanted[argument] {
          guard language != catalog.sourceLanguage, expected.contains(.text) != kinds.contains(.text) else {
            continue
          }
          let kind = kinds.map(\.rawValue).sorted().joined(separator: " and ")
          conflicts[
            "argument \(argument) is \(kind), and in \(catalog.sourceLanguage) it is another", default: []
          ]
          .append(language)
        } else {
          excess["argument \(argument)", default: []].append(language)
        }
      }
      for argument in wanted.keys where found[argument] == nil {
        missing["argument \(argument)", default: []].append(language)
      }
    }
    for (message, languages) in conflicts.sorted(by: { $0.key < $1.key }) {
      add(entry, isError: true, "in \(Self.list(languages)) \(message); make the specifiers agree")
    }
    for (argument, languages) in excess.sorted(by: { $0.key < $1.key }) {
      add(
        entry, isError: true,
        "\(Self.list(languages)) has \(argument), which \(catalog.sourceLanguage) has not; nobody will give it"
      )
    }
    for (argument, languages) in missing.sorted(by: { $0.key < $1.key }) {
      add(
        entry, isError: false,
        "\(Self.list(languages)) leaves out \(argument), which \(catalog.sourceLanguage) shows")
    }
  }

  private mutating func checkPercents(_ entry: StringCatalog.Entry) {
    var found: [String: [String]] = [:]
    for (language, text) in entry.texts {
      if text.value.units.contains(where: { $0.value.allSatisfy(\.isWhitespace) && !text.isBlank }) {
        found["there is a text that says nothing; write one", default: []].append(language)
      }
      for unit in text.value.units {
        if unit.value.contains("%arg") {
          found["'%arg' stands for a number only in a substitution; write %lld", default: []].append(language)
        }
        for problem in FormatString(unit.value).problems {
          switch problem {
          case .lonePercent(let place):
            found["'\(place)' is no specifier; write %% for a percent sign", default: []].append(language)
          case .starredWidth(let place):
            found[
              "'\(place)' takes its width from an argument, which is not done; write a number", default: []
            ].append(language)
          }
        }
      }
    }
    for (message, languages) in found.sorted(by: { $0.key < $1.key }) {
      add(entry, isError: false, "in \(Self.list(languages)) \(message)")
    }
  }

  // MARK: Use

  /// Compares the keys of catalogs with those that payloads use.
  ///
  /// - Parameter used: keys, and the place where each is first used.
  package static func findings(_ catalogs: [StringCatalog], used: [(key: String, place: String)]) -> [Finding]
  {
    let known = Set(catalogs.flatMap { $0.entries.map(\.key) })
    let keys = Set(used.map(\.key))
    var findings = used.filter { !known.contains($0.key) }.map { use in
      Finding(isError: true, place: use.place, message: "'\(use.key)' is in no catalog; add it")
    }
    for catalog in catalogs {
      for entry in catalog.entries where !keys.contains(entry.key) {
        findings.append(
          Finding(isError: false, place: "\(catalog.path): '\(entry.key)'", message: "no payload uses it"))
      }
    }
    return findings
  }
}
