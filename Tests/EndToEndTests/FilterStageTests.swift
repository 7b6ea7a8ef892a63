import Foundation
import Testing

/// The built program as a child process: lines in, lines out.
@Suite(.serialized)
struct FilterStageTests {
  struct Ended {
    var status: Int32
    var output: String
    var errors: String
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder that the tests were built into has the program, too.
  static let program: String = {
    let folder = ProcessInfo.processInfo.arguments[0]
    var url = URL(fileURLWithPath: folder).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua").path), url.path != "/" {
      url.deleteLastPathComponent()
    }
    return url.path == "/"
      ? root.appending(path: ".build/release/notilua").path : url.appending(path: "notilua").path
  }()

  static func run(_ arguments: [String], input: String = "") throws -> Ended {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["in", "out", "err"] {
      _ = FileManager.default.createFile(atPath: folder.appending(path: name).path, contents: Data())
    }
    try Data(input.utf8).write(to: folder.appending(path: "in"))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = root
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "in"))
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
    try process.run()
    process.waitUntilExit()
    return Ended(
      status: process.terminationStatus,
      output: try String(contentsOf: folder.appending(path: "out"), encoding: .utf8),
      errors: try String(contentsOf: folder.appending(path: "err"), encoding: .utf8))
  }

  /// Runs a plugin with this body of `did_receive`, and an innocent one behind it.
  static func run(hostile body: String, input: String, options: [String] = [], limits: String = "cpu: 200ms")
    throws -> Ended
  {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try
      "return { did_receive = function(request, content)\nif content.body == \"bad\" then\n\(body)\nend end }"
      .write(to: folder.appending(path: "a.lua"), atomically: true, encoding: .utf8)
    try "return { did_receive = function(_, content) content.title = content.body end }"
      .write(to: folder.appending(path: "b.lua"), atomically: true, encoding: .utf8)
    try "limits: { \(limits) }\nplugins: [a.lua, b.lua]\nworkers: 1\n"
      .write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
    return try run(
      ["run", "--quiet", "--config", folder.appending(path: "notilua.yaml").path] + options, input: input)
  }

  @Test func theFirstExampleIsWhatTheReadmeShows() throws {
    let ended = try Self.run([
      "run", "--quiet", "--plugin", "plugins/recall", "--plugin", "plugins/mask-digits", "--plugin",
      "plugins/sender-title", "examples/1-first-filter/payloads.ndjson",
    ])
    #expect(ended.status == 0)
    #expect(ended.errors == "")
    let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
    #expect(ended.output.split(separator: "\n").count == 2)
    for line in ended.output.split(separator: "\n") { #expect(readme.contains(line)) }
  }

  @Test func untouchedLinesComeOutByteForByte() throws {
    let input =
      "{\"aps\":{},\"n\":1.0,\"e\":\"\\u00e9\"}\r\n {\"aps\": {} , \"x\":1e400}\n{\"payload\":{\"aps\":{}},\"id\":\"7\"}"
    let ended = try Self.run(["run", "--quiet", "--plugin", "plugins/recall"], input: input)
    #expect(ended.status == 0)
    #expect(ended.output == input)
  }

  @Test func aLineThatIsNoNotificationIsRejectedWithItsPlace() throws {
    let ended = try Self.run(
      ["run", "--quiet", "--plugin", "plugins/recall"], input: "{\"aps\":{}}\n\n{\"aps\":\n[]\n{\"aps\":{}}\n"
    )
    #expect(ended.status == 1)
    #expect(ended.output == "{\"aps\":{}}\n{\"aps\":{}}\n")
    #expect(ended.errors.contains("stdin:3: rejected at byte 7: the text ends in the middle of a value"))
    #expect(ended.errors.contains("stdin:4: rejected at byte 0: a notification is a JSON object"))
  }

  @Test(arguments: [
    ("while true do end", "timeout"),
    ("pcall(function() while true do end end) while true do end", "timeout"),
    ("(\"a\"):rep(200):find((\"a?\"):rep(100) .. (\"a\"):rep(190) .. \"b\")", "timeout|error"),
    ("local t = {} for i = 1, 1e9 do t[i] = (\"x\"):rep(100) .. i end", "memory"),
    ("error({})", "error"), ("error(\"x\\ny\")", "error"),
    ("local function f() return f() + 1 end f()", "error|memory"),
    ("return 7", "invalid_result"), ("content.badge = -1", "error"),
    ("content.user_info.aps.badge = -1", "invalid_result"),
    ("local t = {} t.t = t content.user_info.x = t", "error"), ("content.body = \"\\xff\"", "error"),
    ("leak = 1", "error"), ("string.gsub = nil", "error"),
    ("local f = pairs(content.user_info) f({})", "error|none"),
    ("content.body = nil", "invalid_result"), ("content.user_info.x = 0/0", "error"),
  ])
  func aHostilePluginCostsItsOwnEditsAndNothingElse(_ body: String, _ kinds: String) throws {
    let line = { (text: String) in "{\"aps\":{\"alert\":{\"body\":\"\(text)\"}}}\n" }
    let titled = { (text: String) in "{\"aps\":{\"alert\":{\"body\":\"\(text)\",\"title\":\"\(text)\"}}}\n" }
    let input = line("one") + line("bad") + line("two")
    let ended = try Self.run(hostile: body, input: input, limits: "cpu: 200ms, memory: 8MiB")
    #expect(ended.status == 0)
    #expect(ended.output == titled("one") + titled("bad") + titled("two"))
    if !kinds.contains("none") {
      #expect(ended.errors.split(separator: "\n").count == 1)
      #expect(
        kinds.split(separator: "|").contains {
          ended.errors.hasPrefix("stdin:2: a: fault: \($0), then skip: ")
        }, "\(ended.errors)")
    }
  }

  @Test(
    arguments: [
      ("original", "{\"aps\":{\"alert\":{\"body\":\"bad\"}}}\n", 0), ("drop", "", 0), ("halt", "", 1),
    ] as [(String, String, Int32)])
  func aFaultMeetsItsPolicy(_ policy: String, _ output: String, _ status: Int32) throws {
    let ended = try Self.run(
      hostile: "error('x')", input: "{\"aps\":{\"alert\":{\"body\":\"bad\"}}}\n",
      options: ["--on-fault", policy])
    #expect(ended.status == status)
    #expect(ended.output == output)
  }

  @Test(
    arguments: [
      (["run", "--plugin", "nowhere"], 65), (["run", "--workers", "0"], 64),
      (["run", "--config", "nowhere.yaml"], 64),
      (["run", "--emit", "x"], 64), (["run", "--plugin", "plugins/recall", "nowhere.ndjson"], 66),
      (["explain", "--nothing"], 64),
    ] as [([String], Int32)])
  func wrongUsageEndsWithItsStatus(_ arguments: [String], _ status: Int32) throws {
    let ended = try Self.run(arguments)
    #expect(ended.status == status)
    #expect(!ended.errors.isEmpty)
  }

  @Test func everyShippedPluginPassesTheCheck() throws {
    let ended = try Self.run(["check", "--plugins", "plugins"])
    #expect(ended.status == 0)
    #expect(ended.output.contains("9 plugins, 0 errors"))
  }
}
