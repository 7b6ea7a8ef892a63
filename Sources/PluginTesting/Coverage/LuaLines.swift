/// The lines of a Lua source, as Lua counts them: each of LF, CR, CR LF and LF CR ends one.
package enum LuaLines {
  /// Returns the lines of a source, without their ends, as Lua counts them.
  package static func of(_ source: [UInt8]) -> [String] {
    var lines: [String] = []
    var start = 0
    var at = 0
    while at < source.count {
      let byte = source[at]
      guard byte == 0x0A || byte == 0x0D else {
        at += 1
        continue
      }
      lines.append(String(decoding: source[start..<at], as: UTF8.self))
      let other: UInt8 = byte == 0x0A ? 0x0D : 0x0A
      at += at + 1 < source.count && source[at + 1] == other ? 2 : 1
      start = at
    }
    if start < source.count { lines.append(String(decoding: source[start...], as: UTF8.self)) }
    return lines
  }
}
