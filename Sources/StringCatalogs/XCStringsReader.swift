import FileReading
import Localization
import LosslessJSON
import NotificationModel

/// Reads string catalogs (`.xcstrings`), version 1 with whatever stands behind the dot.
///
/// Apple: *Localizing and varying text with a string catalog*. What members there are, and what Xcode's compiler takes,
/// was found out from catalogs of Xcode 15 to 26.
struct XCStringsReader: ~Copyable {
  private var document = JSONDocument(depthLimit: 32)
  private let path: String
  private let bytes: [UInt8]
  private let lines: TextLines
  private var warnings: [CatalogWarning] = []
  /// Languages have one name in a catalog, however often the file spells them otherwise.
  private var names = LanguageNames()
  /// The names of languages that are no tags, each of which is warned of once.
  private var foreignNames: Set<String> = []

  private init(path: String, bytes: [UInt8]) {
    self.path = path
    self.bytes = bytes.withoutMarks
    lines = TextLines(self.bytes)
  }

  /// Reads the bytes of a catalog.
  ///
  /// - Throws: ``CatalogError`` that names the file, and the line or the key.
  static func read(
    _ bytes: [UInt8], path: String, table: String
  ) throws(CatalogError) -> (catalog: StringCatalog, warnings: [CatalogWarning]) {
    var reader = XCStringsReader(path: path, bytes: bytes)
    try reader.parse()
    return (try reader.catalog(table), reader.warnings)
  }

  // MARK: Help

  private func place(_ offset: Int) -> String { "\(path):\(lines.place(of: offset))" }

  private func error(_ node: NodeID, _ message: String) -> CatalogError {
    CatalogError(place(document.offset(of: node)), message)
  }

  private mutating func warn(_ node: NodeID, _ message: String) {
    warnings.append(CatalogWarning(place(document.offset(of: node)), message))
  }

  private mutating func parse() throws(CatalogError) {
    guard let first = parseJSON() else { return }
    var error = first
    if first.cause == .duplicateKey {
      document = JSONDocument(depthLimit: 32, duplicateKeys: .keepLast)
      guard let second = parseJSON() else {
        warnings.append(
          CatalogWarning(place(first.offset), "a key stands twice in one object; the last one counts"))
        return
      }
      error = second
    }
    // What else the cause says is about payloads.
    let cause = error.cause.rawValue.prefix { $0 != ";" && $0 != "(" }
    throw CatalogError(
      place(error.offset),
      "not a string catalog: \(cause.last == " " ? cause.dropLast() : cause); open it in Xcode and save it anew"
    )
  }

  private mutating func parseJSON() -> JSONError? {
    bytes.withUnsafeBytes { text in
      do throws(JSONError) {
        try document.parse(text)
        return nil
      } catch {
        return error
      }
    }
  }

  /// The members of an object by name.
  private func members(_ node: NodeID, _ what: String) throws(CatalogError) -> [(
    name: String, key: NodeID, value: NodeID
  )] {
    guard document.kind(of: node) == .object else { throw error(node, "\(what) is not an object") }
    var members: [(String, NodeID, NodeID)] = []
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(node, &cursor) {
      members.append((document.swiftString(of: key), key, value))
    }
    return members
  }

  private func text(_ node: NodeID, _ what: String) throws(CatalogError) -> String {
    guard document.kind(of: node) == .string else { throw error(node, "\(what) is not a text") }
    return document.swiftString(of: node)
  }

  private func unknown(_ name: String, _ value: NodeID) -> StringCatalog.Unknown {
    StringCatalog.Unknown(name: name, json: String(decoding: document.rawText(of: value), as: UTF8.self))
  }

  // MARK: Catalog

