import CUTF8Proc

/// Unicode's normal forms and case folding, by libutf8proc.
///
/// The library decomposes and composes code points. It does not order marks here: its way takes time by the square of
/// their number, and anyone may send a text of nothing but marks.
package enum UnicodeText {
  /// Returns a text in a normal form.
  package static func normalized(_ text: String, _ form: NormalForm) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text }
    let options =
      UTF8PROC_STABLE.rawValue | UTF8PROC_DECOMPOSE.rawValue
      | (form.isCompatible ? UTF8PROC_COMPAT.rawValue : 0)
    var points = mapped(text, utf8proc_option_t(rawValue: options))
    orderMarks(&points)
    return form.isComposed ? composed(&points) : self.text(points[...])
  }

  /// Returns a text with its case folded: Unicode's default folding in full, which needs no language.
  package static func folded(_ text: String) -> String {
    guard text.utf8.contains(where: { $0 >= 0x80 }) else { return text.lowercased() }
    return self.text(mapped(text, UTF8PROC_CASEFOLD)[...])
  }

  /// Returns a text in small letters: Unicode's default mapping in full, which needs no language.
  ///
  /// A sigma at the end of a word has a form of its own (The Unicode Standard, 3.13, Final_Sigma).
  package static func lowered(_ text: String) -> String {
    let capitalSigma: Unicode.Scalar = "Σ"
    guard text.unicodeScalars.contains(capitalSigma) else { return text.lowercased() }
    let scalars = Array(text.unicodeScalars)
    var lowered = ""
    var rest = 0
    for (index, scalar) in scalars.enumerated() where scalar == capitalSigma && endsWord(scalars, index) {
      lowered += String(String.UnicodeScalarView(scalars[rest..<index])).lowercased() + "ς"
      rest = index + 1
    }
    return lowered + String(String.UnicodeScalarView(scalars[rest...])).lowercased()
  }

  /// Returns whether a cased letter stands before a scalar and none behind it, beside what has no say in that.
  private static func endsWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
    let before = scalars[..<index].last { !$0.properties.isCaseIgnorable }
    let after = scalars[(index + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }

  /// No code point becomes more than 18 (U+FDFA, UAX #15 §12).
  private static let expansionLimit = 18

  /// Returns the code points that those of a text become, one after the other.
  private static func mapped(_ text: String, _ options: utf8proc_option_t) -> [Int32] {
    var points: [Int32] = []
    points.reserveCapacity(text.utf8.count)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: expansionLimit) { room in
      for scalar in text.unicodeScalars {
        let point = Int32(scalar.value)
        var boundary: Int32 = 0
        let count = utf8proc_decompose_char(point, room.baseAddress, room.count, options, &boundary)
        // What the library does not know is left as it is.
        guard (0...room.count).contains(count) else {
          points.append(point)
          continue
        }
        for index in 0..<count { points.append(room[index]) }
      }
    }
    return points
  }

  private static func combiningClass(_ point: Int32) -> Int16 {
    utf8proc_get_property(point).pointee.combining_class
  }

  /// Puts the marks of each character in their canonical order; those of the same class stay as they are.
  private static func orderMarks(_ points: inout [Int32]) {
    var at = 0
    while at < points.count {
      var end = at
      // No mark stands before U+0300.
      while end < points.count, points[end] >= 0x300, combiningClass(points[end]) != 0 { end += 1 }
      if end - at > 1 {
        // By class, then by place: a number has both, and the code point is read again from its place.
        let order = (at..<end).map { Int(combiningClass(points[$0])) << 32 | $0 }.sorted()
        let ordered = order.map { points[$0 & 0xFFFF_FFFF] }
        points.replaceSubrange(at..<end, with: ordered)
      }
      at = max(end, at + 1)
    }
  }

  private static func composed(_ points: inout [Int32]) -> String {
    let count = points.withUnsafeMutableBufferPointer { points in
      utf8proc_normalize_utf32(
        points.baseAddress, points.count,
        utf8proc_option_t(rawValue: UTF8PROC_STABLE.rawValue | UTF8PROC_COMPOSE.rawValue))
    }
    return text(points.prefix(max(count, 0)))
  }

  private static func text(_ points: ArraySlice<Int32>) -> String {
    // Room for the longest; all of it is written once.
    String(unsafeUninitializedCapacity: points.count * 4) { bytes in
      var count = 0
      for point in points {
        guard let start = bytes.baseAddress else { break }
        count += utf8proc_encode_char(point, start + count)
      }
      return count
    }
  }
}
