import Foundation
import Testing

/// `notilua record` and `notilua replay`, and what they hand to each other.
struct ReplayCommandTests {
  private static func withSets(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      for (name, source) in [
        ("old/p.lua", "return { did_receive = function(_, c) c.badge = 1 end }"),
        (
          "new/p.lua",
          """
          return { did_receive = function(_, c)
            local kind = c.user_info.kind
            if kind == "spam" then return notilua.drop("spam of rank " .. #c.body) end
            if kind == "odd" then error("cannot read " .. c.body) end
            c.badge = kind == "two" and 2 or 1
          end }
          """
        ),
      ] {
        try FileManager.default.createDirectory(
          at: folder.appending(path: name).deletingLastPathComponent(), withIntermediateDirectories: true)
        try source.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
      }
      var lines = ""
      for (kind, count) in [("news", 10), ("spam", 4), ("odd", 3), ("two", 3)] {
        for index in 0..<count { lines += #"{"aps":{"alert":"text \#(index)"},"kind":"\#(kind)"}"# + "\n" }
      }
      try (lines + "junk\n").write(
        to: folder.appending(path: "live.ndjson"), atomically: true, encoding: .utf8)
      try body(folder)
    }
  }

  @Test func whatIsRecordedCanBeReplayed() throws {
    try Self.withSets { folder in
      let live = try Data(contentsOf: folder.appending(path: "live.ndjson"))
      let recorded = try Program.run(
        ["record", "--to", "sample.ndjson", "--keep", "/kind"], input: live, in: folder)
      #expect(recorded.status == 0)
      // The pipe goes on as if it were not there.
      #expect(recorded.output == live)
      #expect(
        recorded.errors == "notilua: 20 lines added to sample.ndjson, 1 left out that are no notifications\n")
      let sample = try String(contentsOf: folder.appending(path: "sample.ndjson"), encoding: .utf8)
      #expect(sample.hasPrefix(#"{"aps":{"alert":"xxxx 0"},"kind":"news"}"# + "\n"))
      let attributes = try FileManager.default.attributesOfItem(
        atPath: folder.appending(path: "sample.ndjson").path)
      #expect(attributes[.posixPermissions] as? Int == 0o600)

      let replayed = try Program.run(
        ["replay", "sample.ndjson", "--plugins", "new", "--examples", "1"], in: folder)
      #expect(replayed.status == 0)
      #expect(
        replayed.text == """
          20 lines: 13 (65.0 %) changed, 4 (20.0 %) dropped, 3 (15.0 %) faulted, 0 (0.0 %) rejected

          13  p: changed /aps/badge
              sample.ndjson:1
                {"aps":{"alert":"xxxx 0"},"kind":"news"}
                → /aps/badge 1

          4  p: dropped spam of rank …
              sample.ndjson:11
                {"aps":{"alert":"xxxx 0"},"kind":"spam"}
                → spam of rank 6

          3  p: faulted error: new/p.lua:4: cannot read xxxx …
              sample.ndjson:15
                {"aps":{"alert":"xxxx 0"},"kind":"odd"}
                → new/p.lua:4: cannot read xxxx 0

          """, "\(replayed.text)")
    }
  }

  @Test func thresholdsGateADeployment() throws {
    try Self.withSets { folder in
      let run = { (options: [String]) in
        try Program.run(["replay", "live.ndjson", "--plugins", "new"] + options, in: folder)
      }
      #expect(try run(["--max-dropped", "4", "--max-faulted", "15%", "--max-changed", "13"]).status == 0)
      let dropped = try run(["--max-dropped", "10%"])
      #expect(dropped.status == 1)
      #expect(dropped.errors.contains("4 of 21 lines dropped; --max-dropped allows 10%"))
      #expect(try run(["--max-faulted", "0"]).status == 1)
      let compared = try run(["--against", "old", "--max-different", "9"])
      #expect(compared.status == 1, "\(compared.text)")
      #expect(compared.text.contains("10 (47.6 %) different"), "\(compared.text)")
      #expect(
        compared.text.contains(
          #"""
                before {"aps":{"alert":"text 0","badge":1},"kind":"spam"}
                now    drop: spam of rank 6
          """#), "\(compared.text)")
      let json = try run(["--json", "--against", "old"])
      let object = try #require(
        JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      #expect(object["different"] as? Int == 10)
      #expect(object["rejected"] as? Int == 1)
    }
  }

  @Test(arguments: [
    (
      ["replay", "live.ndjson", "--plugins", "new", "--max-dropped", "x"], 64,
      "give a number of lines, or per cent"
    ),
    (["replay", "live.ndjson", "--plugins", "new", "--max-different", "1"], 64, "needs --against"),
    (["replay", "no.ndjson", "--plugins", "new"], 66, "'no.ndjson'"),
    (["replay", "old/p.lua", "--plugins", "nowhere"], 65, "'nowhere'"),
    (["record", "--to", "/dev/full", "live.ndjson"], 74, "'/dev/full': No space left on device"),
    (["record", "--to", "nowhere/x", "live.ndjson"], 74, "'nowhere/x': No such file or directory"),
    (["record", "--to", "x", "--keep", "kind", "live.ndjson"], 64, "is no pointer into a payload"),
    (["record", "--to", "x", "--salt", "old/p.lua", "missing"], 66, "'missing'"),
  ])
  func mistakesAreSaid(_ arguments: [String], _ status: Int32, _ message: String) throws {
    try Self.withSets { folder in
      let ended = try Program.run(arguments, in: folder)
      #expect(ended.status == status, "\(ended.errors)")
      #expect(ended.errors.contains(message), "\(ended.errors)")
    }
  }

  @Test func aSetIsTheSameAsItself() throws {
    try Self.withSets { folder in
      try """
      local count = 0
      return { did_receive = function(_, c) count = count + 1 c.badge = count c.user_info.r = math.random(1000000) end }
      """.write(to: folder.appending(path: "old/p.lua"), atomically: true, encoding: .utf8)
      let lines = String(repeating: #"{"aps":{"alert":"x"}}"# + "\n", count: 3000)
      try lines.write(to: folder.appending(path: "many"), atomically: true, encoding: .utf8)
      let ended = try Program.run(
        [
          "replay", "many", "--plugins", "old", "--against", "old", "--max-different", "0", "--examples", "0",
        ], in: folder)
      #expect(ended.status == 0, "\(ended.text)")
      let junk = try Program.run(["replay", "old/p.lua", "--plugins", "old"], in: folder)
      #expect(junk.status == 66)
      #expect(junk.errors.contains("no line is a notification"))
    }
  }

  @Test func recordingHoldsUpNothing() throws {
    try Self.withSets { folder in
      let live = try Data(contentsOf: folder.appending(path: "live.ndjson"))
      let full = try Program.run(["record", "--to", "/dev/full", "live.ndjson", "live.ndjson"], in: folder)
      #expect(full.status == 74)
      #expect(full.output == live + live)
      let itself = try Program.run(["record", "--to", "live.ndjson", "live.ndjson"], in: folder)
      #expect(itself.status == 64)
      #expect(itself.errors.contains("would be read and written at once"))
      try "cut off".write(to: folder.appending(path: "sample"), atomically: true, encoding: .utf8)
      _ = try Program.run(["record", "--to", "sample", "--limit", "1", "live.ndjson"], in: folder)
      let sample = try String(contentsOf: folder.appending(path: "sample"), encoding: .utf8)
      #expect(sample.hasPrefix("cut off\n{"))
    }
  }

  @Test func aPartOfTheLinesIsEnough() throws {
    try Self.withSets { folder in
      let ended = try Program.run(
        ["record", "--to", "some", "--every", "3", "--limit", "4", "live.ndjson"], in: folder)
      #expect(ended.errors.hasPrefix("notilua: 4 lines added to some"))
      let lines = try String(contentsOf: folder.appending(path: "some"), encoding: .utf8).split(
        separator: "\n")
      #expect(lines.count == 4)
    }
  }

  /// A folder behind `--against` has the settings and limits of the configuration, as behind `--plugins`.
  @Test(arguments: ["replay", "bench"])
  func bothSetsHaveTheSameConfiguration(_ command: String) throws {
    try Program.withFolder { folder in
      let settings =
        "local own = require('settings').read { word = require('settings').required(require('settings').text()) }\n"
      for (path, text) in [
        ("plugins/p.lua", settings + "return { did_receive = function(_, c) c.body = own.word end }"),
        ("notilua.yaml", "plugins: [{ path: plugins/p.lua, settings: { word: set } }]\n"),
        ("l.ndjson", #"{"aps":{"alert":"hi"}}"# + "\n"),
      ] {
        let file = folder.appending(path: path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      let few = command == "bench" ? ["--rounds", "1", "--seconds", "0.05"] : ["--max-different", "0"]
      for sets in [["--plugins", "plugins", "--against", "plugins"], ["--against", "plugins"]] {
        let ended = try Program.run([command, "l.ndjson"] + sets + few, in: folder)
        #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
      }
      #expect(
        try Program.run([command, "l.ndjson", "--against", "notilua.yaml"] + few, in: folder).status == 0)
    }
  }
}
