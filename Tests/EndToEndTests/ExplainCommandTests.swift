import Foundation
import Testing

/// `notilua explain` on payloads of every kind.
struct ExplainCommandTests {
  private static func explain(_ arguments: [String], input: String) throws -> Program.Ended {
    try Program.run(["explain", "--plugin", "plugins/mask-digits"] + arguments, input: input)
  }

  @Test func showsWhatAPluginDid() throws {
    let ended = try Self.explain(
      [], input: #"{"aps":{"alert":"code 1234","mutable-content":1},"rc":{"id":"m1"}}"#)
    #expect(ended.status == 0)
    let lines = ended.text.split(separator: "\n").map(String.init)
    #expect(lines[0] == "m1  stdin:1")
    #expect(lines[1] == "  A device would have run its service extension.")
    let run = #/  mask-digits  changed  \d+ (µs|ms), \d+ (KiB|MiB)/#
    #expect(lines[2].wholeMatch(of: run) != nil, "\(lines[2])")
    #expect(lines[3...5] == ["    /aps/alert", "      - \"code 1234\"", "      + \"code ****\""])
    #expect(lines[6] == "  delivered, changed")
    #expect(lines[7] == #"  {"aps":{"alert":"code ****","mutable-content":1},"rc":{"id":"m1"}}"#)
  }

  @Test func saysWhyAPluginDidNotRun() throws {
    let ended = try Self.explain([], input: #"{"aps":{"content-available":1}}"#)
    #expect(
      ended.text.contains("mask-digits  did not run: push_type is \"background\", wanted \"alert\""),
      "\(ended.text)")
    #expect(
      ended.text.contains(
        "A device would not have run its service extension: it is a push of type background"))
  }

