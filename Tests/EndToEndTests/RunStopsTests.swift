import Foundation
import Testing

/// A run that is asked for its end by a signal.
struct RunStopsTests {
  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func aSignalFinishesWhatIsInFlight(_ signal: Int32) throws {
    let process = Program.process(["run", "--plugin", "plugins/recall"])
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{}}\n{\"aps\":{\"badge\":1}}\n".utf8))
    #expect(try output.fileHandleForReading.read(upToCount: 11)?.count == 11)
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    // By the signal itself, as systemd.service(5) calls it clean; a shell shows 128 and its number.
    #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == signal)
    #expect(output.fileHandleForReading.readDataToEndOfFile() == Data("{\"aps\":{\"badge\":1}}\n".utf8))
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(text.contains("; stdin:2 is the last line written whole\n"), "\(text)")
  }

  @Test func theSecondSignalEndsARunThatIsHeldUp() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in")
      let line = "{\"aps\":{\"alert\":\"\(String(repeating: "x", count: 400))\"}}\n"
      try Data(String(repeating: line, count: 20000).utf8).write(to: file)
      let process = Program.process(["run", "--plugin", "plugins/recall", file.path])
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      // Nobody reads: the pipe is full, and stays so.
      usleep(400_000)
      #expect(process.isRunning)
      #expect(Program.memory(of: process.processIdentifier) < 64)
      kill(process.processIdentifier, SIGINT)
      usleep(100_000)
      kill(process.processIdentifier, SIGINT)
      #expect(Program.wait(seconds: 5) { !process.isRunning })
      process.waitUntilExit()
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(text.contains("what was read after it is not written"), "\(text)")
    }
  }

  @Test func aStopDoesNotWaitForAllThatIsThere() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in")
      let line = FilterRun.line("slow")
      try Data(String(repeating: line, count: 200).utf8).write(to: file)
      let process = Program.process(
        ["run", "--workers", "1"] + (try FilterRun.slowPlugin(in: folder, seconds: 0.1)) + [file.path])
      let (output, errors) = (Pipe(), Pipe())
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      // It runs, and has 20 s to go.
      try #require(!output.fileHandleForReading.availableData.isEmpty)
      let start = Date()
      kill(process.processIdentifier, SIGINT)
      let rest = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      #expect(Date().timeIntervalSince(start) < 5)
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGINT)
      #expect(rest.isEmpty || rest.last == 0x0A)
      let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(text.contains("is the last line written whole"), "\(text)")
    }
  }
}
