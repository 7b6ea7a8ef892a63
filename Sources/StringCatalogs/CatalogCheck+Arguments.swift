import Localization

// Arguments of texts that do not go together.

extension CatalogCheck {
  /// The kind of value that an argument is written as.
  private enum Kind: String {
    case text = "a text"
    case wholeNumber = "a whole number"
    case number = "a number"

    init(_ specifier: Specifier) {
      self = !specifier.isNumeric ? .text : specifier.isInteger ? .wholeNumber : .number
    }
  }

  /// Returns the kinds that the arguments of a text are written as, by number.
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

  /// The difference between the arguments of a text and those that it is given.
  private struct Difference: Hashable {
    /// The arguments that are written both as a text and as a number.
    var mixed: [Int] = []
    /// Those that are of another kind, with the kind.
    var others: [String] = []
    /// Those that neither the source language nor the key has.
    var excess: [Int] = []
    /// Those that the source language shows, and this one not.
    var missing: [Int] = []

    var isError: Bool { !(mixed.isEmpty && others.isEmpty && excess.isEmpty) }

    func message(_ languages: String, isOne: Bool, source: String) -> String {
      func arguments(_ numbers: [Int]) -> String {
        (numbers.count == 1 ? "argument " : "arguments ") + CatalogCheck.list(numbers.map(String.init))
      }
      var clauses: [String] = []
      if !mixed.isEmpty {
        clauses.append("\(isOne ? "writes" : "write") \(arguments(mixed)) both as a text and as a number")
      }
      if !others.isEmpty { clauses.append("\(isOne ? "writes" : "write") \(CatalogCheck.list(others))") }
      if !excess.isEmpty { clauses.append("\(isOne ? "adds" : "add") \(arguments(excess))") }
      if !missing.isEmpty { clauses.append("\(isOne ? "leaves" : "leave") out \(arguments(missing))") }
      let isCompared = !(others.isEmpty && excess.isEmpty && missing.isEmpty)
      let step =
        isError
        ? "make the specifiers agree, with places such as %2$@ where the order differs"
        : "add it if it is needed"
      return (isCompared ? "compared with \(source), " : "")
        + "\(languages) \(CatalogCheck.list(clauses)); \(step)"
    }
  }

  mutating func checkArguments(_ entry: StringCatalog.Entry, without broken: Set<String>) {
    let source = source
    let own = entry.texts[source].flatMap { $0.isBlank ? nil : $0 }
    let shown = own.map { Self.arguments($0) } ?? [:]
    // What a key has is given, too: Xcode makes keys of the texts in the sources.
    var given = shown.merging(Self.arguments(LocalizedText(value: .unit(StringUnit(entry.key))))) { own, _ in
      own
    }
    // So is the number that chooses among forms, whether or not the source language shows it.
    if let own, !Self.plurals(own.value).isEmpty {
      let argument = CatalogCompiler.selector(of: own.value, key: entry.key).argument
      given[argument] = given[argument] ?? [.wholeNumber]
    }
    var differences: [Difference: [String]] = [:]
    for (language, text) in entry.texts where !broken.contains(language) {
      let difference = difference(
        Self.arguments(text), given, shown: broken.contains(source) ? [:] : shown,
        isSource: language == source)
      if difference != Difference() { differences[difference, default: []].append(language) }
    }
    if own == nil || own?.isKey(entry.key) == true { addMissingSource(entry, &differences) }
    if broken.contains(source) { differences = differences.filter { !$0.key.mixed.isEmpty } }
    let sorted = differences.map { ($0.key, $0.value.sorted()) }.sorted {
      ($0.0.isError ? 0 : 1, $0.1[0]) < ($1.0.isError ? 0 : 1, $1.1[0])
    }
    for (difference, languages) in sorted {
      add(entry, isError: difference.isError, languages) {
        difference.message($0, isOne: languages.count == 1, source: source)
      }
    }
  }

  /// Takes out the differences that only show that the source language has no text, and says that.
  private mutating func addMissingSource(
    _ entry: StringCatalog.Entry, _ differences: inout [Difference: [String]]
  ) {
    // One text is missing, and no others are wrong. In folders, too, a text that equals its key is none: a catalog that
    // has none is written so.
    let languages = differences.filter { !$0.key.excess.isEmpty }.flatMap(\.value)
    if !languages.isEmpty {
      add(entry, isError: false, [source]) {
        "no text in \($0), the source language; the key stands in, without the arguments of"
          + " \(Self.list(languages.sorted())), so add a text"
      }
    }
    differences = differences.filter(\.key.excess.isEmpty)
  }

  private func difference(
    _ found: [Int: Set<Kind>], _ given: [Int: Set<Kind>], shown: [Int: Set<Kind>], isSource: Bool
  ) -> Difference {
    var difference = Difference()
    for (argument, kinds) in found.sorted(by: { $0.key < $1.key }) {
      if kinds.contains(.text), kinds.count > 1 {
        difference.mixed.append(argument)
      } else if isSource {
        continue
      } else if let expected = given[argument] {
        guard expected.count == 1 || !expected.contains(.text),
          expected.contains(.text) != kinds.contains(.text)
        else { continue }
        let kind = kinds.map(\.rawValue).sorted().joined(separator: " and ")
        difference.others.append("argument \(argument) as \(kind)")
      } else {
        difference.excess.append(argument)
      }
    }
    if !isSource { difference.missing = shown.keys.filter { found[$0] == nil }.sorted() }
    return difference
  }
}
