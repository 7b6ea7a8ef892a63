import CredentialSamples
import Foundation
import Testing

/// What comes from outside and is written for people, by every command: a terminal acts on none of it, and none of it
/// forges a line.
///
/// What a terminal acts on: ECMA-48 §5.2 and §5.3 (C0 and C1 control functions); what turns or separates text: UAX #9
/// §2 and UAX #14 (LS, PS).
@Suite(.serialized)
struct PrintedTextTests {
  /// A word with one of each.
  private static let hostile =
    "a\u{1B}[31mb\u{07}c\rd\nFORGED\u{202E}e\u{2066}f\u{200F}g\u{061C}h\u{2028}i\u{2029}j\u{9B}31mk\u{85}l\u{7F}m\u{08}n\tz"
  /// The same as the name of a file.
  private static let name = hostile.replacing("\t", with: "")

  /// A string in JSON, and in YAML between double quotes.
  private static func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      quoted +=
        scalar.value < 0x80 && scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
          && scalar.value != 0x7F
        ? String(scalar) : "\\u" + String(format: "%04x", scalar.value)
    }
    return quoted + "\""
  }

  /// A string in Lua.
  private static func lua(_ text: String) -> String {
    "\"" + text.utf8.map { "\\" + String(format: "%03d", $0) }.joined() + "\""
  }

  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0A: true
    case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029, 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069:
      false
    default: true
    }
  }

  /// Looks at what a command has written for people.
  private static func look(
    _ bytes: Data, _ arguments: [String], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let text = String(data: bytes, encoding: .utf8)
    #expect(text != nil, "\(arguments): not UTF-8", sourceLocation: sourceLocation)
    let found = (text ?? "").unicodeScalars.filter { !isHarmless($0) }
    #expect(
      found.isEmpty,
      "\(arguments): \(Set(found.map { String($0.value, radix: 16) }).sorted()) in \(text ?? "")",
      sourceLocation: sourceLocation)
    #expect(
      !(text ?? "").split(separator: "\n").contains { $0.hasPrefix("FORGED") }, "\(arguments): \(text ?? "")",
      sourceLocation: sourceLocation)
  }

  /// Runs a command; what is on its output is for people unless it is data.
  @discardableResult
  private static func run(
    _ arguments: [String], input: Data = Data(), in folder: URL, isData: Bool = false, says: Bool = true,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Program.Ended {
    let ended = try Program.run(arguments, input: input, in: folder)
    look(Data(ended.errors.utf8), arguments, sourceLocation: sourceLocation)
    if !isData { look(ended.output, arguments, sourceLocation: sourceLocation) }
    // A test that shows nothing of what it feeds looks at nothing.
    #expect(
      !says || (ended.errors + (isData ? "" : ended.text)).contains("FORGED"),
      "\(arguments): \(ended.errors)\(ended.text)", sourceLocation: sourceLocation)
    return ended
  }

  private static func write(_ text: String, _ path: String, in folder: URL) throws {
    let file = folder.appending(path: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: file)
  }

  /// A folder with a plugin of a hostile name that says hostile things, and lines that hold them.
  private static func withPlugin(_ body: (URL) throws -> Void) throws {
    try Program.withFolder { folder in
      try write(
        """
        local t = \(lua(hostile))
        return { description = t, did_receive = function(request, content)
          notilua.log.info(t)
          print(t)
          if content.body == "error" then error(t) end
          if content.body == "table" then local v = { [t] = t } error({}) end
          if content.body == "drop" then return notilua.drop(t) end
          notilua.withdraw("w")
          content.title = t
          content.user_info[t] = t
        end }
        """, "plugins/\(name)/init.lua", in: folder)
      let h = quoted(hostile)
      let lines =
        ["error", "table", "drop", "other"].map {
          #"{"id":\#(h),"headers":{"apns-push-type":\#(h),"apns-topic":\#(h),"apns-id":\#(h),\#(h):\#(h)},"payload":{"aps":{"alert":{"body":"\#($0)"},"category":\#(h)},\#(h):\#(h)},\#(h):1}"#
        } + [
          #"{"aps":{"alert":"x"},\#(h):\#(h),\#(h):1}"#, #"{"payload":{"aps":{}},"id":1,"locale":\#(h)}"#, h,
          #"{"id":\#(h)}"#, "\(hostile.replacing("\n", with: ""))FORGED",
        ]
      try write(lines.joined(separator: "\n") + "\n", "\(name).ndjson", in: folder)
      // Bytes that are no UTF-8.
      var bad = Data("{\"aps\":{\"alert\":\"FORGED".utf8)
      bad.append(contentsOf: [0xFF, 0xC0, 0x80, 0x1B])
      bad.append(Data("\"}}\n".utf8))
      try bad.write(to: folder.appending(path: "bad.ndjson"))
      try body(folder)
    }
  }

  @Test func linesAndPluginsInARun() throws {
    try Self.withPlugin { folder in
      try Self.run(["run", "\(Self.name).ndjson", "bad.ndjson"], in: folder, isData: true)
      try Self.run(
        ["run", "--on-fault", "halt", "--audit", "\(Self.name).audit", "\(Self.name).ndjson"], in: folder,
        isData: true)
      try Self.run(["run", "\(Self.name).missing"], in: folder, isData: true)
      try Self.run(["run", "--audit", "missing/\(Self.name)", "bad.ndjson"], in: folder, isData: true)
      try Self.run(["run", "--on-fault", Self.hostile], in: folder)
      try Self.run(["run", "--\(Self.hostile)"], in: folder)
    }
  }

  @Test func linesAndPluginsInAnExplanation() throws {
    try Self.withPlugin { folder in
      for line in 1...9 {
        try Self.run(["explain", "--line", "\(line)", "\(Self.name).ndjson"], in: folder)
      }
      try Self.run(["explain", "bad.ndjson"], in: folder, says: false)
    }
  }

  @Test func whatIsRecordedReplayedAndMeasured() throws {
    try Self.withPlugin { folder in
      try Self.run(["record", "--to", "\(Self.name).rec", "\(Self.name).ndjson"], in: folder, isData: true)
      try Self.run(["replay", "\(Self.name).ndjson"], in: folder)
      try Self.run(["replay", "--against", "plugins", "\(Self.name).ndjson"], in: folder)
      try Self.run(
        ["bench", "--rounds", "1", "--seconds", "1", "\(Self.name).ndjson"], in: folder, says: false)
      try Self.run(["replay", "\(Self.name).missing"], in: folder)
      try Self.run(["bench", "\(Self.name).missing"], in: folder)
    }
  }

  @Test func casesOfTests() throws {
    try Self.withPlugin { folder in
      let h = Self.quoted(Self.hostile)
      let n = Self.quoted(Self.name)
      try Self.write(
        """
        - name: \(h)
          tags: [\(h)]
          given: { aps: { alert: { body: other } } }
          expect: { action: drop, reason: \(h) }
        - name: two
          given: { aps: { alert: { body: error } } }
          expect: { payload: { aps: \(h) } }
        - name: three
          given: { file: \(n) }
          expect: { unchanged: true }
        """, "plugins/\(Self.name)/tests/\(Self.name).yaml", in: folder)
      try Self.write(
        """
        local t = require("test")
        """, "plugins/\(Self.name)/tests/\(Self.name)_test.lua", in: folder)
      try Self.run(["test"], in: folder)
      try Self.run(
        ["test", "--coverage", "html=\(Self.name)", "--report", "tap=\(Self.name).tap"], in: folder)
      try Self.run(["test", Self.name], in: folder)
      try Self.run(["test", "--filter", Self.hostile], in: folder, says: false)
      try Self.write("- \(h): 1\n", "plugins/\(Self.name)/tests/\(Self.name).yaml", in: folder)
      try Self.run(["test"], in: folder)
    }
  }

  @Test func configurationsAndCatalogs() throws {
    try Self.withPlugin { folder in
      let h = Self.quoted(Self.hostile)
      let n = Self.quoted("plugins/" + Self.name)
      try Self.run(["check"], in: folder, says: false)
      for text in [
        "\(h): 1\n", "plugins: [{ path: \(n), \(h): 1 }]\n", "plugins: [\(h)]\n",
        "plugins: [{ path: \(n), on_fault: \(h) }]\n", "plugins: [{ path: \(n), capabilities: [\(h)] }]\n",
        "plugins: [{ path: \(n), name: \(h), settings: { \(h): \(h) } }, { path: \(n), name: \(h) }]\n",
        "limits: { cpu: \(h) }\n", "strings: { catalogs: [\(h)] }\n", "keys: { \(h): { file: \(h) } }\n",
        "presentation: { categories: { \(h): \(h) } }\n", "apns: { environment: \(h) }\n",
        "x: \(Self.hostile)\n",
      ] {
        try Self.write(text, "notilua.yaml", in: folder)
        for command in ["check", "run"] {
          try Self.run([command], in: folder, isData: command == "run", says: false)
        }
      }
      try FileManager.default.removeItem(at: folder.appending(path: "notilua.yaml"))
      try Self.run(["check", "--config", Self.name], in: folder)
      try Self.run(["check", "--plugin", Self.name], in: folder)
    }
  }

  @Test func textsOfCatalogs() throws {
    try Program.withFolder { folder in
      let h = Self.quoted(Self.hostile)
      let catalog = "\(Self.name).xcstrings"
      try Self.write(
        """
        {"sourceLanguage":"en","version":"1.0","strings":{\(h):{"localizations":{
        "en":{"stringUnit":{"state":"translated","value":\(h)}},
        "de":{"stringUnit":{"state":"translated","value":"%@ %d"}},
        \(h):{"stringUnit":{"state":\(h),"value":\(h)}}}},
        "K":{"extractionState":\(h),"localizations":{"en":{"stringUnit":{"value":"%@ FORGED"}},"fr":{"stringUnit":{"value":\(h)}}}}}}
        """, catalog, in: folder)
      try Self.run(["strings", "check", catalog], in: folder)
      try Self.run(["strings", "check", "--language", "ru", catalog], in: folder)
      try Self.run(["strings", "show", "K", "--catalog", catalog], in: folder)
      try Self.run(["strings", "show", Self.hostile, "--catalog", catalog], in: folder)
      try Self.run(["strings", "show", "--table", Self.hostile, "K", "--catalog", catalog], in: folder)
      // The text alone is data; where it comes from is not.
      try Self.run(
        ["strings", "show", "K", "--locale", "en", "--catalog", catalog], in: folder, isData: true)
      try Self.run(["strings", "show", "K", "--locale", Self.hostile, "--catalog", catalog], in: folder)
      try Self.run(["strings", "convert", catalog, "--to", "\(Self.name).lproj"], in: folder)
      try Self.run(["strings", "check", "\(Self.name).strings"], in: folder)
      try Self.write("\(h) = \(h) x\n", "\(Self.name).strings", in: folder)
      try Self.run(["strings", "check", "\(Self.name).strings"], in: folder)
    }
  }

  @Test func whatIsInAnOutbox() throws {
    try Program.withFolder { folder in
      let h = Self.quoted(Self.hostile)
      let line =
        #"{"id":\#(h),"device_token":"00ff","headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":\#(h)}}}"#
        + "\n"
      let box = "\(Self.name).box"
      try Self.run(
        ["run", "--no-plugins", "--outbox", box], input: Data(line.utf8), in: folder, isData: true,
        says: false)
      try Self.run(["outbox", "status", "--outbox", box], in: folder)
      try Self.run(["outbox", "list", "--outbox", box], in: folder)
      try Self.run(["outbox", "show", "--outbox", box, Self.hostile], in: folder)
      try Self.run(["outbox", "show", "--outbox", box, "x" + Self.hostile], in: folder)
      try Self.run(["outbox", "list", "--outbox", "x" + box], in: folder)
      try Self.run(["recall", "--outbox", "x" + box, Self.hostile], in: folder)
      try Self.run(["recall", "--outbox", box, Self.hostile], in: folder, says: false)
    }
  }

  @Test func whatIsPreviewed() throws {
    try Self.withPlugin { folder in
      for line in 1...6 {
        // The picture has what turns text inside of a line, as the person reads it; ``SafeText`` sees to its ends.
        let arguments = ["preview", "--line", "\(line)", "\(Self.name).ndjson"]
        let ended = try Self.run(arguments, in: folder, isData: true, says: false)
        let marks: [Unicode.Scalar] = [
          "\u{200E}", "\u{200F}", "\u{061C}", "\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}",
        ]
        var text = String.UnicodeScalarView()
        text.append(contentsOf: ended.text.unicodeScalars.filter { !marks.contains($0) })
        Self.look(Data(String(text).utf8), arguments)
        for line in ended.text.split(separator: "\n") {
          #expect(
            line.unicodeScalars.count { (0x2066...0x2068).contains($0.value) }
              == line.unicodeScalars.count { $0.value == 0x2069 },
            "\(line)")
        }
      }
      try Self.run(["preview", "--config", Self.name, "bad.ndjson"], in: folder)
    }
  }

  /// What a server answers, as it is sent, queued and looked at.
  @Test func wordsOfAServer() throws {
    try Program.withFolder { folder in
      let h = Self.quoted(Self.hostile)
      try Self.write(
        "rules: [{ match: { token: ab }, respond: { status: 400, reason: \(h) } }, { match: { token: cd }, goaway: { reason: \(h) } }]\n",
        "rules.yaml", in: folder)
      let simulator = try Simulator(["--rules", folder.appending(path: "rules.yaml").path])
      for token in ["ab", "cd"] {
        let token = token + String(repeating: "00", count: 31)
        try Self.run(
          ["send"] + simulator.flags + [
            "--credential", "key", "--device-token", token, "--topic", "com.example.app", "--alert",
            Self.hostile,
          ], in: folder)
      }
      let line =
        #"{"id":"x","device_token":"ab\#(String(repeating: "00", count: 31))","headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":\#(h)}}}"#
        + "\n"
      let flags = ["run", "--no-plugins", "--sink", "apns", "--retry-for", "1s"] + simulator.flags
      try Self.run(flags, input: Data(line.utf8), in: folder, isData: true, says: false)
      try Self.run(
        flags + ["--outbox", "box"], input: Data(line.utf8), in: folder, isData: true, says: false)
      try Self.run(["outbox", "status", "--outbox", "box"], in: folder, says: false)
      try Self.run(["outbox", "list", "--outbox", "box"], in: folder, says: false)
      try Self.run(["outbox", "show", "--outbox", "box", "x"], in: folder, says: false)
    }
  }

  @Test func subjectsOfCertificates() throws {
    let samples = try CredentialSamples()
    try samples.certificate(
      "aps", extensions: [CredentialSamples.sandbox, CredentialSamples.production, CredentialSamples.topics],
      subject: "/UID=com.example.chat/CN=\(Self.name)/OU=DEF123GHIJ")
    try samples.write("pass", "secret\n")
    let folder = samples.folder
    let store = ["--store", samples.path("store")]
    try Self.run(
      [
        "credentials", "convert", "aps.cer", "aps.key", "--out", "\(Self.name).p12", "--passphrase-file",
        "pass",
      ],
      in: folder)
    try Self.run(
      ["credentials", "add", "c", "\(Self.name).p12", "--passphrase-file", "pass"] + store, in: folder)
    try Self.run(["credentials", "list"] + store, in: folder)
    try Self.run(["credentials", "check"] + store, in: folder)
  }

  @Test func namesOfCredentials() throws {
    try Program.withFolder { folder in
      let store = ["--store", "\(Self.name).store"]
      try Self.run(["credentials", "list"] + store, in: folder)
      try Self.run(["credentials", "add", Self.hostile, Self.name] + store, in: folder)
      try Self.run(
        ["credentials", "add", "n", Self.name, "--key-id", Self.hostile, "--team-id", Self.hostile] + store,
        in: folder, says: false)
      try Self.run(["credentials", "check", Self.hostile] + store, in: folder)
      try Self.run(["credentials", "remove", Self.hostile] + store, in: folder)
      try Self.run(["apns-simulator", "--rules", Self.name, "--seconds", "1"], in: folder)
      try Self.run(["apns-simulator", "--environment", Self.hostile], in: folder)
      try Self.run(["new", Self.hostile], in: folder)
      try Self.run([Self.hostile], in: folder)
    }
  }
}
