import DesktopTesting
import Foundation
import Testing

/// A stop ends at most ten seconds after its signal, whatever holds the run up, and ends by the signal itself.
///
/// systemd.kill(5) and docker-stop(1) send SIGTERM once, and SIGKILL to what is still there; docker after ten seconds.
struct StopTests {
  fileprivate static let limit = 10.0

  /// A run that is told to stop once.
  private final class StoppedRun {
    let process: Process
    let input = Pipe()
    let output = Pipe()
    private let errors: URL

    init(_ arguments: [String], _ folder: URL, environment: [String: String] = [:]) throws {
      errors = folder.appending(path: "errors")
      try Data().write(to: errors)
      process = Program.process(["run"] + arguments, environment: environment)
      process.standardInput = input
      process.standardOutput = output
      process.standardError = try FileHandle(forWritingTo: errors)
      // A run that has ended does not end the tests.
      signal(SIGPIPE, SIG_IGN)
      try process.run()
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    var said: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    /// Waits until it waits for something, and not for the processor.
    func untilItWaits() throws {
      try until { Self.state(of: process.processIdentifier) == "S" }
      usleep(300_000)
    }

    func until(_ condition: () -> Bool) throws {
      let holds = Program.wait(seconds: 60, condition)
      try #require(holds, "\(said)")
    }

    /// Sends one signal, and expects the run to end by it in time.
    func stop(_ signal: Int32 = SIGTERM) throws {
      kill(process.processIdentifier, signal)
      let hasEnded = Program.wait(seconds: StopTests.limit) { !process.isRunning }
      try #require(hasEnded, "\(said)")
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal, "\(said)")
    }

    private static func state(of process: Int32) -> Substring? {
      let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
      return text?.split(separator: ") ").last?.prefix(1)
    }
  }

  private static func push(_ number: Int) -> String {
    let digits = String(number, radix: 16)
    let token = "ab" + String(repeating: "0", count: 62 - digits.count) + digits
    return
      #"{"id":"m\#(number)","device_token":"\#(token)","payload":{"aps":{"alert":"x"}},"headers":{"apns-topic":"com.example.app"}}"#
      + "\n"
  }

  private static func pipe(_ folder: URL, _ name: String) -> String {
    let path = folder.appending(path: name).path
    #expect(mkfifo(path, 0o600) == 0)
    return path
  }

  // MARK: Sources and files

  @Test(arguments: [[], ["/dev/null"]])
  func aPipeThatNobodyOpensIsNoReasonToStay(_ before: [String]) throws {
    try Program.withFolder { folder in
      let run = try StoppedRun(["--no-plugins", "--quiet"] + before + [Self.pipe(folder, "in")], folder)
      try run.until { !Program.children(of: run.process.processIdentifier).isEmpty }
      try run.untilItWaits()
      try run.stop()
    }
  }

  @Test(arguments: ["--audit", "--rejects"])
  func aFileThatNobodyReadsIsNoReasonToStay(_ option: String) throws {
    try Program.withFolder { folder in
      let run = try StoppedRun(["--no-plugins", option, Self.pipe(folder, "out")], folder)
      try run.untilItWaits()
      try run.stop()
    }
  }

