import Foundation
import Testing

/// `notilua run --metrics`.
struct MetricsFileTests {
  /// The samples of a file, by name and labels.
  private static func samples(_ path: URL) throws -> [String: Double] {
    let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").filter {
      !$0.hasPrefix("#")
    }
    return try Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let space = try #require(line.lastIndex(of: " "))
        return (String(line[..<space]), try #require(Double(line[space...].dropFirst())))
      })
  }

  /// The name of a sample's metric.
  private static func metric(_ sample: String) -> String {
    let name = String(sample.prefix { $0 != "{" })
    return name.replacing(/_(bucket|sum|count)$/, with: "")
  }

  /// The metrics of the guide, with their types.
  private static func documented() throws -> [String: String] {
    let page = try GuidePage("WatchingItRun").text
    return Dictionary(
      uniqueKeysWithValues: page.matches(of: /\n\| `([a-z_]+)` \| ([a-z]+) \|/).map {
        (String($0.1), String($0.2))
      })
  }

  /// The metrics that are no 0 in a run that does nothing.
  private static let present: Set = [
    "notilua_build_info", "notilua_worker_memory_bytes", "notilua_worker_cpu_seconds_total",
    "notilua_outbox_bytes", "notilua_outbox_free_bytes", "notilua_outbox_commit_seconds",
  ]

  private static func run(_ arguments: [String], in folder: URL, input: String = "") throws -> (
    ended: Program.Ended, samples: [String: Double]
  ) {
    let file = folder.appending(path: "m.prom")
    let ended = try Program.run(["run", "--metrics", file.path] + arguments, input: input)
    return (ended, try samples(file))
  }

  @Test func everySeriesOfTheGuideIsThereAtZero() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let box = [
        "--outbox", folder.appending(path: "box").path, "--sink", "apns", "--plugin", "plugins/recall",
      ]
      let (ended, samples) = try Self.run(box + simulator.flags, in: folder)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(Set(samples.keys.map(Self.metric)) == Set(try Self.documented().keys))
      for (sample, value) in samples where sample.hasPrefix("notilua_") {
        #expect(sample.contains("run=\"m\""))
        let isPresent = Self.present.contains(Self.metric(sample)) || sample.contains("credential_expiry")
        #expect(isPresent || value == 0, "\(sample) \(value)")
      }
      #expect(samples[#"notilua_plugin_faults_total{run="m",plugin="recall",kind="crash"}"#] == 0)
      #expect(
        samples[
          #"notilua_apns_responses_total{run="m",topic="other",environment="production",status="410",reason="Unregistered"}"#
        ] == 0)
      let types = try String(contentsOf: folder.appending(path: "m.prom"), encoding: .utf8)
        .matches(of: /# TYPE (\S+) (\S+)/).map { (String($0.1), String($0.2)) }
      #expect(try Dictionary(uniqueKeysWithValues: types) == Self.documented())
    }
  }

  /// A run with drops, faults, refusals and tokens that are gone, against what its summary says to people.
  @Test func theNumbersAreThoseOfTheSummary() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "p.lua")
      try """
      return { did_receive = function(_, content)
        if content.body == "drop" then return notilua.drop("x") end
        if content.body == "fault" then error("no") end
        content.title = "seen"
      end }
      """.write(to: plugin, atomically: true, encoding: .utf8)
      let tokens = [PushLine.token("bad04100"), PushLine.token("bad04000"), PushLine.token("bad04130")]
      func push(_ number: Int, _ body: String, _ token: String? = nil) -> String {
        PushLine.line(number, token: token ?? PushLine.token("ab\(number)"))
          .replacing(/"alert":"[^"]*"/, with: "\"alert\":\"\(body)\"")
      }
      let lines =
        (0..<20).map { push(10 + $0, "text") } + (0..<3).map { push(40 + $0, "drop") }
        + (0..<2).map { push(50 + $0, "fault") } + tokens.enumerated().map { push(60 + $0, "text", $1) }
        + ["no notification", #"{"aps":{"alert":"no token"}}"#]
      let arguments = ["--plugin", plugin.path, "--sink", "apns", "--retry-for", "2s"] + simulator.flags
      let (ended, samples) = try Self.run(arguments, in: folder, input: lines.map { $0 + "\n" }.joined())
      #expect(
        ended.errors.contains("30 lines, 26 passed on, 24 of them changed, 3 dropped, 1 rejected, 2 faults"))
      #expect(ended.errors.contains("the sink took 22, refused 4"))
      let value = { (name: String, labels: String) in
        samples["\(name){run=\"m\"\(labels.isEmpty ? "" : ",")\(labels)}"]
      }
      #expect(value("notilua_received_total", "") == 30)
      for (outcome, count) in [
        ("dropped", 3), ("rejected", 1), ("delivered", 22), ("refused", 4), ("accepted", 0),
        ("undelivered", 0),
      ] {
        #expect(value("notilua_notifications_total", "outcome=\"\(outcome)\"") == Double(count), "\(outcome)")
      }
      #expect(value("notilua_plugin_runs_total", "plugin=\"p\"") == 29)
      #expect(value("notilua_plugin_changes_total", "plugin=\"p\"") == 24)
      #expect(value("notilua_plugin_drops_total", "plugin=\"p\"") == 3)
      #expect(value("notilua_plugin_faults_total", "plugin=\"p\",kind=\"error\"") == 2)
      let timed = value("notilua_plugin_duration_seconds_count", "plugin=\"p\"") ?? 0
      #expect(timed >= 29 / 8 && timed <= 29)
      #expect(value("notilua_end_to_end_seconds_count", "") == 26)
      // The simulator's journal has what it has accepted.
      let responses = samples.filter { $0.key.hasPrefix("notilua_apns_responses_total{") && $0.value > 0 }
      #expect(responses.filter { $0.key.contains("status=\"200\"") }.values.reduce(0, +) == 22.0)
      #expect(simulator.journal.count == 22)
      for reason in ["Unregistered", "BadDeviceToken", "PayloadTooLarge"] {
        #expect(
          responses.filter { $0.key.contains("reason=\"\(reason)\"") }.values.reduce(0, +) == 1.0, "\(reason)"
        )
      }
      #expect(value("notilua_apns_request_seconds_count", "") == 25)
      #expect(value("notilua_apns_failures_total", "reason=\"MissingDeviceToken\"") == 1)
      #expect(value("notilua_device_removals_total", "reason=\"Unregistered\"") == 1)
      #expect(value("notilua_device_removals_total", "reason=\"BadDeviceToken\"") == 1)
      let text = try String(contentsOf: folder.appending(path: "m.prom"), encoding: .utf8)
      #expect(
        !text.contains("bad0") && !text.contains("ab10") && !text.contains("m10") && !text.contains("seen"))
    }
  }

  @Test func anOutboxIsCountedToItsEnd() throws {
    try Program.withFolder { folder in
      let box = folder.appending(path: "box").path
      let lines = (1...5).map { PushLine.line($0) + "\n" }.joined()
      let (accepted, samples) = try Self.run(["--no-plugins", "--outbox", box], in: folder, input: lines)
      #expect(accepted.status == 0)
      #expect(samples[#"notilua_notifications_total{run="m",outcome="accepted"}"#] == 5)
      #expect(samples[#"notilua_outbox_waiting{run="m",state="queued"}"#] == 5)
      #expect(samples[#"notilua_outbox_commit_seconds_count{run="m"}"#].map { $0 >= 1 } == true)
      #expect(samples[#"notilua_outbox_free_bytes{run="m"}"#].map { $0 > 1e6 } == true)
      let simulator = try Simulator()
      let (delivered, after) = try Self.run(
        ["--no-plugins", "--outbox", box, "--sink", "apns"] + simulator.flags, in: folder)
      #expect(delivered.status == 0, "\(delivered.errors)")
      #expect(after[#"notilua_notifications_total{run="m",outcome="delivered"}"#] == 5)
      #expect(after[#"notilua_outbox_waiting{run="m",state="queued"}"#] == 0)
      // From the commit of the first run: they were accepted before this process was there.
      #expect(after[#"notilua_end_to_end_seconds_count{run="m"}"#] == 5)
    }
  }

  @Test func aWorkerThatIsKilledIsCountedAsKilled() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "m.prom")
      let process = Program.process(
        ["run", "-q", "--workers", "1", "--plugin", "plugins/recall", "--metrics", file.path])
      let input = Pipe()
      process.standardInput = input
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      #expect(Program.wait { FileManager.default.fileExists(atPath: file.path) })
      let worker = try #require(Program.children(of: process.processIdentifier).first)
      #expect(kill(worker, SIGKILL) == 0)
      #expect(
        Program.wait { Program.children(of: process.processIdentifier).first.map { $0 != worker } ?? false })
      try input.fileHandleForWriting.write(contentsOf: Data(FilterRun.line("text").utf8))
      try input.fileHandleForWriting.close()
      process.waitUntilExit()
      let samples = try Self.samples(file)
      for cause in ["timeout", "killed", "sandbox", "crash", "exit", "invalid"] {
        let count = samples["notilua_worker_restarts_total{run=\"m\",cause=\"\(cause)\"}"]
        #expect(count == (cause == "killed" ? 1 : 0), "\(cause)")
      }
    }
  }

  @Test func theFileIsReplacedAsAWholeForEveryone() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "m.prom")
      try Data("old".utf8).write(to: file)
      let command =
        "umask 077; exec \(Program.folder.path)/notilua run -q --no-plugins --metrics \(file.path)"
      #expect(try Program.run(["-c", command], program: "/bin/sh").status == 0)
      let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
      #expect(attributes[.posixPermissions] as? Int == 0o644)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["m.prom"])
      let text = try String(contentsOf: file, encoding: .utf8)
      #expect(text.hasPrefix("# HELP ") && text.hasSuffix("\n"))
    }
  }

  @Test func aRunGoesOnWhereTheFileCannotBeWritten() throws {
    try Program.withFolder { folder in
      let path = folder.appending(path: "none/m.prom").path
      let line = FilterRun.line("text")
      let ended = try Program.run(["run", "-q", "--no-plugins", "--metrics", path], input: line)
      #expect(ended.status == 0 && ended.text == line)
      #expect(ended.errors.contains("--metrics '\(path)': No such file or directory"))
      // A folder in its place: nothing is left beside it.
      let place = folder.appending(path: "folder.prom")
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let other = try Program.run(["run", "-q", "--no-plugins", "--metrics", place.path], input: line)
      #expect(other.status == 0 && other.text == line && other.errors.contains("--metrics"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["folder.prom"])
    }
  }

  @Test func aNameThatNobodyReadsIsRefused() throws {
    let ended = try Program.run(["run", "--no-plugins", "--metrics", "metrics.txt"], input: "")
    #expect(ended.status == 64)
    #expect(ended.errors.contains("does not end in .prom") && ended.errors.contains("metrics.txt.prom"))
  }

  @Test func noOtherFileOfTheRunIsReplaced() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in.prom")
      try Data(FilterRun.line("text").utf8).write(to: file)
      let ended = try Program.run(["run", "--no-plugins", "--metrics", file.path, file.path], input: "")
      #expect(ended.status == 64 && ended.errors.contains("--metrics"))
      #expect(try String(contentsOf: file, encoding: .utf8) == FilterRun.line("text"))
    }
  }
}
