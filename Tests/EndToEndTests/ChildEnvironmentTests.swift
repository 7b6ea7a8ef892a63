import DesktopTesting
import Foundation
import Testing

/// Each process that the program starts prints its environment, which has none of the program's secrets.
struct ChildEnvironmentTests {
  private static let secrets = [
    "NOTILUA_SEALING_KEY": String(repeating: "5ec", count: 21) + "a", "NOTILUA_OTHER_SECRET": "5ecret-other",
    "HTTPS_PROXY": "http://ann:5ecret-proxy@proxy.example:3128", "all_proxy": "ann:5ecret-all@proxy.example",
  ]

  /// Runs the program with secrets in its environment.
  private static func run(
    _ arguments: [String], _ folder: URL, input: String = "", adding: [String: String] = [:]
  ) throws -> Program.Ended {
    let credentials = folder.appending(path: "service").path
    try FileManager.default.createDirectory(atPath: credentials, withIntermediateDirectories: true)
    let environment = secrets.merging(["CREDENTIALS_DIRECTORY": credentials]) { $1 }.merging(adding) { $1 }
    return try Program.run(arguments, input: Data(input.utf8), environment: environment, in: folder)
  }

  /// Looks at what a child has printed.
  private static func check(_ file: URL, isCommand: Bool) throws {
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(!text.contains("5ec") && !text.contains("CREDENTIALS_DIRECTORY"), "\(text)")
    #expect(text.contains("http://proxy.example:3128") == isCommand, "\(text)")
    #expect(text.contains("\nHOME=") == isCommand || text.hasPrefix("HOME=") == isCommand, "\(text)")
  }

  private static func script(_ text: String, _ file: URL) throws {
    try "#!/bin/sh\n\(text)\n".write(to: file, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  @Test func helpersHaveNothingButTheirOwn() throws {
    try Program.withFolder { folder in
      for name in ["notilua-worker", "notilua-thumbnailer"] {
        try Self.script(
          "/usr/bin/env > '\(folder.path)/\(name).env'\nexec '\(Program.folder.path)/\(name)' \"$@\"",
          folder.appending(path: name))
      }
      try #"""
      return { did_receive = function(_, content)
        content.attachments = { { identifier = "p", url = "file://\#(folder.path)/p.png" } } end }
      """#.write(to: folder.appending(path: "attach.lua"), atomically: true, encoding: .utf8)
      try "presentation: { attachments: [\(folder.path)] }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      try FileManager.default.copyItem(
        at: Program.root.appending(path: "plugins/event/picture.png"), to: folder.appending(path: "p.png"))
      let ended = try Self.run(
        ["preview", "--plugin", "attach.lua", "--output", "shown.png"], folder,
        input: #"{"aps":{"alert":"x","mutable-content":1}}"#,
        adding: ["NOTILUA_WORKER": folder.appending(path: "notilua-worker").path])
      #expect(ended.status == 0 && ended.errors == "", "\(ended.errors)")
      try Self.check(folder.appending(path: "notilua-worker.env"), isCommand: false)
      try Self.check(folder.appending(path: "notilua-thumbnailer.env"), isCommand: false)
    }
  }

  @Test func theCommandThatReadsTokensHasNoSecret() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      // A passphrase that the store has in a variable is one of the program's secrets.
      let passphrase = try Program.run(
        [
          "credentials", "add", "phrase", try simulator.credentials.appending(path: "universal.p12").path,
          "--application", "development", "--environment", "sandbox", "--store", simulator.store,
          "--passphrase-env", "MY_PHRASE", "--replace",
        ], environment: ["MY_PHRASE": "notilua"])
      #expect(passphrase.status == 0, "\(passphrase.errors)")
      let ended = try Self.run(
        ["run", "--no-plugins", "--sink", "apns", "--feedback-command", "env > tokens.env"] + simulator.flags,
        folder, adding: ["MY_PHRASE": "notilua"])
      #expect(ended.status == 0, "\(ended.errors)")
      let file = folder.appending(path: "tokens.env")
      try Self.check(file, isCommand: true)
      #expect(!(try String(contentsOf: file, encoding: .utf8).contains("MY_PHRASE")))
    }
  }

  @Test func theCommandsOfADesktopHaveNoSecret() throws {
    try Program.withFolder { folder in
      try """
      presentation:
        reply: env > reply.env; echo yes
        categories: [{ identifier: C, actions: [{ identifier: r, title: R, text_input: {} }] }]
      """.write(to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let credentials = ["CREDENTIALS_DIRECTORY": folder.path]
      let run = try DesktopRun(
        ["--response-command", "env > responses.env; cat > responses"], folder,
        environment: Self.secrets.merging(credentials) { $1 })
      run.server.capabilities = ["body", "actions"]
      try run.push(#"{"aps":{"alert":"x","category":"C"}}"#)
      try run.until { run.server.shown.count == 1 }
      run.server.invoke(1, "r")
      let responses = folder.appending(path: "responses")
      try run.until {
        (try? String(contentsOf: responses, encoding: .utf8))?.contains(#""user_text":"yes""#) ?? false
      }
      _ = try run.end()
      try Self.check(folder.appending(path: "responses.env"), isCommand: true)
      let reply = folder.appending(path: "reply.env")
      #expect(try String(contentsOf: reply, encoding: .utf8).contains("NOTILUA_TITLE="))
      try Self.check(reply, isCommand: true)
    }
  }
}
