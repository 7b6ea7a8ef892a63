import LuaSandbox
import NotificationModel
import PatternReference
import PluginRuntime
import Testing
import WorkerProtocol

/// The sandbox's `find`, `match`, `gmatch` and `gsub` give what Lua's own give, for patterns made at random.
@Suite(.serialized)
struct PatternTests {
  private struct Dice: RandomNumberGenerator {
    var source: RandomSource
    mutating func next() -> UInt64 { source.next() }
    mutating func of(_ choices: [String]) -> String { choices.randomElement(using: &self) ?? "" }
  }

  private static let pieces = [
    "a", "b", "c", ".", "%a", "%d", "%s", "%w", "%p", "%A", "%D", "[ab]", "[^a]", "[a-c]", "[%d_]", "[]]",
    "[^]]",
    "[a-]", "(a)", "(.)", "(", ")", "()", "%1", "%b()", "%f[%w]", "%%", "$", "^", "%", "[", "é", "-", "*",
    "+", "?",
  ]
  private static let counts = ["", "", "", "*", "+", "-", "?"]
  private static let subjects = ["a", "b", "c", "ab", "(", ")", "1", "_", " ", "é", "x", "]", "%"]
  private static let replacements = ["", "x", "%0", "%1", "<%0>", "%%", "%2", "%"]

  private static func quoted(_ text: String) -> String {
    "\""
      + text.utf8.map {
        "\\" + (String($0).count < 3 ? String(repeating: "0", count: 3 - String($0).count) : "") + String($0)
      }
      .joined() + "\""
  }

  /// A chunk that shows all that a call gives.
  private static func chunk(_ dice: inout Dice) -> String {
    let pattern = (0..<Int.random(in: 1...5, using: &dice)).map { _ in dice.of(pieces) + dice.of(counts) }
      .joined()
    let subject = (0..<Int.random(in: 0...12, using: &dice)).map { _ in dice.of(subjects) }.joined()
    let (s, p) = (quoted(subject), quoted(pattern))
    let start = Int.random(in: -3...4, using: &dice)
    let call: String
    switch Int.random(in: 0...5, using: &dice) {
    case 0: call = "show(string.find(\(s), \(p), \(start)))"
    case 1: call = "show(string.match(\(s), \(p), \(start)))"
    case 2: call = "show(string.gsub(\(s), \(p), \(quoted(dice.of(replacements)))))"
    case 3: call = "show(string.gsub(\(s), \(p), function(...) return select('#', ...) .. '' end, 3))"
    case 4: call = "show(string.gsub(\(s), \(p), { a = 'A', b = false, ab = 1 }))"
    default:
      call =
        "(function() local r = {} for a, b in string.gmatch(\(s), \(p)) do r[#r + 1] = show(a, b) end"
        + " return table.concat(r, ';') end)()"
    }
    return """
      local function show(...)
        local t = {}
        for i = 1, select('#', ...) do t[i] = tostring((select(i, ...))) end
        return table.concat(t, ',')
      end
      local ok, result = pcall(function() return \(call) end)
      return ok and result or tostring(result):find('malformed') and 'malformed' or 'failed'
      """
  }

  private static func reference(_ chunk: String) -> String {
    var length = 0
    var failed = false
    let text = pr_run(chunk, chunk.utf8.count, &length, &failed)
    return String(decoding: UnsafeRawBufferPointer(start: text, count: length), as: UTF8.self)
  }

