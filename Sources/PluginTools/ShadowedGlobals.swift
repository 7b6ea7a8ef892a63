/// Local variables and parameters of a Lua source that have the name of a global function or library.
enum ShadowedGlobals {
  private static let names: Set<String> = [
    "assert", "error", "ipairs", "math", "next", "notilua", "os", "pairs", "pcall", "print", "require",
    "select", "string", "table", "tonumber", "tostring", "type", "utf8",
  ]

  /// Returns a finding for each of them, but for variables that are given the global itself: they hide nothing.
  static func findings(_ path: String, _ source: [UInt8]) -> [PluginCheck.Finding] {
    let tokens = Array(LuaTokens(source))
    var findings: [PluginCheck.Finding] = []
    var previous = ""
    // Inside of `local a, b` and of the parameters of a function.
    var isDeclaring = false
    // The variables of a `local` that are given the global of their name.
    var caching: Set<String> = []
    for (index, token) in tokens.enumerated() {
      if isDeclaring, names.contains(token.text), !caching.contains(token.text),
        previous == "local" || previous == "," || previous == "("
      {
        findings.append(
          PluginCheck.Finding(
            isError: false, place: "\(path):\(token.line)",
            message: "'\(token.text)' hides the global of that name; give it a name of its own"))
      }
      switch token.text {
      case "local":
        isDeclaring = true
        caching = cached(tokens[(index + 1)...].lazy.map(\.text))
      case "(": isDeclaring = isDeclaring || previous == "function"
      case ",": break
      case "function":
        isDeclaring = previous == "local"
        caching = []
      default:
        if !isName(token.text) || !["local", ",", "(", "function"].contains(previous) { isDeclaring = false }
      }
      previous = token.text
    }
    return findings
  }

  /// Returns the variables of `a, b = a, b`, behind `local`, that are given what has their name already.
  private static func cached(_ tokens: some Sequence<String>) -> Set<String> {
    var tokens = tokens.makeIterator()
    var names: [String] = []
    var token = tokens.next()
    while let name = token, isName(name), name != "function" {
      names.append(name)
      token = tokens.next()
      // `<const>`.
      if token == "<" {
        while token != ">", token != nil { token = tokens.next() }
        token = tokens.next()
      }
      if token == "," { token = tokens.next() } else { break }
    }
    guard token == "=" else { return [] }
    var found: Set<String> = []
    token = tokens.next()
    for name in names {
      guard token == name else { break }
      token = tokens.next()
      // Another sign goes on with the value, as in `print == nil`; `or` leaves it.
      if let sign = token, !isName(sign) && sign != "," && sign != ";" || sign == "and" { break }
      found.insert(name)
      guard token == "," else { break }
      token = tokens.next()
    }
    return found
  }

  private static func isName(_ token: String) -> Bool {
    token.first.map { $0.isLetter || $0 == "_" } ?? false
  }
}

/// The words and signs of a Lua source, without comments, strings and numbers.
private struct LuaTokens: Sequence, IteratorProtocol {
  private let source: [UInt8]
  private var at = 0
  private var line = 1

  init(_ source: [UInt8]) { self.source = source }

  private func byte(_ offset: Int) -> UInt8 { offset < source.count ? source[offset] : 0 }

  mutating func next() -> (text: String, line: Int)? {
    while at < source.count {
      let character = source[at]
      switch character {
      case 0x0A:
        line += 1
        at += 1
      case 0x2D where byte(at + 1) == 0x2D:
        at += 2
        if !skipLong() { while at < source.count, source[at] != 0x0A { at += 1 } }
      case 0x22, 0x27: skipString(character)
      case 0x5B where skipLong(): break
      case 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF:
        let start = at
        while at < source.count, isWord(source[at]) { at += 1 }
        return (String(decoding: source[start..<at], as: UTF8.self), line)
      case 0x30...0x39: while at < source.count, isWord(source[at]) || source[at] == 0x2E { at += 1 }
      case 0x00...0x20: at += 1
      default:
        at += 1
        return (String(UnicodeScalar(character)), line)
      }
    }
    return nil
  }

  private func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x80...0xFF: true
    default: false
    }
  }

  private mutating func skipString(_ quote: UInt8) {
    at += 1
    while at < source.count, source[at] != quote, source[at] != 0x0A { at += source[at] == 0x5C ? 2 : 1 }
    at += 1
  }

  /// Skips `[[…]]` or `[=[…]=]` at the present place; false where there is none.
  private mutating func skipLong() -> Bool {
    guard byte(at) == 0x5B else { return false }
    var level = 0
    while byte(at + 1 + level) == 0x3D { level += 1 }
    guard byte(at + 1 + level) == 0x5B else { return false }
    at += level + 2
    while at < source.count {
      if source[at] == 0x0A { line += 1 }
      if source[at] == 0x5D {
        var end = at + 1
        while byte(end) == 0x3D { end += 1 }
        if end - at - 1 == level, byte(end) == 0x5D {
          at = end + 1
          return true
        }
      }
      at += 1
    }
    return true
  }
}
