import Foundation
import Testing

/// `notilua run --sink apns` and `notilua send`, against the simulator.
struct SinkTests {
  private static func objects(_ text: String) -> [[String: Any]] {
    text.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  @Test func everythingArrivesFiltered() throws {
    let simulator = try Simulator()
    let count = 3000
    let ended = try Program.run(
      ["run", "--plugin", "plugins/mask-digits", "--sink", "apns"] + simulator.flags,
      input: (1...count).map { PushLine.line($0) + "\n" }.joined())
    #expect(ended.status == 0, "\(ended.errors)")
    #expect(ended.errors.contains("notilua: the sink took 3,000\n"))
    let told = Self.objects(ended.text)
    #expect(told.count == count)
    #expect(told.allSatisfy { $0["delivery"] as? String == "delivered" })
    let journal = simulator.journal
    #expect(Set(journal.compactMap { $0["token"] as? String }).count == count)
    #expect(
      Set(journal.compactMap { $0["apns_id"] as? String })
        == Set(told.compactMap { $0["apns_id"] as? String }))
    for push in journal {
      let aps = (push["payload"] as? [String: Any])?["aps"] as? [String: Any]
      #expect(aps?["alert"] as? String == "Code ******")
    }
    // What says what became of a push is no place for its token.
    #expect(!ended.text.contains(PushLine.token("ab").prefix(20)) && !ended.errors.contains("abab0"))
  }

