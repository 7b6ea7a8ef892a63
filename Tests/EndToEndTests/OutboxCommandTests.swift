import Foundation
import Testing

/// `notilua run --outbox`, `notilua outbox` and `notilua recall`, with the simulator behind them.
struct OutboxCommandTests {
  private static func line(_ number: Int, token: String? = nil, size: Int = 1) -> String {
    let digits = String(number, radix: 16)
    let token = token ?? "ab" + String(repeating: "0", count: 62 - digits.count) + digits
    return
      #"{"id":"m\#(number)","device_token":"\#(token)","payload":{"aps":{"alert":"Code 123456\#(String(repeating: " ", count: size))"}},"headers":{"apns-topic":"com.example.app"}}"#
      + "\n"
  }

  private static func objects(_ text: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  private static func audit(_ folder: URL) -> [[String: Any]] {
    objects((try? String(contentsOf: folder.appending(path: "audit"), encoding: .utf8)) ?? "")
  }

  /// Delivers what is in the outbox of a folder.
  private static func deliver(
    _ folder: URL, _ simulator: Simulator, _ more: [String] = [], input: String = ""
  ) throws -> Program.Ended {
    try Program.run(
      [
        "run", "--no-plugins", "--outbox", folder.appending(path: "box").path, "--audit",
        folder.appending(path: "audit").path, "--sink", "apns", "--retry-for", "5s",
      ] + more + simulator.flags, input: Data(input.utf8))
  }

  private static func outbox(_ folder: URL, _ words: String...) throws -> Program.Ended {
    try Program.run(["outbox"] + words + ["--outbox", folder.appending(path: "box").path])
  }

  @Test func whatIsAcceptedWithoutASinkIsDeliveredByTheNextRun() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let accepted = try Program.run(
        ["run", "--plugin", "plugins/mask-digits", "--outbox", folder.appending(path: "box").path],
        input: Data((1...2000).map { Self.line($0) }.joined().utf8))
      #expect(accepted.status == 0, "\(accepted.errors)")
      let told = Self.objects(accepted.text)
      #expect(told.count == 2000 && told.allSatisfy { $0["delivery"] as? String == "accepted" })
      #expect(accepted.errors.contains("the outbox took 2,000"), "\(accepted.errors)")
      #expect(simulator.journal.isEmpty)
      let delivered = try Self.deliver(folder, simulator)
      #expect(delivered.status == 0, "\(delivered.errors)")
      #expect(simulator.journal.count == 2000)
      #expect(
        Set(simulator.journal.compactMap { $0["apns_id"] as? String })
          == Set(told.compactMap { $0["apns_id"] as? String }))
      let audit = Self.audit(folder)
      #expect(audit.count == 2000 && audit.allSatisfy { $0["state"] as? String == "delivered" })
      // The tokens are in the outbox, and nowhere where people look.
      for text in [accepted.text, accepted.errors, delivered.text, delivered.errors, "\(audit)"] {
        #expect(!text.contains("ab00000"))
      }
    }
  }

  @Test func acceptedAndDeliveredByOneRun() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let ended = try Self.deliver(
        folder, simulator, input: (1...500).map { Self.line($0) }.joined() + Self.line(501, token: "bad04003")
      )
      #expect(ended.status == 1, "\(ended.errors)")
      let words = Self.objects(ended.text).compactMap { $0["delivery"] as? String }
      #expect(words.count { $0 == "accepted" } == 501 && words.count { $0 == "delivered" } == 500)
      #expect(words.count { $0 == "refused" } == 1)
      let listed = Self.objects(try Self.outbox(folder, "list", "--json").text)
      #expect(
        listed.count == 1 && listed[0]["id"] as? String == "m501"
          && listed[0]["reason"] as? String == "BadTopic")
      #expect(listed[0]["device_token"] == nil)
    }
  }

  @Test func theSeedsRecallWithdrawsAMessageThatWaits() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let message = { (id: String) in
        #"{"device_token":"ab01","headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":"\#(id)"},"rc":{"id":"\#(id)"}}}"#
          + "\n"
      }
      let recall =
        #"{"device_token":"ab01","headers":{"apns-topic":"com.example.app"},"payload":{"aps":{"alert":"x"},"rc":{"id":"R","rc-dlt-identifier":"A"}}}"#
        + "\n"
      let box = folder.appending(path: "box").path
      for input in [message("A") + message("B"), recall, message("A")] {
        let ended = try Program.run(
          ["run", "--plugin", "plugins/recall", "--outbox", box], input: Data(input.utf8))
        #expect(ended.status == 0, "\(ended.errors)")
      }
      let ended = try Self.deliver(folder, simulator)
      #expect(ended.status == 0, "\(ended.errors)")
      let alerts = simulator.journal.compactMap {
        (($0["payload"] as? [String: Any])?["aps"] as? [String: Any])?["alert"] as? String
      }
      #expect(alerts == ["B"])
      let states = Self.audit(folder).compactMap { $0["state"] as? String }
      #expect(states.sorted() == ["delivered", "withdrawn", "withdrawn"])
    }
  }

  @Test func aRecallOfWhatWasDeliveredReplacesIt() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let configuration = folder.appending(path: "notilua.yaml")
      try "outbox: { path: box, recall: replace, recall_text: Taken back. }\n".write(
        to: configuration, atomically: true, encoding: .utf8)
      let flags = ["--config", configuration.path]
      let run = ["run", "--no-plugins", "--sink", "apns", "--retry-for", "2s"] + flags + simulator.flags
      #expect(try Program.run(run, input: Data(Self.line(1).utf8)).status == 0)
      let recalled = try Program.run(["recall", "m1"] + flags)
      #expect(
        recalled.status == 0 && recalled.text.hasPrefix("1 message recalled; the next run"), "\(recalled)")
      #expect(try Program.run(run).status == 0)
      let pushes = simulator.journal
      #expect(pushes.count == 2)
      #expect(pushes[0]["collapse_id"] as? String == pushes[1]["collapse_id"] as? String)
      #expect(pushes[0]["apns_id"] as? String != pushes[1]["apns_id"] as? String)
      let aps = (pushes[1]["payload"] as? [String: Any])?["aps"] as? [String: Any]
      #expect(aps?["alert"] as? String == "Taken back.")
    }
  }

  /// What a message goes by: the line's `id`, the collapse id, the `apns-id` that the first run gave it, `rc.id`.
  @Test(arguments: ["m1", "chat-7", "apns-id", "9"], ["--undelivered", "export"])
  func aRecalledMessageIsNotDeliveredAfterARoundThroughAFile(_ name: String, _ way: String) throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let (first, box, later) = (
        folder.appending(path: "first").path, folder.appending(path: "box").path,
        folder.appending(path: "later.ndjson").path
      )
      let lines = [
        #"{"id":"m1","x":[1.50],"device_token":"ab01","payload":{"aps":{"alert":"A"},"rc":{"id":9}},"headers":{"apns-topic":"com.example.app","apns-collapse-id":"chat-7"}}"#,
        #"{"id":"m2","device_token":"ab02","payload":{"aps":{"alert":"B"}},"headers":{"apns-topic":"com.example.app"}}"#,
      ].joined(separator: "\n")
      var apnsIDs: [String: String] = [:]
      func note(_ ended: Program.Ended) {
        for line in Self.objects(ended.text) {
          if let id = line["id"] as? String { apnsIDs[id] = line["apns_id"] as? String }
        }
      }
      if way == "export" {
        note(try Program.run(["run", "--no-plugins", "--outbox", first], input: Data(lines.utf8)))
        let exported = try Program.run(["outbox", "export", "--outbox", first])
        try exported.output.write(to: URL(fileURLWithPath: later))
      } else {
        // No server is there.
        var flags = simulator.flags
        if let at = flags.firstIndex(of: "--server") { flags[at + 1] = "localhost:9" }
        note(
          try Program.run(
            ["run", "--no-plugins", "--sink", "apns", "--retry-for", "1s", way, later] + flags,
            input: Data(lines.utf8)))
      }
      let accepted = try Program.run(["run", "--no-plugins", "--outbox", box, later])
      #expect(accepted.status == 0, "\(accepted.errors)")
      // The names of the first run are those of the second.
      let told = Self.objects(accepted.text)
      #expect(Set(told.map { $0["id"] as? String }) == ["chat-7", "m2"])
      for line in told {
        let id = try #require(line["id"] as? String)
        #expect(line["apns_id"] as? String == apnsIDs[id])
      }
      let recalled = name == "apns-id" ? try #require(apnsIDs["chat-7"]) : name
      #expect(try Program.run(["recall", "--outbox", box, recalled]).status == 0)
      let delivered = try Self.deliver(folder, simulator)
      #expect(delivered.status == 0, "\(delivered.errors)")
      let alerts = simulator.journal.compactMap {
        (($0["payload"] as? [String: Any])?["aps"] as? [String: Any])?["alert"] as? String
      }
      #expect(alerts == ["B"], "\(simulator.journal)")
      #expect(
        Self.audit(folder).contains { $0["recall"] as? String == recalled && $0["withdrawn"] as? Int == 1 })
    }
  }

  @Test func lookingAtAnOutboxKeepsNoRunFromStarting() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      #expect(try Self.deliver(folder, simulator).status == 0)
      let box = folder.appending(path: "box").path
      let shell = Process()
      shell.executableURL = URL(fileURLWithPath: "/bin/sh")
      shell.arguments = [
        "-c", #"while [ -e "$2" ]; do "$1" outbox status --outbox "$2" > /dev/null 2>&1; done"#, "sh",
        Program.folder.appending(path: "notilua").path, box,
      ]
      try shell.run()
      defer {
        shell.terminate()
        shell.waitUntilExit()
      }
      for _ in 0..<20 {
        let ended = try Self.deliver(folder, simulator)
        #expect(ended.status == 0, "\(ended.errors)")
      }
    }
  }

  @Test func manyRunsMayMakeOneOutboxAtOnce() throws {
    try Program.withFolder { folder in
      let box = folder.appending(path: "box").path
      let input = folder.appending(path: "in.ndjson")
      try Self.line(1).write(to: input, atomically: true, encoding: .utf8)
      let runs = (0..<5).map { _ in
        Program.process(["run", "--no-plugins", "--quiet", "--outbox", box, input.path])
      }
      for run in runs {
        run.standardOutput = FileHandle.nullDevice
        try run.run()
      }
      for run in runs {
        run.waitUntilExit()
        #expect(run.terminationStatus == 0)
      }
      let status = try Self.outbox(folder, "status", "--json")
      #expect(Self.objects(status.text).first?["queued"] as? Int == 5, "\(status)")
    }
  }

  @Test func aRunThatStaysTakesWhatOthersAccept() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let box = folder.appending(path: "box").path
      let process = Program.process(
        [
          "run", "--no-plugins", "--sink", "apns", "--follow", "--outbox", box, "--audit",
          folder.appending(path: "audit").path,
        ]
          + simulator.flags)
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = FileHandle.nullDevice
      let errors = Pipe()
      process.standardError = errors
      try process.run()
      #expect(
        Program.wait {
          FileManager.default.fileExists(atPath: box + "-delivery") && simulator.journal.isEmpty
        })
      let accepted = try Program.run(
        ["run", "--no-plugins", "--quiet", "--outbox", box], input: Data(Self.line(1).utf8))
      #expect(accepted.status == 0, "\(accepted.errors)")
      #expect(Program.wait { simulator.journal.count == 1 })
      // Another may not deliver at the same time.
      let other = try Program.run(
        ["run", "--no-plugins", "--sink", "apns", "--outbox", box] + simulator.flags)
      #expect(
        other.status == 74 && other.errors.contains("another process delivers from it"), "\(other.errors)")
      let status = try Program.run(["outbox", "status", "--outbox", box])
      #expect(status.text.contains("process \(process.processIdentifier) delivers"), "\(status.text)")
      // A recall is looked after while it goes on.
      let recalled = try Program.run(["recall", "--outbox", box, "x", "y"])
      #expect(recalled.text == "2 messages recalled\n", "\(recalled)")
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
    }
  }

  @Test func anOutageIsWaitedOut() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let dead = try Program.run(
        [
          "run", "--no-plugins", "--outbox", folder.appending(path: "box").path, "--sink", "apns",
          "--retry-for", "3s",
        ] + simulator.flags.map { $0.hasPrefix("localhost:") ? "localhost:1" : $0 },
        input: Data((1...300).map { Self.line($0) }.joined().utf8))
      #expect(dead.status == 0, "\(dead.errors)")
      #expect(dead.errors.contains("300 wait in the outbox"), "\(dead.errors)")
      let status = try Self.outbox(folder, "status")
      #expect(status.text.contains("NoConnection"), "\(status.text)")
      let ended = try Self.deliver(folder, simulator)
      #expect(ended.status == 0 && simulator.journal.count == 300, "\(ended.errors)")
    }
  }

  @Test func deadLettersAreShownRequeuedExportedAndPurged() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      _ = try Self.deliver(
        folder, simulator,
        input: Self.line(1, token: "bad04003") + Self.line(2, token: "bad04003") + Self.line(3))
      let shown = try Self.outbox(folder, "show", "m1")
      #expect(
        shown.text.contains("BadTopic (400)") && shown.text.contains("kept, and not shown"), "\(shown.text)")
      #expect(!shown.text.contains("bad04003"))
      #expect(try Self.outbox(folder, "show", "m9").status == 1)
      let exported = try Self.outbox(folder, "export", "--state", "dead")
      #expect(
        exported.text.split(separator: "\n").count == 2
          && exported.text.contains(#""device_token":"bad04003""#))
      #expect(try Self.outbox(folder, "requeue", "m1").text == "1 requeued\n")
      #expect(try Self.outbox(folder, "purge", "--reason", "BadTopic").text == "1 purged\n")
      #expect(try Self.outbox(folder, "list").text.contains("queued"))
      #expect(try Self.outbox(folder, "purge", "--undelivered", "m1").text == "1 purged\n")
      #expect(try Self.outbox(folder, "list").text == "nothing of that kind is in the outbox\n")
      // What was exported is what a run reads.
      let again = try Program.run(
        ["run", "--no-plugins", "--outbox", folder.appending(path: "other").path],
        input: Data(exported.text.utf8))
      #expect(again.status == 0 && Self.objects(again.text).count == 2)
    }
  }

  @Test(arguments: ["q", "qq", "./q", "a/q", "ü", "a//q", "FOLDER/q"])
  func aPathOfAnyFormIsOne(_ path: String) throws {
    try Program.withFolder { folder in
      try FileManager.default.createDirectory(
        at: folder.appending(path: "a"), withIntermediateDirectories: true)
      let path = path.replacing("FOLDER", with: folder.path)
      let ended = try Program.run(
        ["run", "--no-plugins", "--outbox", path], input: Data(Self.line(1).utf8), in: folder)
      #expect(ended.status == 0 && ended.text.contains(#""delivery":"accepted""#), "\(ended.errors)")
      #expect(try Program.run(["outbox", "status", "--outbox", path], in: folder).status == 0)
    }
  }

  @Test func wrongWordsAreSaid() throws {
    try Program.withFolder { folder in
      try "{}\n".write(to: folder.appending(path: "text"), atomically: true, encoding: .utf8)
      let missing = folder.appending(path: "missing").path
      let cases: [([String], Int32, String)] = [
        (["outbox", "status"], 64, "no outbox is named"),
        (["outbox", "status", "--outbox", missing], 66, "there is no outbox"),
        (["recall", "x", "--outbox", missing], 66, "there is no outbox"),
        (["recall"], 64, "Missing expected argument"),
        (["recall", "", "--outbox", missing], 64, "An id is empty"),
        (["outbox", "requeue", "--outbox", missing], 64, "Name ids, a --reason, or --all"),
        (["outbox", "purge", "x", "--all", "--outbox", missing], 64, "Name ids, a --reason, or --all"),
        (["outbox", "list", "--state", "alive", "--outbox", missing], 64, "use queued, waiting or dead"),
        (["run", "--follow"], 64, "--follow is for an outbox"),
        (["run", "--outbox", folder.path], 74, "is a folder; name the file in it"),
        (["run", "--outbox", "box", "--audit", "box"], 64, "the outbox 'box' is also --audit"),
        (["run", "--outbox", "text"], 74, "is no outbox; choose another path"),
        (["run", "--outbox", "text", "text"], 64, "the outbox 'text' is also an input"),
        (["run", "--outbox", "/proc/no/box"], 74, "choose another path"),
      ]
      for (words, status, text) in cases {
        let ended = try Program.run(words, in: folder)
        #expect(
          ended.status == status && ended.errors.contains(text), "\(words): \(ended.status) \(ended.errors)")
        #expect(ended.errors.split(separator: "\n").count == 1, "\(ended.errors)")
      }
      #expect(!FileManager.default.fileExists(atPath: missing))
    }
  }

  @Test(arguments: ["status", "list", "show", "requeue", "purge", "export"])
  func everyCommandHasAnExample(_ name: String) throws {
    let help = try Program.run(["outbox", name, "--help"])
    #expect(help.status == 0 && help.text.contains("Example"))
  }

  @Test func aFullDiskKeepsTheInputWaitingAndLosesNothing() throws {
    try Program.withFolder { folder in
      // A limit on the file's size is an error of the disk for whoever writes it.
      let box = folder.appending(path: "box").path
      let command =
        "trap '' XFSZ; ulimit -f 20480; exec '\(Program.folder.path)/notilua' run --no-plugins --outbox '\(box)' --undelivered '\(folder.path)/rest'"
      let process = Program.process(["-c", command], program: "/bin/bash")
      let input = folder.appending(path: "in")
      try (1...20_000).map { Self.line($0, size: 1500) }.joined().write(
        to: input, atomically: true, encoding: .utf8)
      process.standardInput = try FileHandle(forReadingFrom: input)
      let output = folder.appending(path: "out")
      _ = FileManager.default.createFile(atPath: output.path, contents: nil)
      process.standardOutput = try FileHandle(forWritingTo: output)
      let errors = folder.appending(path: "err")
      _ = FileManager.default.createFile(atPath: errors.path, contents: nil)
      process.standardError = try FileHandle(forWritingTo: errors)
      try process.run()
      #expect(
        Program.wait {
          (try? String(contentsOf: errors, encoding: .utf8))?.contains("is tried again") ?? false
        })
      // One signal is enough: what cannot be kept is not waited for.
      process.terminate()
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
      let told = Self.objects(try String(contentsOf: output, encoding: .utf8))
      let accepted = told.count { $0["delivery"] as? String == "accepted" }
      let rest = told.count { $0["delivery"] as? String == "undelivered" }
      #expect(accepted > 0 && rest > 0)
      // What is told as accepted is there, and what is not is in the other file.
      let status = try Program.run(["outbox", "list", "--outbox", box, "--json"])
      #expect(Self.objects(status.text).count == accepted, "\(status.errors)")
      let kept = try String(contentsOf: folder.appending(path: "rest"), encoding: .utf8).split(
        separator: "\n"
      ).count
      #expect(kept == rest)
    }
  }

  // MARK: The configuration's outbox

  /// ConfiguringNotilua: `outbox.path` is "the file of the outbox, as with `--outbox`".
  @Test(arguments: [[], ["--emit", "deliveries"]]) func theOutboxOfTheConfigurationIsTheFlags(
    _ arguments: [String]
  ) throws {
    try Program.withFolder { folder in
      try "outbox: { path: box }\n".write(
        to: folder.appending(path: "notilua.yaml"), atomically: true, encoding: .utf8)
      let lines = (1...3).map { Self.line($0) + "\n" }.joined()
      let outbox = folder.appending(path: "other").path
      let configured = try Program.run(
        ["run", "--no-plugins", "--quiet"] + arguments, input: Data(lines.utf8), in: folder)
      let flagged = try Program.run(
        ["run", "--no-plugins", "--quiet", "--outbox", outbox] + arguments, input: Data(lines.utf8),
        in: folder)
      #expect(configured.status == 0 && flagged.status == 0, "\(configured.errors)\(flagged.errors)")
      // A promise for each, and no payload besides.
      #expect(configured.text.split(separator: "\n").count == 3)
      #expect(configured.text.split(separator: "\n").allSatisfy { $0.contains(#""delivery":"accepted""#) })
      #expect(!configured.text.contains("payload"))
      func shape(_ text: String) -> String { text.replacing(/"apns_id":"[^"]*"/, with: "") }
      #expect(shape(configured.text) == shape(flagged.text))
      let box = folder.appending(path: "box").path
      #expect(FileManager.default.fileExists(atPath: box))
      #expect(
        try Program.run(["outbox", "status", "--outbox", box]).text
          == Program.run(["outbox", "status", "--outbox", outbox]).text.replacing(outbox, with: box))
    }
  }

  /// RunCommand's help: `--emit payloads` is what is written, with a sink or without one.
  @Test func payloadsBesideAnOutboxAreThoseOfAFilter() throws {
    try Program.withFolder { folder in
      let box = folder.appending(path: "box").path
      let chain = ["run", "--quiet", "--plugin", "plugins/mask-digits"]
      // The last line has no newline, nor has it in the output.
      let input = Data((1...50).map { Self.line($0) }.joined().dropLast().utf8)
      let filter = try Program.run(chain, input: input)
      let beside = try Program.run(chain + ["--outbox", box, "--emit", "payloads"], input: input)
      #expect(filter.status == 0 && beside.status == 0, "\(filter.errors)\(beside.errors)")
      #expect(beside.text == filter.text && !filter.text.contains("123456"))
      let kept = Self.objects(try Self.outbox(folder, "export").text)
      #expect(kept.count == 50)
      for (kept, written) in zip(kept, Self.objects(filter.text)) {
        #expect(kept["payload"] as? NSDictionary == written["payload"] as? NSDictionary)
      }
    }
  }
}