  private mutating func catalog(_ table: String) throws(CatalogError) -> StringCatalog {
    let root = document.root
    var catalog = StringCatalog(table: table, path: path, sourceLanguage: "")
    var strings: NodeID?
    var version: String?
    for (name, _, value) in try members(root, "the catalog") {
      switch name {
      case "sourceLanguage":
        let name = try text(value, "sourceLanguage")
        catalog.sourceLanguage = try tag(name, value, "sourceLanguage '\(name)'")
      case "version":
        version = try text(value, "version")
        guard version == "1" || version?.hasPrefix("1.") == true else {
          throw error(
            value, "version \(version ?? "") of string catalogs is not known; save it as version 1.0 or 1.1")
        }
      case "strings": strings = value
      default: catalog.unknown.append(unknown(name, value))
      }
    }
    guard let strings else {
      throw error(root, "a string catalog has the member 'strings', and this has none")
    }
    guard version != nil else {
      throw error(root, "a string catalog has a 'version', and this has none; add \"version\" : \"1.0\"")
    }
    guard !catalog.sourceLanguage.isEmpty else {
      throw error(
        root, "a string catalog has a 'sourceLanguage', and this has none; add \"sourceLanguage\" : \"en\"")
    }
    catalog.version = version ?? "1.0"
    var cursor: UInt64 = 0
    guard document.kind(of: strings) == .object else { throw error(strings, "'strings' is not an object") }
    while let (key, value) = document.nextMember(strings, &cursor) {
      var entry = try entry(document.swiftString(of: key), value)
      entry.place = CatalogPlace(file: path, line: lines.line(of: document.offset(of: key)))
      catalog.entries.append(entry)
    }
    return catalog
  }

  /// Returns a language's name as a tag, in the spelling that came first; one of POSIX, such as `sr@latin`, has another
  /// tag than its name.
  private mutating func tag(_ name: String, _ node: NodeID, _ what: String) throws(CatalogError) -> String {
    guard let tag = LprojName.tag(ofName: name) else {
      throw error(node, "\(what) is no language; write a tag such as 'de' or 'zh-Hant'")
    }
    if tag != name, foreignNames.insert(name).inserted {
      warn(node, "\(what) is no tag; it is read as '\(tag)', so write that")
    }
    return names.name(of: tag)
  }

  private mutating func entry(_ key: String, _ node: NodeID) throws(CatalogError) -> StringCatalog.Entry {
    var entry = StringCatalog.Entry(key: key)
    for (name, _, value) in try members(node, "'\(key)'") {
      switch name {
      case "comment": entry.comment = try text(value, "the comment of '\(key)'")
      case "extractionState": entry.extractionState = try text(value, "extractionState of '\(key)'")
      case "shouldTranslate":
        guard [.true, .false].contains(document.kind(of: value)) else {
          throw error(value, "shouldTranslate of '\(key)' is neither true nor false")
        }
        entry.shouldTranslate = document.kind(of: value) == .true
      case "localizations":
        for (language, place, value) in try members(value, "the localizations of '\(key)'") {
          let tag = try tag(language, place, "'\(language)' of '\(key)'")
          guard let text = try localizedText(value, "'\(key)' in \(language)") else { continue }
          guard entry.texts[tag] == nil else {
            let spelling = tag == language ? "" : ", here as '\(language)'"
            throw error(place, "'\(key)' has two texts in '\(tag)'\(spelling); take one of them out")
          }
          entry.texts[tag] = text
        }
      default: entry.unknown.append(unknown(name, value))
      }
    }
    return entry
  }

  private mutating func localizedText(_ node: NodeID, _ what: String) throws(CatalogError) -> LocalizedText? {
    var substitutions: [String: LocalizedText.Substitution] = [:]
    if let list = document.member(node, "substitutions") {
      for (name, _, value) in try members(list, "the substitutions of \(what)") {
        substitutions[name] = try substitution(value, "the substitution '\(name)' of \(what)")
      }
    }
    guard let value = try variation(node, what) else {
      if !substitutions.isEmpty {
        throw error(node, "\(what) has substitutions and no text that they stand in; add a stringUnit")
      }
      warn(node, "\(what) has no text; the source language answers")
      return nil
    }
    var text = LocalizedText(value: value, substitutions: substitutions)
    for (name, _, value) in try members(node, what)
    where !["stringUnit", "variations", "substitutions"].contains(name) {
      text.unknown.append(unknown(name, value))
    }
    return text
  }

