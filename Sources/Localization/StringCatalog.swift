/// The texts of one table, such as `Localizable`, in all of its languages.
///
/// The shape is that of a string catalog (`.xcstrings`), which has room for all that the older formats say.
package struct StringCatalog: Sendable, Equatable {
  /// The name of the table: the file's, without what stands behind the dot.
  package var table: String
  /// The path that it was read from, for messages.
  package var path: String
  /// The language that the texts were written in first, and that answers where no other does.
  package var sourceLanguage: String
  /// The version of the format that it was read as.
  package var version = "1.0"
  /// The keys with their texts, in the order of the file.
  package var entries: [Entry] = []
  /// Members of the file that have no meaning here, as names and JSON.
  package var unknown: [Unknown] = []

  /// The places of keys among ``entries``, for those that were ``set(_:_:_:comment:place:)``.
  ///
  /// By their bytes: to Swift, texts that look the same are equal.
  private var places: [[UInt8]: Int] = [:]

  /// Creates a catalog without texts.
  package init(table: String, path: String, sourceLanguage: String) {
    self.table = table
    self.path = path
    self.sourceLanguage = sourceLanguage
  }

  /// Puts a text in the place of the one that a key has in a language.
  package mutating func set(
    _ text: LocalizedText, _ key: String, _ language: String, comment: String? = nil,
    place textPlace: CatalogPlace? = nil
  ) {
    let bytes = Array(key.utf8)
    let place = places[bytes] ?? entries.count
    if place == entries.count {
      places[bytes] = place
      entries.append(Entry(key: key))
    }
    entries[place].texts[language] = text
    if let textPlace { entries[place].places[language] = textPlace }
    if let comment, entries[place].comment == nil { entries[place].comment = comment }
  }

  /// The languages that there are texts in, by name.
  package var languages: [String] {
    Set(entries.flatMap(\.texts.keys)).union([sourceLanguage]).sorted()
  }

  /// A text of another catalog that was taken over.
  package struct TakenText: Sendable, Equatable {
    /// The key that has the text.
    package var key: String
    /// The language, as this catalog calls it.
    package var language: String
    /// A Boolean value that indicates whether there was no text in its place.
    package var isNew: Bool

    /// Creates the record of a text that was taken over.
    package init(key: String, language: String, isNew: Bool) {
      self.key = key
      self.language = language
      self.isNew = isNew
    }
  }

  /// Takes over the texts of another catalog that say something else than those here.
  ///
  /// - Parameter name: gives the name that a language of the other has here.
  package mutating func take(_ other: StringCatalog, name: (String) -> String) -> [TakenText] {
    places = Dictionary(entries.enumerated().map { (Array($1.key.utf8), $0) }) { $1 }
    var taken: [TakenText] = []
    for entry in other.entries {
      let place = places[Array(entry.key.utf8)]
      for (spelling, text) in entry.texts.sorted(by: { $0.key < $1.key }) {
        let language = name(spelling)
        let before = place.flatMap { entries[$0].texts[language] }
        // A key that has no text in the source language stands for itself.
        let present = before ?? (place == nil ? nil : language == sourceLanguage ? .key(entry.key) : nil)
        if let present, TextMeaning(present, key: entry.key) == TextMeaning(text, key: entry.key) { continue }
        taken.append(TakenText(key: entry.key, language: language, isNew: before == nil))
        set(text.simplified, entry.key, language, comment: entry.comment)
      }
    }
    return taken
  }

  /// A member that is kept as it came, so that a later version of the format loses nothing.
  package struct Unknown: Sendable, Equatable {
    /// The name of the member.
    package var name: String
    /// The value of the member, as JSON.
    package var json: String

    /// Creates a member of its name and JSON.
    package init(name: String, json: String) {
      self.name = name
      self.json = json
    }
  }

  /// One key.
  package struct Entry: Sendable, Equatable {
    /// The key as programs have it.
    package var key: String
    /// The comment for translators.
    package var comment: String?
    /// `manual`, `stale` and others; nil where Xcode found the key in the sources.
    package var extractionState: String?
    /// A Boolean value that indicates whether translators are to see it.
    package var shouldTranslate = true
    /// By language.
    package var texts: [String: LocalizedText] = [:]
    /// Members that have no meaning here.
    package var unknown: [Unknown] = []
    /// The place of the key in a string catalog, which has all of its languages.
    package var place: CatalogPlace?
    /// The places of its texts by language, in files that each have one language.
    package var places: [String: CatalogPlace] = [:]

    /// Creates a key without texts.
    package init(key: String) { self.key = key }

    /// The text in a language; a key without one in the source language stands for itself.
    package func text(in language: String, source: String) -> LocalizedText? {
      if let text = texts[language] { return text.isBlank ? nil : text }
      return language == source ? .key(key) : nil
    }
  }
}

/// A place in a file of texts.
package struct CatalogPlace: Sendable, Hashable {
  /// The path of the file.
  package var file: String
  /// From 1; nil where the file's notation has no lines, or they are not known.
  package var line: Int?

  /// Creates a place.
  package init(file: String, line: Int? = nil) {
    self.file = file
    self.line = line
  }
}

