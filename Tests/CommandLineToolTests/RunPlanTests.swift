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
    /// Two different values, and what each is in a file.
    var values: [(flag: String, yaml: String)]
    /// A value that is none.
    var wrong: (flag: String, yaml: String)?
    /// What is in the file besides.
    var rest = ""

    init(
      _ option: String, _ values: [String], wrong: String? = nil, rest: String = "",
      _ yaml: (String) -> String
    ) {
      self.option = option
      self.values = values.map { ($0, yaml($0)) }
      self.wrong = wrong.map { ($0, yaml($0)) }
      self.rest = rest
    }
  }

  private static func pairs(_ folder: String) -> [Pair] {
    [
      Pair("--outbox", ["\(folder)/one", "\(folder)/two"]) { "outbox: { path: \(name($0)) }" },
      Pair("--workers", ["3", "4"], wrong: "0") { "workers: \($0)" },
      Pair("--on-fault", ["drop", "halt"], wrong: "test", rest: "plugins: [a.lua]") {
        "plugins: [{ path: a.lua, on_fault: \($0) }]"
      },
      Pair("--plugin", ["\(folder)/a.lua", "\(folder)/b.lua"]) { "plugins: [\(name($0))]" },
      Pair("--plugins", ["\(folder)/one", "\(folder)/two"]) {
        $0.hasSuffix("one") ? "plugins: [one/c.lua, one/d.lua]" : "plugins: [two/e.lua]"
      },
      Pair("--credentials", ["\(folder)/c1", "\(folder)/c2"]) { "apns: { credentials: \(name($0)) }" },
      Pair("--store", ["\(folder)/c1", "\(folder)/c2"]) { "apns: { credentials: \(name($0)) }" },
      Pair("--environment", ["sandbox", "production"], wrong: "test") { "apns: { environment: \($0) }" },
      Pair("--topic", ["com.example.a", "com.example.b"]) { "apns: { topic: \($0) }" },
      Pair("--server", ["localhost:1000", "[::1]:2000"], wrong: "https://a.example:1") {
        "apns: { server: '\($0)' }"
      },
      Pair("--proxy", ["http://a.example:1", ""], wrong: "ftp://a.example") { "apns: { proxy: '\($0)' }" },
    ]
  }

  private static func name(_ path: String) -> String { URL(fileURLWithPath: path).lastPathComponent }

  /// The keys of options whose key has another name.
  private static let otherNames = [
    "--outbox": "outbox.path", "--plugin": "plugins[].path", "--store": "apns.credentials",
  ]

  /// The options that no key of notilua.yaml says: what one run does, and no other.
  private static let ofOneRun: Set = [
    "--config", "--no-plugins", "--emit", "--audit", "--rejects", "--sink", "--trust", "--retry-for",
    "--follow", "--undelivered", "--feedback", "--feedback-command", "--responses", "--response-command",
    "--response-url", "--metrics", "--strict", "--quiet", "--help", "--version",
  ]

  /// The keys that no option says; a section stands for all that is in it.
  private static let ofEveryRun: Set = [
    "plugins[].name", "plugins[].settings", "plugins[].limits", "plugins[].capabilities",
    "plugins[].disabled",
    "limits", "quarantine", "strings", "presentation", "duplicate_keys", "keys", "rules", "door", "api",
    "outcomes", "registry", "presence", "messages", "operations",
    "service", "applications",
    "apns.connections", "apns.port", "apns.proxy_password_file",
    "outbox.size", "outbox.free", "outbox.keep", "outbox.keep_dead", "outbox.recall", "outbox.recall_text",
    "outbox.recall_for",
  ]

  /// The options that the help of the command shows.
  private static let options: Set<String> = {
    let help = RunPlan.help
    return Set(help.matches(of: /(?m)^ +(?:-[a-z], )?(--[a-z-]+)/).map { String($0.1) })
      .union(help.matches(of: /(?m)^ +--[a-z-]+, (--[a-z-]+)/).map { String($0.1) })
  }()

  /// The key that says what an option says; nil where none does.
  private static func key(of option: String, _ keys: Set<String>) -> String? {
    if let key = otherNames[option] { return key }
    let word = option.dropFirst(2).replacing("-", with: "_")
    // A section that no option says may have the same words in it.
    return keys.first { key in
      (key == word || key.hasSuffix(".\(word)")) && !ofEveryRun.contains { ConfigurationKeys.has($0, key) }
    }
  }

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

  /// All that a plan says, without the names and places that messages have.
  private static func text(_ plan: RunPlan) -> String {
    var configuration = plan.configuration
    configuration.apns.names = [:]
    configuration.outbox.pathName = ""
    for index in configuration.plugins.indices { configuration.plugins[index].place = nil }
    var text = ""
    dump(configuration, to: &text)
    dump((plan.sink, plan.emission, plan.outbox, plan.apns?.options, plan.apns?.store.folder), to: &text)
    return text
  }

  /// All that the plan says, or why there is none, with the option or the key called `NAME`.
  private static func result(
    _ arguments: [String], yaml: String, _ pair: Pair, _ folder: String
  ) -> Result<String, Refusal> {
    do {
      return .success(text(try plan(arguments, yaml: yaml, folder)))
    } catch {
      let key = key(of: pair.option, ConfigurationKeys.all) ?? ""
      let message = RunPlan.message(error).replacing("\(folder)/notilua.yaml", with: "")
        .replacing(#/^:[0-9]+:[0-9]+: /#, with: "").replacing(key, with: "NAME")
        .replacing(pair.option == "--store" ? "--credentials" : pair.option, with: "NAME")
      return .failure(Refusal(message: message))
    }
  }

  private struct Refusal: Error, Equatable { var message: String }

  @Test func aFlagAndItsKeyMeanTheSame() throws {
    try Self.withFolder { folder in
      for pair in Self.pairs(folder) {
        let without = Self.text(try Self.plan(["--sink", "apns"], yaml: pair.rest, folder))
        for value in pair.values {
          let flag = Self.text(
            try Self.plan(["--sink", "apns", pair.option, value.flag], yaml: pair.rest, folder))
          let file = Self.text(try Self.plan(["--sink", "apns"], yaml: value.yaml, folder))
          #expect(flag == file, "\(pair.option) \(value.flag)")
          // One of the two values may be the default, not both.
          #expect(flag != without || value.flag == "production", "\(pair.option) says nothing")
        }
      }
    }
  }

  @Test func aFlagGoesBeforeTheFile() throws {
    try Self.withFolder { folder in
      for pair in Self.pairs(folder) {
        for (value, other) in [(pair.values[0], pair.values[1]), (pair.values[1], pair.values[0])] {
          let arguments = ["--sink", "apns", pair.option, value.flag]
          let both = Self.text(try Self.plan(arguments, yaml: other.yaml, folder))
          let flag = Self.text(try Self.plan(arguments, yaml: pair.rest, folder))
          #expect(both == flag, "\(pair.option) \(value.flag) over \(other.yaml)")
        }
      }
    }
  }

  /// A flag goes before the keys that belong to its own, too: the port of a server, the password of a proxy.
  @Test(arguments: [
    (["--server", "a.example:1"], "apns: { port: 2197 }"),
    (["--server", "a.example:1"], "apns: { server: b.example, port: 2197 }"),
    (["--proxy", "http://a.example:1"], "apns: { proxy_password_file: none }"),
    (
      ["--proxy", "http://a.example:1"], "apns: { proxy: 'http://me@b.example:2', proxy_password_file: none }"
    ),
    (["--proxy", ""], "apns: { proxy: 'http://me@b.example:2', proxy_password_file: none }"),
  ])
  func aFlagGoesBeforeTheKeysOfItsKey(_ flag: [String], _ yaml: String) throws {
    try Self.withFolder { folder in
      let both = Self.text(try Self.plan(["--sink", "apns"] + flag, yaml: yaml, folder))
      let alone = Self.text(try Self.plan(["--sink", "apns"] + flag, yaml: "", folder))
      #expect(both == alone)
    }
  }

  /// What a sink has no use for is refused in the same words.
  ///
  /// But `apns` is a section for all runs with the file: one with another sink refuses a flag of it, and passes over the
  /// section.
  @Test(arguments: [
    [], ["--sink", "lines"], ["--sink", "desktop"], ["--sink", "apns"], ["--outbox", "/b"],
  ])
  func whatASinkHasNoUseForIsRefusedAlike(_ sink: [String]) throws {
    try Self.withFolder { folder in
      for pair in Self.pairs(folder) where !sink.contains(pair.option) {
        let value = pair.values[0]
        let flag = Self.result(sink + [pair.option, value.flag], yaml: pair.rest, pair, folder)
        let file = Self.result(sink, yaml: value.yaml, pair, folder)
        if value.yaml.hasPrefix("apns:"), !sink.contains("apns") {
          #expect(flag == .failure(Refusal(message: "NAME is for APNs; add --sink apns")), "\(pair.option)")
          let plan = try Self.plan(sink, yaml: value.yaml, folder)
          #expect(plan.apns == nil, "\(pair.option)")
        } else {
          #expect(flag == file, "\(pair.option) with \(sink)")
        }
      }
    }
  }

  @Test func aWrongValueIsRefusedAsBoth() throws {
    try Self.withFolder { folder in
      for pair in Self.pairs(folder) {
        guard let wrong = pair.wrong else { continue }
        for (arguments, yaml) in [([pair.option, wrong.flag], pair.rest), ([], wrong.yaml)] {
          let error = #expect(throws: (any Error).self, "\(pair.option)") {
            try Self.plan(["--sink", "apns"] + arguments, yaml: yaml, folder)
          }
          let name = arguments.first ?? Self.key(of: pair.option, ConfigurationKeys.all).map(Self.word) ?? ""
          let text = error.map { RunPlan.message($0) } ?? ""
          #expect(text.contains("\(name) "), "\(text)")
        }
      }
    }
  }

  /// The last word of a key.
  private static func word(_ key: String) -> String { key.split(separator: ".").last.map(String.init) ?? key }

  /// Every option is compared with its key above, or is known to have none; who adds an option or a key says which.
  @Test func noOptionIsLeftOut() {
    let keys = ConfigurationKeys.all
    #expect(Self.options.count > 20 && keys.count > 40)
    let compared = Set(Self.pairs("/").map(\.option))
    let known = compared.union(Self.ofOneRun)
    #expect(Self.options.subtracting(known).isEmpty, "compare it with its key, or write it into ofOneRun")
    #expect(compared.isSubset(of: Self.options) && compared.isDisjoint(with: Self.ofOneRun))
    for option in Self.options {
      let key = Self.key(of: option, keys)
      #expect((key != nil) == compared.contains(option), "\(option) and \(key ?? "no key")")
      #expect(key.map { keys.contains($0) } ?? true, "\(option): the file has no \(key ?? "")")
    }
  }

  @Test func noKeyIsLeftOut() {
    let keys = ConfigurationKeys.all
    let compared = Set(Self.pairs("/").compactMap { Self.key(of: $0.option, keys) })
    let sections = Set(keys.filter { section in keys.contains { ConfigurationKeys.has(section, $0) } })
    for key in keys.subtracting(compared).subtracting(sections) {
      let isKnown = Self.ofEveryRun.contains { $0 == key || ConfigurationKeys.has($0, key) }
      #expect(isKnown, "\(key): compare it with its option, or write it into ofEveryRun")
    }
    #expect(Self.ofEveryRun.isSubset(of: keys) && Self.ofEveryRun.isDisjoint(with: compared))
  }

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

