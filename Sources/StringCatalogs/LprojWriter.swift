import Foundation
import Localization
import NotificationModel

/// Writes a catalog as folders `LANGUAGE.lproj` with `.strings`, and `.stringsdict` for texts that have forms.
package struct LprojWriter {
  /// The files by path, from the folder that they go into; and what the formats have no room for.
  package private(set) var files: [String: String] = [:]
  /// Parts of the catalog that files of `.lproj` folders cannot hold.
  package private(set) var losses: [CatalogWarning] = []

  private let catalog: StringCatalog

  /// Creates a writer of one catalog.
  package init(_ catalog: StringCatalog) {
    self.catalog = catalog
    for language in catalog.languages { write(language) }
    tellLosses()
  }

  private mutating func write(_ language: String) {
    var strings = ""
    var dictionary: [(key: String, value: String)] = []
    for entry in catalog.entries {
      guard let text = entry.text(in: language, source: catalog.sourceLanguage) else { continue }
      if let obstacle = Self.obstacle(text, entry.key) {
        losses.append(
          CatalogWarning("\(catalog.path): '\(entry.key)'", "it is left out in \(language): \(obstacle)"))
      } else if text.substitutions.isEmpty, case .unit(let unit) = text.value {
        strings += Self.pair(entry, unit.value)
      } else {
        dictionary.append((entry.key, forms(text, entry.key)))
      }
    }
    let folder = "\(language).lproj/\(catalog.table)"
    if !strings.isEmpty { files["\(folder).strings"] = strings }
    if !dictionary.isEmpty { files["\(folder).stringsdict"] = Self.propertyList(dictionary) }
  }

  /// Returns the reason why a text has no place in a folder; nil where it has one.
  private static func obstacle(_ text: LocalizedText, _ key: String) -> String? {
    let odd = text.substitutions.filter { if case .plural = $0.value.value { false } else { true } }
    if let name = odd.keys.min() {
      // Without the variable the text would be broken, and with another it would be wrong.
      return "its variable '\(name)' varies by device, which .stringsdict cannot say"
    }
    let isPlain = if case .unit = text.value { text.substitutions.isEmpty } else { false }
    let hasControls = hasControls(key) || text.units.contains { self.hasControls($0.value) }
    return !isPlain && hasControls ? "it has a control character, which .stringsdict cannot say" : nil
  }

  private static func pair(_ entry: StringCatalog.Entry, _ value: String) -> String {
    (entry.comment.map { comment($0) } ?? "") + "\(quoted(entry.key)) = \(quoted(value));\n"
      + (entry.comment == nil ? "" : "\n")
  }

  private static func propertyList(_ members: [(key: String, value: String)]) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
    <plist version="1.0">
    \(dictionary(members))
    </plist>

    """
  }

  private mutating func tellLosses() {
    let source = SourceLanguage(
      among: Set(catalog.languages), hasBase: false)
    if source.name != catalog.sourceLanguage {
      losses.append(
        CatalogWarning(
          catalog.path,
          "folders do not say that the texts were written in '\(catalog.sourceLanguage)', and '\(source.name)' would be"
            + " taken; name it where they are read, with --source or 'strings: { source: \(catalog.sourceLanguage) }'"
        ))
    }
    func tell(_ number: Int, _ what: String) {
      let texts = number == 1 ? "1 text has" : "\(number) texts have"
      guard number > 0 else { return }
      losses.append(
        CatalogWarning(catalog.path, "\(texts) \(what), which .strings and .stringsdict have no place for"))
    }
    let texts = catalog.entries.flatMap(\.texts.values).flatMap { $0.value.units }
    tell(texts.count { $0.state != nil && $0.state != "translated" }, "a state")
    tell(catalog.entries.count { $0.extractionState != nil }, "an extraction state")
    tell(catalog.entries.count { !$0.shouldTranslate }, "a mark that nobody need translate it")
    tell(catalog.entries.count { !$0.unknown.isEmpty }, "further members")
    let hasForms = catalog.entries.filter { entry in
      entry.comment != nil
        && entry.texts.values.contains { text in
          if case .unit = text.value { return !text.substitutions.isEmpty }
          return true
        }
    }
    tell(hasForms.count, "a comment on its forms")
  }

  // MARK: Notation

  /// By scalars: a mark that combines with a quotation mark makes another character of it.
  private static func quoted(_ text: String) -> String {
    let escapes: [Unicode.Scalar: String] = [
      "\\": "\\\\", "\"": "\\\"", "\n": "\\n", "\r": "\\r", "\t": "\\t",
    ]
    var quoted = "\""
    for scalar in text.unicodeScalars {
      if let escape = escapes[scalar] {
        quoted += escape
      } else if scalar.value < 0x20 || scalar.value == 0x7F {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        quoted += "\\U" + String(repeating: "0", count: 4 - digits.count) + digits
      } else {
        quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }

  /// A comment with nothing in it that ends it.
  private static func comment(_ text: String) -> String {
    var comment = ""
    for scalar in text.unicodeScalars {
      if scalar == "/", comment.unicodeScalars.last == "*" { comment += " " }
      comment.unicodeScalars.append(scalar)
    }
    return "/* \(comment) */\n"
  }

  /// A Boolean value that indicates whether a text has characters that XML has no way to write.
  private static func hasControls(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      switch scalar {
      case "\u{0}"..."\u{8}", "\u{B}", "\u{C}", "\u{E}"..."\u{1F}", "\u{FFFE}", "\u{FFFF}": true
      default: false
      }
    }
  }

  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\r": escaped += "&#13;"
      // At the start of a line a tab would count as the file's own.
      case "\t": escaped += "&#9;"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }

  private static func string(_ text: String) -> String { "<string>\(escaped(text))</string>" }

  private static func dictionary(_ members: [(key: String, value: String)]) -> String {
    var text = "<dict>\n"
    for (key, value) in members {
      text += "\t<key>\(escaped(key))</key>\n"
      text +=
        value.split(separator: "\n", omittingEmptySubsequences: false).map { line in
          // Inside of a text a tab would be part of it.
          line.hasPrefix("<") || line.hasPrefix("\t") ? "\t\(line)" : String(line)
        }.joined(separator: "\n") + "\n"
    }
    return text + "</dict>"
  }

  // MARK: Forms

  /// The name of the variable that forms become which have none.
  private static let variable = "value"

  private mutating func forms(_ text: LocalizedText, _ key: String) -> String {
    form(text.value, text, key)
  }

  private mutating func form(_ variation: TextVariation, _ text: LocalizedText, _ key: String) -> String {
    switch variation {
    case .unit(let unit) where text.substitutions.isEmpty: return Self.string(unit.value)
    case .unit(let unit): return Self.dictionary(members(unit.value, text.substitutions, key))
    case .plural(let forms):
      // The forms stand in a variable, and their arguments are counted from its own.
      let selector = CatalogCompiler.selector(of: variation, key: key)
      let source =
        selector.argument == 1 ? "%#@\(Self.variable)@" : "%\(selector.argument)$#@\(Self.variable)@"
      var members = [("NSStringLocalizedFormatKey", Self.string(source))]
      let placed = forms.mapValues { form in
        form.map { unit in
          guard selector.argument != 1 else { return unit }
          return StringUnit(
            FormatString(unit.value).text { FormatString.placed($1, at: $0) }, state: unit.state)
        }
      }
      members.append((Self.variable, plural(placed, selector.specifier, key)))
      let others = placed.values.flatMap(\.units).map(\.value)
      members += variables(Set(others), text.substitutions, key)
      return Self.dictionary(members)
    case .device(let forms):
      let list = forms.sorted { $0.key < $1.key }.map { ($0.key, form($0.value, text, key)) }
      return Self.dictionary([("NSStringDeviceSpecificRuleType", Self.dictionary(list))])
    case .width(let forms):
      let list = forms.sorted { $0.key < $1.key }.map { (String($0.key), form($0.value, text, key)) }
      return Self.dictionary([("NSStringVariableWidthRuleType", Self.dictionary(list))])
    }
  }

  /// A format and the variables in it.
  private mutating func members(
    _ format: String, _ substitutions: [String: LocalizedText.Substitution], _ key: String
  ) -> [(key: String, value: String)] {
    // A variable has its argument where it stands.
    let text =
      FormatString(format).parts.contains { part in
        guard case .variable(let name, let argument, _) = part else { return false }
        return substitutions[name]?.argument.map { $0 != argument } ?? false
      } ? placed(format, substitutions) : format
    return [("NSStringLocalizedFormatKey", Self.string(text))] + variables([format], substitutions, key)
  }

  private func placed(_ format: String, _ substitutions: [String: LocalizedText.Substitution]) -> String {
    FormatString(format).parts.map { part in
      switch part {
      case .text(let text): text.doubledPercents
      case .argument(let specifier): FormatString.placed(specifier.source, at: specifier.argument)
      case .number: "%arg"
      case .variable(let name, let argument, _): "%\(substitutions[name]?.argument ?? argument)$#@\(name)@"
      }
    }.joined()
  }

  /// The variables that formats name, and those that these name.
  private mutating func variables(
    _ formats: Set<String>, _ substitutions: [String: LocalizedText.Substitution], _ key: String
  ) -> [(key: String, value: String)] {
    var names: Set<String> = []
    var waiting = Array(formats)
    while let format = waiting.popLast() {
      for case .variable(let name, _, _) in FormatString(format, hasNumber: true).parts
      where names.insert(name).inserted {
        waiting += substitutions[name]?.value.units.map(\.value) ?? []
      }
    }
    return names.sorted().compactMap { name in
      guard let substitution = substitutions[name] else { return nil }
      guard case .plural(let forms) = substitution.value else { return nil }
      let written = forms.mapValues { form in
        form.map { unit in
          let format = FormatString(unit.value, firstArgument: substitution.argument ?? 1, hasNumber: true)
          guard format.parts.contains(.number) else { return unit }
          return StringUnit(
            format.text(place: { $1 }, number: "%\(substitution.specifier)"), state: unit.state)
        }
      }
      return (name, plural(written, substitution.specifier, key))
    }
  }

  private mutating func plural(
    _ forms: [PluralCategory: TextVariation], _ specifier: String, _ key: String
  ) -> String {
    var members = [
      ("NSStringFormatSpecTypeKey", Self.string("NSStringPluralRuleType")),
      ("NSStringFormatValueTypeKey", Self.string(specifier)),
    ]
    for category in PluralCategory.allCases {
      guard let form = forms[category] else { continue }
      if case .unit(let unit) = form {
        members.append((category.rawValue, Self.string(unit.value)))
      } else {
        losses.append(
          CatalogWarning(
            "\(catalog.path): '\(key)'",
            "its form '\(category.rawValue)' varies again; the first of its texts is kept"))
        members.append((category.rawValue, Self.string(form.units.first?.value ?? "")))
      }
    }
    return Self.dictionary(members)
  }
}
