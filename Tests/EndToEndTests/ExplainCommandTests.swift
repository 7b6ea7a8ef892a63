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
}
