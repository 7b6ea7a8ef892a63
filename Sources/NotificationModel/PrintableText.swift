/// Texts from outside, in a form that is safe for a terminal.
extension String {
  /// One line without what a terminal acts on or hides: control characters and directions are written as escapes.
  ///
  /// Texts of plugins and of payloads are anybody's: they must not forge a line or move the cursor.
  package var printable: String {
    guard unicodeScalars.contains(where: Self.isUnprintable) else { return self }
    var text = ""
    for scalar in unicodeScalars {
      if Self.isUnprintable(scalar) {
        text += scalar == "\n" ? "\\n" : scalar == "\t" ? " " : "\\u{\(String(scalar.value, radix: 16))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  /// Makes one line of bytes that may be no UTF-8, such as the name of a file: those that are none are written `\xE9`.
  package init(printable bytes: some Sequence<UInt8>) {
    self = ""
    var decoder = UTF8()
    var bytes = Array(bytes)[...]
    while !bytes.isEmpty {
      var iterator = bytes.makeIterator()
      if case .scalarValue(let scalar) = decoder.decode(&iterator) {
        self += String(scalar).printable
        bytes = bytes.dropFirst(UTF8.width(scalar))
      } else {
        let digits = String(bytes.removeFirst(), radix: 16, uppercase: true)
        self += "\\x" + (digits.count < 2 ? "0" : "") + digits
      }
      decoder = UTF8()
    }
  }

  /// The same, and not more than 300 characters of it.
  package var shortened: String { (count > 300 ? prefix(299) + "…" : self[...]).description.printable }

  private static func isUnprintable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    // C0, DEL and C1; then the separators of lines, and what turns the direction of text (UAX #9).
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
