import Foundation
import Localization
import LosslessJSON
import NotificationModel

/// Writes a string catalog as Xcode does: two spaces, a space before each colon, keys in the order of the catalog, and no
/// line feed at the end.
package struct XCStringsWriter {
  /// The white space between the parts of a catalog.
  struct Style {
    /// The end of a line; empty where all stands on one.
    var newline = "\n"
    /// The indentation of each level.
    var indent = "  "
    var colon = " : "

    /// The start of a line of this depth.
    func line(_ depth: Int) -> String {
      newline + (newline.isEmpty ? "" : String(repeating: indent, count: depth))
    }
  }

  private let style: Style
  private var buffer = ""
  private var depth: Int

  private init(_ style: Style, depth: Int) {
    self.style = style
    self.depth = depth
  }

  /// The text of a catalog.
  package static func text(_ catalog: StringCatalog) -> String {
    text(object(catalog), depth: 0, Style())
  }

  /// The text of an object that stands in others, `depth` of them.
  static func text(_ object: Object, depth: Int, _ style: Style) -> String {
    var writer = XCStringsWriter(style, depth: depth)
    writer.write(object)
    return writer.buffer
  }

  /// Members of an object that are written one after another.
  struct Object {
    fileprivate(set) var members: [(name: String, write: (inout XCStringsWriter) -> Void)] = []

    mutating func add(_ name: String, _ text: String?) {
      guard let text else { return }
      members.append((name, { $0.buffer += XCStringsWriter.quoted(text) }))
    }

    mutating func add(_ name: String, json: String) { members.append((name, { $0.buffer += json })) }

    mutating func add(_ name: String, _ object: Object) { members.append((name, { $0.write(object) })) }
  }

  /// A text as JSON.
  static func quoted(_ text: String) -> String {
    var buffer = ByteBuffer(capacity: text.utf8.count + 2)
    JSONString.append(text, to: &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  private mutating func write(_ object: Object) {
    guard !object.members.isEmpty else {
      buffer += "{" + style.newline + style.line(depth) + "}"
      return
    }
    buffer += "{"
    depth += 1
    for (index, member) in object.members.enumerated() {
      buffer += (index > 0 ? "," : "") + style.line(depth) + Self.quoted(member.name) + style.colon
      member.write(&self)
    }
    depth -= 1
    buffer += style.line(depth) + "}"
  }

  private static func object(_ catalog: StringCatalog) -> Object {
    var strings = Object()
    for entry in catalog.entries { strings.add(entry.key, object(entry)) }
    var root = Object()
    root.add("sourceLanguage", catalog.sourceLanguage)
    root.add("strings", strings)
    for member in catalog.unknown { root.add(member.name, json: member.json) }
    root.add("version", catalog.version)
    return root
  }

  /// A key with its texts.
  static func object(_ entry: StringCatalog.Entry) -> Object {
    var object = Object()
    object.add("comment", entry.comment)
    object.add("extractionState", entry.extractionState)
    for member in entry.unknown { object.add(member.name, json: member.json) }
    if !entry.texts.isEmpty { object.add("localizations", Self.object(entry.texts)) }
    if !entry.shouldTranslate { object.add("shouldTranslate", json: "false") }
    return object
  }

  /// Texts by language.
  static func object(_ texts: [String: LocalizedText]) -> Object {
    var languages = Object()
    for (language, text) in texts.sorted(by: { $0.key < $1.key }) { languages.add(language, object(text)) }
    return languages
  }

  /// The text of one key in one language.
  static func object(_ text: LocalizedText) -> Object {
    let text = text.simplified
    var localization = Object()
    if case .unit = text.value { add(text.value, to: &localization) }
    if !text.substitutions.isEmpty {
      var substitutions = Object()
      let places = self.places(text)
      for (name, substitution) in text.substitutions.sorted(by: { $0.key < $1.key }) {
        substitutions.add(name, Self.object(substitution, place: places[name]))
      }
      localization.add("substitutions", substitutions)
    }
    if case .unit = text.value {} else { add(text.value, to: &localization) }
    for member in text.unknown { localization.add(member.name, json: member.json) }
    return localization
  }

  /// The arguments of a text's variables by name.
  private static func places(_ text: LocalizedText) -> [String: Int] {
    var places: [String: Int] = [:]
    for unit in text.value.units {
      for case .variable(let name, let argument, _) in FormatString(unit.value).parts {
        places[name] = argument
      }
    }
    return places
  }

  private static func object(_ substitution: LocalizedText.Substitution, place: Int?) -> Object {
    var object = Object()
    let argument = substitution.argument ?? place
    if let argument { object.add("argNum", json: String(argument)) }
    object.add("formatSpecifier", substitution.specifier)
    // What older formats have as a specifier of its own is %arg here.
    let value = substitution.value.map { unit in
      let format = FormatString(unit.value, firstArgument: argument ?? 1, hasNumber: true)
      let own = "%\(substitution.specifier)"
      guard let argument, format.specifiers.contains(where: { $0.argument == argument && $0.source == own })
      else {
        return unit
      }
      let text = format.text { $0 == argument && $1 == own ? "%arg" : FormatString.placed($1, at: $0) }
      return StringUnit(text, state: unit.state)
    }
    add(value, to: &object)
    return object
  }

  private static func add(_ variation: TextVariation, to object: inout Object) {
    func add(_ axis: String, _ forms: [(name: String, form: TextVariation)]) {
      var list = Object()
      for (name, form) in forms {
        var inner = Object()
        Self.add(form, to: &inner)
        list.add(name, inner)
      }
      var variations = Object()
      variations.add(axis, list)
      object.add("variations", variations)
    }
    switch variation {
    case .unit(let unit):
      var stringUnit = Object()
      stringUnit.add("state", unit.state ?? "translated")
      stringUnit.add("value", unit.value)
      for member in unit.unknown { stringUnit.add(member.name, json: member.json) }
      object.add("stringUnit", stringUnit)
    case .plural(let forms):
      add("plural", forms.map { ($0.key.rawValue, $0.value) }.sorted { $0.0 < $1.0 })
    case .device(let forms): add("device", forms.map { ($0.key, $0.value) }.sorted { $0.0 < $1.0 })
    case .width(let forms): add("width", forms.sorted { $0.key < $1.key }.map { (String($0.key), $0.value) })
    }
  }
}
