/// A check of bytes from a process that is not trusted: whether they are JSON, and nothing else.
///
/// It does what ``JSONScanner`` does without an index of what it finds, at a fraction of the time. The last byte that
/// can be read behind the text is to be a NUL, at which every loop stops.
package enum JSONForm {
  /// The deepest nesting that passes.
  private static let depthLimit = 1024

  /// Returns whether the bytes are one object, with white space around it.
  ///
  /// - Parameter text: `count` bytes with 16 more readable bytes behind them, of which the last is a NUL.
  package static func isObject(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
    var cursor = Cursor(text: text, end: count)
    cursor.skipSpace()
    guard text[cursor.at] == 0x7B else { return false }
    return cursor.isValue()
  }

  /// Returns whether the bytes are an object's members without the braces, one at least.
  ///
  /// - Parameter text: `count` bytes with 16 more readable bytes behind them, of which the last is a NUL.
  package static func isMembers(_ text: UnsafePointer<UInt8>, count: Int) -> Bool {
    var cursor = Cursor(text: text, end: count)
    while true {
      cursor.skipSpace()
      guard cursor.skipKey() else { return false }
      cursor.skipSpace()
      guard cursor.isValue(isLast: false) else { return false }
      if cursor.at == count { return true }
      guard cursor.at < count, text[cursor.at] == 0x2C else { return false }
      cursor.at &+= 1
    }
  }

  private struct Cursor {
    let text: UnsafePointer<UInt8>
    let end: Int
    var at = 0
    /// The kinds of the innermost 64 open containers, a bit each: 1 for an object.
    private var objects: UInt64 = 0
    /// The same of those around them.
    private var outer: [UInt64] = []
    private var depth = 0

    init(text: UnsafePointer<UInt8>, end: Int) {
      self.text = text
      self.end = end
    }

    /// Skips one value, which begins at `at`, and the white space behind it.
    ///
    /// - Parameter isLast: whether nothing may follow.
    mutating func isValue(isLast: Bool = true) -> Bool {
      values: while true {
        switch text[at] {
        case 0x22: guard skipString() else { return false }
        case 0x2D, 0x30...0x39: guard skipNumber() else { return false }
        case 0x7B:
          guard open(1) else { return false }
          skipSpace()
          if text[at] == 0x7D { break }
          guard skipKey() else { return false }
          skipSpace()
          continue values
        case 0x5B:
          guard open(0) else { return false }
          skipSpace()
          if text[at] == 0x5D { break }
          continue values
        case 0x74: guard skipWord("true") else { return false }
        case 0x66: guard skipWord("false") else { return false }
        case 0x6E: guard skipWord("null") else { return false }
        default: return false
        }
        // A value has ended here, or a container that is empty; so may the containers around it.
        while true {
          skipSpace()
          // A loop that stopped at a byte behind the text has gone too far.
          if depth == 0 || at >= end { return depth == 0 && (isLast ? at == end : at <= end) }
          let byte = text[at]
          at &+= 1
          if byte == 0x2C {
            skipSpace()
            if objects & 1 == 1 {
              guard skipKey() else { return false }
              skipSpace()
            }
            continue values
          }
          guard byte == (objects & 1 == 1 ? 0x7D : 0x5D) else { return false }
          close()
        }
      }
    }

    @inline(__always)
    private mutating func open(_ isObject: UInt64) -> Bool {
      guard depth < JSONForm.depthLimit else { return false }
      if depth & 63 == 0, depth > 0 { outer.append(objects) }
      objects = objects &<< 1 | isObject
      depth &+= 1
      at &+= 1
      return true
    }

    @inline(__always)
    private mutating func close() {
      depth &-= 1
      objects = objects &>> 1
      if depth & 63 == 0, depth > 0 { objects = outer.removeLast() }
    }

    @inline(__always)
    mutating func skipSpace() {
      while text[at] <= 0x20, at < end {
        guard text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 else { return }
        at &+= 1
      }
    }

    /// Skips a string and the colon behind it.
    @inline(__always)
    mutating func skipKey() -> Bool {
      guard text[at] == 0x22, skipString() else { return false }
      skipSpace()
      guard text[at] == 0x3A else { return false }
      at &+= 1
      return true
    }

    /// Leaves `at`, which is at an opening quote, behind the closing one.
    @inline(__always)
    private mutating func skipString() -> Bool {
      var cursor = at &+ 1
      while true {
        let special = JSONWord.special(UnsafeRawPointer(text + cursor).loadUnaligned(as: UInt64.self))
        if special == 0 {
          cursor &+= 8
          continue
        }
        cursor &+= special.trailingZeroBitCount &>> 3
        if text[cursor] == 0x22 { break }
        guard let next = behindUnusual(cursor) else { return false }
        cursor = next
      }
      at = cursor &+ 1
      return at <= end
    }

    /// Returns the place behind the escapes and the sequences of more than one byte that begin at `place`;
    /// nil where one is neither.
    @inline(never)
    private func behindUnusual(_ place: Int) -> Int? {
      var cursor = place
      while cursor < end {
        let byte = text[cursor]
        if byte >= 0x80 {
          let length = UTF8Sequence.length(text + cursor, available: end - cursor)
          if length == 0 { return nil }
          cursor &+= length
        } else if byte == 0x5C {
          switch text[cursor &+ 1] {
          case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: cursor &+= 2
          case 0x75:
            guard JSONString.hexValue(text + cursor + 2) != nil else { return nil }
            cursor &+= 6
          default: return nil
          }
        } else {
          return byte >= 0x20 ? cursor : nil
        }
      }
      return nil
    }

    /// Returns `number = [ minus ] int [ frac ] [ exp ]`, RFC 8259 §6.
    ///
    /// The bytes behind the text may go on as a number does, and are none of it.
    @inline(__always)
    private mutating func skipNumber() -> Bool {
      if text[at] == 0x2D { at &+= 1 }
      if text[at] == 0x30 {
        at &+= 1
      } else {
        guard skipDigits() else { return false }
      }
      if text[at] == 0x2E, at < end {
        at &+= 1
        guard skipDigits() else { return false }
      }
      if text[at] | 0x20 == 0x65, at < end {
        at &+= 1
        if text[at] == 0x2B || text[at] == 0x2D { at &+= 1 }
        guard skipDigits() else { return false }
      }
      return at <= end
    }

    @inline(__always)
    private mutating func skipDigits() -> Bool {
      let first = at
      while text[at] &- 0x30 < 10, at < end { at &+= 1 }
      return at > first
    }

    @inline(__always)
    private mutating func skipWord(_ word: StaticString) -> Bool {
      for index in 0..<word.utf8CodeUnitCount where text[at &+ index] != word.utf8Start[index] {
        return false
      }
      at &+= word.utf8CodeUnitCount
      return at <= end
    }
  }
}
