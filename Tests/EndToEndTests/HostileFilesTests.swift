import Foundation
import Glibc
import Testing

/// Files that are made to hang a reader or to use up its memory, in every place where a file is named.
///
/// A program that waits for one of them is ended by `timeout` with the status 124.
struct HostileFilesTests {
  /// A folder with a hostile file, and the command that reads it.
  struct Trap: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What is said of it.
    var message: String
    var arguments: [String]
    var environment: [String: String] = [:]
    var make: @Sendable (URL) throws -> Void

    init(
      _ name: String, _ message: String, _ arguments: [String], _ environment: [String: String] = [:],
      _ make: @escaping @Sendable (URL) throws -> Void
    ) {
      testDescription = name
      self.message = message
      self.arguments = arguments
      self.environment = environment
      self.make = make
    }
  }

  private static let good = "return { description = 'd', did_receive = function() end }"
  private static let run = ["run", "--config", "notilua.yaml"]
  private static let cases = "- { name: a, given: { aps: { alert: x } }, expect: { snapshot: true } }\n"

  private static func write(_ text: String, _ path: URL) throws {
    try FileManager.default.createDirectory(
      at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: path)
  }

  /// A file of so many bytes that takes none on the disk.
  private static func sparse(_ count: Int, _ path: URL) throws {
    try write("", path)
    try #require(truncate(path.path, count) == 0)
  }

  private static func pipe(_ path: URL) throws {
    try FileManager.default.createDirectory(
      at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
    try #require(mkfifo(path.path, 0o600) == 0)
  }

  /// A good plugin `p`, and the configuration that names it.
  private static func plugin(_ folder: URL, _ yaml: String = "plugins: [plugins/p]\n") throws {
    try write(good, folder.appending(path: "plugins/p/init.lua"))
    try write(yaml, folder.appending(path: "notilua.yaml"))
  }

  /// Runs the command on the trap; 20 s are far more than any needs.
  private func spring(_ trap: Trap) throws -> Program.Ended {
    try Program.withFolder { folder in
      try trap.make(folder)
      var environment = trap.environment
      for (name, value) in environment { environment[name] = value.replacing("FOLDER", with: folder.path) }
      return try Program.run(
        ["20", Program.folder.appending(path: "notilua").path] + trap.arguments,
        input: Data(#"{"aps":{"alert":"x"}}"#.utf8), program: "/usr/bin/timeout",
        environment: environment, in: folder)
    }
  }

  private func check(_ trap: Trap) throws {
    let ended = try spring(trap)
    #expect(ended.status != 124 && ended.status != 0 && !ended.wasSignaled, "\(ended.status)")
    #expect((ended.text + ended.errors).contains(trap.message), "\(ended.errors) \(ended.text.prefix(2000))")
    #expect(ended.errors.utf8.count < 20_000)
  }

  // MARK: Limits

  /// One trap for each row of the guide's table that a command leads to.
  private static let limits: [Trap] = [
    Trap("configuration", "'notilua.yaml' has more than 1 MiB", run) { folder in
      try write("#" + String(repeating: "x", count: 1 << 20), folder.appending(path: "notilua.yaml"))
    },
    Trap("nesting", "notilua.yaml:1:521: nested deeper than 512 levels", run) { folder in
      try write("plugins: " + String(repeating: "[", count: 600), folder.appending(path: "notilua.yaml"))
    },
    Trap("nesting by aliases", "nested deeper than 512 levels, with aliases written out", run) { folder in
      var text = "keys:\n  k0: &k0 [x]\n"
      for number in 1..<600 { text += "  k\(number): &k\(number) [*k\(number - 1)]\n" }
      try write(text, folder.appending(path: "notilua.yaml"))
    },
    Trap("aliases", "stand for more than 400000 values; use fewer aliases", run) { folder in
      try write(bomb(levels: 12) + "keys: *a12\n", folder.appending(path: "notilua.yaml"))
    },
    Trap("texts of aliases", "stand for more than 64 MiB; use fewer aliases", run) { folder in
      let text = String(repeating: "x", count: 900_000)
      let aliases = Array(repeating: "*a", count: 100).joined(separator: ", ")
      try write("keys: &a \(text)\nplugins: [\(aliases)]\n", folder.appending(path: "notilua.yaml"))
    },
    Trap("one value", "the value is larger than 16 MiB; write it smaller", run) { folder in
      let text = String(repeating: "x", count: 900_000)
      let aliases = Array(repeating: "*a", count: 20).joined(separator: ", ")
      try plugin(folder, "plugins:\n  - path: p\n    settings: { a: &a \(text), b: [\(aliases)] }\n")
    },
    Trap("settings", "notilua.yaml:3:15: the settings are nested deeper than 64 levels", run) { folder in
      try plugin(folder, "plugins:\n  - path: plugins/p\n    settings: \(nested(65))\n")
    },
    Trap("Lua file", "'plugins/p/init.lua' has more than 256 KiB; raise limits.source", run) { folder in
      try plugin(folder)
      try sparse((256 << 10) + 1, folder.appending(path: "plugins/p/init.lua"))
    },
    Trap("sum of modules", "the chain has more than 64 MiB of Lua with it", run) { folder in
      try plugin(folder)
      for number in 0..<300 { try sparse(250_000, folder.appending(path: "plugins/p/m\(number).lua")) }
    },
    Trap("sum of a chain", "the chain has more than 64 MiB of Lua with it", run) { folder in
      var yaml = "plugins:\n"
      for number in 0..<10 {
        try write(good, folder.appending(path: "plugins/p\(number)/init.lua"))
        yaml += "  - plugins/p\(number)\n"
      }
      for number in 0..<30 { try sparse(250_000, folder.appending(path: "plugins/lib/m\(number).lua")) }
      try write(yaml, folder.appending(path: "notilua.yaml"))
    },
    Trap("files of a plugin", "has more than 10000 files; move what is no plugin out of it", run) { folder in
      try plugin(folder)
      for number in 0..<10_001 { try write("", folder.appending(path: "plugins/p/\(number)")) }
    },
    Trap("folders of a plugin", "has more than 32 levels", run) { folder in
      try plugin(folder)
      let path = "plugins/p/" + Array(repeating: "d", count: 33).joined(separator: "/")
      try write("", folder.appending(path: path + "/x"))
    },
    Trap("description", "categories and capabilities have 2000000 bytes; 65536 are the most", run) { folder in
      try plugin(folder)
      let source = "return { description = ('x'):rep(2000000), did_receive = function() end }"
      try write(source, folder.appending(path: "plugins/p/init.lua"))
    },
    Trap("names of tests", "the names of the tests have", ["test", "plugins/p"]) { folder in
      try plugin(folder)
      let source = "for i = 1, 200 do test(('x'):rep(5000) .. i, function() end) end"
      try write(source, folder.appending(path: "plugins/p/tests/many_test.lua"))
    },
    Trap("texts", "more than 64 MiB; split it into several tables", ["strings", "check", "T.xcstrings"]) {
      folder in
      try sparse((64 << 20) + 1, folder.appending(path: "T.xcstrings"))
    },
    Trap("files of texts", "has more than 10000 files; leave some out", ["strings", "check", "."]) { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "en.lproj"), withIntermediateDirectories: true)
      for number in 0..<10_001 { try write("", folder.appending(path: "en.lproj/\(number).txt")) }
    },
    Trap("cases", "has more than 16 MiB; split it", ["test", "plugins/p"]) { folder in
      try plugin(folder)
      try sparse((16 << 20) + 1, folder.appending(path: "plugins/p/tests/cases.yaml"))
    },
    Trap("snapshot", "has more than 64 MiB; give the case fewer lines", ["test", "plugins/p"]) { folder in
      try plugin(folder)
      try write(cases, folder.appending(path: "plugins/p/tests/cases.yaml"))
      try sparse((64 << 20) + 1, folder.appending(path: "plugins/p/tests/cases.snapshots/a.json"))
    },
    Trap("payloads", "'large' has more than 256 MiB; split it", ["explain", "large"]) { folder in
      try plugin(folder)
      try sparse((256 << 20) + 1, folder.appending(path: "large"))
    },
    Trap("key", "'key' has more than 4 KiB; check the path", run) { folder in
      try plugin(folder, "plugins: [plugins/p]\nkeys: { inbox: { file: key } }\n")
      try sparse(4097, folder.appending(path: "key"))
      chmod(folder.appending(path: "key").path, 0o600)
    },
    Trap(
      "credential", "'k.p8' has more than 1 MiB",
      [
        "credentials", "add", "--store", "s", "--team-id", "TEAMID0001", "--key-id", "KEYID00001", "n",
        "k.p8",
      ]
    ) { folder in
      try sparse((1 << 20) + 1, folder.appending(path: "k.p8"))
      chmod(folder.appending(path: "k.p8").path, 0o600)
    },
    Trap("trust", "has more than 4 MiB", run + ["--sink", "apns", "--trust", "roots"]) { folder in
      try plugin(folder)
      try sparse((4 << 20) + 1, folder.appending(path: "roots"))
    },
    Trap("salt", "'salt' has more than 1 MiB", ["record", "--to", "out", "--salt", "salt"]) { folder in
      try sparse((1 << 20) + 1, folder.appending(path: "salt"))
    },
    Trap("notification", "'large' has more than 1 MiB; send a smaller one", ["send", "large"]) { folder in
      try sparse((1 << 20) + 1, folder.appending(path: "large"))
    },
    Trap(
      "sealing key", "notilua-sealing-key' has more than 4 KiB", ["credentials", "check", "--store", "s"],
      ["CREDENTIALS_DIRECTORY": "FOLDER/c"]
    ) { folder in
      try sparse(4097, folder.appending(path: "c/notilua-sealing-key"))
      chmod(folder.appending(path: "c/notilua-sealing-key").path, 0o600)
    },
    Trap("rules", "'rules' has more than 16 MiB", ["apns-simulator", "--rules", "rules"]) { folder in
      try sparse((16 << 20) + 1, folder.appending(path: "rules"))
    },
  ]

  @Test(arguments: limits) func namesTheLimit(_ trap: Trap) throws { try check(trap) }

  private static func nested(_ levels: Int) -> String {
    String(repeating: "{ a: ", count: levels) + "1" + String(repeating: " }", count: levels)
  }

  @Test func readsSettingsUpToTheLimit() throws {
    let ended = try spring(
      Trap("", "", Self.run) { folder in
        try Self.plugin(folder, "plugins:\n  - path: plugins/p\n    settings: \(Self.nested(64))\n")
        let source = """
          return { did_receive = function(request, content)
            local depth, at = 0, request.settings
            while type(at) == "table" do depth, at = depth + 1, at.a end
            content.title = depth
          end }
          """
        try Self.write(
          source.replacing("= depth\n", with: "= tostring(depth)\n"),
          folder.appending(path: "plugins/p/init.lua"))
      })
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text.contains(#""title":"64""#), "\(ended.text)")
  }

  /// As many plugins with long descriptions as one frame of 1 MiB would not hold.
  @Test func readsTheDescriptionsOfManyPlugins() throws {
    let ended = try spring(
      Trap("", "", ["run"]) { folder in
        for number in 0..<30 {
          let source = "return { description = ('x'):rep(60000), did_receive = function() end }"
          try Self.write(source, folder.appending(path: "plugins/p\(number).lua"))
        }
      })
    #expect(ended.status == 0, "\(ended.errors)")
  }

  /// What a plugin throws while it is loaded may be of any length.
  @Test func cutsTheFailureOfAPlugin() throws {
    let ended = try spring(
      Trap("", "", ["run"]) { folder in
        for number in 0..<30 {
          try Self.write("error(('x'):rep(2000000))", folder.appending(path: "plugins/p\(number).lua"))
        }
      })
    #expect(ended.status == 65, "\(ended.errors.prefix(2000))")
    #expect(ended.errors.contains("p0.lua"))
    #expect(ended.errors.utf8.count < 10_000)
  }

  // MARK: YAML

  /// Anchors of which each stands for two of the one before: 2 to the power of `levels` values.
  private static func bomb(levels: Int, of value: String = "[x]") -> String {
    var text = "a0: &a0 \(value)\n"
    for level in 1...levels {
      let before = Array(repeating: "*a\(level - 1)", count: 8).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(before)]\n"
    }
    return text
  }

  private static let key = "a key is a list or a mapping; write a word"
  private static let bombs: [(yaml: String, message: String)] = [
    // As a key by an alias, as a key that is written out, and as keys of keys.
    (bomb(levels: 9) + "? *a9\n: x\n", "for more than 400000 values"),
    (bomb(levels: 3) + "? *a3\n: x\n", key),
    ("? [a, b]\n: x\n", key),
    ("{ { { a: b }: c }: d }\n", key),
    ("a: &a { x: 1 }\nb: { *a : 1 }\n", key),
    // As a value, nested, in a merge key, and by a name that is used again.
    (bomb(levels: 30), "for more than 400000 values"),
    (bomb(levels: 9) + "b: { <<: *a9 }\n", "for more than 400000 values"),
    (bomb(levels: 9, of: "{ y: z }"), "for more than 400000 values"),
    ("- &a [x]\n" + String(repeating: "- &a [*a, *a]\n", count: 60), "for more than 400000 values"),
    // An alias of what it stands in.
    ("a: &a [*a]\n", "found undefined alias"),
  ]

  @Test(arguments: bombs.indices, ["notilua.yaml", "plugins/p/tests/cases.yaml", "rules.yaml"])
  func refusesBombsInYAML(_ number: Int, _ file: String) throws {
    let (yaml, message) = Self.bombs[number]
    let arguments: [String: [[String]]] = [
      "notilua.yaml": [Self.run, ["check", "--config", "notilua.yaml"]],
      "plugins/p/tests/cases.yaml": [["test", "plugins/p"]],
      "rules.yaml": [["apns-simulator", "--rules", "rules.yaml"]],
    ]
    for command in arguments[file] ?? [] {
      try check(
        Trap("", message, command) { folder in
          try Self.plugin(folder)
          try Self.write(yaml, folder.appending(path: file))
        })
    }
  }

  /// What people write with aliases is read as before.
  @Test func readsAliases() throws {
    let ended = try spring(
      Trap("", "", Self.run) { folder in
        try Self.plugin(
          folder,
          """
          plugins:
            - path: plugins/p
              settings: &s { words: &w [a, b], name: &n body, *n : 1, more: { list: *w, again: [*w, *w] } }
            - { path: plugins/p, name: q, settings: *s }
          """)
      })
    #expect(ended.status == 0, "\(ended.errors)")
  }

  // MARK: What is no file

  private static func pipes() -> [Trap] {
    let message = "is a pipe, not a regular file"
    func trap(
      _ path: String, _ arguments: [String], yaml: String = "plugins: [plugins/p]\n",
      _ environment: [String: String] = [:], _ more: @escaping @Sendable (URL) throws -> Void = { _ in }
    ) -> Trap {
      Trap(path, message, arguments, environment) { folder in
        try plugin(folder, yaml)
        try more(folder)
        let place = folder.appending(path: path)
        try? FileManager.default.removeItem(at: place)
        try pipe(place)
      }
    }
    let test = ["test", "plugins/p"]
    let add = [
      "credentials", "add", "--store", "s", "--team-id", "TEAMID0001", "--key-id", "KEYID00001", "n",
    ]
    return [
      trap("notilua.yaml", run), trap("notilua.yaml", ["check", "--config", "notilua.yaml"]),
      trap("plugins/p/m.lua", run), trap("plugins/p/sub/m.lua", run), trap("plugins/lib/m.lua", run),
      trap("plugins/p/strings/en.lproj/L.strings", run),
      trap("plugins/p/strings/T.xcstrings", run),
      trap("plugins/p/strings/en.lproj/L.stringsdict", run),
      trap("T.xcstrings", run, yaml: "plugins: [plugins/p]\nstrings: { catalogs: T.xcstrings }\n"),
      trap("T.xcstrings", ["strings", "check", "T.xcstrings"]),
      trap("key", run, yaml: "plugins: [plugins/p]\nkeys: { inbox: { file: key } }\n"),
      trap("plugins/p/tests/cases.yaml", test), trap("plugins/p/tests/a_test.lua", test),
      trap("plugins/p/tests/cases.snapshots/a.json", test) { folder in
        try write(cases, folder.appending(path: "plugins/p/tests/cases.yaml"))
      },
      trap("k.p8", add + ["k.p8"]), trap("k.p12", add + ["k.p12"]),
      trap("s/n.json", ["credentials", "check", "--store", "s"]) { folder in
        try write("", folder.appending(path: "s/n.json"))
        chmod(folder.appending(path: "s").path, 0o700)
      },
      trap(
        "c/notilua-sealing-key", ["credentials", "list", "--store", "s"],
        ["CREDENTIALS_DIRECTORY": "FOLDER/c"]),
      trap("roots", run + ["--sink", "apns", "--trust", "roots"]),
      trap("rules", ["apns-simulator", "--rules", "rules"]),
      trap("AuthKey_KEYID00001.p8", ["apns-simulator", "--key", "AuthKey_KEYID00001.p8"]),
      trap("box", ["run", "--no-plugins", "--outbox", "box"]),
      trap("box", ["recall", "m", "--outbox", "box"]),
    ]
      + ["status", "list", "export", "show", "requeue", "purge"].map { name in
        trap(
          "box",
          ["outbox", name] + (["status", "list", "export"].contains(name) ? [] : ["m"]) + ["--outbox", "box"])
      }
  }

  @Test(arguments: pipes()) func refusesAPipe(_ trap: Trap) throws { try check(trap) }

  @Test func refusesAPipeAsAPlugin() throws {
    for path in ["plugins/p/init.lua", "plugins/q.lua"] {
      let ended = try spring(
        Trap("", "", ["run"]) { folder in
          if path.hasSuffix("init.lua") { try Self.write("", folder.appending(path: "plugins/r.lua")) }
          try Self.pipe(folder.appending(path: path))
        })
      #expect(ended.status == 65, "\(ended.errors)")
    }
  }

  @Test func refusesAPipeAsWhatACaseIsGiven() throws {
    try check(
      Trap("", "'plugins/p/tests/in.ndjson' is no file; name one with payloads", ["test", "plugins/p"]) {
        folder in
        try Self.plugin(folder)
        try Self.write(
          "- { name: a, given: { file: in.ndjson }, expect: { unchanged: true } }\n",
          folder.appending(path: "plugins/p/tests/cases.yaml"))
        try Self.pipe(folder.appending(path: "plugins/p/tests/in.ndjson"))
      })
  }

  /// `<(command)` of a shell is a pipe, too.
  @Test func readsWhatAShellHandsOver() throws {
    let ended = try Program.withFolder { folder in
      try Self.plugin(folder)
      let program = Program.folder.appending(path: "notilua").path
      let payload = #"{"aps":{"alert":"x"}}"#
      let command =
        "'\(program)' run --config <(echo 'plugins: [\(folder.path)/plugins/p]') <(echo '\(payload)')"
        + " && '\(program)' explain --config /dev/null --plugin plugins/p <(echo '\(payload)')"
      return try Program.run(["20", "bash", "-c", command], program: "/usr/bin/timeout", in: folder)
    }
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text.hasPrefix(#"{"aps":{"alert":"x"}}"#))
  }

  // MARK: Links

  @Test(arguments: ["plugins/p/link", "plugins/lib/link", "plugins/p/strings/link"])
  func doesNotWalkTheFileSystem(_ link: String) throws {
    let ended = try spring(
      Trap("", "", Self.run) { folder in
        try Self.plugin(folder)
        try Self.write("x = 1", folder.appending(path: "plugins/lib/x.lua"))
        try Self.write("return 1", folder.appending(path: "plugins/p/strings/x.lua"))
        symlink("/", folder.appending(path: link).path)
      })
    #expect(ended.status == 65, "\(ended.status) \(ended.errors)")
    #expect(ended.errors.contains("more than"), "\(ended.errors)")
  }

  /// A link to a folder that has it, and one to a folder of modules elsewhere.
  @Test func followsLinksOnce() throws {
    let ended = try spring(
      Trap("", "", Self.run) { folder in
        try Self.plugin(folder)
        try Self.write("return { name = 'shared' }", folder.appending(path: "elsewhere/words.lua"))
        symlink("..", folder.appending(path: "plugins/p/loop").path)
        symlink(".", folder.appending(path: "plugins/p/self").path)
        symlink("../../elsewhere", folder.appending(path: "plugins/p/shared").path)
        let source = """
          local words = require "shared.words"
          return { did_receive = function(_, content) content.title = words.name end }
          """
        try Self.write(source, folder.appending(path: "plugins/p/init.lua"))
      })
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.text.contains(#""title":"shared""#))
  }

  // MARK: Names

  /// A name in Latin-1, as an old archive has it.
  @Test(arguments: ["caf\u{E9}.lua", "caf\u{E9}/init.lua", "p/caf\u{E9}.lua"])
  func saysWhichNameIsNotUTF8(_ name: String) throws {
    let ended = try spring(
      Trap("", "", ["run"]) { folder in
        try Self.write(Self.good, folder.appending(path: "plugins/p/init.lua"))
        let bytes = "\(folder.path)/plugins/\(name)".unicodeScalars.map { UInt8($0.value) } + [0]
        let path = bytes.map { CChar(bitPattern: $0) }
        if name.hasSuffix("/init.lua") { mkdir(path.dropLast(10) + [0], 0o700) }
        let file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        try #require(file >= 0)
        close(file)
      })
    #expect(ended.status == 65, "\(ended.errors)")
    #expect(ended.errors.contains("this name is not UTF-8; rename it"), "\(ended.errors)")
  }

  /// What is no plugin may have any name.
  @Test func passesOverOtherNamesThatAreNotUTF8() throws {
    let ended = try spring(
      Trap("", "", ["run"]) { folder in
        try Self.write(Self.good, folder.appending(path: "plugins/p/init.lua"))
        for name in ["plugins/\u{E9}.txt", "plugins/p/\u{E9}.md"] {
          let path = "\(folder.path)/\(name)".unicodeScalars.map { CChar(bitPattern: UInt8($0.value)) } + [0]
          close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        }
      })
    #expect(ended.status == 0, "\(ended.errors)")
  }
}