  @Test func givesWhatLuasOwnGives() throws {
    var dice = Dice(source: RandomSource(seed: 5_4_4))
    var compared = 0
    for _ in 0..<20000 {
      let chunk = Self.chunk(&dice)
      // Two states that know nothing of each other; ours shows its result as an error's text.
      let source = "local r = (function() \(chunk) end)() error('=' .. r, 0)"
      let definition = PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8))
      let ours = try Plugin(definition: definition, seed: 1).loadFault?.message ?? "none"
      let theirs = Self.shown("p.lua: =" + Self.reference(chunk))
      // Ours is compiled whole: what is wrong with it shows also where no subject leads there.
      if ours == "p.lua: =malformed" { continue }
      compared += 1
      if ours != theirs {
        Issue.record("\(chunk)\nours: \(ours)\nLua's: \(theirs)")
        return
      }
    }
    #expect(compared > 8000)
  }

  /// As the boundary shows an error's text.
  private static func shown(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }, as: UTF8.self)
  }

  // MARK: Characters of more than one byte

  /// What a call makes of the text "Köln, ÄRGER", or how it fails.
  private func outcome(_ call: String) throws -> String {
    let source = "local s = 'Köln, ÄRGER' error('=' .. tostring((\(call))), 0)"
    let definition = PluginDefinition(name: "p", path: "p.lua", source: Array(source.utf8))
    return try Plugin(definition: definition, seed: 1).loadFault?.message ?? "none"
  }

  /// Each would go by one byte of a character (Lua 5.4 manual §6.4.1: a set is a union of characters, which are bytes).
  @Test(arguments: [
    (#"s:gsub("K[äöü]ln", "x")"#, "the set [äöü] has characters of more than one byte"),
    (#"s:find("[^ä]")"#, "the set [^ä] has"), (#"s:match("[a-zà-ÿ]+")"#, "the set [a-zà-ÿ] has"),
    (#"s:gmatch("[%wß]+")()"#, "the set [%wß] has"), (#"s:find("%f[ÄÖ]")"#, "the set [ÄÖ] has"),
    (#"s:find("[👍]")"#, "the set [👍] has"), (#"s:find("[]ä]")"#, "the set []ä] has"),
    (#"("x"):find("[ä]")"#, "the set [ä] has"), (#"s:find("x[ä]")"#, "the set [ä] has"),
    (#"s:find("K[\xC3\xB6]ln")"#, "the set [ö] has"),
    (#"s:find("Kö?ln")"#, "in ö? the sign goes by the last byte"), (#"s:find("%ä+")"#, "in ä+ the sign"),
    (#"s:find("Malmö-Lund")"#, "write %- for the sign itself"), (#"s:find("(€*)")"#, "in €* the sign"),
    (#"s:match("%b«»")"#, "%b takes two bytes, and « has more"),
    (#"s:match("%b(»")"#, "%b takes two bytes, and » has more"),
  ])
  func aPartOfACharacterIsAnError(_ call: String, _ wanted: String) throws {
    let outcome = try outcome(call)
    #expect(outcome.contains("malformed pattern (") && outcome.contains(wanted), "\(outcome)")
  }

  /// Bytes on purpose, and characters where each of their bytes is meant.
  @Test(arguments: [
    (#"select(2, s:gsub(utf8.charpattern, ""))"#, "11"),
    (#"select(2, s:gsub("[\0-\x7F\xC2-\xFD][\x80-\xBF]*", ""))"#, "11"),
    (#"select(2, s:gsub("[^\x80-\xBF]", ""))"#, "11"), (#"select(2, s:gsub("[\128-\191]", ""))"#, "2"),
    (#"s:match("[%a\128-\255]+")"#, "Köln"), (#"s:match("[%a\xC3\x80-\xBF]+")"#, "Köln"),
    (#"s:match("K[\xC3][\xB6]ln")"#, "Köln"), (#"s:match("[\xC2-\xF4][\x80-\xBF]?")"#, "ö"),
    (#"s:match("Köln.")"#, "Köln,"), (#"s:match("K%öln")"#, "Köln"), (#"s:match("(ö)l")"#, "ö"),
    (#"s:find("Kö-", 1, true) == nil"#, "true"), (#"s:match("\xC3+")"#, "\u{FFFD}"),
    (#"(s:gsub("[KÄ\xFF]", "")):byte()"#, "182"), (#"("a-b"):match("a%-b")"#, "a-b"),
  ])
  func bytesOnPurposeArePatternsAsBefore(_ call: String, _ wanted: String) throws {
    #expect(try outcome(call) == "p.lua: =\(wanted)")
  }
}
