import Foundation
import Testing

/// A program that has Notilua as a library keeps its own way with signals.
struct LibraryProgramTests {
  /// signal(7): what SIGPIPE does by default is to end the process, and a library has not to change that.
  @Test func aWorkerThatReadsNothingIsAnErrorAndNoSignal() throws {
    try Program.withFolder { folder in
      let plugin = folder.appending(path: "plugins/mask-digits")
      try FileManager.default.createDirectory(at: plugin, withIntermediateDirectories: true)
      // More than a pipe holds, so that the rest is written to one that nobody reads.
      let code = "-- " + String(repeating: "x", count: 200_000) + "\nreturn {}"
      try Data(code.utf8).write(to: plugin.appending(path: "init.lua"))
      let worker = folder.appending(path: "worker")
      try Data("#!/bin/sh\nexec 0<&-\nexec sleep 0.1\n".utf8).write(to: worker)
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: worker.path)
      let program = Program.folder.appending(path: "SwiftProgram").path
      let ended = try Program.run(
        ["--default-signal=PIPE", program], program: "/usr/bin/env",
        environment: ["NOTILUA_WORKER": worker.path],
        in: folder)
      #expect(!ended.wasSignaled || ended.status != SIGPIPE)
      #expect(ended.errors.contains("the worker"), "\(ended.status) \(ended.errors)")
    }
  }
}