  private mutating func substitution(
    _ node: NodeID, _ what: String
  ) throws(CatalogError) -> LocalizedText.Substitution {
    var argument: Int?
    if let number = document.member(node, "argNum") {
      guard let value = document.integer(of: number), (1...Int64(FormatString.argumentLimit)).contains(value)
      else {
        throw error(number, "argNum of \(what) is no number of 1 to \(FormatString.argumentLimit)")
      }
      argument = Int(value)
    }
    var specifier = "lld"
    if let node = document.member(node, "formatSpecifier") {
      specifier = try text(node, "formatSpecifier of \(what)")
    } else {
      warn(node, "\(what) has no formatSpecifier; 'lld' is taken")
    }
    guard let value = try variation(node, what) else {
      throw error(node, "\(what) has no variations; add plural forms")
    }
    return .init(argument: argument, specifier: specifier, value: value)
  }

  // MARK: Variations

  /// The text or the variations of an object; nil where it has neither.
  private mutating func variation(_ node: NodeID, _ what: String) throws(CatalogError) -> TextVariation? {
    var unit: TextVariation?
    var axes: [TextVariation] = []
    for (name, _, value) in try members(node, what) {
      switch name {
      case "stringUnit": unit = .unit(try stringUnit(value, what))
      case "variations":
        for (axis, _, forms) in try members(value, "the variations of \(what)") {
          if let variation = try axisVariation(axis, forms, what) { axes.append(variation) }
        }
      default: break
      }
    }
    if axes.count > 1 { warn(node, "\(what) varies in two ways side by side; the first one counts") }
    if unit != nil, !axes.isEmpty { warn(node, "\(what) has a text and variations; the variations count") }
    return axes.first ?? unit
  }

  private mutating func axisVariation(
    _ axis: String, _ node: NodeID, _ what: String
  ) throws(CatalogError) -> TextVariation? {
    guard ["plural", "device", "width"].contains(axis) else {
      warn(node, "\(what) varies by '\(axis)', which is not known; that is left out")
      return nil
    }
    var plural: [PluralCategory: TextVariation] = [:]
    var device: [String: TextVariation] = [:]
    var width: [Int: TextVariation] = [:]
    for (name, _, value) in try members(node, "the variations of \(what)") {
      let what = "the form '\(name)' of \(what)"
      guard let form = try variation(value, what) else {
        throw error(value, "\(what) has no text; add a stringUnit")
      }
      switch axis {
      case "plural":
        if case .unit = form {} else { warn(value, "\(what) varies again, which Xcode refuses") }
        guard let category = PluralCategory(rawValue: name) else {
          warn(value, "\(what) is for no plural category; there are zero, one, two, few, many and other")
          continue
        }
        plural[category] = form
      case "device": device[name] = form
      default:
        guard let size = Int(name) else {
          warn(value, "\(what) is for no width")
          continue
        }
        width[size] = form
      }
    }
    guard !(plural.isEmpty && device.isEmpty && width.isEmpty) else {
      throw error(node, "\(what) varies and has no forms; add one for 'other'")
    }
    if axis == "width" { warn(node, "\(what) varies by width; a notification takes the longest") }
    return axis == "plural" ? .plural(plural) : axis == "device" ? .device(device) : .width(width)
  }

  private func stringUnit(_ node: NodeID, _ what: String) throws(CatalogError) -> StringUnit {
    guard document.kind(of: node) == .object else {
      throw error(node, "the stringUnit of \(what) is not an object")
    }
    guard let value = document.member(node, "value") else {
      throw error(node, "the stringUnit of \(what) has no 'value'; add one")
    }
    var unit = StringUnit(try text(value, "the value of \(what)"))
    for (name, _, member) in try members(node, "the stringUnit of \(what)") {
      switch name {
      case "value": break
      case "state": unit.state = try text(member, "the state of \(what)")
      default: unit.unknown.append(unknown(name, member))
      }
    }
    return unit
  }
}
