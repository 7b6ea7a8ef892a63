/// Looks texts up in compiled catalogs, and writes them with their arguments.
///
/// One thread uses it. It remembers which languages serve whom, and makes the rules of a language when it is first
/// needed.
package final class Localizer {
  /// Where a text came from.
  package struct Answer: Sendable, Equatable {
    /// The catalog that has the key; nil where none has it, and the key stands for itself.
    package var catalog: Int?
    /// The language of the text, as the catalog calls it.
    package var language: String?
    package var problems: [LocalizationProblem] = []
  }

  /// A language of a catalog that serves some preferences.
  private struct Candidate {
    var language: Int
    var symbols: Int
    /// Whether it was asked for, and is not only what is left.
    var isPreferred: Bool
  }

  private struct Catalog {
    var table: UnsafeRawBufferPointer
    var path: String
    var languages: [String]
    /// The places of the tables.
    var tables: [Int]
    var source: Int
    var slots: Int
    var slotMask: Int
    var keys: Int
    var rules: [PluralRules?]
    var matcher: LanguageMatcher
  }

  private let memory: UnsafeRawBufferPointer
  @exclusivity(unchecked) private var catalogs: [Catalog] = []
  /// What serves a list of preferences, by catalog; made when it is first asked for.
  @exclusivity(unchecked) private var candidates: [String: [[Candidate]?]] = [:]
  @exclusivity(unchecked) private var symbols: [NumberSymbols] = []
  @exclusivity(unchecked) private var symbolNumbers: [LanguageTag: Int] = [:]

  /// How many lists of preferences are remembered: whoever sends notifications chooses them.
  private static let preferencesLimit = 1000

  /// - Parameter memory: ``CompiledStrings``, which must stay where they are; nothing where it is empty.
  package init(_ memory: UnsafeRawBufferPointer) {
    self.memory = memory
    guard memory.count >= 8, number(at: 0) == CompiledStrings.magic else { return }
    for index in 0..<number(at: 4) { catalogs.append(catalog(at: number(at: 8 + 4 * index))) }
  }

  /// How many catalogs there are.
  package var catalogCount: Int { catalogs.count }

  /// The path of a catalog, for messages.
  package func path(of catalog: Int) -> String { catalogs[catalog].path }

  /// The languages of a catalog.
  package func languages(of catalog: Int) -> [String] { catalogs[catalog].languages }

  @inline(__always)
  private func number(at offset: Int) -> UInt32 {
    memory.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }
  @inline(__always)
  private func number(at offset: Int) -> Int { Int(number(at: offset) as UInt32) }

  private func text(at offset: Int) -> UnsafeRawBufferPointer {
    let place: Int = number(at: offset)
    return UnsafeRawBufferPointer(rebasing: memory[place..<(place + number(at: offset + 4))])
  }

  private func catalog(at header: Int) -> Catalog {
    let count: Int = number(at: header + 16)
    let languages = (0..<count).map { index in
      String(decoding: text(at: header + CompiledStrings.headerSize + 12 * index), as: UTF8.self)
    }
    return Catalog(
      table: text(at: header), path: String(decoding: text(at: header + 8), as: UTF8.self),
      languages: languages,
      tables: (0..<count).map { number(at: header + CompiledStrings.headerSize + 12 * $0 + 8) },
      source: number(at: header + 20), slots: number(at: header + 32), slotMask: number(at: header + 28) - 1,
      keys: number(at: header + 36), rules: Array(repeating: nil, count: count),
      matcher: LanguageMatcher(available: languages))
  }

  // MARK: Looking up

  /// Appends the text of a key to `output`.
  ///
  /// - Parameters:
  ///   - catalogs: where the key is looked for, in this order.
  ///   - table: the name of the table, such as `Localizable`.
  ///   - preferences: the languages of the recipient, with the best first.
  ///   - isolates: whether texts among the arguments are put between U+2068 and U+2069.
  package func localize(
    _ key: UnsafeRawBufferPointer, catalogs numbers: [Int], table: UnsafeRawBufferPointer,
    preferences: Preferences, arguments: UnsafeBufferPointer<FormatArgument>, isolates: Bool = false,
    to output: inout [UInt8]
  ) -> Answer {
    let hash = CompiledStrings.hash(key)
    for catalog in numbers {
      guard catalogs[catalog].table.count == table.count, catalogs[catalog].table.elementsEqual(table),
        let number = find(key, hash, catalog)
      else { continue }
      return write(number, catalog, preferences, arguments, isolates, to: &output)
    }
    output.append(contentsOf: key)
    return Answer(problems: [.missingKey])
  }

  /// Whether one of the catalogs has the key.
  package func hasKey(
    _ key: UnsafeRawBufferPointer, catalogs numbers: [Int], table: UnsafeRawBufferPointer
  ) -> Bool {
    let hash = CompiledStrings.hash(key)
    return numbers.contains {
      catalogs[$0].table.elementsEqual(table) && find(key, hash, $0) != nil
    }
  }

  /// The number of a key in a catalog.
  private func find(_ key: UnsafeRawBufferPointer, _ hash: UInt32, _ catalog: Int) -> Int? {
    let slots = catalogs[catalog].slots
    let mask = catalogs[catalog].slotMask
    var slot = Int(hash) & mask
    while true {
      let found: Int = number(at: slots + 8 * slot + 4)
      if found == 0 { return nil }
      if number(at: slots + 8 * slot) as UInt32 == hash {
        let known = text(at: catalogs[catalog].keys + 8 * (found - 1))
        if known.count == key.count, known.elementsEqual(key) { return found - 1 }
      }
      slot = (slot + 1) & mask
    }
  }

  private func write(
    _ key: Int, _ catalog: Int, _ preferences: Preferences,
    _ arguments: UnsafeBufferPointer<FormatArgument>, _ isolates: Bool, to output: inout [UInt8]
  ) -> Answer {
    var problems: [LocalizationProblem] = []
    for candidate in candidates(preferences, catalog) {
      let entry: Int = number(at: catalogs[catalog].tables[candidate.language] + 4 * key)
      let language = catalogs[catalog].languages[candidate.language]
      guard entry != 0 else {
        problems.append(.missingText(language: language))
        continue
      }
      if !candidate.isPreferred, !preferences.isEmpty, problems.isEmpty { problems.append(.missingLanguage) }
      let taken = Int(memory[entry])
      var writer = MessageWriter(
        memory: memory, rules: rules(candidate.language, catalog), symbols: symbols[candidate.symbols],
        isolates: isolates)
      writer.write(entry + 1, arguments, to: &output)
      if arguments.count > taken {
        writer.problems.append(.excessArguments(given: arguments.count, taken: taken))
      }
      if !writer.problems.isEmpty { problems += writer.problems }
      return Answer(catalog: catalog, language: language, problems: problems)
    }
    // A key without any text is like none.
    output.append(contentsOf: text(at: catalogs[catalog].keys + 8 * key))
    return Answer(problems: [.missingKey])
  }

  // MARK: Languages

  /// The languages of somebody, made ready to be looked up.
  package struct Preferences: Sendable {
    fileprivate let name: String
    fileprivate let tags: [String]?
    fileprivate var isEmpty: Bool { name.isEmpty }

    /// The languages by BCP 47 or POSIX, with the best first.
    package init(_ tags: [String]) {
      name = tags.joined(separator: "\n")
      self.tags = tags
    }
  }

  private func candidates(_ preferences: Preferences, _ catalog: Int) -> [Candidate] {
    if let known = candidates[preferences.name]?[catalog] { return known }
    if candidates.count >= Self.preferencesLimit { candidates.removeAll() }
    let found = findCandidates(preferences, catalog)
    candidates[preferences.name, default: Array(repeating: nil, count: catalogs.count)][catalog] = found
    return found
  }

  private func findCandidates(_ preferences: Preferences, _ catalog: Int) -> [Candidate] {
    let languages = catalogs[catalog].languages
    var found: [Candidate] = []
    for match in catalogs[catalog].matcher.matches(preferences.tags ?? []) {
      guard let language = languages.firstIndex(of: match.name) else { continue }
      found.append(
        Candidate(language: language, symbols: symbolsNumber(match.preference), isPreferred: true))
    }
    let source = catalogs[catalog].source
    if source < languages.count, !found.contains(where: { $0.language == source }) {
      let tag = LanguageTag(languages[source]) ?? LanguageTag.english
      found.append(Candidate(language: source, symbols: symbolsNumber(tag), isPreferred: false))
    }
    return found
  }

  private func symbolsNumber(_ tag: LanguageTag) -> Int {
    if let known = symbolNumbers[tag] { return known }
    symbols.append(NumberSymbols(tag))
    symbolNumbers[tag] = symbols.count - 1
    return symbols.count - 1
  }

  private func rules(_ language: Int, _ catalog: Int) -> PluralRules {
    if let known = catalogs[catalog].rules[language] { return known }
    let rules = PluralRules(LanguageTag(catalogs[catalog].languages[language]) ?? .english)
    catalogs[catalog].rules[language] = rules
    return rules
  }
}
