import Foundation
import Testing

/// What a locked process may still do, by trying everything: each attempt is a process of its own.
struct LockTests {
  private static let probe: URL = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "SandboxProbe").path), url.path != "/" {
      url.deleteLastPathComponent()
    }
    return url.appending(path: "SandboxProbe")
  }()

  private static func run(_ attempt: String) throws -> (
    status: Int32, reason: Process.TerminationReason, output: String
  ) {
    let process = Process()
    let output = Pipe()
    process.executableURL = probe
    process.arguments = [attempt]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    return (process.terminationStatus, process.terminationReason, text)
  }

  /// Calls that a locked process may make with the arguments 0, or that no kernel returns from.
  private static let allowed: Set<Int> = [
    0,  // read of descriptor 0
    335, 336,  // uretprobe and uprobe, which no filter sees: they end in SIGILL where the kernel set no probe
    11, 12, 14, 15, 25, 39, 60, 186, 202, 219, 223, 228, 231,
  ]

  @Test func everySystemCallThatIsNotOfTheListKills() throws {
    #if arch(x86_64)
      var survived: [Int] = []
      for number in 0..<470 where !Self.allowed.contains(number) {
        let (status, reason, _) = try Self.run(String(number))
        // 31: SIGSYS.
        if reason != .uncaughtSignal || status != 31 { survived.append(number) }
      }
      #expect(survived == [])
    #endif
  }

  @Test(arguments: ["map-executable", "map-shared", "read-other", "signal-other"])
  func argumentsCountAsMuchAsNumbers(_ attempt: String) throws {
    let (status, reason, _) = try Self.run(attempt)
    #expect(reason == .uncaughtSignal)
    #expect(status == 31)
  }

  @Test func whatTheWorkerNeedsIsThere() throws {
    let (status, reason, output) = try Self.run("write")
    #expect(reason == .exit)
    #expect(status == 0)
    #expect(output == "locked\n")
  }
}
