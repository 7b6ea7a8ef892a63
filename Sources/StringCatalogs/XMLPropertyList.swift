import FileReading

/// Reads property lists in XML: the elements of Apple's document type, and of XML no more than they need.
package struct XMLPropertyList {
  private let bytes: [UInt8]
  private let lines: TextLines
  private let path: String
  private var at = 0

  /// Reads UTF-8 without a mark.
  ///
  /// - Throws: ``CatalogError`` that names the line.
  package static func read(_ bytes: [UInt8], path: String) throws(CatalogError) -> PropertyList {
    var reader = XMLPropertyList(bytes: bytes, lines: TextLines(bytes), path: path)
    try reader.skipProlog()
    var element = try reader.openElement()
    let isWrapped = element.name == "plist"
    if isWrapped {
      guard !element.isEmpty else { throw reader.error("an empty <plist>; put a <dict> into it") }
      try reader.skipProlog()
      element = try reader.openElement()
    }
    let value = try reader.value(element, depth: 0)
    if isWrapped {
      try reader.skipProlog()
      try reader.close("plist")
    }
    return value
  }

  private init(bytes: [UInt8], lines: TextLines, path: String) {
    self.bytes = bytes
    self.lines = lines
    self.path = path
  }

  private func error(_ message: String) -> CatalogError {
    CatalogError("\(path):\(lines.line(of: min(at, bytes.count)))", "not a property list: \(message)")
  }

  // MARK: Bytes

  private func has(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - at >= count else { return false }
    return text.withUTF8Buffer { bytes[at..<at + count].elementsEqual($0) }
  }

  /// Goes to what stands behind `end`.
  private mutating func skip(behind end: StaticString, _ what: String) throws(CatalogError) {
    let start = at
    while at < bytes.count, !has(end) { at += 1 }
    guard at < bytes.count else {
      at = start
      throw error("\(what) begins here that does not end")
    }
    at += end.utf8CodeUnitCount
  }

  private mutating func skipSpace() {
    while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
  }

  /// Goes over spaces, comments, declarations and instructions.
  private mutating func skipProlog() throws(CatalogError) {
    while true {
      skipSpace()
      if has("<!--") {
        try skip(behind: "-->", "a comment")
      } else if has("<?") {
        try skip(behind: "?>", "an instruction")
      } else if has("<!DOCTYPE") {
        let start = at
        try skip(behind: ">", "a document type")
        // Declarations of its own could make a text of any size.
        if bytes[start..<at].contains(0x5B) {
          throw error("the document type has declarations; take them out")
        }
      } else {
        return
      }
    }
  }

  // MARK: Elements

  private mutating func openElement() throws(CatalogError) -> (name: String, isEmpty: Bool) {
    guard at < bytes.count, bytes[at] == 0x3C, !has("</") else {
      throw error(
        at < bytes.count ? "an element is missing here" : "the file ends where an element should be")
    }
    at += 1
    let start = at
    while at < bytes.count, !(bytes[at] <= 0x20 || bytes[at] == 0x2F || bytes[at] == 0x3E) { at += 1 }
    let name = String(decoding: bytes[start..<at], as: UTF8.self)
    try skip(behind: ">", "<\(name.prefix(20))>")
    return (name, bytes[at - 2] == 0x2F)
  }

  private mutating func close(_ name: String) throws(CatalogError) {
    guard has("</") else { throw error("</\(name)> is missing here") }
    at += 2
    let start = at
    while at < bytes.count, !(bytes[at] <= 0x20 || bytes[at] == 0x3E) { at += 1 }
    let found = String(decoding: bytes[start..<at], as: UTF8.self)
    skipSpace()
    guard found == name, at < bytes.count, bytes[at] == 0x3E else {
      throw error("</\(name)> should stand here, and not </\(found.prefix(20))>")
    }
    at += 1
  }

  private mutating func value(
    _ element: (name: String, isEmpty: Bool), depth: Int
  ) throws(CatalogError) -> PropertyList {
    guard depth < PropertyList.depthLimit else {
      throw error("nested more than \(PropertyList.depthLimit) deep; take levels out")
    }
    switch element.name {
    case "string": return .text(element.isEmpty ? "" : try text(element.name))
    case "dict": return .dictionary(element.isEmpty ? [:] : try members(depth))
    case "array":
      var items: [PropertyList] = []
      while !element.isEmpty {
        try skipProlog()
        if has("</") {
          try close("array")
          break
        }
        items.append(try value(try openElement(), depth: depth + 1))
      }
      return .list(items)
    case "integer", "real", "date", "data", "true", "false":
      if !element.isEmpty { _ = try text(element.name) }
      let names = ["integer": "a number", "real": "a number", "date": "a date", "data": "data"]
      return .other(names[element.name] ?? "a flag")
    default: throw error("<\(element.name.prefix(20))> is no element of property lists")
    }
  }

  private mutating func members(_ depth: Int) throws(CatalogError) -> [String: PropertyList] {
    var members: [String: PropertyList] = [:]
    while true {
      try skipProlog()
      if has("</") {
        try close("dict")
        return members
      }
      let element = try openElement()
      guard element.name == "key" else {
        throw error("<\(element.name.prefix(20))> stands where a <key> should be")
      }
      let key = element.isEmpty ? "" : try text("key")
      try skipProlog()
      members[key] = try value(try openElement(), depth: depth + 1)
    }
  }

  /// Reads the text until the end of an element that has text only.
  private mutating func text(_ name: String) throws(CatalogError) -> String {
    var text: [UInt8] = []
    while at < bytes.count {
      switch bytes[at] {
      case 0x3C where has("<![CDATA["):
        at += 9
        let start = at
        try skip(behind: "]]>", "<![CDATA[")
        text.append(contentsOf: bytes[start..<at - 3])
      case 0x3C where has("<!--"): try skip(behind: "-->", "a comment")
      case 0x3C:
        try close(name)
        return String(decoding: text, as: UTF8.self)
      case 0x26: try entity(&text)
      case 0x0D:
        // XML reads every end of a line as one line feed.
        text.append(0x0A)
        at += at + 1 < bytes.count && bytes[at + 1] == 0x0A ? 2 : 1
      default:
        text.append(bytes[at])
        at += 1
      }
    }
    throw error("the file ends before </\(name)>")
  }

  private mutating func entity(_ text: inout [UInt8]) throws(CatalogError) {
    guard let end = bytes[at...].prefix(12).firstIndex(of: 0x3B) else {
      throw error("'&' begins no character here; write &amp;")
    }
    let name = String(decoding: bytes[(at + 1)..<end], as: UTF8.self)
    let known = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]
    if let character = known[name] {
      text.append(contentsOf: character.utf8)
    } else if name.hasPrefix("#"),
      let value = name.hasPrefix("#x") ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst()),
      let scalar = Unicode.Scalar(value)
    {
      text.append(contentsOf: String(scalar).utf8)
    } else {
      throw error("'&\(name);' is no character; write &amp; for '&'")
    }
    at = end + 1
  }
}
