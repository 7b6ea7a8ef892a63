/// The bytes of a Lua file as an editor saved them.
package enum LuaSource {
  /// Returns the code without a byte order mark, and without a first line that begins with `#`, as `lua` reads it.
  ///
  /// - Throws: ``HostError`` where the file is not UTF-8: what it writes into a payload would be no text there.
  package static func code(_ bytes: [UInt8], path: String) throws(HostError) -> [UInt8] {
    var code = bytes[...]
    if code.starts(with: [0xEF, 0xBB, 0xBF]) { code.removeFirst(3) }
    // `string.dump` begins so; Lua refuses it in its own words.
    if code.first == 0x1B { return Array(code) }
    if isUTF16(code) {
      throw HostError(.plugins, "\(path):1: the file is UTF-16; save it as UTF-8")
    }
    if let invalid = firstInvalid(code) {
      let line = code[..<invalid].count(where: { $0 == 0x0A }) + 1
      throw HostError(
        .plugins,
        "\(path):\(line): the file is not UTF-8 (perhaps Latin-1 or Windows-1252); save it as UTF-8")
    }
    // The line itself stays, so that the numbers of the others do.
    if code.first == UInt8(ascii: "#") { code = code[(code.firstIndex(of: 0x0A) ?? code.endIndex)...] }
    return Array(code)
  }

  /// A byte order mark tells it, or zeros in every second place: Lua's words are ASCII.
  private static func isUTF16(_ code: ArraySlice<UInt8>) -> Bool {
    if code.starts(with: [0xFF, 0xFE]) || code.starts(with: [0xFE, 0xFF]) { return true }
    let start = Array(code.prefix(4))
    return start.count == 4
      && (start[0] == 0 && start[2] == 0 && start[1] != 0 || start[1] == 0 && start[3] == 0 && start[0] != 0)
  }

  /// Returns the index of the first byte that begins no character.
  private static func firstInvalid(_ code: ArraySlice<UInt8>) -> Int? {
    if String(validating: code, as: UTF8.self) != nil { return nil }
    var at = code.startIndex
    while at < code.endIndex {
      // The longest form of a character has four bytes.
      let count = (1...4).first { count in
        at + count <= code.endIndex && String(validating: code[at..<at + count], as: UTF8.self) != nil
      }
      guard let count else { return at }
      at += count
    }
    return nil
  }
}