  @Test(arguments: [SIGTERM, SIGINT])
  func aReaderThatDoesNotReadIsNoReasonToStay(_ signal: Int32) throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in")
      let line = "{\"aps\":{\"alert\":\"\(String(repeating: "x", count: 400))\"}}\n"
      try Data(String(repeating: line, count: 20_000).utf8).write(to: file)
      let run = try StoppedRun(["--no-plugins", file.path], folder)
      try run.untilItWaits()
      try run.stop(signal)
      #expect(run.said.contains("what was read after it is not written"), "\(run.said)")
    }
  }

  @Test func peopleWhoDoNotReadAreNoReasonToStay() throws {
    let process = Program.process(["run", "--no-plugins"])
    let (input, errors) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errors
    try process.run()
    defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
    // Each cause is of its own, and so each line is shown; together they are more than a pipe holds.
    let lines = (0..<3000).map { "{\"aps\":\(String(repeating: "x", count: $0 % 50))\($0)\n" }.joined()
    signal(SIGPIPE, SIG_IGN)
    Thread.detachNewThread {
      for _ in 0..<2000 { try? input.fileHandleForWriting.write(contentsOf: Data(lines.utf8)) }
    }
    usleep(2_000_000)
    kill(process.processIdentifier, SIGTERM)
    try #require(Program.wait(seconds: Self.limit) { !process.isRunning })
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
  }

  // MARK: The chain

  @Test func aWorkerThatHangsIsNoReasonToStay() throws {
    try Program.withFolder { folder in
      let run = try StoppedRun(["--no-plugins", "--workers", "1"], folder)
      try run.input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{}}\n".utf8))
      #expect(!run.output.fileHandleForReading.availableData.isEmpty)
      let worker = try #require(Program.children(of: run.process.processIdentifier).first)
      kill(worker, SIGSTOP)
      try run.input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{\"badge\":1}}\n".utf8))
      try run.untilItWaits()
      try run.stop()
      #expect(run.said.contains("plugins still run on what was read"), "\(run.said)")
      #expect(
        run.said.contains("stdin:1 is the last line written whole; what was read after it is not written"))
      #expect(Program.wait(seconds: 5) { kill(worker, 0) != 0 })
    }
  }

  // MARK: Queue and sink

  /// A server that refuses, one that says nothing, and one to which no connection comes about.
  @Test(arguments: ["refuses", "is silent", "is not there"])
  func aFullQueueIsNoReasonToStay(_ server: String) throws {
    let simulator = try Simulator()
    let listener = try SilentListener(takesConnections: server == "is silent")
    let port = server == "refuses" ? 1 : listener.port
    try Program.withFolder { folder in
      let later = folder.appending(path: "later")
      let plugin = folder.appending(path: "slow.lua")
      try "return { did_receive = function() local t = os.clock() + 0.0001 while os.clock() < t do end end }"
        .write(to: plugin, atomically: true, encoding: .utf8)
      let run = try StoppedRun(
        [
          "--plugin", plugin.path, "--sink", "apns", "--retry-for", "10m", "--undelivered", later.path,
          "--environment", "sandbox", "--credentials", simulator.store, "--server", "127.0.0.1:\(port)",
        ], folder)
      // The output is read, as a service's is.
      let output = run.output.fileHandleForReading
      Thread.detachNewThread { while !output.availableData.isEmpty {} }
      let writer = run.input.fileHandleForWriting
      Thread.detachNewThread {
        for number in 1...40_000 {
          guard (try? writer.write(contentsOf: Data(Self.push(number).utf8))) != nil else { return }
        }
      }
      // Longer than a queue takes to fill up where each attempt fails at once.
      usleep(4_000_000)
      try run.stop()
      // What the chain let through is kept, each once.
      let kept = try String(contentsOf: later, encoding: .utf8).split(separator: "\n")
      #expect(!kept.isEmpty && Set(kept).count == kept.count)
    }
  }

  @Test func anOutboxKeepsWhatADeadServerDidNotTake() throws {
    let simulator = try Simulator()
    let listener = try SilentListener()
    try Program.withFolder { folder in
      let outbox = folder.appending(path: "outbox").path
      let run = try StoppedRun(
        [
          "--no-plugins", "--sink", "apns", "--outbox", outbox, "--follow", "--environment", "sandbox",
          "--credentials", simulator.store, "--server", "127.0.0.1:\(listener.port)",
        ], folder)
      let count = 500
      try run.input.fileHandleForWriting.write(contentsOf: Data((1...count).map(Self.push).joined().utf8))
      var told = Data()
      while told.count(where: { $0 == 0x0A }) < count {
        told += run.output.fileHandleForReading.availableData
      }
      try run.stop()
      let status = try Program.run(["outbox", "list", "--limit", "1000", "--outbox", outbox], input: "")
      #expect(
        status.text.split(separator: "\n").count(where: { $0.contains("m") }) >= count, "\(status.text)")
    }
  }

  // MARK: Commands

  @Test func aCommandThatDoesNotEndIsNoReasonToStay() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let run = try StoppedRun(
        ["--no-plugins", "--sink", "apns", "--feedback-command", "exec sleep 60"] + simulator.flags, folder)
      try run.input.fileHandleForWriting.write(contentsOf: Data(Self.push(1).utf8))
      #expect(!run.output.fileHandleForReading.availableData.isEmpty)
      kill(run.process.processIdentifier, SIGTERM)
      // It was killed, and its status says so.
      try #require(Program.wait(seconds: Self.limit) { !run.process.isRunning }, "\(run.said)")
      #expect(run.process.terminationReason == .exit && run.process.terminationStatus == 74, "\(run.said)")
      #expect(run.said.contains("--feedback-command ended with status 137"), "\(run.said)")
    }
  }

  @Test(arguments: ["--response-command", "--response-url"])
  func aReceiverOfResponsesThatDoesNotEndIsNoReasonToStay(_ option: String) throws {
    let listener = try SilentListener()
    try Program.withFolder { folder in
      let receiver =
        option == "--response-command" ? "exec sleep 60" : "http://127.0.0.1:\(listener.port)/responses"
      let run = try DesktopRun([option, receiver], folder)
      try run.push(#"{"id":"a","payload":{"aps":{"alert":"x"}}}"#)
      try run.until { run.server.shown.count == 1 }
      run.server.invoke(1, "default")
      run.server.turn()
      usleep(300_000)
      let start = ContinuousClock.now
      let ended = try run.end()
      #expect(ContinuousClock.now - start < .seconds(Self.limit))
      #expect(ended.errors.contains("1 response not sent to"), "\(ended.errors)")
    }
  }
}
