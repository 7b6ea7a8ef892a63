import Foundation
import Testing

/// A command of the operator's that reads lines of a run.
struct CommandPipeTests {
  @Test func gonedTokensGoToACommand() throws {
    let simulator = try Simulator()
    try Program.withFolder { folder in
      let path = folder.appending(path: "seen").path
      let ended = try Program.run(
        [
          "run", "--no-plugins", "--sink", "apns", "--feedback-command",
          "cat > \(path); echo \"${NOTILUA_SEALING_KEY-none}\" >> \(path)",
        ] + simulator.flags, input: Data((PushLine.line(1, token: PushLine.token("bad04100")) + "\n").utf8),
        environment: ["NOTILUA_SEALING_KEY": String(repeating: "ab", count: 32)])
      #expect(ended.status == 0, "\(ended.errors)")
      let seen = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      #expect(seen.count == 2 && seen[0].contains("Unregistered") && seen[1] == "none")
      let failed = try Program.run(
        ["run", "--no-plugins", "--sink", "apns", "--feedback-command", "exit 3"] + simulator.flags,
        input: PushLine.line(1) + "\n")
      #expect(failed.status == 74)
      #expect(failed.errors.contains("--feedback-command ended with status 3"))
    }
  }

  /// POSIX: of a child of a process that ignores SIGCHLD no status is kept; who starts the program may ignore it.
  @Test func aCommandsEndIsSeenWhereSIGCHLDWasIgnored() throws {
    let simulator = try Simulator()
    let ended = try Program.run(
      [
        "--kill-after=1", "60", "env", "--ignore-signal=CHLD", Program.folder.appending(path: "notilua").path,
        "run", "--no-plugins", "--sink", "apns", "--feedback-command", "exit 3",
      ] + simulator.flags, input: Data((PushLine.line(1) + "\n").utf8), program: "/usr/bin/timeout")
    #expect(ended.status == 74, "\(ended.errors)")
    #expect(ended.errors.contains("--feedback-command ended with status 3"), "\(ended.errors)")
  }

  @Test func aCommandThatDoesNotEndIsLeftBehind() throws {
    let simulator = try Simulator()
    let process = Program.process(
      ["run", "--no-plugins", "--sink", "apns", "--feedback-command", "exec sleep 60"] + simulator.flags)
    let input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = Pipe()
    try process.run()
    input.fileHandleForWriting.write(Data((PushLine.line(1) + "\n").utf8))
    _ = output.fileHandleForReading.availableData
    process.interrupt()
    usleep(300_000)
    process.interrupt()
    #expect(Program.wait(seconds: 5) { !process.isRunning })
    if process.isRunning { kill(process.processIdentifier, SIGKILL) }
  }
}
