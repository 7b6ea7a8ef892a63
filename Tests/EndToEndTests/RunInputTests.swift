import Foundation
import Testing

/// The inputs of a run: files, pipes, several of them.
struct RunInputTests {
  @Test func severalInputsAreOneStream() throws {
    try Program.withFolder { folder in
      let one = folder.appending(path: "one")
      let two = folder.appending(path: "two")
      try "{\"aps\":{\"badge\":1}}".write(to: one, atomically: true, encoding: .utf8)
      try "\u{FEFF}{\"aps\":{\"badge\":2}}\n".write(to: two, atomically: true, encoding: .utf8)
      let ended = try Program.run(FilterRun.plain + [one.path, "-", two.path], input: "{\"aps\":{}}")
      #expect(ended.text == "{\"aps\":{\"badge\":1}}\n{\"aps\":{}}\n{\"aps\":{\"badge\":2}}\n")
      let outcomes = try Program.run(FilterRun.plain + ["--emit", "outcomes", one.path, two.path], input: "")
      #expect(outcomes.text.contains("{\"input\":\"\(two.path)\",\"line\":1,"))
    }
  }

  /// A pipe that nobody writes to holds up neither what was read before it nor a stop.
  @Test func aPipeWithoutAWriterHoldsNothingUp() throws {
    try Program.withFolder { folder in
      let (input, pipe, output) = (
        folder.appending(path: "in"), folder.appending(path: "pipe"), folder.appending(path: "out")
      )
      try "{\"aps\":{}}\n".write(to: input, atomically: false, encoding: .utf8)
      try Data().write(to: output)
      #expect(mkfifo(pipe.path, 0o600) == 0)
      let process = Program.process(["run", "--no-plugins", "--quiet", input.path, pipe.path])
      process.standardInput = FileHandle.nullDevice
      process.standardOutput = try FileHandle(forWritingTo: output)
      try process.run()
      defer { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }
      #expect(Program.wait(seconds: 60) { (try? Data(contentsOf: output).count) == 11 })
      kill(process.processIdentifier, SIGTERM)
      try #require(Program.wait(seconds: 60) { !process.isRunning })
      #expect(process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGTERM)
    }
  }

  /// The writer of a pipe may come late, and go at once.
  @Test func aPipeIsReadToTheEndOfItsWriter() throws {
    try Program.withFolder { folder in
      let notilua = Program.folder.appending(path: "notilua").path
      let script = """
        mkfifo pipe
        (sleep 0.3; echo '{"aps":{"badge":1}}' > pipe) &
        timeout -k 1 60 '\(notilua)' run --no-plugins --quiet pipe < /dev/null
        """
      let ended = try Program.run(["-c", script], program: "/bin/bash", in: folder)
      #expect(ended.status == 0, "\(ended.errors)")
      #expect(ended.text == "{\"aps\":{\"badge\":1}}\n")
    }
  }
}