  /// Each frame of `f` has its depth in `n`: so the number that is left out can be counted.
  @Test func saysWhatIsLeftOutOfADeepRecursionAndWhereItBegan() throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "deep.lua")
      try """
      local function f(n) return 1 + f(n + 1) end
      return { did_receive = function(_, content) return f(1) + 1 end }
      """.write(to: plugin, atomically: true, encoding: .utf8)
      let ended = try Program.run(["explain", "--plugin", plugin.path], input: #"{"aps":{"alert":"x"}}"#)
      let lines = ended.text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
      let frames = lines.filter { $0.hasPrefix("at ") }
      #expect(
        frames.count == 12 && frames.dropLast().allSatisfy { $0.hasSuffix("deep.lua:1: in f") },
        "\(ended.text)")
      #expect(frames.last?.hasSuffix("deep.lua:2: in did_receive") ?? false, "\(frames)")
      let depth = try #require(
        lines.compactMap { $0.wholeMatch(of: /n = (\d+)/) }.first.flatMap { Int($0.1) })
      let left = try #require(
        ended.text.firstMatch(of: /… (\d+) calls between are left out/).flatMap { Int($0.1) })
      #expect(left == depth - 11 && left > 1000)
    }
  }

  @Test func givesTheNumberOfTheLineToPrograms() throws {
    let ended = try Self.explain(
      ["--json", "--line", "2", "examples/1-first-filter/payloads.ndjson"], input: "")
    #expect(ended.text.hasPrefix("{\"line\":2,"), "\(ended.text)")
    let first = try Self.explain(["--json"], input: "\n\n{\"aps\":{}}\n{\"aps\":{\"badge\":1}}\n")
    #expect(first.text.hasPrefix("{\"line\":3,"), "\(first.text)")
    #expect(first.text.contains("\"device_would_not_run\":\"'aps.mutable-content' is not 1\""))
  }

  @Test func takesAPayloadOnSeveralLines() throws {
    let ended = try Self.explain(["--json"], input: "{\n  \"aps\": {\n    \"badge\": 1\n  }\n}\n")
    #expect(ended.status == 0)
    #expect(ended.text.split(separator: "\n").count == 1)
  }

  @Test func namesThePlaceOfARejectedLine() throws {
    let ended = try Self.explain([], input: "\n[1]\n")
    #expect(ended.status == 1)
    #expect(ended.text == "stdin:2: rejected at byte 0: a notification is a JSON object\n")
  }

  @Test(
    arguments: [
      (["--line", "9", "README.md"], 64), (["nowhere"], 66), (["--plugin", "nowhere"], 65), (["/tmp"], 66),
    ] as [([String], Int32)])
  func saysWhatIsWrong(_ arguments: [String], _ status: Int32) throws {
    let count = try String(contentsOf: Program.root.appending(path: "README.md"), encoding: .utf8).utf8
      .count { $0 == 0x0A }
    let arguments = arguments.map { $0 == "9" ? String(count + 1) : $0 }
    let ended = try Program.run(["explain"] + arguments, input: "{\"aps\":{}}")
    #expect(ended.status == status)
    #expect(ended.errors.hasPrefix("notilua: "))
    #expect(ended.errors.split(separator: "\n").count == 1)
  }

  // MARK: A payload on several lines with a slip

  /// What writers by hand do, with its place in the file and what is said of it.
  private static let slips: [(text: String, message: String)] = [
    (
      "{\n  \"aps\": {\n    \"alert\": \"a\",\n  }\n}\n",
      "4:3: expected a key in double quotes; take out the comma before it"
    ),
    (
      "{\n  // my push\n  \"aps\": { \"alert\": \"a\" }\n}\n",
      "2:3: expected a key in double quotes; JSON has no comments"
    ),
    ("// my push\n{\n  \"aps\": { \"alert\": \"a\" }\n}\n", "1:1: expected a value; JSON has no comments"),
    ("{\n  \"aps\": { \"alert\": \"a\" }\n  \"x\": 1\n}\n", "3:3: expected ',' or '}' after a member"),
    (
      "{\n  \"aps\": { \"alert\": \"a\"\n}\n",
      "3:2: the text ends in the middle of a value; a brace, a bracket or a quote is not closed"
    ),
    ("{\n  \"aps\": { \"alert\": \"é\\q\" }\n}\n", "2:23: not an escape that JSON knows"),
    ("{\n  \"aps\": { \"alert\": \"a\", \"badge\": NaN }\n}\n", "2:35: expected a value"),
    ("{\r\n  'aps': { \"alert\": \"a\" }\r\n}\r\n", "2:3: expected a key in double quotes"),
    ("{\n  \"aps\": { \"alert\": \"a\" }\n}\n}\n", "4:1: bytes after the end of the value"),
    (
      "\u{FEFF}{\n  \"aps\": { \"alert\": 'a' }\n}\n",
      "2:21: expected a value; a text stands in double quotes"
    ),
  ]

  /// Every command that reads one payload names the line and the column.
  @Test(arguments: slips.map(\.text))
  func aSlipHasItsPlaceAndItsCause(_ text: String) throws {
    let message = try #require(Self.slips.first { $0.text == text }).message
    try Program.withFolder { folder in
      let tests = folder.appending(path: "p/tests")
      try FileManager.default.createDirectory(at: tests, withIntermediateDirectories: true)
      let file = tests.appending(path: "push.apns")
      try text.write(to: file, atomically: true, encoding: .utf8)
      let plugin = folder.appending(path: "p/init.lua")
      try "return { did_receive = function() end }".write(to: plugin, atomically: true, encoding: .utf8)
      let cases = tests.appending(path: "cases.yaml")
      try "- name: slip\n  given: { file: push.apns }\n  expect: { action: deliver }\n"
        .write(to: cases, atomically: true, encoding: .utf8)
      let chain = ["--plugin", plugin.path]
      for arguments in [
        ["explain"] + chain + [file.path], ["preview"] + chain + [file.path],
        ["replay"] + chain + [file.path],
        ["bench"] + chain + [file.path], ["send", "--device-token", "00", "--topic", "a", file.path],
        ["test", folder.appending(path: "p").path],
      ] {
        let ended = try Program.run(arguments, input: "")
        let said = ended.text + ended.errors
        #expect(said.contains("push.apns:\(message)"), "\(arguments[0]): \(said)")
        #expect(!said.contains("stands on one line"), "\(arguments[0]): \(said)")
        #expect(ended.status != 0)
      }
    }
  }

  /// What is JSON and no notification has its place too; a key that stands twice is for the configuration to judge.
  @Test(
    arguments: [
      (
        "{\n  \"aps\": {\n    \"alert\": \"a\",\n    \"alert\": \"b\"\n  }\n}\n",
        "4:5: rejected: a key stands twice in one object (duplicate_keys: last would keep the last)"
      ),
      ("{\n  \"aps\":\n    5\n}\n", "3:5: rejected: 'aps' is not an object"),
    ])
  func soHasWhatIsNoNotification(_ text: String, _ message: String) throws {
    let ended = try Self.explain([], input: text)
    #expect(ended.text == "stdin:\(message)\n")
  }

  /// Lines of their own are told line by line, also where the first is cut off.
  @Test func linesAreToldLineByLine() throws {
    let lines = "{\"aps\":{\"alert\":\n{\"aps\":{\"alert\":\"b\"}}\n"
    let ended = try Self.explain([], input: lines)
    #expect(
      ended.text.hasPrefix(
        "stdin:1: rejected at byte 16: the text ends in the middle of a value; a payload stands"),
      "\(ended.text)")
    let run = try Program.run(["run", "--plugin", "plugins/mask-digits"], input: lines)
    #expect(run.errors.contains("the text ends in the middle of a value; a payload stands on one line"))
  }

  /// A payload on several lines is one for every command.
  @Test func aPayloadMayStandOnSeveralLines() throws {
    let text = "{\n  \"aps\": { \"alert\": \"code 1234\" }\n}\n"
    #expect(try Self.explain([], input: text).text.contains("delivered, changed"))
    let replay = try Program.run(["replay", "--plugin", "plugins/mask-digits", "-"], input: text)
    #expect(replay.text.contains("1 lines: 1 (100.0 %) changed"), "\(replay.text)\(replay.errors)")
  }
}
