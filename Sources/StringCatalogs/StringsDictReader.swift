import Localization

/// Reads `.stringsdict`: texts with forms for numbers, devices and widths, as a property list.
///
/// Apple: *Stringsdict File Format*.
struct StringsDictReader {
  private let path: String
  private var warnings: [CatalogWarning] = []

  /// Reads the bytes of a file.
  ///
  /// - Throws: ``CatalogError`` that names the file and the key.
  static func read(
    _ bytes: [UInt8], path: String
  ) throws(CatalogError) -> (texts: [String: LocalizedText], warnings: [CatalogWarning]) {
    guard let list = try PropertyList.read(bytes, path: path) else {
      throw CatalogError(
        path, "not a property list of XML or binary; write it anew, for instance with plutil")
    }
    guard case .dictionary(let members) = list else {
      throw CatalogError(path, "the property list is not a dictionary of keys; make it one")
    }
    var reader = StringsDictReader(path: path)
    var texts: [String: LocalizedText] = [:]
    for (key, value) in members.sorted(by: { $0.key < $1.key }) {
      texts[key] = try reader.localizedText(value, key)
    }
    return (texts, reader.warnings)
  }

  private init(path: String) { self.path = path }

  private func error(_ key: String, _ message: String) -> CatalogError {
    CatalogError("\(path): '\(key)'", message)
  }

  private mutating func warn(_ key: String, _ message: String) {
    warnings.append(CatalogWarning("\(path): '\(key)'", message))
  }

  // MARK: Keys

  private static let format = "NSStringLocalizedFormatKey"
  private static let devices = "NSStringDeviceSpecificRuleType"
  private static let widths = "NSStringVariableWidthRuleType"
  private static let kind = "NSStringFormatSpecTypeKey"
  private static let plural = "NSStringPluralRuleType"
  private static let specifier = "NSStringFormatValueTypeKey"

  private mutating func localizedText(_ value: PropertyList, _ key: String) throws(CatalogError)
    -> LocalizedText
  {
    switch value {
    case .text(let text): return LocalizedText(value: .unit(StringUnit(text)))
    case .dictionary(let members):
      var substitutions: [String: LocalizedText.Substitution] = [:]
      let value = try variation(members, key, &substitutions)
      return LocalizedText(value: value, substitutions: substitutions)
    case .list, .other: throw error(key, "is neither a text nor a dictionary; make it one")
    }
  }

  /// Returns the text of a dictionary: a format with its variables, or a choice of devices or widths that
  /// each are one.
  private mutating func variation(
    _ members: [String: PropertyList], _ key: String,
    _ substitutions: inout [String: LocalizedText.Substitution]
  ) throws(CatalogError) -> TextVariation {
    if let forms = members[Self.devices] {
      return .device(try self.forms(forms, key, &substitutions))
    }
    if let forms = members[Self.widths] {
      warn(key, "varies by width; a notification takes the longest")
      var widths: [Int: TextVariation] = [:]
      for (name, form) in try self.forms(forms, key, &substitutions) {
        guard let width = Int(name) else {
          throw error(key, "varies by width, and '\(name)' is none; write a number")
        }
        widths[width] = form
      }
      return .width(widths)
    }
    guard let format = members[Self.format] else {
      throw error(key, "has no \(Self.format); add the text that its variables stand in")
    }
    guard case .text(let text) = format else { throw error(key, "has an \(Self.format) that is not a text") }
    var own: [String: LocalizedText.Substitution] = [:]
    for (name, value) in members where name != Self.format { own[name] = try substitution(name, value, key) }
    // Each form by device has variables of its own, and a text has one list of them: who has the name of another gets a new one.
    var names: [String: String] = [:]
    for (name, substitution) in own where substitutions[name].map({ $0 != substitution }) ?? false {
      var number = 2
      while substitutions["\(name)_\(number)"] != nil || own["\(name)_\(number)"] != nil { number += 1 }
      names[name] = "\(name)_\(number)"
    }
    for (name, substitution) in own {
      var substitution = substitution
      substitution.value = substitution.value.map { StringUnit(Self.renamed($0.value, names)) }
      substitutions[names[name] ?? name] = substitution
    }
    return .unit(StringUnit(Self.renamed(text, names)))
  }

  /// A format with other names for its variables.
  private static func renamed(_ format: String, _ names: [String: String]) -> String {
    if names.isEmpty { return format }
    return FormatString(format).text { _, source in
      for (old, new) in names where source.hasSuffix("#@\(old)@") {
        return source.dropLast(old.count + 1) + "\(new)@"
      }
      return source
    }
  }

  private mutating func forms(
    _ value: PropertyList, _ key: String, _ substitutions: inout [String: LocalizedText.Substitution]
  ) throws(CatalogError) -> [String: TextVariation] {
    guard case .dictionary(let members) = value, !members.isEmpty else {
      throw error(key, "varies and has no forms; add one for 'other'")
    }
    var forms: [String: TextVariation] = [:]
    for (name, value) in members.sorted(by: { $0.key < $1.key }) {
      switch value {
      case .text(let text): forms[name] = .unit(StringUnit(text))
      case .dictionary(let members): forms[name] = try variation(members, key, &substitutions)
      case .list, .other: throw error(key, "has a form '\(name)' that is neither a text nor a dictionary")
      }
    }
    return forms
  }

  private mutating func substitution(
    _ name: String, _ value: PropertyList, _ key: String
  ) throws(CatalogError) -> LocalizedText.Substitution {
    guard case .dictionary(let members) = value else {
      throw error(key, "has a variable '\(name)' that is not a dictionary; write its forms as one")
    }
    guard members[Self.kind] != nil else {
      throw error(
        key, "has a variable '\(name)' without \(Self.kind); add it, with the value \(Self.plural)")
    }
    guard members[Self.kind] == .text(Self.plural) else {
      throw error(
        key, "has a variable '\(name)' that is no \(Self.plural); only forms by number are variables")
    }
    var specifier = "lld"
    switch members[Self.specifier] {
    case .text(let text): specifier = text
    default: warn(key, "has a variable '\(name)' without \(Self.specifier); 'lld' is taken")
    }
    var forms: [PluralCategory: TextVariation] = [:]
    for (category, form) in members.sorted(by: { $0.key < $1.key })
    where category != Self.kind && category != Self.specifier {
      guard let known = PluralCategory(rawValue: category) else {
        warn(
          key,
          "has a form '\(category)' in '\(name)' for no plural category; there are zero, one, two, few, many and other"
        )
        continue
      }
      guard case .text(let text) = form else {
        throw error(key, "has a form '\(category)' in '\(name)' that is not a text")
      }
      forms[known] = .unit(StringUnit(text))
    }
    guard !forms.isEmpty else {
      throw error(key, "has a variable '\(name)' without forms; add one for 'other'")
    }
    return .init(argument: nil, specifier: specifier, value: .plural(forms))
  }
}
