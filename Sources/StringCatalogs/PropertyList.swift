import Foundation

/// A property list: what `.strings` and `.stringsdict` are, in one of three notations.
indirect enum PropertyList: Equatable {
  case text(String)
  case list([PropertyList])
  case dictionary([String: PropertyList])
  /// A number, a date, data or a flag, by the name of its kind.
  case other(String)

  /// Reads XML or binary; nil where the bytes begin like neither.
  static func read(_ bytes: [UInt8], path: String) throws(CatalogError) -> PropertyList? {
    guard isBinary(bytes) || isXML(bytes) else { return nil }
    var value: Any?
    do {
      var format = PropertyListSerialization.PropertyListFormat.openStep
      value = try PropertyListSerialization.propertyList(from: Data(bytes), format: &format)
      // What is neither is taken for the old notation, and so for a word.
      if format == .openStep { throw CocoaError(.propertyListReadCorrupt) }
    } catch {
      let cause =
        ((error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String).map { " (\($0))" } ?? ""
      throw CatalogError(path, "not a property list\(cause); write it anew, for instance with plutil")
    }
    return try PropertyList(value ?? "", path: path, depth: 0)
  }

  private static func isBinary(_ bytes: [UInt8]) -> Bool { bytes.starts(with: Array("bplist".utf8)) }

  private static func isXML(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return ["<?xml", "<!DOCTYPE", "<plist"].contains { rest.starts(with: Array($0.utf8)) }
  }

  private init(_ value: Any, path: String, depth: Int) throws(CatalogError) {
    guard depth < 32 else { throw CatalogError(path, "nested more than 32 deep; take levels out") }
    switch value {
    case let text as String: self = .text(text)
    case let list as [Any]:
      var items: [PropertyList] = []
      for item in list { items.append(try PropertyList(item, path: path, depth: depth + 1)) }
      self = .list(items)
    case let dictionary as [String: Any]:
      var members: [String: PropertyList] = [:]
      for (key, value) in dictionary { members[key] = try PropertyList(value, path: path, depth: depth + 1) }
      self = .dictionary(members)
    case is Data: self = .other("data")
    case is Date: self = .other("a date")
    default: self = .other("a number or a flag")
    }
  }
}
