import Foundation
import Testing

/// The output of a run, where it cannot be written.
struct RunOutputTests {
  @Test func aFullDiskEndsTheRunWithItsPlace() throws {
    let process = Program.process([
      "run", "--plugin", "plugins/recall", "examples/1-first-filter/payloads.ndjson",
    ])
    let errors = Pipe()
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
    process.standardError = errors
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
    let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    #expect(
      text
        == "notilua: the output: No space left on device; no line was written whole, so empty the output and"
        + " go on at examples/1-first-filter/payloads.ndjson:1\n")
  }

  @Test func aClosedPipeEndsTheRunQuietly() throws {
    let process = Program.process(["run", "--plugin", "plugins/recall"])
    let (input, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{}}\n".utf8))
    #expect(try output.fileHandleForReading.read(upToCount: 11)?.count == 11)
    try output.fileHandleForReading.close()
    try input.fileHandleForWriting.write(contentsOf: Data("{\"aps\":{}}\n".utf8))
    process.waitUntilExit()
    #expect(process.terminationStatus == 74)
    #expect(errors.fileHandleForReading.readDataToEndOfFile().isEmpty)
  }

  @Test func whatHasNoPlaceToGoIsSaidAtOnce() throws {
    let none = try Program.run(
      ["run", "--plugin", "plugins/recall", "examples/1-first-filter/payloads.ndjson", "nowhere"], input: "")
    #expect(none.status == 66)
    #expect(none.output.isEmpty)
    #expect(
      none.errors == "notilua: 'nowhere': No such file or directory; check the path and who may read it\n")
    for command in [["manual"], ["check", "--plugins", "plugins"]] {
      let process = Program.process(command)
      process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: "/dev/full"))
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 74)
    }
  }

  @Test func aRunWithoutStandardFilesFailsAndDoesNotCrash() throws {
    let command = "\(Program.folder.path)/notilua run --plugin plugins/recall README.md >&- 2>&- <&-; echo $?"
    let shell = Process()
    shell.executableURL = URL(fileURLWithPath: "/bin/sh")
    shell.arguments = ["-c", command]
    shell.currentDirectoryURL = Program.root
    let output = Pipe()
    shell.standardOutput = output
    try shell.run()
    shell.waitUntilExit()
    // The first payload that the README shows has nowhere to go.
    #expect(String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) == "74\n")
  }
}
