import Foundation
import FoundationXML
import Testing

/// What an author of plugins sees of `notilua test`.
struct TestCommandTests {
  private static let folder = Program.root.appending(path: "Tests/EndToEndTests/FailingCases")

  /// Times are others each run.
  private static func settled(_ text: String) -> String {
    text.replacing(/in \d+\.\d\d s/, with: "in N s").replacing(/\s+\d+\.\d ms/, with: " N ms")
      .replacing(/"us":\d+/, with: "\"us\":N")
  }

  /// Compares a text with what a file holds; NOTILUA_WRITE_GOLDEN writes the file.
  private static func expect(_ text: String, isAs name: String) throws {
    let file = folder.appending(path: name)
    if ProcessInfo.processInfo.environment["NOTILUA_WRITE_GOLDEN"] != nil {
      try text.write(to: file, atomically: true, encoding: .utf8)
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "\(text)")
  }

  private static func write(_ text: String, _ folder: URL, _ path: String) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try text.write(to: file, atomically: true, encoding: .utf8)
  }

  // MARK: What ships

  @Test func everyShippedPluginIsCovered() throws {
    let ended = try Program.run(["test", "--ci", "--coverage", "text", "--threshold", "95"], input: "")
    #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
    let plugins = try FileManager.default.contentsOfDirectory(
      atPath: Program.root.appending(path: "plugins").path
    ).filter { !$0.hasPrefix(".") && $0 != "lib" }
    #expect(plugins.count == 14)
    for plugin in plugins {
      #expect(ended.text.contains("plugins/\(plugin)/init.lua"))
      for file in ["README.md", "tests/cases.yaml"] {
        let path = Program.root.appending(path: "plugins/\(plugin)/\(file)").path
        #expect(FileManager.default.fileExists(atPath: path))
      }
    }
  }

  // MARK: Failures

  @Test func failuresSayWhatIsWrong() throws {
    let ended = try Program.run(
      ["test", "plugins/failing", "--ci", "--jobs", "1"], in: Self.folder)
    #expect(ended.status == 1)
    #expect(ended.errors.isEmpty)
    try Self.expect(Self.settled(ended.text), isAs: "failing.txt")
  }

  @Test func filesThatCannotBeReadSayWhy() throws {
    let ended = try Program.run(["test", "plugins/broken"], in: Self.folder)
    #expect(ended.status == 2)
    try Self.expect(ended.errors, isAs: "broken.txt")
    #expect(Self.settled(ended.text) == "0 passed, 17 could not be read in N s\n")
  }

  @Test func pluginsThatCannotBeLoadedSayWhy() throws {
    let ended = try Program.run(["test", "plugins/unloadable", "--jobs", "1"], in: Self.folder)
    #expect(ended.status == 2)
    try Self.expect(Self.settled(ended.text), isAs: "unloadable.txt")
  }

  /// A folder that is not read whole has cases that were not run.
  @Test func aFolderOfCasesWithTooManyFilesIsNoSuccess() throws {
    try Program.withFolder { folder in
      let tests = folder.appending(path: "p/tests")
      try FileManager.default.createDirectory(at: tests, withIntermediateDirectories: true)
      try "return {}".write(to: folder.appending(path: "p/init.lua"), atomically: true, encoding: .utf8)
      for number in 0...10_000 {
        _ = FileManager.default.createFile(atPath: tests.appending(path: "\(number)").path, contents: nil)
      }
      let ended = try Program.run(["test", folder.appending(path: "p").path], input: "")
      #expect(ended.status == 2)
      #expect(ended.errors.contains("p/tests' has more than 10000 files"), "\(ended.errors)\(ended.text)")
    }
  }

  @Test(arguments: [
    (["nowhere"], "'nowhere' is not there; name a plugin, a folder of plugins or a file of cases"),
    (["plugins/badge", "--filter", "no such"], "nothing ran: no case is chosen by --filter and --tag"),
    (["README.md"], "'README.md' is no file of cases; those end in .yaml or _test.lua"),
    (["plugins/badge/init.lua"], "is no file of cases; name its plugin's folder"),
    (["examples"], "'examples' has no cases; they are in NAME/tests/*.yaml and NAME/tests/*_test.lua"),
  ])
  func nothingToRunIsNoSuccess(_ arguments: [String], _ message: String) throws {
    let ended = try Program.run(["test"] + arguments, input: "")
    #expect(ended.status == 2)
    #expect(ended.errors.contains(message), "\(ended.errors)")
  }

  @Test(arguments: [
    (["--filter", "("], "is no regular expression"), (["--jobs", "0"], "--jobs is 0"),
    (["--report", "xml=x"], "is none of junit=FILE, tap=FILE and json=FILE"),
    (["--coverage", "pdf=x"], "is none of text, lcov=FILE, cobertura=FILE and html=FOLDER"),
    (["--update", "--ci"], "exclude each other"), (["--threshold", "101"], "give per cent of 0 to 100"),
    (["--repeat", "0"], "--repeat is 0"),
  ])
  func wrongFlagsSayWhatIsRight(_ arguments: [String], _ message: String) throws {
    let ended = try Program.run(["test"] + arguments, input: "")
    #expect(ended.status == 64)
    #expect(ended.errors.contains(message), "\(ended.errors)")
    #expect(ended.output.isEmpty)
  }

  @Test func aWorkerThatDiesIsSaid() throws {
    try Program.withFolder { folder in
      let worker = folder.appending(path: "unknown-lie")
      try FileManager.default.createSymbolicLink(
        at: worker, withDestinationURL: Program.folder.appending(path: "HostileWorker"))
      let ended = try Program.run(
        ["test", "plugins/badge", "--filter", "adds one"], environment: ["NOTILUA_WORKER": worker.path])
      #expect(ended.status == 1)
      #expect(
        ended.text.contains("run: workers die of a line that they do not look at; check \(worker.path)"),
        "\(ended.text)")
      let missing = try Program.run(
        ["test", "plugins/badge", "--filter", "adds one"], environment: ["NOTILUA_WORKER": "/nowhere"])
      #expect(missing.status == 1)
      #expect(missing.text.contains("a worker could not be started: /nowhere"), "\(missing.text)")
    }
  }

  // MARK: Choosing and order

  private static func withCases(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      try write(
        "return { did_receive = function(_, c) c.badge = 1 end }", folder, "plugins/p/init.lua")
      var cases = ""
      for number in 1...20 {
        cases += "- name: number \(number)\n  tags: [\(number % 2 == 0 ? "even" : "odd, slow")]\n"
        cases +=
          "  given: { aps: { alert: hi } }\n  expect: { content: { badge: \(number == 13 ? 2 : 1) } }\n"
      }
      try write(cases, folder, "plugins/p/tests/cases.yaml")
      try body(folder)
    }
  }

  private static func names(_ text: String) -> [String] {
    text.split(separator: "\n").compactMap { $0.firstMatch(of: /number \d+/).map { String($0.0) } }
  }

  @Test func casesAreChosenByNameAndTag() throws {
    try Self.withCases { folder in
      let few = try Program.run(["test", "-v", "--jobs", "1", "--filter", "p: number [12]$"], in: folder)
      #expect(Self.names(few.text) == ["number 1", "number 2"])
      #expect(few.status == 0)
      let even = try Program.run(["test", "--tag", "even"], in: folder)
      #expect(even.text.hasPrefix("10 passed in"))
      let both = try Program.run(["test", "--tag", "even", "--tag", "slow"], in: folder)
      #expect(both.text.contains("19 passed, 1 failed in"))
      #expect(both.status == 1)
    }
  }

  @Test func orderAndRoundsAreAsAskedFor() throws {
    try Self.withCases { folder in
      let options = ["test", "-v", "--jobs", "1", "--filter", "number \\d$"]
      let plain = try Program.run(options, in: folder)
      #expect(Self.names(plain.text) == (1...9).map { "number \($0)" })
      let shuffled = try Program.run(options + ["--shuffle-seed", "7"], in: folder)
      #expect(shuffled.text.hasPrefix("shuffled with --shuffle-seed 7\n"))
      #expect(Self.names(shuffled.text) != Self.names(plain.text))
      #expect(Set(Self.names(shuffled.text)) == Set(Self.names(plain.text)))
      let again = try Program.run(options + ["--shuffle-seed", "7"], in: folder)
      #expect(Self.names(again.text) == Self.names(shuffled.text))
      let repeated = try Program.run(options + ["--repeat", "3"], in: folder)
      #expect(repeated.text.contains("27 passed in"))
      let stopped = try Program.run(["test", "--jobs", "1", "--fail-fast"], in: folder)
      #expect(stopped.text.contains("12 passed, 1 failed in"))
      #expect(stopped.status == 1)
    }
  }

  @Test func tooLittleCoverageFails() throws {
    try Program.withFolder { folder in
      try Self.write(
        """
        local function never()
          return {
            1,
            2,
          }
        end
        return { did_receive = function(_, content)
          if content.badge then
            never()
          end
        end }
        """, folder, "plugins/p/init.lua")
      try Self.write("return 1", folder, "plugins/p/unused.lua")
      try Self.write(
        "- name: x\n  given: { aps: { alert: hi } }\n  expect: { unchanged: true }\n", folder,
        "plugins/p/tests/cases.yaml")
      let ended = try Program.run(["test", "--threshold", "90"], in: folder)
      #expect(ended.status == 1)
      #expect(ended.errors.contains("too little is covered: 33.3 % of the lines, and --threshold is 90.0 %"))
      #expect(
        ended.text.contains("plugins/p/init.lua      40.0 %  1 of 2 functions  not run: 2-3, 9"),
        "\(ended.text)")
      #expect(ended.text.contains("plugins/p/unused.lua     0.0 %  not run: 1"), "\(ended.text)")
      #expect(try Program.run(["test", "--threshold", "20"], in: folder).status == 0)
    }
  }

  // MARK: Snapshots

  @Test func snapshotsAreWrittenComparedAndRenewed() throws {
    try Program.withFolder { folder in
      let plugin = { (badge: Int) in
        "return { did_receive = function(_, c) c.badge = \(badge) print(c.badge) end }"
      }
      try Self.write(plugin(1), folder, "plugins/p/init.lua")
      let cases = "- name: one thing\n  given: { aps: { alert: hi } }\n  expect: snapshot\n"
      try Self.write(cases, folder, "plugins/p/tests/c.yaml")
      let file = folder.appending(path: "plugins/p/tests/c.snapshots/one-thing.json")
      let text = { try String(contentsOf: file, encoding: .utf8) }

      let missing = try Program.run(["test", "--ci"], in: folder)
      #expect(missing.status == 1)
      #expect(missing.text.contains("is not there, and --ci writes none"))
      #expect(!FileManager.default.fileExists(atPath: file.path))

      let first = try Program.run(["test"], in: folder)
      #expect(first.status == 0)
      #expect(first.text.contains("1 passed, 1 snapshot written in"))
      #expect(
        try text() == """
          {
            "action": "deliver",
            "log": ["p: info: 1"],
            "payload": {"aps":{"alert":"hi","badge":1}}
          }

          """)
      #expect(try Program.run(["test", "--ci"], in: folder).text.hasPrefix("1 passed in"))

      try Self.write(plugin(2), folder, "plugins/p/init.lua")
      let other = try Program.run(["test"], in: folder)
      #expect(other.status == 1)
      #expect(
        other.text.contains("/payload/aps/badge\n          expected 1\n          got      2\n"),
        "\(other.text)")
      let renewed = try Program.run(["test", "--update"], in: folder)
      #expect(renewed.status == 0)
      #expect(try text().contains("\"badge\":2"))

      try Self.write(cases.replacing("one thing", with: "another"), folder, "plugins/p/tests/c.yaml")
      let stale = try Program.run(["test"], in: folder)
      #expect(stale.text.contains("stale: plugins/p/tests/c.snapshots/one-thing.json belongs to no case"))
      let removed = try Program.run(["test", "--update"], in: folder)
      #expect(removed.text.contains("removed plugins/p/tests/c.snapshots/one-thing.json"))
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }
  }

  // MARK: The same everywhere

  /// Clock, zone, random numbers and the order of tables are fixed, whatever the machine says.
  @Test func theSameCaseGivesTheSameBytes() throws {
    try Program.withFolder { folder in
      try Self.write(
        """
        return { did_receive = function(request, content)
          local told = {}
          local words = {}
          for index = 1, 300 do words["w" .. index * 7919 % 1000] = index end
          for key, value in pairs(words) do told[#told + 1] = key .. value end
          words.w1, words[3], words[true] = nil, "three", "yes"
          local key = next(words)
          told[#told + 1] = tostring(key)
          local list = {}
          for index = 1, 200 do list[index] = { rank = index % 3, index = index } end
          table.sort(list, function(left, right) return left.rank < right.rank end)
          for _, item in ipairs(list) do told[#told + 1] = item.index end
          for name in pairs(string) do told[#told + 1] = name end
          content.user_info.told = notilua.hex.encode(notilua.sha256(table.concat(told, " ")))
          content.user_info.more = table.concat({
            os.time(), os.date("%H:%M %Z"), os.clock(), notilua.now(), request.received_at,
            math.random(1, 1000000), notilua.uuid(), request.identifier,
          }, " ")
        end }
        """, folder, "plugins/p/init.lua")
      try Self.write(
        """
        - name: usual
          given: { aps: { alert: hi } }
          expect: snapshot
        - name: elsewhere
          given: { aps: { alert: hi } }
          now: 2026-07-31T22:30:00Z
          time_zone: Asia/Kolkata
          seed: 5
          expect: snapshot
        """, folder, "plugins/p/tests/c.yaml")
      #expect(try Program.run(["test"], in: folder).status == 0)
      let usual = try String(
        contentsOf: folder.appending(path: "plugins/p/tests/c.snapshots/usual.json"), encoding: .utf8)
      #expect(
        usual.contains(
          "1767268800 12:00 UTC 0.0 1767268800.25 1767268800.25 "), "\(usual)")
      let elsewhere = try String(
        contentsOf: folder.appending(path: "plugins/p/tests/c.snapshots/elsewhere.json"), encoding: .utf8)
      #expect(elsewhere.contains("1785537000 04:00 IST 0.0 1785537000.0 1785537000.0 "), "\(elsewhere)")
      for zone in ["America/New_York", "Asia/Tokyo"] {
        let again = try Program.run(
          ["test", "--ci", "--repeat", "20"], environment: ["TZ": zone, "LC_ALL": "tr_TR.UTF-8"], in: folder)
        #expect(again.status == 0, "\(again.text)")
      }
    }
  }

  // MARK: Chains

  @Test func aCaseMayHaveSeveralPlugins() throws {
    try Program.withFolder { folder in
      for name in ["a", "b"] {
        try Self.write(
          "return { did_receive = function(r, c) c.body = c.body .. \"\(name)\" .. (r.settings.mark or \"\") end }",
          folder,
          "plugins/\(name)/init.lua")
      }
      try Self.write(
        """
        - name: in the order of the case
          plugins: [b, { path: a, settings: { mark: "!" } }, b]
          given: { aps: { alert: "" } }
          expect: { load_error: are both named }
        - name: two
          plugins: [b, { path: a, settings: { mark: "!" } }]
          given: { aps: { alert: x } }
          expect: { content: { body: xba! } }
        - name: as configured
          plugins: configured
          given: { aps: { alert: x } }
          expect: { content: { body: xa?b } }
        """.replacing(
          "expect: { load_error: are both named }", with: "skip: needs names\n  expect: { unchanged: true }"),
        folder, "plugins/a/tests/c.yaml")
      try Self.write(
        "plugins: [{ path: plugins/a, settings: { mark: '?' } }, plugins/b]", folder, "notilua.yaml")
      try Self.write(
        "- name: beside the plugins\n  plugins: [plugins/b]\n  given: { aps: { alert: x } }\n"
          + "  expect: { content: { body: xb } }\n", folder, "chain.yaml")
      let ended = try Program.run(["test", "plugins", "chain.yaml"], in: folder)
      #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      #expect(ended.text.hasPrefix("3 passed, 1 skipped in"), "\(ended.text)")
    }
  }

  // MARK: Reports

  @Test func reportsHaveEveryCase() throws {
    try Program.withFolder { folder in
      let ended = try Program.run(
        [
          "test", "plugins/failing", "plugins/broken/tests/key.yaml", "--ci", "--jobs", "1", "--report",
          "junit=\(folder.path)/r/j.xml", "--report", "tap=\(folder.path)/t.tap", "--report",
          "json=\(folder.path)/r.json",
        ], in: Self.folder)
      #expect(ended.status == 2)
      let text = { (name: String) in try String(contentsOf: folder.appending(path: name), encoding: .utf8) }
      let junit = try text("r/j.xml")
      #expect(
        junit.contains(#"<testsuites name="notilua test" tests="37" failures="34" errors="1" skipped="1""#),
        "\(junit)")
      #expect(FoundationXML.XMLParser(data: Data(junit.utf8)).parse())
      let tap = try text("t.tap")
      #expect(tap.hasPrefix("TAP version 13\n1..37\n"))
      #expect(tap.contains("not ok 13 - failing: a payload with other values\n  ---\n"))
      #expect(tap.contains("ok 36 - failing: what is not to run yet # SKIP waits for a decision\n"))
      let json = try JSONSerialization.jsonObject(with: Data(try text("r.json").utf8))
      let object = try #require(json as? [String: Any])
      #expect(object["failed"] as? Int == 34)
      #expect((object["tests"] as? [Any])?.count == 36)
      #expect((object["errors"] as? [Any])?.count == 1)
      let full = try Program.run(["test", "plugins/badge", "--report", "tap=/dev/full"], input: "")
      #expect(full.status == 74)
      #expect(full.errors.contains("'/dev/full' cannot be written"))
    }
  }

  @Test func coverageReportsNameLinesAndFunctions() throws {
    try Program.withFolder { folder in
      let ended = try Program.run(
        [
          "test", "plugins/badge", "--coverage", "lcov=\(folder.path)/c.info", "--coverage",
          "cobertura=\(folder.path)/c.xml", "--coverage", "html=\(folder.path)/html",
        ], input: "")
      #expect(ended.status == 0)
      let text = { (name: String) in try String(contentsOf: folder.appending(path: name), encoding: .utf8) }
      let lcov = try text("c.info")
      #expect(lcov.contains("SF:plugins/badge/init.lua\nFN:"))
      #expect(lcov.contains("plugin.time_will_expire\n"))
      #expect(lcov.contains("FNDA:0,plugin.time_will_expire\n"))
      #expect(!lcov.contains("settings"))
      let xml = try text("c.xml")
      #expect(
        xml.contains(
          #"<class name="plugins/badge/init.lua" filename="plugins/badge/init.lua" line-rate="1.0000""#))
      let index = try text("html/index.html")
      #expect(index.contains(#"<a href="plugins_badge_init.lua.html">plugins/badge/init.lua</a>"#))
      #expect(try text("html/plugins_badge_init.lua.html").contains("Never called: <a href=\"#L"))
    }
  }

  // MARK: What strangers stumbled over

  /// A plugin that does `source`, with one file of cases, and what `notilua test` says of it.
  private static func tested(
    _ cases: String, source: String = "return { did_receive = function(_, c) c.badge = 1 end }",
    file: String = "plugins/p/tests/c.yaml", options: [String] = []
  ) throws -> Program.Ended {
    try Program.withFolder { folder in
      try write(source, folder, "plugins/p/init.lua")
      try write(cases, folder, file)
      return try Program.run(["test"] + options, in: folder)
    }
  }

  @Test(arguments: [
    ("skip: false", 1), ("skip: ~", 1), ("skip: \"\"", 1), ("skip: no", 1), ("skip: true", 2),
    ("skip: later", 2),
  ])
  func onlyAReasonSkips(_ key: String, _ status: Int32) throws {
    let ended = try Self.tested(
      "- name: x\n  \(key)\n  given: { aps: { alert: hi } }\n  expect: { unchanged: true }\n")
    #expect(ended.status == status, "\(ended.text)")
    #expect(ended.errors.contains("every case is skipped") == (status == 2))
  }

  @Test(arguments: [
    (
      "given: '{\"aps\":{},\"n\":18446744073709551615}'",
      "payload: { aps: { badge: 1 }, n: 18446744073709551614 }", 1
    ),
    (
      "given: '{\"aps\":{},\"n\":18446744073709551615}'",
      "payload: { aps: { badge: 1 }, n: 18446744073709551615 }", 0
    ),
    ("given: '{\"aps\":{}}'", "payload: |\n      {\"aps\":{\"badge\":1}}", 0),
    ("given: '{\"aps\":{}}'", "payload: '{'", 2),
    ("given: '{\"aps\":{}}'", "{ load_error: x, action: drop }", 2),
    ("given: '{\"aps\":{}}'", "load_error: ''", 2),
    ("given: { file: c.yaml, line: 1, lines: all }", "unchanged: true", 2),
    ("given: { file: . }", "unchanged: true", 2),
    ("given: { aps: {} }\n  now: 2026-02-30T00:00:00Z", "unchanged: false", 2),
    ("given: { aps: {} }\n  now: 2026-02-28T24:00:00Z", "unchanged: false", 2),
    ("given: { aps: {} }\n  now: 2024-02-29T23:59:59+02:00", "unchanged: false", 0),
  ])
  func nothingPassesByMistake(_ given: String, _ expectation: String, _ status: Int32) throws {
    let expect = expectation.hasPrefix("{") ? " \(expectation)" : "\n    \(expectation)"
    let ended = try Self.tested("- name: x\n  \(given)\n  expect:\(expect)\n")
    #expect(ended.status == status, "\(ended.text)\(ended.errors)")
  }

  @Test(arguments: [
    ("t.raises(nil)", "t.raises takes a function that it calls, not nil"),
    ("t.equal(nil)", "t.equal takes 2 values"),
    ("t.ok()", "t.ok takes 1 values"), ("pcall(t.equal, 1, 2)", "a failure was caught: "),
    (
      "local a = {} a.a = a local b = {} b.a = b t.equal(a, a) t.equal(a, b) t.equal(0/0, 0/0) t.fail('reached')",
      "reached"
    ),
    (
      "local function deep(n) return n == 0 and {} or { deep(n - 1) } end t.equal(deep(180), deep(180))",
      "nested deeper than 150"
    ),
    (
      "local function pair(n) local x = {} for _ = 1, n do x = { x, x } end return x end t.equal(pair(40), pair(40)) t.fail('same')",
      "same"
    ),
    ("t.raises(function() t.fail('no') end)", "a failure was caught: plugins/p/tests/x_test.lua:1: no"),
    ("test('inner', function() end)", "a test cannot have tests"),
    ("t.equal('a\\tb', 'a b')", #"expected "a b", got "a\009b""#),
    ("t.equal(0.1 + 0.2, 0.3)", "got 0.30000000000000004"),
    ("t.equal('\\255', '\\254')", #"expected "\254", got "\255""#),
    (
      "t.equal(('a'):rep(500) .. 'b', ('a'):rep(500) .. 'c')",
      #"from byte 481 on, expected "aaaaaaaaaaaaaaaaaaaac""#
    ),
    ("t.matches('x', '(')", #"the pattern "(" is none"#), ("t.run(7)", "t.run takes a table"),
    ("t.run { given = { aps = { alert = 'fault' } } }", "p has a fault: "),
    ("t.run { given = { aps = { alert = 'fault' } }, may_fault = true } t.fail('reached')", "reached"),
  ])
  func testsInLuaFailAsTheyShould(_ body: String, _ message: String) throws {
    let source = "return { did_receive = function(_, c) if c.body == 'fault' then error('no') end end }"
    let ended = try Self.tested(
      "test('it\\'s one', function(t) \(body) end)", source: source, file: "plugins/p/tests/x_test.lua")
    #expect(ended.status == 1)
    #expect(ended.text.contains(message), "\(ended.text)")
    #expect(ended.text.contains("FAIL  p: it's one\n      plugins/p/tests/x_test.lua:1\n"), "\(ended.text)")
  }

  @Test(arguments: ["\r\n", "\r", "\n\r"])
  func linesCountHoweverTheyEnd(_ end: String) throws {
    let source = [
      "local p = {}", "function p.did_receive(r, c)", "  if c.badge then", "    c.body = 'never'", "  end",
      "end",
      "return p", "",
    ].joined(separator: end)
    let ended = try Self.tested(
      "- name: x\n  given: { aps: { alert: hi } }\n  expect: { unchanged: true }\n", source: source,
      options: ["--coverage", "text"])
    #expect(ended.text.contains("not run: 4\n"), "\(ended.text)")
  }

  @Test func whatHasNoCasesIsNotCovered() throws {
    try Program.withFolder { folder in
      let source = "local function f() return 1 end\nreturn { did_receive = function()\n  f()\nend }\n"
      for name in ["a", "b"] { try Self.write(source, folder, "plugins/\(name)/init.lua") }
      let cases = "- name: x\n  given: { aps: { alert: hi } }\n  expect: { unchanged: true }\n"
      try Self.write(cases, folder, "plugins/a/tests/c.yaml")
      let ended = try Program.run(["test", "--threshold", "80"], in: folder)
      #expect(ended.status == 1)
      #expect(ended.text.contains("plugins/b/init.lua     0.0 %"), "\(ended.text)")
      try Self.write(cases, folder, "plugins/a/tests/d.yml")
      try Self.write(cases, folder, "plugins/gone/tests/c.yaml")
      let odd = try Program.run(["test", "plugins", "plugins/a", "plugins/../plugins/a"], in: folder)
      #expect(odd.status == 2)
      #expect(odd.errors.contains("'plugins/a/tests/d.yml' is not read"))
      #expect(odd.errors.contains("'plugins/gone' has a folder of cases and no init.lua"))
      #expect(odd.text.hasPrefix("1 passed, "), "\(odd.text)")
    }
  }

  @Test func snapshotsAreSafe() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { did_receive = function(_, c) if c.body == 'hi' then error('boom') end c.badge = 1 end }",
        folder,
        "plugins/p/init.lua")
      let cases = """
        - name: snap
          given: { aps: { alert: hi } }
          expect: { fault: error, snapshot: true }
        - name: Snap
          given: { aps: { alert: ho } }
          expect: snapshot

        """
      try Self.write(cases, folder, "plugins/p/tests/c.yaml")
      #expect(try Program.run(["test"], in: folder).text.hasPrefix("2 passed, 2 snapshots written"))
      // The same from wherever the tests are called.
      for path in ["plugins", ".", folder.appending(path: "plugins/p").path] {
        let inside = path == "." ? folder.appending(path: "plugins/p") : folder
        let ended = try Program.run(["test", path, "--ci"], in: inside)
        #expect(ended.text.hasPrefix("2 passed in"), "\(path): \(ended.text)\(ended.errors)")
      }
      let file = folder.appending(path: "plugins/p/tests/c.snapshots/snap.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      try text.replacing("\n", with: "\r\n").write(to: file, atomically: true, encoding: .utf8)
      #expect(try Program.run(["test", "--ci"], in: folder).status == 0)
      try Data([0x7B, 0xFF]).write(to: file)
      let broken = try Program.run(["test"], in: folder)
      #expect(broken.status == 1)
      #expect(broken.text.contains("is not as notilua writes it"))
      #expect(try Data(contentsOf: file) == Data([0x7B, 0xFF]))
      // What fails otherwise is not made the standard.
      try FileManager.default.removeItem(at: file)
      try Self.write(
        cases.replacing("fault: error", with: "action: drop, fault: error"), folder, "plugins/p/tests/c.yaml")
      #expect(try Program.run(["test"], in: folder).status == 1)
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }
  }

  /// What a plugin leaves in its variables costs no time that no limit counts.
  @Test func tracesOfLargeTablesAreShort() throws {
    let ended = try Self.tested(
      "- name: x\n  given: { aps: { alert: hi } }\n  expect: { unchanged: true }\n",
      source: """
        local big = {}
        for i = 1, 200000 do big[i] = i end
        local words = {}
        for i = 1, 5000 do words["w" .. i] = i end
        words["a\\nat plugins/p/init.lua:1: in evil"] = 1
        local function deep(n)
          local a, b, c, d, e, f, g, h = big, big, big, big, words, words, { ["x\\ny"] = 1 }, n
          if n == 0 then error("boom") end
          return deep(n - 1) + h
        end
        return { did_receive = function() deep(13) end }
        """)
    #expect(ended.text.contains("fault: p: error: plugins/p/init.lua:8: boom"), "\(ended.text)")
    #expect(ended.text.contains("a = { 1, 2, 3, 4, … }\n"), "\(ended.text)")
    #expect(ended.text.contains("e = { … }\n"), "\(ended.text)")
    #expect(ended.text.contains(#"g = { x\ny = 1 }"#), "\(ended.text)")
    #expect(!ended.text.contains("in evil"))
  }

  @Test func aTestReadsNoFilesButItsOwn() throws {
    try Program.withFolder { folder in
      try Self.write("return { did_receive = function() end }", folder, "plugins/p/init.lua")
      try Self.write(#"{"aps":{"alert":"x"}}"#, folder, "secret.json")
      try Self.write(#"{"aps":{"alert":"y"}}"#, folder, "plugins/p/tests/own.json")
      try Self.write(
        """
        test("own", function(t) t.equal(t.run { given = { file = "own.json" } }.content.body, "y") end)
        test("others", function(t)
          for _, path in ipairs { "../../../secret.json", "/etc/passwd" } do
            t.raises(function() t.run { given = { file = path } } end, "not below the folder of the tests")
          end
        end)
        test("many", function(t)
          for i = 1, 150 do t.equal(t.run { given = { aps = { badge = i } } }.content.badge, i) end
        end)
        """, folder, "plugins/p/tests/x_test.lua")
      try Self.write(
        """
        - name: by its whole path
          plugins: ["\(folder.path)/plugins/p"]
          given: { aps: { alert: x } }
          expect: { unchanged: true }
        - name: the limit of a line
          plugins: configured
          given: { aps: { alert: \(String(repeating: "x", count: 200)) } }
          expect: { action: reject, reason: "the notification has 220 bytes; the limit is 100 (limits.payload)" }
        """, folder, "plugins/p/tests/c.yaml")
      try Self.write("limits: { payload: 100 }", folder, "notilua.yaml")
      let ended = try Program.run(["test"], in: folder)
      #expect(ended.text.hasPrefix("5 passed in"), "\(ended.text)\(ended.errors)")
    }
  }

  @Test func whoRecursesForEverIsShownWhere() throws {
    let ended = try Self.tested(
      "- name: x\n  given: { aps: { alert: hi } }\n  settings: { a: 1, list: [1, 2] }\n  expect: { unchanged: true }\n",
      source: """
        local function endless(n)
          return 1 + endless(n + 1)
        end
        return { did_receive = function(request)
          local settings = request.settings
          endless(1)
        end }
        """)
    #expect(ended.text.contains("at plugins/p/init.lua:2: in endless"), "\(ended.text)")
    let shown = try Self.tested(
      "- name: x\n  given: { aps: { alert: hi } }\n  settings: { a: 1, list: [1, 2] }\n  expect: { unchanged: true }\n",
      source: "return { did_receive = function(r) local own = r.settings error('no') end }")
    #expect(shown.text.contains(#"own = {"a":1,"list":[1,2]}"#), "\(shown.text)")
  }

  @Test func whatCannotBeCompiledIsNotCovered() throws {
    try Program.withFolder { folder in
      let good = "return { did_receive = function() end }"
      try Self.write(good, folder, "plugins/m/init.lua")
      try Self.write("x = = 1", folder, "plugins/m/bad.lua")
      try Self.write(good, folder, "plugins/single.lua")
      let cases = "- name: x\n  given: { aps: { alert: hi } }\n  expect: { unchanged: true }\n"
      try Self.write(cases, folder, "plugins/m/tests/c.yaml")
      let ended = try Program.run(["test", "--coverage", "text"], in: folder)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.text.contains("plugins/m/bad.lua      0.0 %  not run: 1"), "\(ended.text)")
      #expect(ended.text.contains("plugins/single.lua     0.0 %"), "\(ended.text)")
      try Self.write("return {", folder, "plugins/worse/init.lua")
      let worse = try Program.run(["test", "--coverage", "text"], in: folder)
      #expect(worse.status == 2)
      #expect(worse.errors.contains("plugins/worse/init.lua:1: "), "\(worse.errors)")
      // From within the folder of the cases, too.
      for path in ["c.yaml", "./c.yaml", "."] {
        let inside = try Program.run(["test", path], in: folder.appending(path: "plugins/m/tests"))
        #expect(inside.text.hasPrefix("1 passed in"), "\(path): \(inside.text)\(inside.errors)")
      }
    }
  }

  /// The workers of a process, whichever of its threads started them.
  private static func workers(of process: Int32) -> [Int32] {
    let task = "/proc/\(process)/task"
    return ((try? FileManager.default.contentsOfDirectory(atPath: task)) ?? []).flatMap { thread in
      ((try? String(contentsOfFile: "\(task)/\(thread)/children", encoding: .utf8)) ?? "")
        .split(separator: " ").compactMap { Int32($0) }
    }
  }

  /// As where Lua itself crashes: the worker dies of SIGSEGV while the plugin runs, again and again.
  @Test func aPluginThatCrashesItsWorkerIsSaid() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { did_receive = function() while true do end end }", folder, "plugins/p/init.lua")
      try Self.write(
        "- name: crashes\n  given: { aps: { alert: hi } }\n  limits: { cpu: 20s, wall: 20s }\n  expect: { unchanged: true }\n"
          + "- name: goes on\n  given: { aps: { alert: hi } }\n  limits: { cpu: 20ms }\n  expect: { fault: timeout }\n",
        folder, "plugins/p/tests/c.yaml")
      let log = folder.appending(path: "log")
      _ = FileManager.default.createFile(atPath: log.path, contents: nil)
      let process = Program.process(["test", "--jobs", "1"])
      process.currentDirectoryURL = folder
      process.standardOutput = try FileHandle(forWritingTo: log)
      try process.run()
      // Twice at the same place is no accident.
      for _ in 0..<2 {
        // Once it has taken some CPU time it is in the handler.
        let isBusy = { (worker: Int32) in
          let fields = ((try? String(contentsOfFile: "/proc/\(worker)/stat", encoding: .utf8)) ?? "")
            .split(separator: " ")
          return fields.count > 13 && Int(fields[13]) ?? 0 >= 20
        }
        #expect(Program.wait { Self.workers(of: process.processIdentifier).contains(where: isBusy) })
        for worker in Self.workers(of: process.processIdentifier).filter(isBusy) {
          kill(worker, SIGSEGV)
          #expect(Program.wait { !Self.workers(of: process.processIdentifier).contains(worker) })
        }
      }
      process.waitUntilExit()
      #expect(process.terminationStatus == 1)
      try Self.expect(Self.settled(try String(contentsOf: log, encoding: .utf8)), isAs: "crashing.txt")
    }
  }

  @Test func aWorkerEndsWithItsHost() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { did_receive = function() while true do end end }", folder, "plugins/p/init.lua")
      try Self.write(
        "- name: x\n  given: { aps: { alert: hi } }\n  limits: { cpu: 60s, wall: 60s }\n  expect: { fault: timeout }\n",
        folder, "plugins/p/tests/c.yaml")
      let process = Program.process(["test"])
      process.currentDirectoryURL = folder
      process.standardOutput = FileHandle.nullDevice
      try process.run()
      #expect(Program.wait { !Self.workers(of: process.processIdentifier).isEmpty })
      let workers = Self.workers(of: process.processIdentifier)
      usleep(200_000)
      kill(process.processIdentifier, SIGINT)
      process.waitUntilExit()
      #expect(Program.wait(seconds: 5) { workers.allSatisfy { kill($0, 0) != 0 } })
    }
  }

  // MARK: Tests that test nothing

  private static let passing =
    "- name: x\n  given: { aps: { alert: hi } }\n  expect: { content: { badge: 1 } }\n"
  private static let badge = "return { did_receive = function(_, c) c.badge = 1 end }"

  /// What another tool for tests would run, and this one does not, is said; under `--ci` it fails.
  @Test(arguments: [
    ("tests/b_spec.lua", "plugins/p/tests/b_test.lua"), ("tests/test_c.lua", "plugins/p/tests/c_test.lua"),
    ("d_test.lua", "plugins/p/tests/d_test.lua"), ("spec/e_spec.lua", "plugins/p/tests/e_test.lua"),
    ("deep/er/test_f.lua", "plugins/p/tests/f_test.lua"),
    ("tests/helper.lua", "plugins/p/tests/helper_test.lua"),
    ("tests/more/g_test.lua", "plugins/p/tests/g_test.lua"), ("tests/h.YAML", "plugins/p/tests/h.yaml"),
    ("tests/more/i.yaml", "plugins/p/tests/i.yaml"), ("test/j.yaml", "plugins/p/tests/j.yaml"),
    ("spec/k.yml", "plugins/p/tests/k.yaml"), ("../lib/l_test.lua", "plugins/NAME/tests/l_test.lua"),
    ("../lib/tests/m.yaml", "plugins/NAME/tests/m.yaml"),
  ])
  func aFileThatLooksLikeATestIsNotPassedOver(_ path: String, _ better: String) throws {
    try Program.withFolder { folder in
      try Self.write(Self.badge, folder, "plugins/p/init.lua")
      try Self.write(Self.passing, folder, "plugins/p/tests/c.yaml")
      #expect(try Program.run(["test", "--ci"], in: folder).status == 0)
      try Self.write("test('is wrong', function(t) t.equal(1, 2) end)", folder, "plugins/p/" + path)
      let ended = try Program.run(["test"], in: folder)
      #expect(ended.status == 0)
      let shown = "plugins/p/\(path)".replacing("p/../", with: "")
      #expect(ended.text.hasPrefix("WARN  \(shown): looks like a test, and is not run; "), "\(ended.text)")
      #expect(ended.text.contains("so move it to \(better)\n1 passed, 1 warning in"), "\(ended.text)")
      let strict = try Program.run(["test", "--ci"], in: folder)
      #expect(strict.status == 1)
      #expect(
        strict.errors.contains("1 warning above says what tests nothing; --ci allows none"),
        "\(strict.errors)")
    }
  }

  /// A module for what is tested A and B is none, nor is data, a picture or what an editor leaves.
  @Test func whatAPluginUsesIsNoTest() throws {
    try Program.withFolder { folder in
      try Self.write(
        "local ab = require \"ab_test\" local old = require('deep.test_x')\n" + Self.badge, folder,
        "plugins/p/init.lua")
      for path in [
        "ab_test.lua", "deep/test_x.lua", "contest.lua", "latest.lua", "tests/data.json",
        "tests/more/data.ndjson", "tests/.x_spec.lua", "data/x.yaml",
      ] {
        try Self.write("return 1", folder, "plugins/p/" + path)
      }
      // Modules of all plugins, which a plugin or its tests require.
      try Self.write("test_groups = require('test_groups')", folder, "plugins/p/group.lua")
      for path in ["lib/test_groups.lua", "lib/test_help.lua"] {
        try Self.write("return 1", folder, "plugins/" + path)
      }
      try Self.write(
        "require('test_help') test('x', function(t) t.ok(true) end)", folder, "plugins/p/tests/a_test.lua")
      try Self.write(Self.passing, folder, "plugins/p/tests/c.yaml")
      let ended = try Program.run(["test", "--ci"], in: folder)
      #expect(ended.status == 0)
      #expect(ended.text.hasPrefix("2 passed in"), "\(ended.text)")
    }
  }

  @Test(arguments: [
    "", "t.run { given = { aps = { alert = 'hi' } } }", "local function never() t.ok(true) end",
    "if false then t.equal(1, 2) end", "assert(true)",
  ])
  func aTestThatAssertsNothingIsSaid(_ body: String) throws {
    let suite = "test('says nothing', function(t) \(body) end)"
    let ended = try Self.tested(suite, file: "plugins/p/tests/x_test.lua")
    #expect(ended.status == 0)
    #expect(
      ended.text.hasPrefix(
        "WARN  p: says nothing\n      plugins/p/tests/x_test.lua:1\n      asserts nothing: "), "\(ended.text)"
    )
    let strict = try Self.tested(suite, file: "plugins/p/tests/x_test.lua", options: ["--ci"])
    #expect(strict.status == 1)
  }

  @Test(arguments: [
    "t.ok(true)", "t.equal(1, 1)", "t.matches('a', 'a')", "t.raises(error)", "for _ = 1, 2 do t.ok(1) end",
  ])
  func aTestThatAssertsIsNot(_ body: String) throws {
    let ended = try Self.tested(
      "test('x', function(t) \(body) end)", file: "plugins/p/tests/x_test.lua", options: ["--ci"])
    #expect(ended.status == 0)
    #expect(ended.text.hasPrefix("1 passed in"), "\(ended.text)")
  }

  @Test(arguments: ["{}", "~", "{ content: {} }", "{ snapshot: false }"])
  func aCaseThatExpectsNothingIsAnError(_ expectation: String) throws {
    let ended = try Self.tested("- name: x\n  given: { aps: { alert: hi } }\n  expect: \(expectation)\n")
    #expect(ended.status == 2, "\(ended.text)")
    #expect(ended.errors.contains("plugins/p/tests/c.yaml:3:"), "\(ended.errors)")
  }

  // MARK: From within a plugin

  /// `cargo test` and `go test` run the package that the present folder is in, with the project's settings.
  @Test(arguments: [
    ("plugins/p", "1 passed in", "../p/tests/c.yaml:1"),
    ("plugins/p/tests", "1 passed in", "../../p/tests/c.yaml:1"),
    ("plugins/p/deep/er", "1 passed in", "../../../p/tests/c.yaml:1"),
    ("plugins", "2 passed in", "../plugins/p/tests/c.yaml:1"),
    ("docs", "2 passed in", "../plugins/p/tests/c.yaml:1"), (".", "2 passed in", "plugins/p/tests/c.yaml:1"),
  ])
  func testsRunFromWithinAPlugin(_ place: String, _ passed: String, _ shown: String) throws {
    for hasConfiguration in [true, false] where hasConfiguration || place != "docs" {
      try Program.withFolder { folder in
        for name in ["p", "q"] {
          try Self.write("local x = require 'shared'\n" + Self.badge, folder, "plugins/\(name)/init.lua")
          try Self.write(Self.passing, folder, "plugins/\(name)/tests/c.yaml")
        }
        try Self.write("return 1", folder, "plugins/lib/shared.lua")
        if hasConfiguration { try Self.write("limits: { payload: 100KiB }\n", folder, "notilua.yaml") }
        for path in ["plugins/p/deep/er", "docs"] {
          try FileManager.default.createDirectory(
            at: folder.appending(path: path), withIntermediateDirectories: true)
        }
        let inside = folder.appending(path: place)
        let ended = try Program.run(["test"], in: inside)
        #expect(ended.text.hasPrefix(passed), "\(ended.text)\(ended.errors)")
        try Self.write(Self.badge.replacing("= 1", with: "= 2"), folder, "plugins/p/init.lua")
        let failed = try Program.run(["test"], in: inside)
        #expect(failed.text.contains("      \(shown)\n"), "\(failed.text)")
        if hasConfiguration {
          try Self.write("limits: { payload: much }\n", folder, "notilua.yaml")
          #expect(try Program.run(["test"], in: inside).status == 64)
        }
      }
    }
  }

  /// The other commands of an author find the project, too; `run` does not depend on what is above.
  @Test func commandsOfAnAuthorFindTheProject() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { description = 'x', did_receive = function(r, c) c.badge = r.settings.badge or 0 end, time_will_expire = function() end }",
        folder, "plugins/p/init.lua")
      try Self.write("plugins: [{ path: plugins/p, settings: { badge: 7 } }]\n", folder, "notilua.yaml")
      try Self.write(#"{"aps":{"alert":"hi"}}"#, folder, "plugins/p/payload.json")
      let inside = folder.appending(path: "plugins/p")
      let explained = try Program.run(["explain", "payload.json"], in: inside)
      #expect(explained.text.contains(#""badge":7"#), "\(explained.text)\(explained.errors)")
      let checked = try Program.run(["check"], in: inside)
      #expect(checked.text == "1 plugin, 0 errors, 0 warnings\n", "\(checked.text)\(checked.errors)")
      #expect(try Program.run(["preview", "payload.json"], in: inside).status == 0)
      #expect(
        try Program.run(["replay", "payload.json"], in: inside).text.contains("1 lines: 1 (100.0 %) changed"))
      let ran = try Program.run(["run", "--plugin", ".", "payload.json"], in: inside)
      #expect(ran.text.contains(#""badge":0"#), "\(ran.text)\(ran.errors)")
    }
  }

  // MARK: Reports that agree

  /// 2 of 3 lines, and 2 of 3 notifications: 66.66… per cent.
  @Test func everyReportShowsTheSameShare() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { did_receive = function(_, c)\n  if c.badge then\n    c.badge = 2\n  end\nend }", folder,
        "plugins/p/init.lua")
      try Self.write(
        Self.passing.replacing("content: { badge: 1 }", with: "unchanged: true"), folder,
        "plugins/p/tests/c.yaml")
      let ended = try Program.run(
        [
          "test", "--coverage", "text", "--coverage", "html=h", "--coverage", "cobertura=c.xml", "--coverage",
          "lcov=c.info",
        ], in: folder)
      #expect(ended.text.contains("plugins/p/init.lua    66.6 %"), "\(ended.text)")
      #expect(ended.text.contains("all                   66.6 %"), "\(ended.text)")
      let text = { (name: String) in try String(contentsOf: folder.appending(path: name), encoding: .utf8) }
      #expect(try text("h/index.html").contains(">66.6 %</span>"))
      #expect(try text("h/plugins_p_init.lua.html").contains(">66.6 %</span>"))
      #expect(try text("c.xml").contains(#"<coverage line-rate="0.6666""#))
      #expect(try text("c.info").contains("LF:3\nLH:2\n"))
      #expect(try Program.run(["test", "--threshold", "66.6"], in: folder).status == 0)
      let low = try Program.run(["test", "--threshold", "66.7"], in: folder)
      #expect(low.status == 1)
      #expect(
        low.errors.contains("too little is covered: 66.6 % of the lines, and --threshold is 66.7 %"),
        "\(low.errors)")
      try Self.write(
        #"{"aps":{"badge":1}}"# + "\n" + #"{"aps":{"badge":1}}"# + "\n" + #"{"aps":{"alert":"x"}}"# + "\n",
        folder, "l.ndjson")
      let replayed = try Program.run(["replay", "l.ndjson"], in: folder)
      #expect(replayed.text.hasPrefix("3 lines: 2 (66.6 %) changed"), "\(replayed.text)")
    }
  }

  @Test func failuresComeInTheOrderOfTheFile() throws {
    try Program.withFolder { folder in
      try Self.write(
        "return { did_receive = function(_, c) for i = 1, (c.badge or 0) * 100000 do end c.badge = 0 end }",
        folder, "plugins/p/init.lua")
      let cases = (0..<12).map {
        "- name: number \($0)\n  given: { aps: { alert: hi, badge: \($0 % 4 == 0 ? 100 : 1) } }\n  expect: { content: { badge: 1 } }\n"
      }
      try Self.write(cases.joined(), folder, "plugins/p/tests/c.yaml")
      let ended = try Program.run(["test", "--jobs", "4"], in: folder)
      #expect(Self.names(ended.text) == (0..<12).map { "number \($0)" }, "\(ended.text)")
      let stopped = try Program.run(["test", "--jobs", "4", "--fail-fast"], in: folder)
      let names = Self.names(stopped.text)
      #expect(!names.isEmpty && names == (0..<names.count).map { "number \($0)" }, "\(stopped.text)")
    }
  }

  @Test func aReportGoesToStandardOutput() throws {
    try Program.withFolder { folder in
      try Self.write(Self.badge, folder, "plugins/p/init.lua")
      try Self.write(Self.passing, folder, "plugins/p/tests/c.yaml")
      for (flag, start) in [
        (["--coverage", "lcov=-"], "TN:\nSF:plugins/p/init.lua\n"),
        (["--coverage", "cobertura=-"], "<?xml version"),
        (["--report", "junit=-"], "<?xml version"), (["--report", "tap=-"], "TAP version 13\n1..1\n"),
        (["--report", "json=-"], #"{"passed":1,"#),
      ] {
        let ended = try Program.run(["test"] + flag, in: folder)
        #expect(ended.status == 0)
        #expect(ended.text.hasPrefix(start), "\(ended.text)")
        #expect(
          ended.errors.contains("1 passed in") && !ended.text.contains("1 passed in"), "\(ended.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "-").path))
      }
      for flags in [["--coverage", "html=-"], ["--report", "tap=-", "--coverage", "lcov=-"]] {
        let ended = try Program.run(["test"] + flags, in: folder)
        #expect(ended.status == 64, "\(flags)")
        #expect(ended.output.isEmpty)
      }
    }
  }

  // MARK: The module of settings

  @Test func settingsComeWithTheProgram() throws {
    let source = """
      local own = require("settings").read { word = require("settings").text("usual") }
      return { did_receive = function(_, c)
        c.body = own.word
      end }
      """
    try Program.withFolder { folder in
      for path in ["plugins/p/init.lua", "plugins/single.lua"] { try Self.write(source, folder, path) }
      try Self.write(
        "- name: a\n  given: { aps: { alert: hi } }\n  expect: { content: { body: usual } }\n"
          + "- name: b\n  given: { aps: { alert: hi } }\n  settings: { word: 7 }\n  expect: { load_error: settings.word is 7; it must be a text }\n",
        folder, "plugins/p/tests/c.yaml")
      try Self.write(
        "local settings = require 'settings'\ntest('x', function(t) t.equal(settings.read({}, {}), {}) end)",
        folder, "plugins/p/tests/x_test.lua")
      let ended = try Program.run(["test", "plugins/p", "--threshold", "100"], in: folder)
      #expect(ended.status == 0, "\(ended.text)")
      #expect(!ended.text.contains("settings)"), "\(ended.text)")
      let ran = try Program.run(
        ["run", "--plugin", "plugins/single.lua"], input: Data(#"{"aps":{"alert":"hi"}}"#.utf8), in: folder)
      #expect(ran.text.contains("usual"), "\(ran.errors)")
      // A copy that an author has goes first, in lib and in the plugin's folder.
      let own = { (word: String) in
        "return { read = function() return { word = '\(word)' } end, text = function() end }"
      }
      let body = {
        try Program.run(
          ["explain", "--plugin", "plugins/p", "-"], input: Data(#"{"aps":{"alert":"hi"}}"#.utf8), in: folder
        ).text
      }
      try Self.write(own("of lib"), folder, "plugins/lib/settings.lua")
      #expect(try body().contains("of lib"))
      try Self.write(own("of p"), folder, "plugins/p/settings.lua")
      #expect(try body().contains("of p"))
    }
  }

  // MARK: Watching

  @Test func watchingRunsWhatASaveTouches() throws {
    try Program.withFolder { folder in
      for name in ["a", "b"] {
        try Self.write(
          "return { did_receive = function(_, c) c.badge = 1 end }", folder, "plugins/\(name)/init.lua")
        try Self.write(
          "- name: of \(name)\n  given: { aps: { alert: x } }\n  expect: { content: { badge: 1 } }\n", folder,
          "plugins/\(name)/tests/c.yaml")
      }
      let log = folder.appending(path: "log")
      _ = FileManager.default.createFile(atPath: log.path, contents: nil)
      let process = Program.process(["test", "--watch", "-v"])
      process.currentDirectoryURL = folder
      process.standardOutput = try FileHandle(forWritingTo: log)
      try process.run()
      defer { process.terminate() }
      let text = { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
      #expect(Program.wait { text().contains("waiting for a file to be saved") }, "\(text())")
      #expect(text().contains("a: of a") && text().contains("b: of b"))
      var length = text().count
      try Self.write("return { did_receive = function(_, c) c.badge = 2 end }", folder, "plugins/b/init.lua")
      #expect(Program.wait { text().dropFirst(length).contains("waiting for") }, "\(text())")
      #expect(text().dropFirst(length).contains("plugins/b/init.lua changed"))
      #expect(text().dropFirst(length).contains("FAIL  b: of b"))
      #expect(!text().dropFirst(length).contains("of a"))
      length = text().count
      // A new file of cases runs as soon as it is there.
      try Self.write("test('new', function(t) t.fail() end)", folder, "plugins/a/tests/new_test.lua")
      #expect(Program.wait { text().dropFirst(length).contains("waiting for") }, "\(text())")
      #expect(text().dropFirst(length).contains("FAIL  a: new"))
      length = text().count
      try Self.write("return {}", folder, "plugins/lib/x.lua")
      #expect(Program.wait { text().dropFirst(length).contains("waiting for") }, "\(text())")
      #expect(text().dropFirst(length).contains("of a"))
      length = text().count
      // The plugin that changed last is deleted: the others run, and nobody is told that there is no case.
      try FileManager.default.removeItem(at: folder.appending(path: "plugins/b"))
      #expect(Program.wait { text().dropFirst(length).contains("waiting for") }, "\(text())")
      #expect(text().dropFirst(length).contains("of a") && !text().dropFirst(length).contains("of b"))
    }
  }

  /// Tests as other frameworks write them, and slips in our own.
  @Test(
    arguments: [
      (
        "describe('p', function() it('works', function() end) end)",
        "attempt to call a nil value (global 'describe'); a test here is test(\"what it shows\", function(t) t.equal(got, wanted) end)"
      ),
      (
        "test('a', function(t) t.equl(1, 1) end)",
        "attempt to call a nil value (field 'equl'); did you mean 't.equal'?"
      ),
      (
        "test('a', function(t) t.eq(1, 1) end)",
        "attempt to call a nil value (field 'eq'); write t.equal(got, wanted)"
      ),
      (
        "test('a', function(t) assert.are.equal(1, 1) end)",
        "attempt to index a function value (global 'assert'); t.equal(got, wanted), t.ok, t.matches and t.raises check in a test"
      ),
    ])
  func aTestOfAnotherKindSaysHowTestsLook(_ test: String, _ message: String) throws {
    try Program.withFolder { folder in
      try Self.write("return { did_receive = function() end }", folder, "plugins/p/init.lua")
      try Self.write(test, folder, "plugins/p/tests/p_test.lua")
      let ended = try Program.run(["test"], in: folder)
      #expect(ended.status != 0)
      #expect(ended.text.contains("plugins/p/tests/p_test.lua:1: \(message)"), "\(ended.text)")
    }
  }

  /// Everything that a case reads, wherever it is.
  @Test func watchingSeesEveryFileThatACaseReads() throws {
    try Program.withFolder { folder in
      let catalog = { (text: String) in
        #"{"sourceLanguage":"en","strings":{"K":{"localizations":{"en":{"stringUnit":{"state":"translated","value":"\#(text)"}}}}},"version":"1.0"}"#
      }
      try Self.write(
        "return { did_receive = function(_, c) c.body = notilua.localize('K') end }", folder,
        "plugins/p/init.lua")
      try Self.write(catalog("one"), folder, "plugins/p/strings/Localizable.xcstrings")
      try Self.write(
        "return { did_receive = function(_, c) c.body = notilua.localize('T') end }", folder,
        "elsewhere/q/init.lua")
      try Self.write(catalog("operator"), folder, "texts/Localizable.xcstrings")
      try Self.write(#"{"aps":{"alert":"given"}}"#, folder, "data/given.json")
      try Self.write("strings: { catalogs: texts }\n", folder, "notilua.yaml")
      try Self.write(
        """
        - name: own catalog
          given: { aps: { alert: x } }
          expect: { content: { body: one } }
        - name: given by a file
          given: { file: ../../../data/given.json }
          expect: { content: { body: one } }
        - name: another plugin
          plugins: [../../../elsewhere/q]
          given: { aps: { alert: x } }
          expect: { content: { body: T } }
        """, folder, "plugins/p/tests/c.yaml")
      let log = folder.appending(path: "log")
      _ = FileManager.default.createFile(atPath: log.path, contents: nil)
      let process = Program.process(["test", "--watch"])
      process.currentDirectoryURL = folder
      process.standardOutput = try FileHandle(forWritingTo: log)
      try process.run()
      defer { process.terminate() }
      let text = { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }
      #expect(Program.wait { text().contains("waiting for a file to be saved") }, "\(text())")
      #expect(text().contains("3 passed"), "\(text())")
      for (path, content) in [
        ("plugins/p/strings/Localizable.xcstrings", catalog("two")),
        ("plugins/p/strings/Other.xcstrings", catalog("other")),
        ("plugins/p/strings/fr.lproj/More.strings", #""M" = "Encore";"#),
        ("texts/Localizable.xcstrings", catalog("third")), ("texts/New.xcstrings", catalog("fourth")),
        ("data/given.json", #"{"aps":{"alert":"other"}}"#),
        ("elsewhere/q/init.lua", "return { did_receive = function() end }"),
        ("notilua.yaml", "strings: { catalogs: [texts] }\n"),
      ] {
        let length = text().count
        try Self.write(content, folder, path)
        #expect(
          Program.wait { text().dropFirst(length).contains("waiting for") },
          "\(path): \(text().dropFirst(length))")
        #expect(
          text().dropFirst(length).contains("\(path) changed\n"), "\(path): \(text().dropFirst(length))")
      }
      #expect(text().contains("FAIL  p: own catalog") && text().contains("got      \"two\""), "\(text())")
    }
  }
}
