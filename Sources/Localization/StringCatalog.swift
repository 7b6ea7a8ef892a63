/// The texts of one table, such as `Localizable`, in all of its languages.
///
/// The shape is that of a string catalog (`.xcstrings`), which has room for all that the older formats say.
package struct StringCatalog: Sendable, Equatable {
  /// The name of the table: the file's, without what stands behind the dot.
  package var table: String
  /// Where it was read from, for messages.
  package var path: String
  /// The language that the texts were written in first, and that answers where no other does.
  package var sourceLanguage: String
  /// The version of the format that it was read as.
  package var version = "1.0"
  package var entries: [Entry] = []
  /// Members of the file that have no meaning here, as names and JSON.
  package var unknown: [Unknown] = []

  /// The places of keys among ``entries``, for those that were ``set(_:_:_:comment:)``.
  private var places: [String: Int] = [:]

  package init(table: String, path: String, sourceLanguage: String) {
    self.table = table
    self.path = path
    self.sourceLanguage = sourceLanguage
  }

  /// Puts a text in the place of the one that a key has in a language.
  package mutating func set(_ text: LocalizedText, _ key: String, _ language: String, comment: String? = nil)
  {
    let place = places[key] ?? entries.count
    if place == entries.count {
      places[key] = place
      entries.append(Entry(key: key))
    }
    entries[place].texts[language] = text
    if let comment, entries[place].comment == nil { entries[place].comment = comment }
  }

  /// The languages that there are texts in, by name.
  package var languages: [String] {
    Set(entries.flatMap(\.texts.keys)).union([sourceLanguage]).sorted()
  }

  /// Takes over the texts of another catalog; tells how many are new, and how many are others than they were.
  package mutating func take(_ other: StringCatalog) -> (added: Int, changed: Int) {
    places = Dictionary(entries.enumerated().map { ($1.key, $0) }) { $1 }
    var (added, changed) = (0, 0)
    for entry in other.entries {
      for (language, text) in entry.texts.sorted(by: { $0.key < $1.key }) {
        let text = text.simplified
        let before = places[entry.key].flatMap { entries[$0].texts[language] }
        // A format without states says nothing about the state.
        let isSame =
          before.map { $0.value.map { StringUnit($0.value) } == text.value.map { StringUnit($0.value) } }
          ?? false
        if isSame, before?.substitutions == text.substitutions { continue }
        if before == nil { added += 1 } else { changed += 1 }
        set(text, entry.key, language, comment: entry.comment)
      }
    }
    return (added, changed)
  }

  /// A member that is kept as it came, so that a later version of the format loses nothing.
  package struct Unknown: Sendable, Equatable {
    package var name: String
    package var json: String

    package init(name: String, json: String) {
      self.name = name
      self.json = json
    }
  }

  /// One key.
  package struct Entry: Sendable, Equatable {
    package var key: String
    package var comment: String?
    /// `manual`, `stale` and others; nil where Xcode found the key in the sources.
    package var extractionState: String?
    package var shouldTranslate = true
    /// By language.
    package var texts: [String: LocalizedText] = [:]
    package var unknown: [Unknown] = []

    package init(key: String) { self.key = key }

    /// The text in a language; a key without one in the source language stands for itself.
    package func text(in language: String, source: String) -> LocalizedText? {
      if let text = texts[language] { return text.isBlank ? nil : text }
      return language == source ? LocalizedText(value: .unit(StringUnit(key))) : nil
    }
  }
}

/// What one key says in one language.
package struct LocalizedText: Sendable, Equatable {
  package var value: TextVariation
  /// What stands for `%#@name@` in it, by name.
  package var substitutions: [String: Substitution]

  package init(value: TextVariation, substitutions: [String: Substitution] = [:]) {
    self.value = value
    self.substitutions = substitutions
  }

  /// The same without a variable, where that is all that the text has: forms by number may stand alone.
  package var simplified: LocalizedText {
    guard case .unit(let unit) = value, substitutions.count == 1,
      let (name, substitution) = substitutions.first,
      unit.value == "%#@\(name)@", substitution.argument ?? 1 == 1,
      !substitution.value.units.contains(where: {
        FormatString($0.value, hasNumber: true).parts.contains(.number)
      })
    else { return self }
    return LocalizedText(value: substitution.value)
  }

  /// Whether nobody has written anything yet: Xcode's state `new` without a text.
  package var isBlank: Bool {
    guard case .unit(let unit) = value else { return false }
    return unit.state == "new" && unit.value.isEmpty
  }

  /// A part of a text that has forms of its own.
  package struct Substitution: Sendable, Equatable {
    /// Which argument decides, from 1; nil is the place of `%#@name@` among the specifiers.
    package var argument: Int?
    /// How `%arg` writes it, without the `%`: `lld`, `@`.
    package var specifier: String
    package var value: TextVariation

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
  package var value: String
  /// `translated`, `new`, `needs_review`, `stale` and others; nil in formats without states.
  package var state: String?

  package init(_ value: String, state: String? = nil) {
    self.value = value
    self.state = state
  }
}
