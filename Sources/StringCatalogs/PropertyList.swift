import FileReading

/// A property list: what `.strings` and `.stringsdict` are, in one of three notations.
///
/// XML and binary are read by our own code: Foundation's crashes on some files that are damaged, and names no lines.
package indirect enum PropertyList: Equatable {
  case text(String)
  case list([PropertyList])
  case dictionary([String: PropertyList])
  /// A number, a date, data or a flag, by what people call it.
  case other(String)

  /// The deepest nesting of values.
  package static let depthLimit = 32

  /// Reads XML or binary; nil where the bytes begin like neither.
  package static func read(_ bytes: [UInt8], path: String) throws(CatalogError) -> PropertyList? {
    if bytes.starts(with: Array("bplist".utf8)) { return try BinaryPropertyList.read(bytes, path: path) }
    let isWide = bytes.count >= 2 && (bytes[0] == 0 || bytes[1] == 0 || bytes[0] >= 0xFE)
    guard isWide || isXML(bytes.withoutMarks) else { return nil }
    let text = try CatalogText.utf8(bytes, path: path).withoutMarks
    return isXML(text) ? try XMLPropertyList.read(text, path: path) : nil
  }

  private static func isXML(_ bytes: [UInt8]) -> Bool {
    let rest = bytes.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return ["<?xml", "<!DOCTYPE", "<!--", "<plist"].contains { rest.starts(with: Array($0.utf8)) }
  }
}
