import APNs
import APNsCredentials
import CommandLineTool
import ConfigurationFiles
import Foundation
import NotificationModel
import Notilua
import Pipeline
import Testing

/// What a flag says and what `notilua.yaml` says is the same, and a flag goes before the file.
struct RunPlanTests {
  /// An option of `notilua run` that notilua.yaml has a key for.
  private struct Pair {
    var option: String
    var key: String
    /// Two different values, and what each is in a file.
    var values: [(flag: String, yaml: String)]
    /// What is in the file besides.
    var rest = ""
    /// Flags that are there besides.
    var flags: [String] = []
    /// What a plan has of it.
    var read: (RunPlan) -> String
  }

  private static let sink = ["--sink", "apns"]

  private static func apns(
    _ option: String, _ key: String, _ one: String, _ other: String, _ read: @escaping (RunPlan) -> String
  ) -> Pair {
    Pair(
      option: option, key: key,
      values: [one, other].map { ($0, "apns: { \(key.dropFirst("apns.".count)): \"\($0)\" }") },
      flags: sink, read: read)
  }

  private static func chain(_ plan: RunPlan) -> String {
    plan.configuration.plugins.map { plugin in
      URL(fileURLWithPath: plugin.path).lastPathComponent + " " + (plugin.onFault?.rawValue ?? "")
    }.joined(separator: ",")
  }

  private static func pairs(_ folder: String) -> [Pair] {
    [
      Pair(
        option: "--outbox", key: "outbox.path",
        values: ["one", "two"].map { ("\(folder)/\($0)", "outbox: { path: \($0) }") },
        read: { "\($0.outbox ?? "") \($0.emission) \(String(describing: $0.sink))" }),
      Pair(
        option: "--workers", key: "workers", values: ["3", "4"].map { ($0, "workers: \($0)") },
        read: { "\($0.configuration.workers ?? 0)" }),
      Pair(
        option: "--on-fault", key: "plugins",
        values: ["drop", "halt"].map { ($0, "plugins: [{ path: a.lua, on_fault: \($0) }]") },
        rest: "plugins: [a.lua]", read: chain),
      Pair(
        option: "--plugin", key: "plugins",
        values: ["a.lua", "b.lua"].map { ("\(folder)/\($0)", "plugins: [\($0)]") }, read: chain),
      Pair(
        option: "--plugins", key: "plugins",
        values: [
          ("\(folder)/one", "plugins: [one/c.lua, one/d.lua]"), ("\(folder)/two", "plugins: [two/e.lua]"),
        ],
        read: chain),
      apns("--credentials", "apns.credentials", "\(folder)/c1", "\(folder)/c2") {
        $0.apns?.store.folder ?? ""
      },
      apns("--store", "apns.credentials", "\(folder)/c1", "\(folder)/c2") { $0.apns?.store.folder ?? "" },
      apns("--environment", "apns.environment", "sandbox", "production") {
        "\($0.apns?.options.environment.rawValue ?? "")"
      },
      apns("--topic", "apns.topic", "com.example.a", "com.example.b") { $0.apns?.options.topic ?? "" },
      apns("--server", "apns.server", "localhost:1000", "localhost:2000") {
        "\(String(describing: $0.apns?.options.server))"
      },
      apns("--proxy", "apns.proxy", "http://a.example:1", "http://b.example:2") {
        "\($0.apns?.options.proxy?.host ?? ""):\($0.apns?.options.proxy?.port ?? 0)"
      },
    ]
  }

