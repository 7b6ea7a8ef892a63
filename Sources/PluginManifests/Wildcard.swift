import Glibc

/// Text in which `*` stands for any bytes, also none.
///
/// An object, so that a list of them is gone through without counting the references to each piece.
package final class Wildcard: Sendable {
  /// The text with its stars.
  package let text: String
  /// The piece before the first star.
  private let start: [UInt8]
  /// The pieces between two stars.
  private let middle: [Part]
  /// The piece behind the last star; nil where there is no star.
  private let end: [UInt8]?

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
    let pieces = Array(text.utf8).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map { Array($0) }
    start = pieces[0]
    middle = pieces.dropFirst().dropLast().map { Part($0) }
    end = pieces.count > 1 ? pieces.last : nil
  }

  /// Returns a Boolean value that indicates whether `bytes` is what the text stands for.
  ///
  /// Takes time in proportion to both lengths.
  package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let end else { return bytes.count == start.count && Self.stands(start, in: bytes, at: 0) }
    let limit = bytes.count - end.count
    var at = start.count
    guard at <= limit, Self.stands(start, in: bytes, at: 0), Self.stands(end, in: bytes, at: limit) else {
      return false
    }
    for part in middle {
      guard let next = part.end(in: bytes, from: at, to: limit) else { return false }
      at = next
    }
    return true
  }

  /// Returns a Boolean value that indicates whether a piece stands at a place that has room for it.
  private static func stands(_ piece: [UInt8], in text: UnsafeRawBufferPointer, at place: Int) -> Bool {
    if piece.isEmpty { return true }
    return memcmp(text.baseAddress.unsafelyUnwrapped + place, piece, piece.count) == 0
  }
}
