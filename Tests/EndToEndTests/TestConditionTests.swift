import Foundation
import Testing

/// What is the same in every test and another in production, and how an author learns of it.
struct TestConditionTests {
  private static func write(_ text: String, _ folder: URL, _ path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  /// The body of a payload that `notilua run` lets through.
  private static func body(_ ended: Program.Ended) throws -> [String] {
    try ended.text.split(separator: "\n").map { line in
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let alert = (object?["aps"] as? [String: Any])?["alert"]
      return alert as? String ?? (alert as? [String: Any])?["body"] as? String ?? ""
    }
  }

  private static let cases = "- name: x\n  given: { aps: { alert: hi } }\n  expect: { unchanged: false }\n"

  /// A plugin whose handler is `source`, and what `notilua test` says of it with these cases.
  private static func tested(
    _ source: String, _ cases: String = cases, file: String = "cases.yaml", options: [String] = []
  ) throws -> Program.Ended {
    try Program.withFolder { folder in
      try write(
        "return { did_receive = function(request, content)\n\(source)\nend }", folder, "plugins/p/init.lua")
      try write(cases, folder, "plugins/p/tests/\(file)")
      return try Program.run(["test"] + options, in: folder)
    }
  }

  // MARK: Times with a fraction

  private static let formats = ["%Y-%m-%d %H:%M:%S", "!%Y-%m-%dT%H:%M:%SZ", "%j %U %w", "!%c", "*t", "!*t"]
  private static let times = [
    "0.5", "-0.5", "1767268800.25", "1774745999.999", "1774746000.001", "1792890000.5", "253402300799.5", "3",
    "3.0",
  ]

  /// Prints every time in every form; `whole` makes of a time what Lua's own function takes.
  private static func script(whole: String) -> String {
    """
    local lines = {}
    for _, format in ipairs { \(formats.map { "\"\($0)\"" }.joined(separator: ", ")) } do
      for _, time in ipairs { \(times.joined(separator: ", ")) } do
        local value = os.date(format, \(whole))
        if type(value) == "table" then
          value = table.concat({ value.year, value.month, value.day, value.hour, value.min, value.sec, value.wday,
            value.yday, tostring(value.isdst) }, " ")
        end
        lines[#lines + 1] = value
      end
    end
    lines[#lines + 1] = tostring(os.difftime(7, 3)) .. " " .. tostring(os.difftime(math.maxinteger, 1))
    local text = table.concat(lines, "; ")
    """
  }

  /// `lua5.4` says what is right for whole seconds; those of a fraction are the ones before it.
  @Test(arguments: ["Europe/Berlin", "America/New_York", "UTC"])
  func osDateTakesTimesWithAFraction(_ zone: String) throws {
    try Program.withFolder { folder in
      try Self.write(Self.script(whole: "math.floor(time)") + "\nio.write(text)", folder, "judge.lua")
      let judge = try Program.run(
        [folder.appending(path: "judge.lua").path], program: "/usr/bin/lua5.4", environment: ["TZ": zone])
      #expect(judge.status == 0, "\(judge.errors)")
      try Self.write(
        "return { did_receive = function(_, content)\n\(Self.script(whole: "time"))\ncontent.body = text\nend }",
        folder, "plugins/p/init.lua")
      let ran = try Program.run(
        ["run"], input: Data(#"{"aps":{"alert":"hi"}}"#.utf8), environment: ["TZ": zone], in: folder)
      #expect(try Self.body(ran) == [judge.text], "\(ran.errors)")
      try Self.write(
        "- name: x\n  given: { aps: { alert: hi } }\n  time_zone: \(zone)\n  expect: { content: { body: \"\(judge.text)\" } }\n",
        folder, "plugins/p/tests/c.yaml")
      let tested = try Program.run(["test"], in: folder)
      #expect(tested.status == 0, "\(tested.text)")
      #expect(tested.text.hasPrefix("1 passed in"), "\(tested.text)")
    }
  }

  @Test func whatIsNoTimeIsAnErrorAsInLua() throws {
    let ended = try Self.tested(
      """
      for _, time in ipairs { 0/0, 1/0, -1/0, 1e300 } do
        local ok, message = pcall(os.date, "%Y", time)
        if ok or not message:find("number has no integer representation", 1, true) then error(message) end
      end
      if os.difftime(5.75, 3.5) ~= 2.25 then error("difftime") end
      if pcall(os.difftime, {}, 1) or pcall(os.difftime, 1) then error("no number") end
      if os.date("!%H:%M") ~= "12:00" or os.time() ~= 1767268800 then error("now") end
      content.badge = 1
      """)
    #expect(ended.status == 0, "\(ended.text)")
  }

  /// A plugin that formats the time of arrival: green in tests, and as right in production.
  @Test func whatFormatsTheTimeOfArrivalPassesAndRuns() throws {
    try Program.withFolder { folder in
      try Self.write(
        """
        return { did_receive = function(request, content)
          content.body = os.date("!%H:%M", request.received_at) .. os.date("!:%S", notilua.now())
        end }
        """, folder, "plugins/p/init.lua")
      try Self.write(
        "- name: x\n  given: { aps: { alert: hi } }\n  expect: { content: { body: \"12:00:00\" } }\n", folder,
        "plugins/p/tests/c.yaml")
      #expect(try Program.run(["test", "--ci"], in: folder).status == 0)
      let line = #"{"aps":{"alert":"hi"}}"# + "\n"
      let ran = try Program.run(
        ["run"], input: Data(String(repeating: line, count: 3).utf8), in: folder)
      #expect(!ran.errors.contains("fault"), "\(ran.errors)")
      let bodies = try Self.body(ran)
      #expect(bodies.count == 3)
      for body in bodies { #expect(body.wholeMatch(of: /\d\d:\d\d:\d\d/) != nil, "\(body)") }
    }
  }

  /// The clock of tests has a fraction: what takes it for a whole number fails there, and not in production first.
  @Test(arguments: [
    #"content.body = ("%d"):format(notilua.now())"#, #"content.body = ("%d"):format(request.received_at)"#,
    "content.badge = math.random(1, request.received_at)",
    "content.body = os.date('!%c', os.time { year = 2026, month = 1, day = 1, sec = request.received_at % 60 })",
  ])
  func whatNeedsAWholeNumberFailsInTests(_ source: String) throws {
    let ended = try Self.tested(source)
    #expect(ended.status == 1)
    #expect(ended.text.contains("fault: p: error: "), "\(ended.text)")
  }

  // MARK: Warnings

  private static let words =
    "local words = {} for word in pairs { b = 1, a = 2, c = 3 } do words[#words + 1] = word end "

  @Test(arguments: [
    (words + "content.body = table.concat(words)", "the order of pairs", "/payload/aps/alert", "\"cba\""),
    ("content.body = next { b = 1, a = 2 }", "the order of pairs", "/payload/aps/alert", "\"b\""),
    (words + "return notilua.drop(words[1])", "the order of pairs", "/reason", "\"c\""),
    (
      "for word in pairs { b = 1, a = 2 } do notilua.log.info(word) end", "the order of pairs", "/log/0",
      "info: b"
    ),
    (
      "local list = { { k = 1, n = 'a' }, { k = 1, n = 'b' } } "
        + "table.sort(list, function(l, r) return l.k < r.k end) content.body = list[1].n",
      "the order of equal elements in table.sort", "/payload/aps/alert", "\"b\""
    ),
    ("content.body = os.date('%H:%M')", "the time zone", "/payload/aps/alert", "\"00:30\""),
    (
      "content.badge = os.time { year = 2026, month = 1, day = 1 } // 1800", "the time zone",
      "/payload/aps/badge",
      "981791"
    ),
  ])
  func aPluginThatDependsOnAConditionIsWarnedOf(
    _ source: String, _ what: String, _ path: String, _ otherwise: String
  ) throws {
    let expect =
      source.contains("drop")
      ? "action: drop" : source.contains("log") ? "unchanged: true" : "unchanged: false"
    let ended = try Self.tested(source, Self.cases.replacing("unchanged: false", with: expect))
    // It is a warning, under --ci too.
    #expect(ended.status == 0, "\(ended.text)")
    #expect(
      ended.text.hasPrefix("WARN  p: x\n      plugins/p/tests/cases.yaml:1\n      depends on \(what): "),
      "\(ended.text)")
    #expect(ended.text.contains("\n        \(path)\n          here      "), "\(ended.text)")
    #expect(ended.text.contains("          otherwise ") && ended.text.contains(otherwise), "\(ended.text)")
    #expect(ended.text.contains("1 passed, 1 warning in"), "\(ended.text)")
  }

  @Test(arguments: [
    words + "table.sort(words) content.body = table.concat(words)",
    // Lua has the elements of a list in order, in production too.
    "local words = {} for _, word in pairs { 'x', 'y', 'z' } do words[#words + 1] = word end content.body = table.concat(words)",
    "local count = 0 for _ in pairs { a = 1, b = 2 } do count = count + 1 end content.badge = count",
    "local list = { { k = 1 }, { k = 1 } } table.sort(list, function(l, r) return l.k < r.k end) content.badge = list[1].k",
    "content.body = os.date('!%H:%M')",
    "content.user_info.at = notilua.now() content.user_info.id = notilua.uuid()",
    // The order of an object's keys says nothing.
    "local copy = {} for key, value in pairs { b = 1, a = 2 } do copy[key] = value end content.user_info.copy = copy",
  ])
  func aPluginThatDependsOnNothingIsNot(_ source: String) throws {
    let ended = try Self.tested(source)
    #expect(ended.text.hasPrefix("1 passed in"), "\(ended.text)")
  }

  @Test func whatACaseSetsIsItsOwn() throws {
    let zone =
      "- name: x\n  given: { aps: { alert: hi } }\n  time_zone: Europe/Berlin\n  expect: { content: { body: \"13:00\" } }\n"
    let named = try Self.tested("content.body = os.date('%H:%M')", zone)
    #expect(named.text.hasPrefix("1 passed in"), "\(named.text)")
    let random = "content.badge = math.random(1, 1000000)"
    let number = try Self.tested(
      random, "- name: x\n  given: { aps: { alert: hi } }\n  expect: { content: { badge: 1 } }\n")
    let found = try #require(number.text.firstMatch(of: /got      (\d+)/))
    let expecting =
      "- name: x\n  given: { aps: { alert: hi } }\n  expect: { content: { badge: \(found.1) } }\n"
    let lucky = try Self.tested(random, expecting)
    #expect(lucky.status == 0)
    #expect(
      lucky.text.contains("depends on the seed of random numbers: it is another in each run; set seed"),
      "\(lucky.text)")
    let seeded = try Self.tested(random, expecting.replacing("  expect", with: "  seed: 1\n  expect"))
    #expect(seeded.text.hasPrefix("1 passed in"), "\(seeded.text)")
  }

  @Test func aWholeClockOfACaseIsTriedWithAFraction() throws {
    let source = "content.body = ('%d'):format(notilua.now())"
    let cases =
      "- name: x\n  given: { aps: { alert: hi } }\n  now: 2026-01-31T22:30:00Z\n  expect: { content: { body: \"1769898600\" } }\n"
    let ended = try Self.tested(source, cases)
    #expect(ended.status == 0)
    #expect(ended.text.contains("depends on a clock without a fraction of a second: "), "\(ended.text)")
    #expect(ended.text.contains("number has no integer representation"), "\(ended.text)")
    #expect(try Self.tested(source, cases.replacing("30:00Z", with: "30:00.5Z")).status == 1)
  }

  @Test func casesInLuaAreWarnedOfToo() throws {
    let asserting = """
      test("asks", function(t) t.equal(t.run { given = { aps = { alert = "hi" } } }.content.body, "abc") end)
      test("looks elsewhere", function(t)
        t.equal(t.run { given = { aps = { alert = "hi" } } }.action, "deliver")
      end)
      """
    let ended = try Self.tested(
      Self.words + "content.body = table.concat(words)", asserting, file: "x_test.lua")
    #expect(ended.status == 0)
    #expect(
      ended.text.contains(
        "WARN  p: asks\n      plugins/p/tests/x_test.lua:1\n      depends on the order of pairs"),
      "\(ended.text)")
    #expect(ended.text.contains("and 1 more case of p\n2 passed, 1 warning in"), "\(ended.text)")
    // A function of a module, that no case runs.
    let module = """
      local init = require "init"
      test("walks", function(t)
        local words = {}
        for word in pairs { b = 1, a = 2 } do words[#words + 1] = word end
        t.equal(table.concat(words), "ab")
      end)
      """
    let own = try Self.tested("content.badge = 1", module, file: "x_test.lua")
    #expect(own.text.contains("depends on the order of pairs"), "\(own.text)")
    #expect(own.text.contains(#"expected "ab", got "ba""#), "\(own.text)")
  }

  @Test func aViewThatDependsOnAConditionIsWarnedOf() throws {
    try Program.withFolder { folder in
      try Self.write(
        """
        return { kind = "content", categories = { "C" }, did_receive = function(notification, view)
          for name in pairs { b = 1, a = 1 } do view.text(name) end
        end }
        """, folder, "plugins/p/init.lua")
      try Self.write(
        "- name: x\n  given: { aps: { alert: hi, category: C } }\n  present: {}\n  expect: { action: deliver }\n",
        folder, "plugins/p/tests/c.yaml")
      let ended = try Program.run(["test"], in: folder)
      #expect(ended.text.contains("depends on the order of pairs: "), "\(ended.text)")
      #expect(ended.text.contains("/presentation/view/elements/0/"), "\(ended.text)")
    }
  }

  /// What time and memory a case takes is another in each run, and no reason for a warning.
  @Test func budgetsAreNoCondition() throws {
    let source =
      "content.user_info.id = notilua.uuid() content.badge = notilua.now() > request.received_at and 1 or 2"
    let cases = "- name: x\n  given: { aps: { alert: hi } }\n  expect: { us: 1000000, memory: 24MiB }\n"
    let ended = try Self.tested(source, cases)
    #expect(ended.text.hasPrefix("1 passed in"), "\(ended.text)")
    let limited = try Self.tested(
      "content.user_info.id = notilua.uuid() while true do end",
      "- name: x\n  given: { aps: { alert: hi } }\n  limits: { cpu: 20ms }\n  expect: { fault: timeout }\n")
    #expect(limited.text.hasPrefix("1 passed in"), "\(limited.text)")
  }

  /// What runs again counts no lines and writes no snapshot, and reports have what is said.
  @Test func warningsStandInReportsAndCountNothing() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { did_receive = function(_, content)\n  content.body = os.date('%H')\nend }", folder,
        "plugins/p/init.lua")
      try Self.write(Self.cases, folder, "plugins/p/tests/c.yaml")
      let ended = try Program.run(
        [
          "test", "--coverage", "lcov=-", "--report", "json=r.json", "--report", "tap=r.tap", "--report",
          "junit=r.xml",
        ], in: folder)
      #expect(ended.status == 0)
      #expect(ended.text.contains("DA:2,1\n"), "\(ended.text)")
      let text = { (name: String) in try String(contentsOf: folder.appending(path: name), encoding: .utf8) }
      #expect(
        try text("r.json").contains(#""warnings":[{"subject":"depends on the time zone","message":"it is"#))
      #expect(try text("r.tap").contains("ok 1 - p: x\n# warning: depends on the time zone: it is"))
      #expect(try text("r.xml").contains("<system-out>warning: depends on the time zone: it is"))
    }
  }

  @Test func aCapabilityThatTheConfigurationDoesNotGrantIsWarnedOf() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { capabilities = { 'crypto' }, did_receive = function(_, content) content.badge = 1 end }",
        folder,
        "plugins/p/init.lua")
      try Self.write(Self.cases, folder, "plugins/p/tests/c.yaml")
      // Without a configuration nobody has decided anything.
      #expect(try Program.run(["test"], in: folder).text.hasPrefix("1 passed in"))
      try Self.write("plugins: [plugins/p]\n", folder, "notilua.yaml")
      let lacking = try Program.run(["test"], in: folder)
      #expect(lacking.status == 0)
      #expect(
        lacking.text.contains("depends on capabilities: the configuration does not grant crypto, "),
        "\(lacking.text)")
      try Self.write("plugins: [{ path: plugins/p, capabilities: [crypto] }]\n", folder, "notilua.yaml")
      #expect(try Program.run(["test"], in: folder).text.hasPrefix("1 passed in"))
      try Self.write("plugins: [plugins/p]\n", folder, "notilua.yaml")
      try Self.write(
        Self.cases.replacing("  expect", with: "  capabilities: [crypto]\n  expect"), folder,
        "plugins/p/tests/c.yaml")
      #expect(try Program.run(["test"], in: folder).text.hasPrefix("1 passed in"))
    }
  }

  // MARK: The list in the guide

  /// One difference between a test and production: what a plugin writes into the body here and there.
  struct Difference: Sendable, CustomTestStringConvertible {
    /// The first cell of its row in the guide.
    var row: String
    var source: String
    var inTest: String
    var inRun: String
    var configuration = ""
    /// Which of the lines that come out is looked at.
    var line = 0
    var testDescription: String { row }
  }

  static let differences = [
    Difference(
      row: "the clock",
      source:
        "local start = os.clock() for i = 1, 3e6 do end content.body = os.clock() == start and 'stands' or 'goes'",
      inTest: "stands", inRun: "goes"),
    Difference(
      row: "the time zone", source: "content.body = os.date('%Z')", inTest: "UTC", inRun: "JST"),
    Difference(
      row: "the order of `pairs`",
      source: """
        local words = {}
        for index = 1, 40 do words["w" .. index * 7 % 41] = index end
        local last, sorted = "", true
        for word in pairs(words) do sorted, last = sorted and last < word, word end
        content.body = sorted and "by key" or "any"
        """, inTest: "by key", inRun: "any"),
    Difference(
      row: "`table.sort`",
      source: """
        local list, kept = {}, true
        for index = 1, 90 do list[index] = { index = index } end
        table.sort(list, function() return false end)
        for index = 2, 90 do kept = kept and list[index - 1].index < list[index].index end
        content.body = kept and "kept" or "any"
        """, inTest: "kept", inRun: "any"),
    Difference(
      row: "random numbers", source: "content.body = notilua.uuid()", inTest: "the same", inRun: "another"),
    Difference(
      row: "capabilities",
      source:
        "content.body = pcall(notilua.crypto.open, 'k', 'sealed') and 'granted' or 'refused'",
      inTest: "granted", inRun: "refused"),
    Difference(
      row: "settings", source: "content.body = notilua.settings.word or 'none'", inTest: "none", inRun: "set",
      configuration: "plugins: [{ path: plugins/p, settings: { word: set } }]"),
    Difference(
      row: "limits",
      source: "content.body = pcall(string.rep, 'x', 4 << 20) and 'much' or 'little'", inTest: "much",
      inRun: "little",
      configuration: "plugins: [{ path: plugins/p, limits: { memory: 2MiB } }]"),
    Difference(
      row: "keys",
      source:
        "content.body = select(2, notilua.crypto.open('k', 'sealed')):match('no key') or 'a key'",
      inTest: "no key", inRun: "a key",
      configuration: "plugins: [{ path: plugins/p, capabilities: [crypto] }]\nkeys: { k: { file: k.key } }"),
    Difference(
      row: "the chain", source: "content.body = content.body .. '!'", inTest: "hi!", inRun: "hi!!",
      configuration: "plugins: [plugins/p, { path: plugins/p, name: again }]"),
    Difference(
      row: "what a plugin remembers", source: "count = (count or 0) + 1 content.body = tostring(count)",
      inTest: "1", inRun: "2", line: 1),
    Difference(
      row: "quarantine", source: "if content.badge == 1 then error('no') end content.body = 'ran'",
      inTest: "ran",
      inRun: "hi", configuration: "quarantine: { after: 1, for: 1h }", line: 1),
  ]

  @Test(arguments: differences)
  func everyDifferenceIsAsTheGuideSays(_ difference: Difference) throws {
    let guide = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/TestingPlugins.md"),
      encoding: .utf8)
    #expect(guide.contains("\n| \(difference.row) |"), "no row '\(difference.row)'")
    try Program.withFolder { folder in
      let isRemembering = difference.source.hasPrefix("count")
      try Self.write(
        """
        local plugin = { capabilities = { "crypto" } }
        \(isRemembering ? "local count" : "")
        function plugin.did_receive(request, content)
        \(difference.source)
        end
        return plugin
        """, folder, "plugins/p/init.lua")
      try Self.write(
        "- name: x\n  given: { aps: { alert: hi } }\n  expect: { content: { body: no such body } }\n", folder,
        "plugins/p/tests/c.yaml")
      if !difference.configuration.isEmpty {
        try Self.write(difference.configuration, folder, "notilua.yaml")
      }
      try Self.write(String(repeating: "0f", count: 32) + "\n", folder, "k.key")
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: folder.appending(path: "k.key").path)
      let first =
        difference.row == "quarantine" ? #"{"aps":{"alert":"hi","badge":1}}"# : #"{"aps":{"alert":"hi"}}"#
      let lines = [first] + Array(repeating: #"{"aps":{"alert":"hi"}}"#, count: difference.line)
      func test() throws -> String {
        let ended = try Program.run(["test"], environment: ["TZ": "JST-9"], in: folder)
        return String(try #require(ended.text.firstMatch(of: /got +"(.*)"/), "\(ended.text)").1)
      }
      func run() throws -> String {
        let ended = try Program.run(
          ["run", "--workers", "1"], input: Data(lines.map { $0 + "\n" }.joined().utf8),
          environment: ["TZ": "JST-9"], in: folder)
        let bodies = try Self.body(ended)
        #expect(bodies.count == lines.count, "\(ended.text)\(ended.errors)")
        return bodies.last ?? ""
      }
      if difference.row == "random numbers" {
        #expect(try test() == test())
        #expect(try run() != run())
      } else {
        #expect(try test() == difference.inTest)
        #expect(try run() == difference.inRun)
      }
    }
  }

  /// The table has no row that no test holds.
  @Test func everyRowOfTheGuideIsTested() throws {
    let guide = try String(
      contentsOf: Program.root.appending(path: "Sources/Notilua/Notilua.docc/TestingPlugins.md"),
      encoding: .utf8)
    let table = try #require(
      guide.components(separatedBy: "| what | in a test | in production |\n|---|---|---|\n").dropFirst().first
    )
    let rows = table.split(separator: "\n", omittingEmptySubsequences: false).prefix { $0.hasPrefix("|") }
      .map { String($0.split(separator: "|")[0]).trimmingCharacters(in: .whitespaces) }
    #expect(rows == Self.differences.map(\.row))
  }
}
