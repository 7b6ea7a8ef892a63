import Foundation
import Testing

/// The built program as a child process: lines in, lines out.
@Suite(.serialized)
struct RunCommandTests {
  @Test func theFirstExampleIsWhatTheReadmeShows() throws {
    let ended = try Program.run(
      [
        "run", "--quiet", "--plugin", "plugins/recall", "--plugin", "plugins/mask-digits", "--plugin",
        "plugins/sender-title", "examples/1-first-filter/payloads.ndjson",
      ], input: "")
    #expect(ended.status == 0)
    #expect(ended.errors == "")
    let readme = try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8)
    #expect(ended.text.split(separator: "\n").count == 2)
    for line in ended.text.split(separator: "\n") { #expect(readme.contains(line)) }
  }

  @Test func untouchedLinesComeOutByteForByte() throws {
    let input =
      "{\"aps\":{},\"n\":1.0,\"e\":\"\\u00e9\"}\r\n {\"aps\": {} , \"x\":1e400}\n{\"payload\":{\"aps\":{}},\"id\":\"7\"}"
    let ended = try Program.run(["run", "--quiet", "--plugin", "plugins/recall"], input: input)
    #expect(ended.status == 0)
    #expect(ended.text == input)
  }

  @Test(
    arguments: [
      (["run", "--plugin", "nowhere"], 65), (["run", "--workers", "0"], 64),
      (["run", "--config", "nowhere.yaml"], 64),
      (["run", "--emit", "x"], 64), (["run", "--plugin", "plugins/recall", "nowhere.ndjson"], 66),
      (["explain", "--nothing"], 64),
    ] as [([String], Int32)])
  func wrongUsageEndsWithItsStatus(_ arguments: [String], _ status: Int32) throws {
    let ended = try Program.run(arguments, input: "")
    #expect(ended.status == status)
    #expect(!ended.errors.isEmpty)
  }

  @Test func everyShippedPluginPassesTheCheck() throws {
    let ended = try Program.run(["check", "--plugins", "plugins"], input: "")
    #expect(ended.status == 0)
    #expect(ended.text.contains("14 plugins, 0 errors"))
  }

  // MARK: Fidelity