/// The text of one key in one language.
package struct LocalizedText: Sendable, Equatable {
  /// The text, or the forms that one is chosen of.
  package var value: TextVariation
  /// The variables that stand for `%#@name@` in it, by name.
  package var substitutions: [String: Substitution]
  /// Members of the catalog that have no meaning here.
  package var unknown: [StringCatalog.Unknown] = []

  /// Creates a text with its variables.
  package init(value: TextVariation, substitutions: [String: Substitution] = [:]) {
    self.value = value
    self.substitutions = substitutions
  }

  /// A key that stands for itself.
  static func key(_ key: String) -> LocalizedText { LocalizedText(value: .unit(StringUnit(key))) }

  /// The same without a variable, where that is all that the text has and the same number chooses: forms may stand alone.
  package var simplified: LocalizedText {
    guard case .unit(let unit) = value, unit.state == nil, substitutions.count == 1,
      let (name, substitution) = substitutions.first, case .plural = substitution.value,
      case let parts = FormatString(unit.value).parts, parts.count == 1,
      case .variable(name, let argument, _) = parts[0], substitution.argument ?? argument == argument
    else { return self }
    // Standing alone, forms count their arguments from the first.
    let isPlaced = substitution.value.units.allSatisfy { unit in
      FormatString(unit.value, hasNumber: true).parts.allSatisfy { part in
        switch part {
        case .text: true
        case .argument(let specifier): argument == 1 || FormatString.isPlaced(specifier.source)
        case .variable, .number: false
        }
      }
    }
    let selector = CatalogCompiler.selector(of: substitution.value, key: "")
    guard isPlaced, selector.argument == argument, selector.precision == nil,
      selector.specifier == substitution.specifier
    else { return self }
    var simple = self
    simple.value = substitution.value
    simple.substitutions = [:]
    return simple
  }

  /// Its texts, and those of its variables.
  package var units: [StringUnit] {
    value.units + substitutions.sorted { $0.key < $1.key }.flatMap(\.value.value.units)
  }

  /// A Boolean value that indicates whether nobody has written anything yet: Xcode's state `new` without a
  /// text.
  package var isBlank: Bool {
    guard case .unit(let unit) = value else { return false }
    return unit.state == "new" && unit.value.isEmpty
  }

  /// Returns whether it says its key, as texts of the source language do where there is none.
  package func isKey(_ key: String) -> Bool {
    guard case .unit(let unit) = value, substitutions.isEmpty else { return false }
    return unit.value.utf8.elementsEqual(key.utf8)
  }

  /// A part of a text that has forms of its own.
  package struct Substitution: Sendable, Equatable {
    /// The number of the argument that decides, from 1; nil is the place of `%#@name@` among the specifiers.
    package var argument: Int?
    /// The specifier of `%arg`, without the `%`: `lld`, `@`.
    package var specifier: String
    /// The forms, each with `%arg` for the number that chose it.
    package var value: TextVariation

    /// Creates a variable of a text.
    package init(argument: Int?, specifier: String, value: TextVariation) {
      self.argument = argument
      self.specifier = specifier
      self.value = value
    }
  }
}

/// A text, or several of which a number or the device chooses one.
package indirect enum TextVariation: Sendable, Equatable {
  case unit(StringUnit)
  case plural([PluralCategory: TextVariation])
  /// By the names of string catalogs: `iphone`, `mac`, `other`.
  case device([String: TextVariation])
  /// By the width that there is for it, in the units of the app.
  case width([Int: TextVariation])

  /// Its texts, in a fixed order.
  package var units: [StringUnit] {
    switch self {
    case .unit(let unit): [unit]
    case .plural(let forms): PluralCategory.allCases.compactMap { forms[$0] }.flatMap(\.units)
    case .device(let forms): forms.sorted { $0.key < $1.key }.flatMap(\.value.units)
    case .width(let forms): forms.sorted { $0.key < $1.key }.flatMap(\.value.units)
    }
  }

  /// The same with every text made another.
  package func map(_ transform: (StringUnit) -> StringUnit) -> TextVariation {
    switch self {
    case .unit(let unit): .unit(transform(unit))
    case .plural(let forms): .plural(forms.mapValues { $0.map(transform) })
    case .device(let forms): .device(forms.mapValues { $0.map(transform) })
    case .width(let forms): .width(forms.mapValues { $0.map(transform) })
    }
  }

  /// The order in which devices stand in for one that has no text of its own.
  package static let devices = [
    "other", "iphone", "ipad", "mac", "applevision", "ipod", "applewatch", "appletv",
  ]

  /// The variation for a device: its own, `other`, else the first in the order of ``devices``.
  package static func choice(
    of forms: [String: TextVariation], device: String
  ) -> TextVariation? {
    for name in [device] + devices { if let form = forms[name] { return form } }
    return forms.min { $0.key < $1.key }?.value
  }
}

/// One text with what Xcode knows of the work on it.
package struct StringUnit: Sendable, Equatable {
  /// The text itself, a format.
  package var value: String
  /// `translated`, `new`, `needs_review`, `stale` and others; nil in formats without states.
  package var state: String?
  /// Members of the catalog that have no meaning here.
  package var unknown: [StringCatalog.Unknown] = []

  /// Creates a text.
  package init(_ value: String, state: String? = nil) {
    self.value = value
    self.state = state
  }
}