  @Test func whatIsRefusedIsTold() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let gone = folder.appending(path: "gone.ndjson")
      let later = folder.appending(path: "later.ndjson")
      let lines = [
        PushLine.line(1), PushLine.line(2, token: PushLine.token("bad04100")),
        PushLine.line(3, token: PushLine.token("bad04000")),
        PushLine.line(4, token: PushLine.token("bad04130")),
        PushLine.line(5, token: PushLine.token("bad05030")),
        #"{"aps":{"alert":"no token"}}"#, PushLine.line(7, token: PushLine.token("bad00003")),
      ]
      let ended = try Program.run(
        [
          "run", "--no-plugins", "--sink", "apns", "--retry-for", "2s", "--feedback", gone.path,
          "--undelivered",
          later.path,
        ] + simulator.flags, input: lines.map { $0 + "\n" }.joined())
      #expect(ended.status == 1)
      var fates: [String: String] = [:]
      for told in Self.objects(ended.text) {
        let place = (told["place"] as? String ?? "").split(separator: ":").last.map(String.init) ?? ""
        #expect(fates.updateValue("\(told["delivery"] ?? "") \(told["reason"] ?? "")", forKey: place) == nil)
      }
      #expect(
        fates == [
          "1": "delivered ", "2": "refused Unregistered", "3": "refused BadDeviceToken",
          "4": "refused PayloadTooLarge", "5": "undelivered ServiceUnavailable",
          "6": "refused MissingDeviceToken",
          "7": "undelivered RefusedStream",
        ])
      let events = Self.objects(try String(contentsOf: gone, encoding: .utf8))
      #expect(Set(events.compactMap { $0["reason"] as? String }) == ["Unregistered", "BadDeviceToken"])
      #expect(
        events.contains {
          $0["device_token"] as? String == PushLine.token("bad04100") && $0["timestamp"] is Int
        })
      let kept = Self.objects(try String(contentsOf: later, encoding: .utf8))
      #expect(Set(kept.compactMap { $0["id"] as? String }) == ["m5", "m7"])
      // What was kept can be pushed again, and has its apns-id still.
      let ids = Set(kept.compactMap { ($0["headers"] as? [String: Any])?["apns-id"] as? String })
      #expect(ids.count == 2)
      for path in [gone, later] {
        let mode = try FileManager.default.attributesOfItem(atPath: path.path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
      }
      #expect(!ended.errors.contains("bad0") && !ended.text.contains("bad0"))
    }
  }

  @Test func anOversizedLineDoesNotWaitForRetries() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let lines = [
        PushLine.line(1, token: PushLine.token("bad04290")), String(repeating: "x", count: 3 << 20),
        PushLine.line(2),
      ]
      let process = Program.process(
        [
          "run", "--no-plugins", "--sink", "apns", "--retry-for", "50s", "--rejects",
          folder.appending(path: "rejects").path,
        ] + simulator.flags)
      let input = folder.appending(path: "in.ndjson")
      try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: input)
      process.standardInput = try FileHandle(forReadingFrom: input)
      process.standardOutput = Pipe()
      process.standardError = Pipe()
      try process.run()
      // The line behind is delivered while the first waits for half a minute.
      #expect(Program.wait(seconds: 10) { simulator.journal.count == 1 })
      process.interrupt()
      process.waitUntilExit()
    }
  }

  @Test func aServerThatComesBackGetsWhatWaited() throws {
    // Another simulator at the same port, in the middle of the run.
    let first = try Simulator()
    let count = 200
    try Program.withFolder { folder in
      let process = Program.process(
        ["run", "--no-plugins", "--sink", "apns", "--retry-for", "60s"] + first.flags)
      let input = Pipe()
      process.standardInput = input
      let output = folder.appending(path: "out")
      _ = FileManager.default.createFile(atPath: output.path, contents: nil)
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = FileHandle.nullDevice
      try process.run()
      func give(_ numbers: ClosedRange<Int>) {
        input.fileHandleForWriting.write(Data(numbers.map { PushLine.line($0) + "\n" }.joined().utf8))
      }
      give(1...100)
      #expect(Program.wait { first.journal.count == 100 })
      let port = first.port
      first.stop()
      give(101...count)
      usleep(300_000)
      let second = try Simulator(["--port", "\(port)"])
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      #expect(process.terminationStatus == 0)
      #expect(second.journal.count == 100)
      let told = Self.objects(try String(contentsOf: output, encoding: .utf8))
      #expect(told.count == count && told.allSatisfy { $0["delivery"] as? String == "delivered" })
    }
  }

  @Test(arguments: [1, 2]) func aStopLosesNothing(_ signals: Int) throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let later = folder.appending(path: "later.ndjson")
      let output = folder.appending(path: "out")
      _ = FileManager.default.createFile(atPath: output.path, contents: nil)
      let process = Program.process(
        ["run", "--no-plugins", "--sink", "apns", "--undelivered", later.path, "--retry-for", "60s"]
          + simulator.flags)
      let input = Pipe()
      process.standardInput = input
      process.standardOutput = try FileHandle(forWritingTo: output)
      process.standardError = FileHandle.nullDevice
      try process.run()
      let lines =
        (1...50).map { PushLine.line($0) }
        + (51...60).map { PushLine.line($0, token: PushLine.token("bad00001", $0)) }
      input.fileHandleForWriting.write(Data(lines.map { $0 + "\n" }.joined().utf8))
      #expect(Program.wait { simulator.journal.count == 50 })
      for _ in 0..<signals {
        process.terminate()
        usleep(300_000)
      }
      #expect(Program.wait(seconds: 40) { !process.isRunning })
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
      let told = Self.objects(try String(contentsOf: output, encoding: .utf8))
      let kept = Self.objects(try String(contentsOf: later, encoding: .utf8))
      #expect(kept.count == 10)
      #expect(Set(kept.compactMap { $0["id"] as? String }) == Set((51...60).map { "m\($0)" }))
      #expect(told.count { $0["delivery"] as? String == "delivered" } == 50)
    }
  }

  @Test func aBadCredentialIsNamed() throws {
    let simulator = try Simulator()
    let ended = try Program.run(
      ["run", "--no-plugins", "--sink", "apns"] + simulator.flags,
      input: PushLine.line(1, token: PushLine.token("bad04030")) + "\n" + PushLine.line(2) + "\n")
    #expect(ended.status == 1)
    #expect(ended.errors.contains("InvalidProviderToken"))
    #expect(ended.errors.contains("(sandbox): nothing is sent"))
  }

  @Test(arguments: [
    (["--sink", "smoke"], "use apns"), (["--undelivered", "x"], "add --sink apns"),
    (["--emit", "deliveries"], "add --sink apns"),
    (["--sink", "apns", "--server", "localhost"], "HOST:PORT"),
    (["--sink", "apns", "--server", "localhost:99999"], "HOST:PORT"),
    (["--sink", "apns", "--environment", "test"], "sandbox or production"),
    (["--sink", "apns", "--retry-for", "soon"], "write it as"),
    (["--sink", "apns", "--feedback", "a", "--feedback-command", "b"], "exclude each other"),
    (["--sink", "apns", "--credentials", "/nonexistent"], "notilua credentials add"),
    (["--sink", "apns", "--trust", "/nonexistent"], "check the path"),
    (["--no-plugins", "--plugin", "plugins/recall"], "excludes"),
  ])
  func wrongFlagsAreOneSentence(_ arguments: [String], _ part: String) throws {
    let ended = try Program.run(["run"] + arguments, input: "")
    #expect(ended.status == 64)
    #expect(ended.errors.contains(part), "\(ended.errors)")
    #expect(ended.errors.split(separator: "\n").count == 1)
  }

  // MARK: send

  private func send(_ simulator: Simulator, _ arguments: [String]) throws -> Program.Ended {
    try Program.run(["send"] + simulator.flags + arguments)
  }

  @Test(arguments: ["key", "certificate"]) func onePushIsShown(_ credential: String) throws {
    let simulator = try Simulator()
    let ended = try send(
      simulator,
      [
        "--credential", credential, "--device-token", PushLine.token("ab"), "--topic", "com.example.app",
        "--alert",
        "Hello \"you\"", "--priority", "10", "--collapse-id", "c1",
      ])
    #expect(ended.status == 0, "\(ended.text)")
    for part in [
      "127.0.0.1", "sandbox", "com.example.app", "apns-collapse-id  c1",
      #"{"aps":{"alert":"Hello \"you\""}}"#,
      "apns-unique-id", "APNs took it",
    ] { #expect(ended.text.contains(part), "\(part) is not in \(ended.text)") }
    #expect(!ended.text.contains(PushLine.token("ab")))
    #expect(ended.text.contains("eyJ") == false)
    #expect(simulator.journal.count == 1)
  }

  @Test(arguments: [
    ("bad04100", "410 Unregistered"), ("bad04030", "403 InvalidProviderToken"), ("bad00006", "Shutdown"),
    ("bad00005", "There was no answer"), ("bad00008", "400"),
  ])
  func aFailureSaysWhatToDo(_ prefix: String, _ part: String) throws {
    let simulator = try Simulator()
    let ended = try send(
      simulator,
      [
        "--credential", "key", "--device-token", PushLine.token(prefix), "--topic", "com.example.app",
        "--alert",
        "x",
      ])
    #expect(ended.status == 1)
    #expect(ended.text.contains(part) && ended.text.contains("To do: "), "\(ended.text)")
  }

  @Test func anEnvelopeIsSentAsItIs() throws {
    let simulator = try Simulator()
    let ended = try Program.run(
      ["send"] + simulator.flags + ["--credential", "key"],
      input: PushLine.line(1, headers: #","apns-priority":"5""#))
    #expect(ended.status == 0, "\(ended.text)\(ended.errors)")
    #expect("\(simulator.journal.first?["priority"] ?? "")" == "5")
    let none = try Program.run(["send"] + simulator.flags, input: "nonsense")
    #expect(none.status == 66, "\(none.errors)")
    #expect(none.errors.contains("stdin:1:1: not a value as JSON writes it"), "\(none.errors)")
    let empty = try Program.run(["send"] + simulator.flags, input: "")
    #expect(empty.status == 66 && empty.errors.contains("give --alert TEXT"), "\(empty.errors)")
    let nobody = try send(simulator, ["--credential", "nobody", "--alert", "x"])
    #expect(nobody.status == 64 && nobody.errors.contains("there are"))
  }
}
