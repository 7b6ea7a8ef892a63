/// Looks texts up in compiled catalogs, and writes them with their arguments.
///
/// One thread uses it. It remembers which languages serve whom, and makes the rules of a language when it is first
/// needed.
package final class Localizer {
  /// A text, with the catalog and the language that it came from.
  package struct Answer: Sendable, Equatable {
    /// The catalog that has the key; nil where none has it, and the key stands for itself.
    package var catalog: Int?
    /// The language of the text, as the catalog calls it.
    package var language: String?
    /// The oddities that were met in writing the text.
    package var problems: [LocalizationProblem] = []

    /// Creates an answer.
    package init(catalog: Int? = nil, language: String? = nil, problems: [LocalizationProblem] = []) {
      self.catalog = catalog
      self.language = language
      self.problems = problems
    }
  }

  /// A language of a catalog that serves some preferences.
  fileprivate struct Candidate {
    var language: Int
    var symbols: NumberSymbols
    /// A Boolean value that indicates whether it was asked for, and is not only what is left.
    var isPreferred: Bool
  }

  private final class Catalog {
    let memory: UnsafeRawBufferPointer
    let table: UnsafeRawBufferPointer
    let path: String
    let languages: [String]
    /// The places of the tables.
    let tables: [Int]
    let source: Int
    let slots: Int
    let slotMask: Int
    let keys: Int
    @exclusivity(unchecked) var rules: [PluralRules?]
    /// The source language's way to write numbers; made when it is first asked for.
    @exclusivity(unchecked) var sourceSymbols: NumberSymbols?
    let matcher: LanguageMatcher

    init(_ memory: UnsafeRawBufferPointer) {
      self.memory = memory
      let count: Int = memory.number(at: 16)
      languages = (0..<count).map { index in
        String(decoding: memory.text(at: CompiledCatalog.headerSize + 12 * index), as: UTF8.self)
      }
      tables = (0..<count).map { memory.number(at: CompiledCatalog.headerSize + 12 * $0 + 8) }
      table = memory.text(at: 0)
      path = String(decoding: memory.text(at: 8), as: UTF8.self)
      source = memory.number(at: 20)
      slotMask = memory.number(at: 28) - 1
      slots = memory.number(at: 32)
      keys = memory.number(at: 36)
      rules = Array(repeating: nil, count: count)
      matcher = LanguageMatcher(available: languages)
    }

    /// The number of a key.
    func find(_ key: UnsafeRawBufferPointer, _ hash: UInt32) -> Int? {
      var slot = Int(hash) & slotMask
      while true {
        let found = memory.number(at: slots + 8 * slot + 4)
        if found == 0 { return nil }
        if memory.number(at: slots + 8 * slot) == Int(hash) {
          let known = memory.text(at: keys + 8 * (found - 1))
          if known.count == key.count, known.elementsEqual(key) { return found - 1 }
        }
        slot = (slot + 1) & slotMask
      }
    }
  }

  @exclusivity(unchecked) private var catalogs: [Catalog] = []
  /// The lists of preferences that came last, by name: many recipients have the same.
  @exclusivity(unchecked) private var lists = RecentValues<PreferenceName, Preferences>(limit: 1024)
  /// The preferences that came last: lists are many, and made of few languages.
  @exclusivity(unchecked) private var languages = RecentValues<String, PreferredLanguage>(limit: 4096)
  /// There are no more than CLDR has formats.
  @exclusivity(unchecked) private var symbolsByFormat: [Substring: NumberSymbols] = [:]

  /// The owner of the memory, where that is not there as long as the process.
  private let owner: AnyObject?

  /// - Parameters:
  ///   - memory: ``CompiledStrings``, which must stay where they are; empty where there are none.
  ///   - owner: what keeps them there.
  package init(_ memory: UnsafeRawBufferPointer, owner: AnyObject? = nil) {
    self.owner = owner
    func number(at offset: Int) -> Int { Int(memory.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    guard memory.count >= 8, number(at: 0) == CompiledStrings.magic else { return }
    for index in 0..<number(at: 4) {
      let place = number(at: 8 + 8 * index)
      let end = place + number(at: 12 + 8 * index)
      catalogs.append(Catalog(UnsafeRawBufferPointer(rebasing: memory[place..<end])))
    }
  }

  /// The number of catalogs.
  package var catalogCount: Int { catalogs.count }

  /// The path of a catalog, for messages.
  package func path(of catalog: Int) -> String { catalogs[catalog].path }

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
    let hash = CompiledCatalog.hash(key)
    var hasTable = false
    for number in numbers {
      let catalog = catalogs[number]
      guard catalog.table.count == table.count, catalog.table.elementsEqual(table) else { continue }
      hasTable = true
      guard let found = catalog.find(key, hash) else { continue }
      return write(found, catalog, number, preferences, arguments, isolates, to: &output)
    }
    output.append(contentsOf: key)
    return Answer(problems: [hasTable ? .missingKey : missingTable(table, numbers)])
  }

  private func missingTable(_ table: UnsafeRawBufferPointer, _ numbers: [Int]) -> LocalizationProblem {
    let others = Set(numbers.map { String(decoding: catalogs[$0].table, as: UTF8.self) })
    return .missingTable(
      String(decoding: table.prefix(100), as: UTF8.self), others: Array(others.sorted().prefix(5)))
  }

  private func write(
    _ key: Int, _ catalog: Catalog, _ number: Int, _ preferences: Preferences,
    _ arguments: UnsafeBufferPointer<FormatArgument>, _ isolates: Bool, to output: inout [UInt8]
  ) -> Answer {
    var problems: [LocalizationProblem] = []
    let memory = catalog.memory
    for candidate in candidates(preferences, catalog, number) {
      let entry = memory.number(at: catalog.tables[candidate.language] + 4 * key)
      guard entry != 0 else {
        problems.append(.missingText(language: catalog.languages[candidate.language]))
        continue
      }
      if !candidate.isPreferred, !preferences.wanted.isEmpty, problems.isEmpty {
        problems.append(.missingLanguage)
      }
      let taken = Int(memory[entry])
      var writer = MessageWriter(
        memory: memory, rules: rules(candidate.language, catalog), symbols: candidate.symbols,
        isolates: isolates)
      writer.write(entry + 1, arguments, to: &output)
      if output.count > MessageWriter.outputLimit {
        writer.note(.tooLarge)
        output.removeLast(output.count - MessageWriter.outputLimit)
        // Not in the middle of a character.
        while let last = output.last, UTF8.isContinuation(last) { output.removeLast() }
        if output.last ?? 0 >= 0xC0 { output.removeLast() }
      }
      if arguments.count > taken {
        writer.problems.append(.excessArguments(given: arguments.count, taken: taken))
      }
      if !writer.problems.isEmpty { problems += writer.problems }
      return Answer(catalog: number, language: catalog.languages[candidate.language], problems: problems)
    }
    // A key without any text is like none.
    output.append(contentsOf: memory.text(at: catalog.keys + 8 * key))
    return Answer(problems: [.missingKey])
  }

  // MARK: Languages

  /// The languages of a recipient, made ready to be looked up.
  package final class Preferences {
    fileprivate let wanted: [PreferredLanguage]
    /// The languages that serve them, by catalog; made when they are first asked for.
    @exclusivity(unchecked) fileprivate var candidates: [[Candidate]?]

    fileprivate init(_ wanted: [PreferredLanguage], catalogs: Int) {
      self.wanted = wanted
      candidates = Array(repeating: nil, count: catalogs)
    }
  }

  /// One preference, which many recipients have.
  fileprivate final class PreferredLanguage {
    let name: String
    let symbols: NumberSymbols
    /// The languages of each catalog that are near it; made when they are first asked for.
    @exclusivity(unchecked) var rankings: [LanguageMatcher.Ranking?]

    init(_ name: String, symbols: NumberSymbols, catalogs: Int) {
      self.name = name
      self.symbols = symbols
      rankings = Array(repeating: nil, count: catalogs)
    }
  }

  /// The name of a list of preferences: bytes, of which most lists have 16 or fewer, so that nothing is
  /// allocated.
  private struct PreferenceName: Hashable {
    /// The number of bytes, and whether they are JSON: what plugins say is not taken for what a request
    /// says.
    var count: Int
    var isJSON: Bool
    var head: UInt64 = 0
    var tail: UInt64 = 0
    /// All of a longer name.
    var text: [UInt8] = []

    init(_ name: UnsafeRawBufferPointer, isJSON: Bool) {
      count = name.count
      self.isJSON = isJSON
      if name.count <= 16 {
        withUnsafeMutableBytes(of: &head) { $0.copyBytes(from: name.prefix(8)) }
        withUnsafeMutableBytes(of: &tail) { $0.copyBytes(from: name.dropFirst(8)) }
      } else {
        text = Array(name)
      }
    }

    func hash(into hasher: inout Hasher) {
      hasher.combine(head)
      hasher.combine(tail)
      text.withUnsafeBytes { hasher.combine(bytes: $0) }
    }
  }

  /// Makes preferences ready.
  ///
  /// - Parameters:
  ///   - tags: BCP 47 or POSIX, with the best first. What has a space or a control character is none.
  package func preferences(_ tags: [String]) -> Preferences {
    let tags = tags.filter { $0.utf8.allSatisfy { $0 > 0x20 } }
    var name = tags.joined(separator: "\n")
    return name.withUTF8 { preferences(PreferenceName(UnsafeRawBufferPointer($0), isJSON: false)) { tags } }
  }

  /// The same for tags in JSON, which are looked at where the text is new.
  package func preferences(json: UnsafeRawBufferPointer, tags: () -> [String]) -> Preferences {
    preferences(PreferenceName(json, isJSON: true), tags)
  }

  private func preferences(_ name: PreferenceName, _ tags: () -> [String]) -> Preferences {
    if let known = lists[name] { return known }
    let made = Preferences(tags().map(preferredLanguage), catalogs: catalogs.count)
    lists[name] = made
    return made
  }

  private func preferredLanguage(_ name: String) -> PreferredLanguage {
    if let known = languages[name] { return known }
    let symbols = symbols(LanguageTag(name) ?? .english)
    let made = PreferredLanguage(name, symbols: symbols, catalogs: catalogs.count)
    languages[name] = made
    return made
  }

  private func candidates(_ preferences: Preferences, _ catalog: Catalog, _ number: Int) -> [Candidate] {
    if let known = preferences.candidates[number] { return known }
    let rankings = preferences.wanted.map { ranking($0, catalog, number) }
    let source = catalog.source
    var isSourceTaken = source >= catalog.languages.count
    var found = catalog.matcher.order(rankings).map { choice in
      if choice.language == source { isSourceTaken = true }
      return Candidate(
        language: choice.language, symbols: preferences.wanted[choice.preference].symbols, isPreferred: true)
    }
    if !isSourceTaken {
      found.append(Candidate(language: source, symbols: sourceSymbols(catalog), isPreferred: false))
    }
    preferences.candidates[number] = found
    return found
  }

  private func sourceSymbols(_ catalog: Catalog) -> NumberSymbols {
    if let known = catalog.sourceSymbols { return known }
    let symbols = symbols(LanguageTag(catalog.languages[catalog.source]) ?? .english)
    catalog.sourceSymbols = symbols
    return symbols
  }

  private func ranking(
    _ language: PreferredLanguage, _ catalog: Catalog, _ number: Int
  ) -> LanguageMatcher.Ranking {
    if let known = language.rankings[number] { return known }
    let ranking = catalog.matcher.ranking(language.name)
    language.rankings[number] = ranking
    return ranking
  }

  private func symbols(_ tag: LanguageTag) -> NumberSymbols {
    let format = NumberSymbols.format(of: tag)
    if let known = symbolsByFormat[format] { return known }
    let symbols = NumberSymbols(format: format)
    symbolsByFormat[format] = symbols
    return symbols
  }

  private func rules(_ language: Int, _ catalog: Catalog) -> PluralRules {
    if let known = catalog.rules[language] { return known }
    let rules = PluralRules(LanguageTag(catalog.languages[language]) ?? .english)
    catalog.rules[language] = rules
    return rules
  }
}

extension UnsafeRawBufferPointer {
  /// A number of a compiled catalog.
  @inline(__always)
  func number(at offset: Int) -> Int { Int(loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }

  /// The text whose place and length stand at `offset`.
  @inline(__always)
  func text(at offset: Int) -> UnsafeRawBufferPointer {
    let place = number(at: offset)
    return UnsafeRawBufferPointer(rebasing: self[place..<(place + number(at: offset + 4))])
  }
}

extension CompiledStrings {
  /// Catalogs in memory of their own.
  package final class Memory {
    /// The joined catalogs, as long as this object lives.
    package let bytes: UnsafeRawBufferPointer

    /// Joins catalogs in memory of their own.
    package init(_ catalogs: [CompiledCatalog]) {
      let joined = CompiledStrings.join(catalogs)
      let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: joined.count, alignment: 8)
      memory.copyBytes(from: joined)
      bytes = UnsafeRawBufferPointer(memory)
    }

    deinit { bytes.deallocate() }

    /// A localizer that looks texts up in it, and keeps it.
    package var localizer: Localizer { Localizer(bytes, owner: self) }
  }
}
