import Foundation
import Testing

/// The exit status of `notilua ctl` is the truth, and its words name the socket.
struct CtlCommandTests {
  /// Runs a service without a front door as long as `body` does.
  private static func withService(_ arguments: [String], _ body: (String) throws -> Void) throws {
    try Program.withFolder { folder in
      let socket = folder.appending(path: "s").path
      let process = Program.process(["--socket", socket] + arguments, program: "ServiceProbe")
      process.standardError = FileHandle.nullDevice
      try process.run()
      defer {
        process.terminate()
        process.waitUntilExit()
      }
      try #require(Program.wait { FileManager.default.fileExists(atPath: socket) })
      try body(socket)
    }
  }

  @Test func aServiceThatHasNothingLeftDrains() throws {
    try Self.withService([]) { socket in
      let status = try Program.run(["ctl", "status", "--socket", socket])
      #expect(status.status == 0 && status.text.contains(#/^state +running since /#), "\(status.errors)")
      let drain = try Program.run(["ctl", "drain", "--socket", socket])
      #expect(drain.status == 0 && drain.text == "drained: nothing is left; the service can be stopped\n")
      let after = try Program.run(["ctl", "status", "--socket", socket])
      #expect(
        after.status == 1 && after.text.contains("not ready      the service drains\n"), "\(after.text)")
    }
  }

  @Test func whatIsLeftIsNotDone() throws {
    try Self.withService(["--left", "12"]) { socket in
      let drain = try Program.run(["ctl", "drain", "--timeout", "1", "--socket", socket])
      #expect(drain.status == 1)
      #expect(drain.text == "not drained: 12 are left, and stay in the outbox for the next start\n")
      let json = try Program.run(["ctl", "status", "--json", "--socket", socket])
      let object = try #require(JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      #expect(json.status == 1 && object["waiting"] as? Int == 12 && object["state"] as? String == "draining")
    }
  }

  @Test func nobodyListensWhereNobodyIs() throws {
    try Program.withFolder { folder in
      let config = folder.appending(path: "notilua.yaml")
      try Data("operations: { socket: service/here.sock }\n".utf8).write(to: config)
      for (arguments, path) in [
        ([], "service/here.sock"),
        (["--config", config.path], folder.appending(path: "service/here.sock").path),
        (["--socket", "other.sock"], "other.sock"),
      ] {
        for command in ["status", "drain"] {
          let ended = try Program.run(["ctl", command] + arguments, in: folder)
          #expect(ended.status == 69 && ended.text.isEmpty)
          #expect(
            ended.errors
              == "notilua: \(path): no service listens here; start it, or name its socket with --socket\n")
        }
      }
    }
  }

  @Test(arguments: ["0", "-1", "86401", "x"])
  func aTimeoutIsANumberOfSeconds(_ text: String) throws {
    let ended = try Program.run(["ctl", "drain", "--timeout=\(text)"])
    #expect(ended.status == 64 && ended.errors.contains("--timeout"), "\(ended.errors)")
  }
}
