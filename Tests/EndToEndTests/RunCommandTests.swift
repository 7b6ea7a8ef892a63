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

  @Test func aLineThatIsNoNotificationIsRejectedWithItsPlace() throws {
    let ended = try Program.run(
      ["run", "--quiet", "--plugin", "plugins/recall"], input: "{\"aps\":{}}\n\n{\"aps\":\n[]\n{\"aps\":{}}\n"
    )
    #expect(ended.status == 1)
    #expect(ended.text == "{\"aps\":{}}\n{\"aps\":{}}\n")
    #expect(ended.errors.contains("stdin:3: rejected at byte 7: the text ends in the middle of a value"))
    #expect(ended.errors.contains("stdin:4: rejected at byte 0: a notification is a JSON object"))
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
    #expect(ended.text.contains("13 plugins, 0 errors"))
  }

  // MARK: Fidelity

  static let plain = ["run", "--quiet", "--plugin", "plugins/recall"]

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
      let ended = try Program.run(Self.plain + ["--workers", workers], input: input)
      #expect(ended.status == 0)
      #expect(
        ended.errors == "stdin:2: warning: a string has half of a surrogate pair; Lua reads U+FFFD for it\n")
      #expect(ended.text == input)
    }
  }

  @Test(
    arguments: [
      (#"{"aps":{},"a":1,"a":2}"#, "byte 16: a key stands twice in one object"),
      (
        "{\"aps\":{},\"a\":\(String(repeating: "[", count: 64))\(String(repeating: "]", count: 64))}",
        "byte 77: nested deeper"
      ),
      (#"{"aps":{}} x"#, "byte 11: bytes after the end of the value"), ("\u{0}", "byte 0: expected a value"),
      (#"{"aps":{},"n":01}"#, "byte 15: not a number"), (#"{"aps":"x"}"#, "byte 7: 'aps' is not an object"),
      (#"{"aps":{},"s":"\x"}"#, "byte 15: not an escape"),
      ("{\"aps\":{},\"s\":\"a\tb\"}", "byte 16: a control character"),
    ] as [(String, String)])
  func whatIsNoNotificationIsRejected(_ line: String, _ cause: String) throws {
    try Program.withFolder { folder in
      let good = "{\"aps\":{}}"
      let rejects = folder.appending(path: "rejects").path
      let said = try Program.run(Self.plain, input: "\(good)\n\(line)\n\(good)\n")
      #expect(said.status == 1)
      #expect(said.text == "\(good)\n\(good)\n")
      #expect(said.errors.hasPrefix("stdin:2: rejected at \(cause)"), "\(said.errors)")
      let kept = try Program.run(Self.plain + ["--rejects", rejects], input: "\(good)\n\(line)\n\(good)\n")
      #expect(kept.text == "\(good)\n\(good)\n")
      #expect(kept.errors == "")
      #expect(try String(contentsOfFile: rejects, encoding: .utf8) == line + "\n")
    }
  }

  @Test func bytesThatAreNoUTF8AreRejectedAndKept() throws {
    try Program.withFolder { folder in
      let line = Data("{\"aps\":{},\"s\":\"a".utf8) + Data([0xFF]) + Data("\"}".utf8)
      let rejects = folder.appending(path: "rejects")
      let ended = try Program.run(
        Self.plain + ["--rejects", rejects.path], input: line + Data("\n{\"aps\":{}}\n".utf8))
      #expect(ended.status == 1)
      #expect(ended.text == "{\"aps\":{}}\n")
      #expect(try Data(contentsOf: rejects) == line + Data("\n".utf8))
    }
  }

  @Test func aLineBeyondTheLimitIsRejectedInItsPlace() throws {
    try Program.withFolder { folder in
      let huge = "{\"aps\":{},\"x\":\"\(String(repeating: "y", count: 10_000_000))\"}"
      let rejects = folder.appending(path: "rejects").path
      let input = (0..<3000).map { "{\"aps\":{\"badge\":\($0)}}" }
      let ended = try Program.run(
        Self.plain + ["--rejects", rejects, "--emit", "outcomes"],
        input: "[1]\n" + input.joined(separator: "\n") + "\n\(huge)\n[2]\n\(huge)")
      #expect(ended.status == 1)
      #expect(ended.errors == "")
      #expect(try String(contentsOfFile: rejects, encoding: .utf8) == "[1]\n\(huge)\n[2]\n\(huge)\n")
      let lines = ended.text.split(separator: "\n")
      #expect(lines.count == 3004)
      for (index, line) in lines.enumerated() { #expect(line.hasPrefix("{\"line\":\(index + 1),")) }
      #expect(lines[3001].contains("the line has 10000017 bytes; the limit is 1048576 (limits.payload)"))
    }
  }

  @Test func severalInputsAreOneStream() throws {
    try Program.withFolder { folder in
      let one = folder.appending(path: "one")
      let two = folder.appending(path: "two")
      try "{\"aps\":{\"badge\":1}}".write(to: one, atomically: true, encoding: .utf8)
      try "\u{FEFF}{\"aps\":{\"badge\":2}}\n".write(to: two, atomically: true, encoding: .utf8)
      let ended = try Program.run(Self.plain + [one.path, "-", two.path], input: "{\"aps\":{}}")
      #expect(ended.text == "{\"aps\":{\"badge\":1}}\n{\"aps\":{}}\n{\"aps\":{\"badge\":2}}\n")
      let outcomes = try Program.run(Self.plain + ["--emit", "outcomes", one.path, two.path], input: "")
      #expect(outcomes.text.contains("{\"input\":\"\(two.path)\",\"line\":1,"))
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

  // MARK: Faults of the world

  @Test func aFullDiskEndsTheRunWithItsPlace() throws {
    let process = Program.process([
      "run", "--plugin", "plugins/recall", "examples/1-first-filter/payloads.ndjson",
    ])
    let errors = Pipe()
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(
      text
        == "notilua: the output: No space left on device; no line was written whole, so empty the output and"
        + " go on at examples/1-first-filter/payloads.ndjson:1\n")
  }

  @Test func aClosedPipeEndsTheRunQuietly() throws {
    let process = Program.process(["run", "--plugin", "plugins/recall"])
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{}}\n".utf8))
    #expect(try output.fileHandleForReading.read(upToCount: 11)?.count == 11)
    try output.fileHandleForReading.close()
    try input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{}}\n".utf8))
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
    #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }

  @Test func aRunWithoutStandardFilesFailsAndDoesNotCrash() throws {
    let command = "\(Program.folder.path)/notilua run --plugin plugins/recall README.md >&- 2>&- <&-; echo $?"
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", command]
    shell.currentDirectoryURL = Program.root
    let output = Pipe()
    shell.standardOutput = output
    try shell.run()
    shell.waitUntilExit()
    // The first payload that the README shows has nowhere to go.
    #expect(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "74\n")
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalFinishesWhatIsInFlight(_ signal: Int32) throws {
    let process = Program.process(["run", "--plugin", "plugins/recall"])
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{}}\n{\"aps\":{\"badge\":1}}\n".utf8))
    #expect(try output.fileHandleForReading.read(upToCount: 11)?.count == 11)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    // By the signal itself, as systemd.service(5) calls it clean; a shell shows 128 and its number.
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    #expect(output.fileHandleForReading.readDataToEndOfFile() == Data("{\"aps\":{\"badge\":1}}\n".utf8))
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text.contains("; stdin:2 is the last line written whole\n"), "\(text)")
  }

  /// A pipe that nobody writes to holds up neither what was read before it nor a stop.
  @Test func aPipeWithoutAWriterHoldsNothingUp() throws {
    try Program.withFolder { folder in
      let (input, pipe, output) = (
        folder.appending(path: "in"), folder.appending(path: "pipe"), folder.appending(path: "out")
      )
      try "{\"aps\":{}}\n".write(to: input, atomically: false, encoding: .utf8)
      try Data().write(to: output)
      #expect(mkfifo(pipe.path, 0o600) == 0)
      let process = Program.process(["run", "--no-plugins", "--quiet", input.path, pipe.path])
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: output)
      try process.run()
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      #expect(Program.wait(seconds: 60) { (try? Data(contentsOf: output).count) == 11 })
      kill(process.processIdentifier, SIGTERM)
      try #require(Program.wait(seconds: 60) { !process.isRunning })
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
    }
  }

  /// The writer of a pipe may come late, and go at once.
  @Test func aPipeIsReadToTheEndOfItsWriter() throws {
    try Program.withFolder { folder in
      let notilua = Program.folder.appending(path: "notilua").path
      let script = """
        mkfifo pipe
        (sleep 0.3; echo '{"aps":{"badge":1}}' > pipe) &
        timeout -k 1 60 '\(notilua)' run --no-plugins --quiet pipe < /dev/null
        """
      let ended = try Program.run(["-c", script], program: "/bin/bash", in: folder)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.text == "{\"aps\":{\"badge\":1}}\n")
    }
  }

  @Test func rejectsThatRepeatAreSummarised() throws {
    let bad = String(repeating: "x\n", count: 30_000) + String(repeating: "[]\n", count: 20)
    let ended = try Program.run(["run", "--no-plugins"], input: bad + "{\"aps\":{}}\n")
    #expect(ended.status == 1 && ended.text == "{\"aps\":{}}\n")
    let lines = ended.errors.split(separator: "\n")
    // The first ten of each cause, then each thousandth.
    #expect(lines.count { $0.contains("rejected at byte 0: ") } == 10 + 30 + 10)
    #expect(lines.count { $0.contains("from here on every thousandth is shown") } == 2)
    #expect(lines.contains { $0.contains("30,020 rejected") })
    #expect(
      lines.contains {
        $0.hasPrefix("notilua: rejected: ") && $0.contains(" (30,000); ") && $0.hasSuffix(" (20)")
      },
      "\(lines.suffix(3))")
  }

  @Test(arguments: ["half", "{\"line\":3,\"ac", "x\nhalf"])
  func halfALineOfAnEarlierRunIsEndedAndNamed(_ half: String) throws {
    try Program.withFolder { folder in
      let files = ["--audit", "--rejects"].map { (option: $0, path: folder.appending(path: $0).path) }
      for file in files { try half.write(toFile: file.path, atomically: false, encoding: .utf8) }
      let ended = try Program.run(
        ["run", "--no-plugins", "--quiet"] + files.flatMap { [$0.option, $0.path] },
        input: "{\"aps\":{}}\nbad\n")
      #expect(ended.status == 1)
      for file in files {
        let text = try String(contentsOfFile: file.path, encoding: .utf8)
        #expect(text.hasPrefix(half + "\n") && text.hasSuffix("\n"), "\(text)")
        #expect(
          ended.errors.contains(
            "\(file.option): '\(file.path)' ended in the middle of a line, at byte \(half.utf8.count)"),
          "\(ended.errors)")
      }
      #expect(try String(contentsOfFile: files[1].path, encoding: .utf8) == half + "\nbad\n")
      // Whole files are nobody's business.
      let again = try Program.run(
        ["run", "--no-plugins", "--quiet"] + files.flatMap { [$0.option, $0.path] }, input: "{\"aps\":{}}\n")
      #expect(again.status == 0 && again.errors == "", "\(again.errors)")
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

  @Test func theSecondSignalEndsARunThatIsHeldUp() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in")
      let line = "{\"aps\":{\"alert\":\"\(String(repeating: "x", count: 400))\"}}\n"
      try Data(String(repeating: line, count: 20000).utf8).write(to: file)
      let process = Program.process(["run", "--plugin", "plugins/recall", file.path])
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      // Nobody reads: the pipe is full, and stays so.
      usleep(400_000)
      #expect(process.isRunning)
      #expect(Program.memory(of: process.processIdentifier) < 64)
      kill(process.processIdentifier, SIGINT)
      usleep(100_000)
      kill(process.processIdentifier, SIGINT)
      #expect(Program.wait(seconds: 5) { !process.isRunning })
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(text.contains("what was read after it is not written"), "\(text)")
    }
  }

  @Test func whatHasNoPlaceToGoIsSaidAtOnce() throws {
    let none = try Program.run(
      ["run", "--plugin", "plugins/recall", "examples/1-first-filter/payloads.ndjson", "nowhere"], input: "")
    #expect(none.status == 66)
    #expect(none.output.isEmpty)
    #expect(
      none.errors == "notilua: 'nowhere': No such file or directory; check the path and who may read it\n")
    for command in [["manual"], ["check", "--plugins", "plugins"]] {
      let process = Program.process(command)
      process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 74)
    }
  }

  // MARK: Batches

  /// A plugin that works for a while on lines that say so.
  private static func slowPlugin(in folder: URL, seconds: Double) throws -> [String] {
    let plugin = folder.appending(path: "slow.lua")
    try """
    return { did_receive = function(_, content)
      local till = os.clock() + (content.body == "slow" and \(seconds) or 0)
      while os.clock() < till do end
      content.title = "seen"
    end }
    """.write(to: plugin, atomically: true, encoding: .utf8)
    return ["--plugin", plugin.path]
  }

  private static func line(_ body: String) -> String { "{\"aps\":{\"alert\":{\"body\":\"\(body)\"}}}\n" }

  @Test func resultsDoNotWaitForWhatIsSlow() throws {
    try Program.withFolder { folder in
      let process = Program.process(
        ["run", "--quiet", "--workers", "1"] + (try Self.slowPlugin(in: folder, seconds: 0.6)))
      let (input, output) = (Pipe(), Pipe())
      process.standardInput = input
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let text = String(repeating: Self.line("fast"), count: 5) + Self.line("slow") + Self.line("slow")
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

  @Test func aStopDoesNotWaitForAllThatIsThere() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in")
      let line = Self.line("slow")
      try Data(String(repeating: line, count: 200).utf8).write(to: file)
      let process = Program.process(
        ["run", "--workers", "1"] + (try Self.slowPlugin(in: folder, seconds: 0.1)) + [file.path])
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      // It runs, and has 20 s to go.
      try #require(!output.fileHandleForReading.availableData.isEmpty)
      let start = Date()
      kill(process.processIdentifier, SIGINT)
      let rest = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(Date().timeIntervalSince(start) < 5)
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
      #expect(rest.isEmpty || rest.last == 0x0A)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(text.contains("is the last line written whole"), "\(text)")
    }
  }

  @Test func whatIsReadIsNotWritten() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in").path
      try Self.line("x").write(toFile: file, atomically: true, encoding: .utf8)
      for option in ["--audit", "--rejects"] {
        let ended = try Program.run(Self.plain + [option, file, file], input: "")
        #expect(ended.status == 64)
        #expect(
          ended.errors == "notilua: \(option) '\(file)' is also an input; give it a file of its own\n")
      }
      #expect(try Program.run(Self.plain + ["--audit", "-", file], input: "").status == 64)
      let process = Program.process(["run", "--plugin", "plugins/recall", file])
      process.standardOutput = FileHandle(forWritingAtPath: file)
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 64)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == Self.line("x"))
    }
  }

  @Test func anAuditIsNeverBehindItsOutput() throws {
    try Program.withFolder { folder in
      let audit = folder.appending(path: "audit")
      try FileManager.default.createSymbolicLink(
        at: audit, withDestinationURL: URL(fileURLWithPath: "/dev/full"))
      let ended = try Program.run(Self.plain + ["--audit", audit.path], input: Self.line("x"))
      #expect(ended.status == 74)
      #expect(ended.text.isEmpty)
      #expect(
        ended.errors
          == "notilua: --audit '\(audit.path)': No space left on device; make room, or name another file; no line was"
          + " written whole, so empty \(audit.path) and go on at stdin:1\n")
    }
  }

  @Test func asManyWorkersRunAsAreAskedFor() throws {
    let ended = try Program.run(Self.plain + ["--workers", "100"], input: Self.line("x"))
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text == Self.line("x"))
  }

  // MARK: Plugins by path

  @Test(arguments: ["plugins/mask-digits", "plugins/mask-digits/", "plugins/mask-digits/init.lua"])
  func aFolderIsAPluginHoweverItIsNamed(_ path: String) throws {
    let ended = try Program.run(["run", "--quiet", "--plugin", path], input: Self.line("1234"))
    #expect(ended.text == Self.line("****"), "\(ended.errors)")
  }

  @Test func theFolderItselfIsAPlugin() throws {
    let folder = Program.root.appending(path: "plugins/mask-digits")
    for path in [".", "init.lua", "./"] {
      let ended = try Program.run(
        ["run", "--quiet", "--plugin", path], input: Data(Self.line("1234").utf8), in: folder)
      #expect(ended.text == Self.line("****"), "\(ended.errors)")
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
      let ended = try Program.run(["run", "--quiet"], input: Data(Self.line("acme").utf8), in: folder)
      #expect(ended.text == Self.line("B"), "\(ended.errors)")
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

  /// Under a mask that forbids nothing, so that the modes are the program's own.
  @Test func whatIsWrittenBesideTheOutputIsForItsOwner() throws {
    try Program.withFolder { folder in
      let line = #"{"id":"a","device_token":"5ec4e7","payload":{"aps":{"alert":"x"}}}"#
      try (line + "\n{\n").write(to: folder.appending(path: "in"), atomically: true, encoding: .utf8)
      let commands = """
        umask 000
        PATH=\(Program.folder.path):$PATH
        notilua run --no-plugins --quiet --outbox box --audit audit --rejects rejects in
        notilua record --to record in > /dev/null
        """
      let ended = try Program.run(["-c", commands], program: "/bin/sh", in: folder)
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0 != "in" }
      #expect(Set(names).isSuperset(of: ["audit", "box", "record", "rejects"]), "\(names) \(ended.errors)")
      for name in names {
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: name).path)
        #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(name)")
      }
    }
  }
}
