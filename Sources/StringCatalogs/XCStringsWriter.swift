import Foundation
import Localization
import NotificationModel

/// Writes a string catalog as Xcode does: two spaces, a space before each colon, keys in the order of the catalog.
package struct XCStringsWriter {
  private var buffer = ""
  private var depth = 0

  private init() {}

  /// The text of a catalog.
  package static func text(_ catalog: StringCatalog) -> String {
    var writer = XCStringsWriter()
    writer.write(catalog)
    return writer.buffer + "\n"
  }

  /// Members of an object that are written one after another.
  private struct Object {
    var members: [(name: String, write: (inout XCStringsWriter) -> Void)] = []

    mutating func add(_ name: String, _ text: String?) {
      guard let text else { return }
      members.append((name, { $0.buffer += XCStringsWriter.quoted(text) }))
    }

    mutating func add(_ name: String, json: String) { members.append((name, { $0.buffer += json })) }

    mutating func add(_ name: String, _ object: Object) { members.append((name, { $0.write(object) })) }
  }

  private static func quoted(_ text: String) -> String {
    var buffer = ByteBuffer(capacity: text.utf8.count + 2)
    JSONString.append(text, to: &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  private mutating func write(_ object: Object) {
    if object.members.isEmpty {
      buffer += "{\n\n" + String(repeating: "  ", count: depth) + "}"
      return
    }
    buffer += "{\n"
    depth += 1
    for (index, member) in object.members.enumerated() {
      buffer += String(repeating: "  ", count: depth) + Self.quoted(member.name) + " : "
      member.write(&self)
      buffer += index < object.members.count - 1 ? ",\n" : "\n"
    }
    depth -= 1
    buffer += String(repeating: "  ", count: depth) + "}"
  }

  private mutating func write(_ catalog: StringCatalog) {
    var strings = Object()
    for entry in catalog.entries { strings.add(entry.key, Self.object(entry, catalog.sourceLanguage)) }
    var root = Object()
    root.add("sourceLanguage", catalog.sourceLanguage)
    root.add("strings", strings)
    for member in catalog.unknown { root.add(member.name, json: member.json) }
    root.add("version", catalog.version)
    write(root)
  }

  private static func object(_ entry: StringCatalog.Entry, _ source: String) -> Object {
    var object = Object()
    object.add("comment", entry.comment)
    object.add("extractionState", entry.extractionState)
    for member in entry.unknown { object.add(member.name, json: member.json) }
    if !entry.texts.isEmpty {
      var languages = Object()
      for (language, text) in entry.texts.mapValues(\.simplified).sorted(by: { $0.key < $1.key }) {
        var localization = Object()
        if !text.substitutions.isEmpty {
          var substitutions = Object()
          let places = self.places(text)
          for (name, substitution) in text.substitutions.sorted(by: { $0.key < $1.key }) {
            substitutions.add(name, Self.object(substitution, place: places[name]))
          }
          localization.add("substitutions", substitutions)
        }
        add(text.value, to: &localization)
        for member in text.unknown { localization.add(member.name, json: member.json) }
        languages.add(language, localization)
      }
      object.add("localizations", languages)
    }
    if !entry.shouldTranslate { object.add("shouldTranslate", json: "false") }
    return object
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
