import Localization

/// A list of tasks on a catalog: texts that are missing or unfinished, and those that do not go together.
package struct CatalogCheck {
  /// One cause, with the languages that have it.
  package struct Finding: Sendable, Equatable {
    /// A Boolean value that indicates whether the finding makes the check fail.
    package var isError: Bool
    /// The place for people: the file or the catalog, the line where it is one, and the key.
    package var place: String
    /// The cause and the next step, without the place.
    package var message: String
    /// The path of the file or folder.
    package var file: String
    /// The line, from 1; nil where the file's notation has no lines.
    package var line: Int?
    /// The key that it is about; nil where it is about the file.
    package var key: String?
    /// The languages that have it, by name.
    package var languages: [String]

    /// The finding as one line, for people.
    package var text: String { "\(place): \(isError ? "error" : "warning"): \(message)" }

    fileprivate init(
      isError: Bool, _ message: String, file: String, line: Int? = nil, key: String?, languages: [String] = []
    ) {
      self.isError = isError
      self.message = message
      self.file = file
      self.line = line
      self.key = key
      self.languages = languages
      place = file + (line.map { ":\($0)" } ?? "") + (key.map { ": '\($0)'" } ?? "")
    }

    /// A finding of a reader.
    package init(_ warning: CatalogWarning) {
      self.init(isError: false, warning.message, file: warning.place, key: nil)
      // What stands behind the file: its line and column, or a key.
      let parts = warning.place.split(separator: ": '", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2, parts[1].hasSuffix("'") { key = String(parts[1].dropLast()) }
      var names = parts[0].split(separator: ":", omittingEmptySubsequences: false)
      var numbers: [Int] = []
      while names.count > 1, let number = names.last.flatMap({ Int($0) }) {
        numbers.append(number)
        names.removeLast()
      }
      file = names.joined(separator: ":")
      line = numbers.last
    }
  }

  private let catalog: StringCatalog
  private let languages: [String]
  private let languageSet: Set<String>
  private var findings: [Finding] = []
  private var categories: [String: Set<PluralCategory>] = [:]
  var source: String { catalog.sourceLanguage }

  /// Looks at a catalog.
  ///
  /// - Parameters:
  ///   - languages: those that every key should have; nil means all of the catalog.
  ///   - device: whose variations are taken, by the names of string catalogs.
  package static func findings(
    _ catalog: StringCatalog, languages: [String]? = nil, device: String = "iphone"
  ) -> [Finding] {
    var check = CatalogCheck(catalog: catalog, languages: languages ?? catalog.languages)
    check.run(device)
    return check.findings
  }

  private init(catalog: StringCatalog, languages: [String]) {
    self.catalog = catalog
    var names = LanguageNames(of: catalog)
    let languages = languages.map { names.name(of: $0) }
    self.languages = languages
    languageSet = Set(languages)
  }

  private mutating func run(_ device: String) {
    // The compiler knows what it could not take, by key and language.
    var problems: [String: [String: [String]]] = [:]
    for problem in CatalogCompiler.compile(catalog, device: device).problems {
      problems[problem.key, default: [:]][problem.message, default: []].append(problem.language)
    }
    for entry in catalog.entries {
      let own = problems[entry.key] ?? [:]
      for (message, languages) in own.sorted(by: { $0.key < $1.key }) {
        add(entry, isError: true, languages) { "in \($0) the text \(message)" }
      }
      checkTexts(entry)
      checkForms(entry)
      // The arguments of a text that lacks a part are not known.
      checkArguments(entry, without: Set(own.values.joined()))
      checkPercents(entry)
    }
  }

  /// Adds a finding.
  ///
  /// - Parameter message: makes the message of the list of languages.
  mutating func add(
    _ entry: StringCatalog.Entry, isError: Bool, _ languages: [String] = [], _ message: (String) -> String
  ) {
    let languages = Set(languages).sorted()
    // A text that is missing has its place where the source language has it.
    var places = Set(languages.compactMap { entry.places[$0] })
    if languages.allSatisfy({ entry.places[$0] == nil }), let place = entry.places[source] {
      places = [place]
    }
    let place = entry.place ?? (places.count == 1 ? places.first : nil)
    findings.append(
      Finding(
        isError: isError, message(Self.list(languages)), file: place?.file ?? catalog.path, line: place?.line,
        key: entry.key, languages: languages))
  }

  /// Returns names as a sentence has them, a few of many.
  static func list(_ names: [String]) -> String {
    let shown = names.count <= 8 ? names : names.prefix(6) + ["\(names.count - 6) more"]
    guard let last = shown.last, shown.count > 1 else { return names.joined() }
    return shown.dropLast().joined(separator: ", ") + " and " + last
  }

  // MARK: Texts

  private mutating func checkTexts(_ entry: StringCatalog.Entry) {
    if entry.extractionState == "stale" {
      add(entry, isError: false) { _ in
        "Xcode no longer finds it in the sources (stale); take it out, or mark it as manual"
      }
    }
    guard entry.shouldTranslate else { return }
    let missing = languages.filter { $0 != source && entry.text(in: $0, source: source) == nil }
    if !missing.isEmpty { add(entry, isError: false, missing) { "no text in \($0); translate it" } }
    var states: [String: [String]] = [:]
    for (language, text) in entry.texts where language != source && languageSet.contains(language) {
      for state in text.openStates { states[state, default: []].append(language) }
    }
    for (state, languages) in states.sorted(by: { $0.key < $1.key }) {
      add(entry, isError: false, languages) { "the state in \($0) is '\(state)'; have it looked at" }
    }
  }

  // MARK: Forms

  private mutating func checkForms(_ entry: StringCatalog.Entry) {
    var missing: [String: [String]] = [:]
    for (language, text) in entry.texts {
      let needed = categories(of: language)
      for variation in [text.value] + text.substitutions.values.map(\.value) {
        for forms in Self.plurals(variation) where forms.values.contains(where: Self.hasWords) {
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
      add(entry, isError: false, languages) {
        "no form \(forms) in \($0), which small numbers need; 'other' stands in"
      }
    }
  }

  /// A Boolean value that indicates whether forms have words, which a number may change, beside the number itself.
  private static func hasWords(_ variation: TextVariation) -> Bool {
    variation.units.contains { unit in
      FormatString(unit.value, hasNumber: true).parts.contains { part in
        switch part {
        case .text(let text): text.contains(where: \.isLetter)
        case .variable: true
        case .argument, .number: false
        }
      }
    }
  }

  static func plurals(_ variation: TextVariation) -> [[PluralCategory: TextVariation]] {
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

  // MARK: Percent signs

  private mutating func checkPercents(_ entry: StringCatalog.Entry) {
    var found: [String: [String]] = [:]
    for (language, text) in entry.texts {
      // A key that says nothing has no other text.
      if !entry.key.allSatisfy(\.isWhitespace),
        text.value.units.contains(where: { $0.value.allSatisfy(\.isWhitespace) && !text.isBlank })
      {
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
      add(entry, isError: false, languages) { "in \($0) \(message)" }
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
      var finding = Finding(CatalogWarning(use.place, "'\(use.key)' is in no catalog; add it"))
      finding.isError = true
      finding.key = use.key
      return finding
    }
    for catalog in catalogs {
      for entry in catalog.entries where !keys.contains(entry.key) {
        let place = entry.place ?? entry.places[catalog.sourceLanguage]
        findings.append(
          Finding(
            isError: false, "no payload uses it", file: place?.file ?? catalog.path, line: place?.line,
            key: entry.key))
      }
    }
    return findings
  }
}
