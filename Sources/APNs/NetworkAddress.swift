/// A host, a name or an address, with or without a port, as people write it: `host`, `host:443`, `[::1]:443`.
package struct NetworkAddress: Sendable, Equatable {
  package var host: String
  package var port: Int?

  /// - Returns: nil where the text is none.
  package init?(_ text: some StringProtocol) {
    var rest = String(text)
    if rest.hasPrefix("[") {
      guard let end = rest.firstIndex(of: "]") else { return nil }
      host = String(rest[rest.index(after: rest.startIndex)..<end])
      guard host.contains(":") else { return nil }
      rest = String(rest[rest.index(after: end)...])
      guard rest.isEmpty || rest.hasPrefix(":") else { return nil }
    } else {
      let end = rest.firstIndex(of: ":") ?? rest.endIndex
      host = String(rest[..<end])
      rest = String(rest[end...])
    }
    let isWord = host.unicodeScalars.allSatisfy {
      $0.value > 0x20 && $0.value != 0x7F && !"/?#@\\\"'<>[]".unicodeScalars.contains($0)
    }
    guard !host.isEmpty, host.utf8.count <= 255, isWord else { return nil }
    guard !rest.isEmpty else { return }
    let digits = rest.dropFirst()
    guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits),
      (1...65535).contains(number)
    else { return nil }
    port = number
  }
}