  @Test func whatIsNoPartOfALineComesOutAsItCameIn() throws {
    let deep = String(repeating: "[", count: 60) + String(repeating: "]", count: 60)
    let wide = (0..<5000).map { "\"k\($0)\":\($0)" }.joined(separator: ",")
    let long = String(repeating: "x", count: 1_000_000)
    let lines = [
      #"{"aps":{},"n":[1.0,-0,-0.0,1e400,1E+2,0.10,9007199254740993,18446744073709551616,-9223372036854775808]}"#,
      #"{"aps":{},"s":["\u00e9","\ud83d\ude00","\ud800","\/","\b\f\n\r\t","\u0000",""]}"#,
      #"{"z":1,"aps":{"alert":{}},"a":[],"e":{},"n":null,"t":true,"f":false}"#, "  { \"aps\" :\t{ } }  ",
      "{\"aps\":{},\"d\":\(deep)}", "{\"aps\":{},\(wide)}", "{\"aps\":{},\"l\":\"\(long)\"}",
      #"{"aps":{},"日本":"😀"}"#,
    ]
    let input = "\u{FEFF}" + lines.joined(separator: "\r\n") + "\n{\"payload\":{\"aps\":{}},\"headers\":{}}"
    for workers in ["1", "2"] {
      let ended = try Program.run(FilterRun.plain + ["--workers", workers], input: input)
      #expect(ended.status == 0)
      #expect(
        ended.errors == "stdin:2: warning: a string has half of a surrogate pair; Lua reads U+FFFD for it\n")
      #expect(ended.text == input)
    }
  }

  @Test func editedPayloadsKeepWhatWasNotEdited() throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      try "return { did_receive = function(_, content) content.title = 'T' end }"
        .write(to: plugin, atomically: true, encoding: .utf8)
      let input =
        #"{"n":1.0, "aps" : {"badge":1e0,"alert":"\u00e9"},"big":9007199254740993,"lone":"\ud800"}"# + "\n"
      let ended = try Program.run(["run", "--quiet", "--plugin", plugin.path], input: input)
      #expect(
        ended.text
          == #"{"n":1.0, "aps" : {"badge":1e0,"alert":{"body":"\u00e9","title":"T"}},"big":9007199254740993,"lone":"\ud800"}"#
          + "\n")
    }
  }

  @Test func anEmptyListOfPluginsNamesTheFlagForNone() throws {
    try Program.withFolder { folder in
      let configuration = folder.appending(path: "notilua.yaml")
      try "plugins: []\n".write(to: configuration, atomically: true, encoding: .utf8)
      let ended = try Program.run(["run", "--config", configuration.path], input: "")
      #expect(ended.status == 64 && ended.errors.contains("--no-plugins"), "\(ended.errors)")
    }
  }

  // MARK: Batches

  @Test func resultsDoNotWaitForWhatIsSlow() throws {
    try Program.withFolder { folder in
      let process = Program.process(
        ["run", "--quiet", "--workers", "1"] + (try FilterRun.slowPlugin(in: folder, seconds: 0.6)))
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let text =
        String(repeating: FilterRun.line("fast"), count: 5) + FilterRun.line("slow") + FilterRun.line("slow")
      try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      try input.fileHandleForWriting.close()
      var seen = Data()
      while seen.count(where: { $0 == 0x0A }) < 5 {
        let piece = output.fileHandleForReading.availableData
        try #require(!piece.isEmpty)
        seen += piece
      }
      let fast = Date()
      seen += output.fileHandleForReading.readDataToEndOfFile()
      #expect(Date().timeIntervalSince(fast) > 0.5)
      #expect(seen.count(where: { $0 == 0x0A }) == 7)
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
    }
  }

  @Test func asManyWorkersRunAsAreAskedFor() throws {
    let ended = try Program.run(FilterRun.plain + ["--workers", "100"], input: FilterRun.line("x"))
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text == FilterRun.line("x"))
  }

  // MARK: Plugins by path

  @Test(arguments: ["plugins/mask-digits", "plugins/mask-digits/", "plugins/mask-digits/init.lua"])
  func aFolderIsAPluginHoweverItIsNamed(_ path: String) throws {
    let ended = try Program.run(["run", "--quiet", "--plugin", path], input: FilterRun.line("1234"))
    #expect(ended.text == FilterRun.line("****"), "\(ended.errors)")
  }

  @Test func theFolderItselfIsAPlugin() throws {
    let folder = Program.root.appending(path: "plugins/mask-digits")
    for path in [".", "init.lua", "./"] {
      let ended = try Program.run(
        ["run", "--quiet", "--plugin", path], input: Data(FilterRun.line("1234").utf8), in: folder)
      #expect(ended.text == FilterRun.line("****"), "\(ended.errors)")
    }
  }

  @Test(arguments: [
    ("plugins", "'plugins' has no init.lua; all plugins of a folder run with '--plugins plugins'"),
    ("README.md", "'README.md' is no file NAME.lua; name a plugin"),
    (
      "~/x.lua",
      "'~/x.lua' is neither a file NAME.lua nor a folder with init.lua; write it out, since ~ and * mean nothing here"
    ),
  ])
  func whatIsNoPluginIsSaid(_ path: String, _ message: String) throws {
    let ended = try Program.run(["run", "--plugin", path], input: "")
    #expect(ended.status == 65)
    #expect(ended.errors == "notilua: \(message)\n")
  }

  @Test func aPluginStandsTwiceUnderTwoNames() throws {
    try Program.withFolder { folder in
      let redact = Program.root.appending(path: "plugins/redact").path
      try """
      plugins:
        - { path: \(redact), settings: { rules: [{ pattern: acme, with: A }] } }
        - { path: \(redact), name: redact-again, settings: { rules: [{ pattern: A, with: B }] } }
      """.write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["run", "--quiet"], input: Data(FilterRun.line("acme").utf8), in: folder)
      #expect(ended.text == FilterRun.line("B"), "\(ended.errors)")
    }
  }

  @Test func aPluginThatCannotLoadIsNamedWithItsPlaceInTheConfiguration() throws {
    try Program.withFolder { folder in
      let badge = Program.root.appending(path: "plugins/badge").path
      try "plugins:\n  - path: \(badge)\n    settings: { mode: grow }\n"
        .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let ended = try Program.run(["run"], input: Data(), in: folder)
      #expect(ended.status == 65)
      #expect(ended.errors.contains("settings.mode is \"grow\""), "\(ended.errors)")
      #expect(ended.errors.contains("(notilua.yaml:2:5 has it in the chain)"), "\(ended.errors)")
    }
  }
}
