import DesktopTesting
import Foundation
import Testing

/// A run that shows notifications at a server of the test's own, until it is ended.
final class DesktopRun {
  let server: FakeServer
  private let process: Process
  private let input = Pipe()
  private let errors: URL

  /// Starts `notilua run --sink desktop --follow` in a folder.
  init(
    _ arguments: [String], _ folder: URL, hasPlugins: Bool = false, environment: [String: String] = [:]
  ) throws {
    server = try FakeServer()
    errors = folder.appending(path: "errors")
    try Data().write(to: errors)
    process = Program.process(
      (hasPlugins ? ["run"] : ["run", "--no-plugins"])
        + ["--quiet", "--sink", "desktop", "--follow"] + arguments,
      environment: environment.merging(["DBUS_SESSION_BUS_ADDRESS": server.address]) { $1 })
    process.currentDirectoryURL = folder
    process.standardInput = input
    process.standardOutput = FileHandle.nullDevice
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  /// Writes a line to the run's input.
  func push(_ line: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
  }

  /// What it has said so far.
  var said: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

  /// Moves the server on until a condition holds.
  func until(_ condition: () -> Bool) throws {
    let end = Date().addingTimeInterval(20)
    while !condition() {
      try #require(Date() < end && process.isRunning, "\(said)")
      server.turn()
      usleep(1000)
    }
  }

  /// Ends it by signals, and returns its status and what it said.
  func end(signals: Int = 1) throws -> (status: Int32, errors: String) {
    for _ in 0..<signals {
      kill(process.processIdentifier, SIGINT)
      // Two that come together are one.
      usleep(100_000)
    }
    let hasEnded = Program.wait(seconds: 20) {
      server.turn()
      return !process.isRunning
    }
    try #require(hasEnded, "\(said)")
    return (process.terminationStatus, said)
  }
}
