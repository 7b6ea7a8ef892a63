import Foundation
import Testing

/// Whatever a plugin does costs the notification that plugin's edits, and nothing else.
@Suite(.serialized)
struct ContainmentTests {
  private static func line(_ body: String) -> String { "{\"aps\":{\"alert\":{\"body\":\"\(body)\"}}}\n" }
  private static func titled(_ body: String) -> String {
    "{\"aps\":{\"alert\":{\"body\":\"\(body)\",\"title\":\"\(body)\"}}}\n"
  }

  /// Runs a plugin that does `body` where the text is "bad", and an innocent one behind it.
  static func run(
    _ body: String, input: String, options: [String] = [], prelude: String = "", more: String = ""
  ) throws -> Program.Ended {
    try Program.withFolder { folder in
      let plugin = """
        \(prelude)
        return { did_receive = function(request, content)
        if content.body == "bad" then
        \(body)
        end end, \(more) }
        """
      try plugin.write(to: folder.appending(path: "a.lua"), atomically: true, encoding: .utf8)
      try "return { did_receive = function(_, content) content.title = content.body end }"
        .write(to: folder.appending(path: "b.lua"), atomically: true, encoding: .utf8)
      try "limits: { cpu: 200ms, wall: 2s, memory: 8MiB }\nplugins: [a.lua, b.lua]\nworkers: 1\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      return try Program.run(
        ["run", "--quiet", "--config", folder.appending(path: "notilua.yaml").path] + options, input: input)
    }
  }

  private static let key = [UInt8](0..<32)

  /// Runs a plugin that may use the key `k`, and another one before it.
  private static func runWithKey(
    _ plugin: String, before: String? = nil, input: String, options: [String] = []
  ) throws -> Program.Ended {
    try Program.withFolder { folder in
      let file = folder.appending(path: "key")
      try Data(key).write(to: file)
      #expect(chmod(file.path, 0o600) == 0)
      try plugin.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      try before?.write(to: folder.appending(path: "before.lua"), atomically: true, encoding: .utf8)
      try """
      keys: { k: { file: key } }
      workers: 1
      plugins: [\(before == nil ? "" : "before.lua, "){ path: p.lua, capabilities: [crypto] }]
      """.write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      return try Program.run(
        ["run", "--quiet", "--config", folder.appending(path: "notilua.yaml").path] + options, input: input)
    }
  }

  /// The bodies, and the kinds of fault that they may end in; "none" where they do no harm.
  static let hostile: [(String, String)] = [
    // Loops, inside and outside of C.
    ("while true do end", "timeout"),
    ("pcall(function() while true do end end) while true do end", "timeout"),
    ("repeat local ok = pcall(error) until false", "timeout"),
    ("(\"a\"):rep(200):find((\"a?\"):rep(100) .. (\"a\"):rep(190) .. \"b\")", "timeout|error"),
    ("local s = (\"a\"):rep(100000) while true do s:find(\".-.-.-b\") end", "timeout"),
    ("local s = (\"(\"):rep(100000) while true do s:find(\"%b()\") end", "timeout"),
    ("local s = (\"a\"):rep(1000) while true do s:gsub(\"a\", function() return \"b\" end) end", "timeout"),
    ("local x = (\"\"):rep(math.maxinteger)", "none"),
    ("table.move({}, 1, math.maxinteger - 1, 1)", "error"),
    ("local t = {} for i = 1, 50000 do t[i] = i end while true do table.sort(t) end", "timeout"),
    ("local t = {} while true do table.insert(t, 1, 1) end", "timeout|memory"),
    ("local s = (\"x\"):rep(100000) while true do notilua.sha256(s) end", "timeout"),
    ("local s = (\"é\"):rep(10000) while true do notilua.text.upper(s) end", "timeout"),
    ("local s = (\"[\"):rep(60) .. (\"]\"):rep(60) while true do notilua.json.decode(s) end", "timeout"),
    ("for _ = 1, 1e9 do content.title = tostring(_) end", "timeout|error|memory"),
    // Memory of every shape.
    ("local t = {} for i = 1, 1e9 do t[i] = (\"x\"):rep(100) .. i end", "memory"),
    ("local s = \"x\" while true do s = s .. s end", "memory"),
    ("local t = {} while true do t = { t } end", "memory"),
    ("local f while true do local g = f f = function() return g end end", "memory"),
    ("local s = (\"x\"):rep(1e6) s:gsub(\".\", (\"y\"):rep(1000))", "memory"),
    ("pcall(function() local t = {} for i = 1, 1e9 do t[i] = {} end end)", "memory"),
    ("local s = (\"x\"):rep(2e9)", "error|memory"),
    ("table.concat({ (\"x\"):rep(4e6), (\"y\"):rep(4e6) })", "memory"),
    ("string.format(\"%99999d\", 1)", "error"), ("local x = { table.unpack({}, 1, 1e8) }", "error|memory"),
    // Depth.
    ("local function f() return f() + 1 end f()", "error|memory"),
    ("local function f() pcall(f) end f() local function g() return g() + 1 end g()", "error|memory|timeout"),
    ("local s = \"a\" local function f() s:gsub(\".\", f) end f()", "error"),
    ("local t = {} for _ = 1, 1e5 do t = { t } end content.user_info.x = t", "error"),
    // Errors that bite.
    ("error({})", "error"), ("error(\"x\\ny\\27[2J\")", "error"), ("error()", "error"),
    ("error(nil)", "error"),
    ("error((\"x\"):rep(1e6))", "error"), ("assert(false, { 1 })", "error"),
    // Results that are none.
    ("return 7", "invalid_result"), ("return {}", "invalid_result"), ("return request", "invalid_result"),
    ("content.badge = -1", "error"), ("content.badge = 1.5", "error"), ("content.boddy = 1", "error"),
    ("content.user_info.aps.badge = -1", "error"), ("content.user_info.aps = 1", "error"),
    ("local t = {} t.t = t content.user_info.x = t", "error"), ("content.body = \"\\xff\"", "error"),
    ("content.user_info.x = 0/0", "error"), ("content.user_info.x = { 1, nil, 3 }", "error"),
    ("content.user_info.x = print", "error"), ("content.user_info[1] = 1", "error"),
    ("content.body = nil", "invalid_result"), ("content.body = (\"x\"):rep(5000)", "invalid_result"),
    ("content.user_info.x = (\"x\"):rep(5e6)", "error|memory"),
    ("content.attachments = { { url = 1 } }", "error"),
    ("table.insert(content.attachments, 1)", "error"), ("content.user_info = 1", "error"),
    // Ways out.
    ("leak = 1", "error"), ("string.gsub = nil", "error"), ("notilua.drop = nil", "error"),
    ("request.identifier = 1", "error"), ("request.settings.x = 1", "error"), ("_G.x = 1", "error"),
    ("table.insert(string, 1)", "error"), ("math.huge = 1", "error"), ("load(\"return 1\")()", "error"),
    ("require(\"os\")", "error"), ("io.write(\"x\")", "error"), ("os.execute(\"true\")", "error"),
    ("debug.getregistry()", "error"), ("setmetatable({}, {})", "error"),
    ("getmetatable(\"\").__index = {}", "error"),
    ("collectgarbage()", "error"), ("coroutine.wrap(print)()", "error"), ("string.dump(print)", "error"),
    ("rawset(_G, \"x\", 1)", "error"), ("local f = pairs(content.user_info) f({})", "error|none"),
    ("content.user_info.aps.x = { } content.user_info.aps.x[math.mininteger] = 1", "error"),
    ("content.user_info.l = { 1 } content.user_info.l[math.mininteger] = 1", "error"),
    ("notilua.withdraw((\"x\"):rep(300))", "error"),
    ("for i = 1, 1001 do notilua.withdraw(\"x\" .. i) end", "error"),
    ("notilua.crypto.open(\"k\", \"x\")", "error"),
  ]

  @Test(arguments: hostile)
  func aHostilePluginCostsItsOwnEditsAndNothingElse(_ body: String, _ kinds: String) throws {
    let start = Date()
    let ended = try Self.run(body, input: Self.line("one") + Self.line("bad") + Self.line("two"))
    // The limit of 0.2 s and a second, and what a loaded machine takes to start and stop the program.
    #expect(Date().timeIntervalSince(start) < 5)
    #expect(ended.status == 0)
    #expect(ended.text == Self.titled("one") + Self.titled("bad") + Self.titled("two"))
    let faults = ended.errors.split(separator: "\n").filter { !$0.hasPrefix("notilua: a worker died") }
    if kinds == "none" || kinds.contains("none") && faults.isEmpty {
      #expect(faults.isEmpty)
      return
    }
    #expect(faults.count == 1, "\(ended.errors)")
    let fault = try #require(faults.first)
    #expect(fault.utf8.count < 1300)
    #expect(
      kinds.split(separator: "|").contains { fault.hasPrefix("stdin:2: a: fault: \($0), then skip: ") },
      "\(ended.errors)")
  }

  @Test(
    arguments: [
      ("original", "{\"aps\":{\"alert\":{\"body\":\"bad\"}}}\n", 0), ("drop", "", 0), ("halt", "", 1),
    ] as [(String, String, Int32)])
  func aFaultMeetsItsPolicy(_ policy: String, _ output: String, _ status: Int32) throws {
    for body in ["error('x')", "while true do end"] {
      let ended = try Self.run(body, input: Self.line("bad"), options: ["--on-fault", policy])
      #expect(ended.status == status)
      #expect(ended.text == output)
    }
  }

  @Test func timeWillExpireGivesTheBestAttempt() throws {
    let loop = "content.subtitle = \"half\" while true do end"
    let kept = try Self.run(
      loop, input: Self.line("bad"), more: "time_will_expire = function(r, c) c.body = \"…\" end")
    #expect(kept.text == "{\"aps\":{\"alert\":{\"body\":\"…\",\"subtitle\":\"half\",\"title\":\"…\"}}}\n")
    let dropped = try Self.run(
      loop, input: Self.line("bad"), more: "time_will_expire = function() return notilua.drop(\"late\") end")
    #expect(dropped.text == "")
    let endless = try Self.run(
      loop, input: Self.line("bad") + Self.line("two"),
      more: "time_will_expire = function() while true do end end")
    #expect(endless.text == Self.titled("bad") + Self.titled("two"))
  }

  @Test(arguments: [
    ("\nwhile true do end", "p.lua:2: ran out of time (limits.cpu: 200ms) while it was loaded"),
    (
      "local t = {} while true do\nt = { t } end",
      "p.lua:2: ran out of memory (limits.memory: 4MiB) while it was loaded"
    ),
    ("\n\nerror({})", "p.lua:3: the error is not a string but a table"),
    ("x = = 1", "unexpected symbol"), ("error(\"no\")", "no"), ("return 1", "returns a number"),
    ("return {}", "did_receive"), ("local x = \(String(repeating: "{", count: 250))", "C stack overflow"),
    ("return { did_receive = function() end, did_recieve = 1 }", "did you mean 'did_receive'?"),
    (
      "return { did_receive = function() end, match = { push_tpye = \"alert\" } }",
      "did you mean 'push_type'?"
    ),
    ("return { did_receive = function() end, capabilities = { \"cryto\" } }", "did you mean 'crypto'?"),
  ])
  func whatCannotBeLoadedStopsTheStartAndNothingElse(_ source: String, _ cause: String) throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      try source.write(to: plugin, atomically: true, encoding: .utf8)
      try "limits: { cpu: 200ms, memory: 4MiB }\nplugins: [p.lua]\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let config = ["--config", folder.appending(path: "notilua.yaml").path]
      let run = try Program.run(["run"] + config, input: "{\"aps\":{}}\n")
      #expect(run.status == 65)
      #expect(run.output.isEmpty)
      #expect(run.errors.contains(cause), "\(run.errors)")
      #expect(run.errors.contains("p.lua"))
      let check = try Program.run(["check"] + config, input: "")
      #expect(check.status == 65)
      #expect(check.text.contains("p.lua"))
      // There the place stands in front of the kind.
      #expect(
        check.text.contains(cause.replacing(#/^p\.lua:\d+: /#) { "\($0.output)error: " }), "\(check.text)")
    }
  }

  /// Faults name the line that they happened at, and the limit with its value, also for who reads the error stream.
  @Test(arguments: [
    ("while true do end", "timeout, then skip: PATH:5: ran out of time (limits.cpu: 200ms)"),
    (
      "local t = {}\nfor i = 1, 1e9 do t[i] = {} end",
      "memory, then skip: PATH:6: ran out of memory (limits.memory: 8MiB)"
    ),
    ("\nerror({})", "error, then skip: PATH:6: the error is not a string but a table"),
    ("\n\nerror('x')", "error, then skip: PATH:7: x"),
    (
      "local t = {}\nfor i = 1, 100000 do t[i] = (i * 7919) % 1000003 end\nwhile true do table.sort(t) end",
      "timeout, then skip: PATH:7: ran out of time (limits.cpu: 200ms)"
    ),
  ])
  func aFaultNamesItsLineAndItsLimit(_ body: String, _ fault: String) throws {
    let ended = try Self.run("do\n\(body)\nend", input: Self.line("bad"))
    let line = try #require(ended.errors.split(separator: "\n").last { $0.contains("fault: ") })
    let paths = line.replacing(#/[^ ]*a\.lua/#, with: "PATH")
    #expect(paths.contains(fault), "\(ended.errors)")
    #expect(paths.contains(#/ran out of \w+ \(limits\.\w+: \w+\)|error, then/#), "\(ended.errors)")
  }

  @Test func nothingPassesFromOneNotificationToAnother() throws {
    // What a fault leaves behind goes with it; what a plugin keeps of a notification is none afterwards.
    let ended = try Self.run(
      "n = n + 1", input: Self.line("bad") + Self.line("bad"), prelude: "local kept\nn = 0",
      more: "time_will_expire = nil")
    #expect(ended.errors.split(separator: "\n").count == 2)
    let kept = try Self.run(
      "if kept then content.title = kept.alert.body else kept = content.user_info.aps end",
      input: Self.line("bad") + Self.line("bad"), prelude: "local kept")
    #expect(kept.errors.contains("belongs to another notification"), "\(kept.errors)")
  }

  @Test func aPluginInQuarantineIsNotAWayPastItsPolicy() throws {
    try Program.withFolder { folder in
      try
        "return { did_receive = function(_, c) if c.body == 'bad' then error('x') end c.title = 'seen' end }"
        .write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      try "quarantine: { after: 3, for: 60s }\nworkers: 1\nplugins: [p.lua]\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let config = ["run", "--config", folder.appending(path: "notilua.yaml").path]
      let input = String(repeating: Self.line("bad"), count: 6) + Self.line("good")
      let skipped = try Program.run(config, input: input)
      #expect(skipped.text == input)
      #expect(skipped.errors.split(separator: "\n").count { $0.contains("fault: error") } == 3)
      #expect(skipped.errors.contains("p: quarantined for 1m after 3 faults in a row"))
      #expect(
        skipped.errors.contains("p: 3 faults in 3 runs; 4 notifications came while it was in quarantine"))
      let outcomes = try Program.run(config + ["--emit", "outcomes"], input: input)
      let last = try #require(outcomes.text.split(separator: "\n").last)
      #expect(last.contains(#""skipped":[{"name":"p","because":"quarantined after faults, then skip"}]"#))
      // Where nothing may pass, whoever sends what a plugin cannot digest does not silence the rest.
      let dropped = try Program.run(config + ["--on-fault", "drop"], input: input)
      #expect(dropped.text == Self.titled("good").replacing("\"title\":\"good\"", with: "\"title\":\"seen\""))
    }
  }

  @Test func aPluginThatCostsTimeIsSetAsideAndFailsClosed() throws {
    try Program.withFolder { folder in
      try
        "return { did_receive = function(_, c) if c.body == 'bad' then while true do end end c.title = 'seen' end }"
        .write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      try
        "limits: { cpu: 20ms }\nquarantine: { after: 3, for: 60s }\nworkers: 1\nplugins: [{ path: p.lua, on_fault: drop }]\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(
        ["run", "--config", folder.appending(path: "notilua.yaml").path],
        input: String(repeating: Self.line("bad"), count: 4) + Self.line("good"))
      #expect(ended.text.isEmpty)
      #expect(ended.errors.contains("p: 3 faults in 3 runs; 2 notifications came while it was in quarantine"))
    }
  }

  // MARK: Time and policy

  @Test(arguments: [("skip", "left\":\"half"), ("original", "left\":\"half"), ("drop", ""), ("halt", "")])
  func aBestAttemptIsForThoseWhoLetThingsPass(_ policy: String, _ output: String) throws {
    let ended = try Self.run(
      "content.user_info.left = 'half' while true do end", input: Self.line("bad"),
      options: ["--on-fault", policy], more: "time_will_expire = function() end")
    #expect(output.isEmpty ? ended.text.isEmpty : ended.text.contains(output), "\(ended.text)")
  }

  @Test func whatTheLastChanceFailsOfIsSaid() throws {
    for (last, said) in [
      ("error('late', 0)", "and time_will_expire failed: late"),
      ("return 7", "and time_will_expire returned a number"),
    ] {
      let ended = try Self.run(
        "while true do end", input: Self.line("bad"), more: "time_will_expire = function() \(last) end")
      #expect(ended.errors.contains("ran out of time (limits.cpu: 200ms), \(said)"), "\(ended.errors)")
    }
  }

  // MARK: Size

  /// The size is settled at the end of the chain: what a later plugin cuts harms nobody.
  @Test func whatALaterPluginCutsIsNoFault() throws {
    let input = Self.line(String(repeating: "x", count: 4060))
    let ended = try Program.run(
      ["run", "--plugin", "plugins/badge", "--plugin", "plugins/truncate"], input: input)
    #expect(!ended.errors.contains("fault"))
    #expect(ended.text.utf8.count == 4097)
    #expect(ended.text.contains("\"badge\":1"))
  }

  @Test func whoMakesAPayloadTooLargeIsTakenBackAlone() throws {
    try Program.withFolder { folder in
      let add = { (key: String, count: Int) in
        "return { did_receive = function(_, c) c.user_info.\(key) = ('\(key)'):rep(\(count)) end }"
      }
      for (name, source) in [("a", add("a", 10)), ("b", add("b", 5000)), ("c", add("c", 10))] {
        try source.write(to: folder.appending(path: "\(name).lua"), atomically: true, encoding: .utf8)
      }
      let ended = try Program.run(
        ["run", "--quiet"]
          + ["a", "b", "c"].flatMap { ["--plugin", folder.appending(path: "\($0).lua").path] },
        input: Self.line("x"))
      #expect(ended.text == #"{"aps":{"alert":{"body":"x"}},"a":"aaaaaaaaaa","c":"cccccccccc"}"# + "\n")
      #expect(
        ended.errors.contains(
          "b: fault: invalid_result, then skip: the payload has 5054 bytes; APNs takes 4096"),
        "\(ended.errors)")
    }
  }

  // MARK: Monstrous results

  private static func runLarge(_ source: String, input: String, options: [String] = []) throws
    -> Program.Ended
  {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      try source.write(to: plugin, atomically: true, encoding: .utf8)
      return try Program.run(["run", "--quiet", "--plugin", plugin.path] + options, input: input)
    }
  }

  @Test func resultsOfAnySizeAreDelivered() throws {
    // 300 outcomes of a quarter of a megabyte each.
    let input = String(repeating: "{\"aps\":{}}\n", count: 300)
    let withdrawing = try Self.runLarge(
      "return { did_receive = function() for i = 1, 1000 do notilua.withdraw(('x'):rep(250) .. i) end end }",
      input: input, options: ["--emit", "outcomes"])
    #expect(withdrawing.status == 0)
    #expect(withdrawing.errors.isEmpty, "\(withdrawing.errors.prefix(500))")
    #expect(withdrawing.text.split(separator: "\n").count == 300)
    // An attachment is a name and a place, not a file.
    let attaching = try Self.runLarge(
      "return { did_receive = function(_, c) c.attachments = { { identifier = ('x'):rep(3900000), url = 'file:///a' } } end }",
      input: input)
    #expect(attaching.text == input)
    #expect(attaching.errors.contains("identifier: more than 256 bytes"))
  }

  @Test func aPatchIsNotMuchLargerThanThePayload() throws {
    let line =
      "{\"aps\":{\"alert\":\"x\"},\"\(String(repeating: "k", count: 15000))\":[\(Array(repeating: "1", count: 5000).joined(separator: ","))]}\n"
    let ended = try Self.runLarge(
      "return { did_receive = function(_, c) for k, v in pairs(c.user_info) do if k ~= 'aps' then for i in ipairs(v) do v[i] = 2 end end end end }",
      input: line, options: ["--emit", "outcomes"])
    #expect(ended.errors.isEmpty, "\(ended.errors.prefix(500))")
    #expect(ended.text.contains(#""patch":[{"op":"replace","path":"","value":{"aps""#))
    #expect(ended.text.utf8.count < 5 * line.utf8.count)
  }

  @Test func deathsInARowOfLinesLoseNone() throws {
    // Sorting is one call of C: only a death of the worker ends it.
    let body =
      "local t = {} for i = 1, 400000 do t[i] = (i * 7919) % 1000003 end table.sort(t) while true do table.sort(t) end"
    let input = (0..<12).map { Self.line($0.isMultiple(of: 2) ? "bad" : "good \($0)") }.joined()
    let expected = (0..<12).map { Self.titled($0.isMultiple(of: 2) ? "bad" : "good \($0)") }.joined()
    let ended = try Self.run(body, input: input)
    #expect(ended.text == expected)
    #expect(ended.errors.split(separator: "\n").count { $0.contains("a: fault: timeout") } <= 6)
  }

  /// The C library's own sort asks the kernel how much memory there is.
  @Test func aTableOfManyKeysIsWrittenInTheirOrder() throws {
    let ended = try Self.runLarge(
      "return { did_receive = function(_, c) local t = {} for i = 999, 100, -1 do t['k' .. i] = i end c.user_info.t = t end }",
      input: "{\"aps\":{},\"pad\":\"\(String(repeating: "x", count: 4096))\"}\n")
    #expect(ended.errors.isEmpty, "\(ended.errors)")
    #expect(
      ended.text.contains("\"t\":{" + (100...999).map { "\"k\($0)\":\($0)" }.joined(separator: ",") + "}"))
  }

  // MARK: Memory

  @Test(arguments: [
    // Little is alive at a time, and much is made: no collection must be missed.
    "local t = {} for i = 1, 30 do t[i] = ('abcdefghij'):rep(10000) .. i end for i = 1, 300 do local s = t[1]:gsub('a', 'b') end",
    "local s = ('x'):rep(1500000) for i = 1, 40 do local r = s:gsub('x', 'y', 3) end",
    "for i = 1, 200 do local s = table.concat({ ('x'):rep(300000), ('y'):rep(300000) }):upper() end",
  ])
  func garbageIsNoFault(_ body: String) throws {
    let input = (0..<20).map { Self.line("\($0)") }.joined()
    let ended = try Self.runLarge(
      "return { did_receive = function(_, c) \(body) end }", input: input)
    #expect(ended.errors.isEmpty, "\(ended.errors.prefix(500))")
    #expect(ended.text == input)
  }

  @Test func editsAndDecodedTextsAreBounded() throws {
    let edits = try Self.run(
      "local u = content.user_info while true do u.x = 1 u.x = nil end", input: Self.line("bad"))
    #expect(edits.errors.contains("a: fault: error, then skip: "), "\(edits.errors)")
    #expect(edits.errors.contains("too many edits of one notification"))
    let decoded = try Self.run(
      "content.title = select(2, notilua.json.decode('[' .. ('1,'):rep(600000)))", input: Self.line("bad"))
    #expect(decoded.errors.isEmpty, "\(decoded.errors)")
  }

  @Test func whatLooksTheSameIsNotTheSame() throws {
    let ended = try Self.runLarge(
      #"return { did_receive = function(_, c) c.user_info["e\u{301}"] = 2 notilua.withdraw("\u{e9}") notilua.withdraw("e\u{301}") end }"#,
      input: "{\"aps\":{\"alert\":\"n\"},\"\u{e9}\":1,\"e\u{301}\":1}\n", options: ["--emit", "outcomes"])
    #expect(ended.text.utf8.count { $0 == UInt8(ascii: "[") } > 0)
    #expect(
      Array(ended.text.utf8).firstRange(of: Array("\"withdraw\":[\"\u{e9}\",\"e\u{301}\"]".utf8)) != nil)
    #expect(
      Array(ended.text.utf8).firstRange(
        of: Array("{\"op\":\"replace\",\"path\":\"/e\u{301}\",\"value\":2}".utf8)) != nil)
  }

  @Test func whatIsLoggedAgainAndAgainIsNotShownEachTime() throws {
    let input = (0..<2500).map { Self.line("\($0)") }.joined()
    let ended = try Self.runLarge(
      "return { did_receive = function(_, c) notilua.log.warn('the same') if c.body == '77' then print('another') end end }",
      input: input)
    let lines = ended.errors.split(separator: "\n")
    #expect(lines.count == 13)
    #expect(lines[9].hasSuffix(": p: warn: the same; from here on every thousandth is shown"))
    #expect(lines.contains("stdin:78: p: info: another"))
    #expect(lines[12] == "stdin:2000: p: warn: the same")
  }

  @Test func logsAreBoundedAndCannotForgeALine() throws {
    let ended = try Self.run(
      "print(\"a\\nnotilua: all is well\\27[31m\\u{202E}\") for i = 1, 1000 do notilua.log.info((\"y\"):rep(2000)) end",
      input: Self.line("bad"))
    let lines = ended.errors.split(separator: "\n")
    #expect(lines.count == 12)
    #expect(lines[0] == #"stdin:1: a: info: a\nnotilua: all is well\u{1b}[31m\u{202e}"#)
    #expect(ended.errors.utf8.count < 32 << 10)
    #expect(ended.errors.contains("more log lines were left out"))
    #expect(!ended.errors.utf8.contains(0x1B))
  }

  @Test func whatAHandlerWaitsForIsBounded() throws {
    let ended = try Self.runWithKey(
      """
      return { capabilities = { "crypto" }, did_receive = function(_, c)
        if c.body == "bad" then while true do notilua.crypto.open("k", ("x"):rep(40)) end end
        if c.body == "big" then notilua.crypto.open(("x"):rep(1000), "x") end
        local _, why = notilua.crypto.open("k", ("x"):rep(40))
        c.title = why
      end }
      """,
      input: Self.line("bad") + Self.line("big") + Self.line("good"))
    #expect(ended.text.hasPrefix(Self.line("bad") + Self.line("big")))
    #expect(ended.text.contains("not authentic: another key, or changed on the way"))
    #expect(ended.errors.contains("a notification asks the host for 100 things at most"))
    #expect(ended.errors.split(separator: "\n").count == 2)
  }

  /// What is asked and answered may together be more than the pipes and all waiting notifications hold.
  @Test(.timeLimit(.minutes(2))) func largeAnswersFlow() throws {
    let sealed = try #require(Sealed.bytes(of: Array(repeating: 0x78, count: 60_000), key: Self.key))
    let ended = try Self.runWithKey(
      """
      local sealed = notilua.base64.decode("\(Data(sealed).base64EncodedString())")
      return { capabilities = { "crypto" }, did_receive = function(_, c)
        local text, why = notilua.crypto.open("k", sealed)
        c.title = text and text:sub(1, 4) .. #text or why
      end }
      """,
      input: String(repeating: Self.line("good"), count: 400))
    let line = #"{"aps":{"alert":{"body":"good","title":"xxxx60000"}}}"# + "\n"
    #expect(ended.text == String(repeating: line, count: 400), "\(ended.errors)")
    #expect(ended.errors.isEmpty)
  }

  // MARK: What two faults in one, two passes and two notifications at once come to

  @Test func threeFaultsOnOneNotificationAreHonest() throws {
    let ended = try Self.run(
      "content.user_info.g = ('x'):rep(5000) content.body = nil while true do end",
      input: Self.line("one") + Self.line("bad") + Self.line("two"), more: "time_will_expire = function() end"
    )
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text == Self.titled("one") + Self.titled("bad") + Self.titled("two"))
  }

  /// Every patch is of its own notification, also of one that waited while others ran.
  @Test func whatWaitsKeepsItsOwnPatch() throws {
    let input = (0..<200).map { "{\"aps\":{},\"own\($0)\":1\($0 % 3 == 0 ? "" : ",\"waits\":1")}\n" }
      .joined()
    let ended = try Self.runWithKey(
      """
      return { capabilities = { "crypto" }, did_receive = function(_, c)
        if c.user_info.waits then notilua.crypto.open("k", ("x"):rep(40)) end
        c.user_info.done = true
      end }
      """, input: input, options: ["--emit", "outcomes"])
    let patch = #""patch":[{"op":"add","path":"/done","value":true}]"#
    #expect(ended.text.split(separator: "\n").count { $0.contains(patch) } == 200)
  }

  @Test func aSecondPassMayAskAgain() throws {
    let ended = try Self.runWithKey(
      """
      return { capabilities = { "crypto" }, did_receive = function(_, c)
        for i = 1, 60 do notilua.crypto.open("k", ("x"):rep(40)) end
        c.title = "asked"
      end }
      """, before: "return { did_receive = function(_, c) c.user_info.g = ('x'):rep(5000) end }",
      input: Self.line("x"))
    #expect(ended.status == 0)
    #expect(ended.text == #"{"aps":{"alert":{"body":"x","title":"asked"}}}"# + "\n", "\(ended.errors)")
  }

  @Test func identifiersAreNeverGivenTwice() throws {
    let input = String(repeating: "{\"aps\":{\"alert\":\"x\"}}\n", count: 300)
    let ended = try Self.runLarge(
      "return { did_receive = function(r, c) c.user_info.u = notilua.uuid() .. math.random(0) .. r.identifier end }",
      input: input, options: ["--workers", "4"])
    #expect(Set(ended.text.split(separator: "\n")).count == 300)
    let fresh = try Self.runLarge(
      "return { fresh_state = true, did_receive = function(r, c) c.user_info.u = math.random(0) end }",
      input: input)
    #expect(Set(fresh.text.split(separator: "\n")).count == 300)
  }

  /// Memory that served blocks of one size serves those of another.
  @Test func oneNotificationLeavesItsMemoryToTheNext() throws {
    try Program.withFolder { folder in
      try """
      return { did_receive = function(_, c)
        local t = {}
        if c.body == "strings" then
          for i = 1, 12000 do t[i] = "string number " .. i end
        else
          for i = 1, 12000 do t[i] = {} end
        end
        c.title = "done"
      end }
      """.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      try "limits: { memory: 2MiB }\nworkers: 1\nplugins: [p.lua]\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(
        ["run", "--quiet", "--config", folder.appending(path: "notilua.yaml").path],
        input: (Self.line("strings") + Self.line("tables")) + (Self.line("strings") + Self.line("tables")))
      #expect(ended.errors.isEmpty, "\(ended.errors)")
      #expect(ended.text.split(separator: "\n").count { $0.contains("done") } == 4)
    }
  }

  @Test func deepPayloadsHaveTheirSizeSettledToo() throws {
    try Program.withFolder { folder in
      try "return { did_receive = function(_, c) c.user_info.g = ('x'):rep(5000) end }"
        .write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
      try "limits: { depth: 200 }\nplugins: [p.lua]\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
      let line = "{\"aps\":{\"alert\":\"x\"},\"d\":\(deep)}\n"
      let ended = try Program.run(
        ["run", "--quiet", "--config", folder.appending(path: "notilua.yaml").path], input: line)
      #expect(ended.text == line)
      #expect(ended.errors.contains("invalid_result"))
    }
  }
}
