/// Text in which `*` stands for any bytes, also none.
package struct Wildcard: Sendable {
  /// The text with its stars.
  package let text: String
  private let parts: [Part]

  /// A piece of text between two stars.
  private struct Part: Sendable {
    let bytes: [UInt8]
    /// The length of the start that also ends the first n bytes: a mismatch falls back to it (Knuth,
    /// Morris, Pratt 1977).
    let borders: [Int]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      var borders = [0]
      var border = 0
      for at in bytes.indices.dropFirst() {
        while border > 0, bytes[at] != bytes[border] { border = borders[border - 1] }
        if bytes[at] == bytes[border] { border += 1 }
        borders.append(border)
      }
      self.borders = borders
    }

    /// The place behind the first one between `from` and `end`, or nil where there is none.
    func end(in text: UnsafeRawBufferPointer, from: Int, to end: Int) -> Int? {
      if bytes.isEmpty { return from }
      var matched = 0
      for at in from..<end {
        while matched > 0, text[at] != bytes[matched] { matched = borders[matched - 1] }
        if text[at] == bytes[matched] { matched += 1 }
        if matched == bytes.count { return at + 1 }
      }
      return nil
    }
  }

  /// Creates a wildcard; a text without a star stands for itself alone.
  package init(_ text: String) {
    self.text = text
    parts = Array(text.utf8).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map { Part(Array($0)) }
  }

  /// Returns a Boolean value that indicates whether `bytes` is what the text stands for.
  ///
  /// Takes time in proportion to both lengths.
  package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let first = parts[0].bytes
    let last = parts[parts.count - 1].bytes
    if parts.count == 1 { return bytes.count == first.count && bytes.elementsEqual(first) }
    guard bytes.count >= first.count + last.count, bytes.starts(with: first),
      bytes.suffix(last.count).elementsEqual(last)
    else { return false }
    var at = first.count
    for part in parts[1..<parts.count - 1] {
      guard let end = part.end(in: bytes, from: at, to: bytes.count - last.count) else { return false }
      at = end
    }
    return true
  }
}
