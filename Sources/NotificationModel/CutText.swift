extension String {
  /// Returns as many whole scalars from the start as fit in `utf8Count` bytes of UTF-8.
  package func prefix(utf8Count: Int) -> String {
    if utf8.count <= utf8Count { return self }
    var end = utf8.index(startIndex, offsetBy: utf8Count)
    // Back to where a scalar begins: a character may have any number of them.
    while end > startIndex, UTF8.isContinuation(utf8[end]) { end = utf8.index(before: end) }
    return String(self[..<end])
  }

  /// Returns the same with an ellipsis where something is missing, which the bytes count.
  package func cut(to utf8Count: Int) -> String {
    utf8.count <= utf8Count ? self : prefix(utf8Count: utf8Count - 3) + "…"
  }
}