/// The keys of notilua.yaml, as its reader names them where it meets one that is none.
private enum ConfigurationKeys {
  /// Every key and section, as `outbox.path` and `plugins[].name`; `*` stands for a name of one's own.
  static let all: Set<String> = {
    var keys: Set<String> = []
    collect([], &keys)
    return keys
  }()

  /// Returns true where a section has a key in it.
  static func has(_ section: String, _ key: String) -> Bool {
    key.hasPrefix("\(section).") || key.hasPrefix("\(section)[].")
  }

  private enum Step {
    case key(String)
    case item
    case anyName
  }

  /// A word that is no key, and that nobody means as one.
  private static let noKey = "zzqzzqzzq"

  private static func collect(_ path: [Step], _ keys: inout Set<String>) {
    let message = refusal(path)
    if let known = message.firstMatch(of: /has no key 'zzqzzqzzq'; known are (.+)$/) {
      for key in known.1.split(separator: ", ") {
        keys.insert(name(path + [.key(String(key))]))
        collect(path + [.key(String(key))], &keys)
      }
    } else if message.contains("is not a list") {
      collect(path + [.item], &keys)
    } else if message.contains("\(noKey) is not a mapping") {
      collect(path + [.anyName], &keys)
    }
  }

  /// The sentence that refuses a mapping with that word at a path.
  private static func refusal(_ path: [Step]) -> String {
    let yaml = path.reversed().reduce("{\(noKey): 1}") { yaml, step in
      switch step {
      case .key(let key): "{\(key): \(yaml)}"
      case .item: "[\(yaml)]"
      case .anyName: "{\(noKey): \(yaml)}"
      }
    }
    do throws(HostError) {
      _ = try Configuration(yaml: yaml, name: "notilua.yaml")
      return ""
    } catch {
      return error.message
    }
  }

  private static func name(_ path: [Step]) -> String {
    path.reduce("") { name, step in
      switch step {
      case .key(let key): name.isEmpty ? key : "\(name).\(key)"
      case .item: "\(name)[]"
      case .anyName: "\(name).*"
      }
    }
  }
}
