import Foundation
import Testing

/// What is read is not written, and no file has two writers.
struct RunPlacesTests {
  @Test func whatIsReadIsNotWritten() throws {
    try Program.withFolder { folder in
      let file = folder.appending(path: "in").path
      try FilterRun.line("x").write(toFile: file, atomically: true, encoding: .utf8)
      for option in ["--audit", "--rejects"] {
        let ended = try Program.run(FilterRun.plain + [option, file, file], input: "")
        #expect(ended.status == 64)
        #expect(
          ended.errors == "notilua: \(option) '\(file)' is also an input; give it a file of its own\n")
      }
      #expect(try Program.run(FilterRun.plain + ["--audit", "-", file], input: "").status == 64)
      let process = Program.process(["run", "--plugin", "plugins/recall", file])
      process.standardOutput = FileHandle(forWritingAtPath: file)
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      #expect(process.terminationStatus == 64)
      #expect(try String(contentsOfFile: file, encoding: .utf8) == FilterRun.line("x"))
    }
  }
}
