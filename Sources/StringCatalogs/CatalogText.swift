import FileReading

/// The encodings that files of texts are in.
package enum CatalogText {
  /// The bytes as UTF-8 without a byte order mark: UTF-16 is told by its mark, or by the zeros in it.
  package static func utf8(_ bytes: [UInt8], path: String) throws(CatalogError) -> [UInt8] {
    var isBig: Bool?
    var rest = bytes[...]
    if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
      isBig = bytes[0] == 0xFE
      rest = rest.dropFirst(2)
    } else if bytes.count >= 2, bytes[0] == 0 || bytes[1] == 0 {
      isBig = bytes[0] == 0
    }
    guard let isBig else {
      let text = bytes.withoutMark
      guard String(validating: text, as: UTF8.self) != nil else {
        let offset = zip(text, String(decoding: text, as: UTF8.self).utf8).prefix { $0 == $1 }.count
        throw CatalogError(
          "\(path):\(TextLines(text).place(of: offset))", "neither UTF-8 nor UTF-16; save the file as UTF-8")
      }
      return text
    }
    guard rest.count.isMultiple(of: 2) else {
      throw CatalogError(path, "UTF-16 with half a character at its end; save the file as UTF-8")
    }
    let start = rest.startIndex
    let units = (0..<rest.count / 2).map { index in
      let pair = (UInt16(rest[start + 2 * index]), UInt16(rest[start + 2 * index + 1]))
      return isBig ? pair.0 << 8 | pair.1 : pair.1 << 8 | pair.0
    }
    guard let text = String(validating: units, as: UTF16.self) else {
      throw CatalogError(path, "UTF-16 with half of a surrogate pair; save the file as UTF-8")
    }
    return Array(text.utf8)
  }
}