  /// The options that no key of notilua.yaml says: what one run does, and no other.
  private static let ofOneRun: Set = [
    "--config", "--no-plugins", "--emit", "--audit", "--rejects", "--sink", "--trust", "--retry-for",
    "--follow", "--undelivered", "--feedback", "--feedback-command", "--responses", "--response-command",
    "--response-url", "--strict", "--quiet", "--help",
  ]

  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    for name in ["one", "two"] {
      try FileManager.default.createDirectory(
        at: folder.appending(path: name), withIntermediateDirectories: true)
    }
    defer { try? FileManager.default.removeItem(at: folder) }
    for name in ["a", "b", "one/c", "one/d", "two/e"] {
      try Data("return {}".utf8).write(to: folder.appending(path: "\(name).lua"))
    }
    try body(folder.path)
  }

  private static func plan(_ arguments: [String], yaml: String, _ folder: String) throws -> RunPlan {
    let path = "\(folder)/notilua.yaml"
    try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
    return try RunPlan.read(["--config", path] + arguments)
  }

  @Test func aFlagAndItsKeyMeanTheSame() throws {
    try Self.withFolder { folder in
      for pair in Self.pairs(folder) {
        for value in pair.values {
          let flag = try Self.plan(pair.flags + [pair.option, value.flag], yaml: pair.rest, folder)
          let file = try Self.plan(pair.flags, yaml: value.yaml, folder)
          let without = try Self.plan(pair.flags, yaml: pair.rest, folder)
          #expect(pair.read(flag) == pair.read(file), "\(pair.option) \(value.flag)")
          // One of the two values may be the default, not both.
          #expect(
            pair.read(flag) != pair.read(without) || value.flag == "production", "\(pair.option) says nothing"
          )
        }
      }
    }
  }

  @Test func aFlagGoesBeforeTheFile() throws {
    try Self.withFolder { folder in
      for pair in Self.pairs(folder) {
        for (value, other) in [(pair.values[0], pair.values[1]), (pair.values[1], pair.values[0])] {
          let both = try Self.plan(pair.flags + [pair.option, value.flag], yaml: other.yaml, folder)
          let flag = try Self.plan(pair.flags + [pair.option, value.flag], yaml: pair.rest, folder)
          #expect(pair.read(both) == pair.read(flag), "\(pair.option) \(value.flag) over \(other.yaml)")
        }
      }
    }
  }

  /// Every option is either compared above, or is known to have no key.
  @Test func noOptionIsLeftOut() throws {
    let help = RunPlan.help
    let options = Set(help.matches(of: /(?m)^ +(?:-[a-z], )?(--[a-z-]+)/).map { String($0.1) })
      .union(help.matches(of: /(?m)^ +--[a-z-]+, (--[a-z-]+)/).map { String($0.1) })
    #expect(options.count > 20)
    let compared = Set(Self.pairs("/").map(\.option))
    #expect(options.subtracting(["--version"]) == compared.union(Self.ofOneRun))
    // What a flag could say has one: the keys of the sections that a run of its own has flags for.
    for pair in Self.pairs("/") { #expect(Self.keys.contains(pair.key), "\(pair.key)") }
  }

  private static let keys: Set = [
    "outbox.path", "workers", "plugins", "apns.credentials", "apns.environment", "apns.topic", "apns.server",
    "apns.proxy",
  ]

  // MARK: What follows from them

  @Test(arguments: [
    ([], "", "lines payloads -"), (["--sink", "lines"], "", "lines payloads -"),
    (["--emit", "outcomes"], "", "lines outcomes -"), (["--sink", "apns"], "", "apns deliveries -"),
    (["--sink", "apns", "--emit", "payloads"], "", "apns payloads -"),
    (["--sink", "desktop"], "", "desktop deliveries -"), (["--outbox", "/b"], "", "none deliveries /b"),
    ([], "outbox: { path: /b }", "none deliveries /b"),
    (["--emit", "deliveries"], "outbox: { path: /b }", "none deliveries /b"),
    (["--emit", "payloads"], "outbox: { path: /b }", "none payloads /b"),
    (["--undelivered", "u"], "outbox: { path: /b }", "none deliveries /b"),
    (["--follow", "--sink", "apns"], "outbox: { path: /b }", "apns deliveries /b"),
    (["--outbox", "/c", "--sink", "apns"], "outbox: { path: /b }", "apns deliveries /c"),
  ])
  func oneDecisionIsMadeFromBoth(_ arguments: [String], _ yaml: String, _ expected: String) throws {
    try Self.withFolder { folder in
      let plan = try Self.plan(arguments, yaml: yaml, folder)
      #expect("\(plan.sink?.rawValue ?? "none") \(plan.emission) \(plan.outbox ?? "-")" == expected)
    }
  }

  @Test(arguments: [
    (["--emit", "deliveries"], "", "--emit deliveries needs a sink or an outbox"),
    (["--undelivered", "u"], "", "--undelivered is for a sink or an outbox"),
    (["--follow"], "", "--follow is for an outbox"),
    (["--sink", "apns", "--follow"], "", "--follow is for an outbox"),
    (["--sink", "desktop"], "outbox: { path: /b }", "a desktop shows at once or not at all"),
    (["--sink", "lines"], "outbox: { path: /b }", "lines are written at once or not at all"),
    (["--sink", "lines", "--outbox", "/b"], "", "--outbox excludes --sink lines"),
    (["--sink", "desktop", "--outbox", "/b"], "", "--outbox is for APNs"),
    (["--sink", "lines", "--feedback", "f"], "", "--feedback is for APNs"),
    (["--sink", "lines", "--responses", "r"], "", "are for --sink desktop"),
  ])
  func whatHasNoMeaningTogetherIsRefused(_ arguments: [String], _ yaml: String, _ part: String) throws {
    try Self.withFolder { folder in
      let error = #expect(throws: (any Error).self) { try Self.plan(arguments, yaml: yaml, folder) }
      let text = error.map { RunPlan.message($0) } ?? ""
      #expect(text.contains(part), "\(text)")
    }
  }
}
