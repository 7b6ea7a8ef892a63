import Foundation
import Testing

/// Many payloads through the shipped plugins, compared with a program that was written from their READMEs alone.
@Suite(.serialized)
struct RealInputTests {
  private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  private static let root = folder.deletingLastPathComponent().deletingLastPathComponent()
  private static let resources = folder.appending(path: "Resources")

  private static let program: URL = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua").path), url.path != "/" {
      url.deleteLastPathComponent()
    }
    return url.appending(path: "notilua")
  }()

  private static func run(_ program: String, _ arguments: [String], output: URL) throws -> Int32 {
    _ = FileManager.default.createFile(atPath: output.path, contents: Data())
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = root
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus
  }

  /// Runs the shipped plugins on `input` and gives what the independent program says of the result.
  private static func verdict(on input: URL, in work: URL) throws -> (status: Int32, text: String) {
    let output = work.appending(path: "out.ndjson")
    let verdict = work.appending(path: "verdict")
    let configuration = resources.appending(path: "chain.yaml").path
    #expect(try run(program.path, ["run", "--config", configuration, input.path], output: output) == 0)
    let comparison = resources.appending(path: "compare_shipped_plugins.py").path
    let status = try run("/usr/bin/python3", [comparison, input.path, output.path], output: verdict)
    return (status, try String(contentsOf: verdict, encoding: .utf8))
  }

  private static func withFolder(_ body: (URL) throws -> Void) throws {
    let work = FileManager.default.temporaryDirectory.appending(path: "real-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: work) }
    try body(work)
  }

  @Test(arguments: [1, 2])
  func theShippedPluginsDoToChatWhatTheirReadmesSay(_ seed: Int) throws {
    try Self.withFolder { work in
      let input = work.appending(path: "in.ndjson")
      let generator = Self.resources.appending(path: "chat_payloads.py").path
      #expect(try Self.run("/usr/bin/python3", [generator, "100000", "\(seed)"], output: input) == 0)
      let verdict = try Self.verdict(on: input, in: work)
      #expect(verdict.status == 0, "\(verdict.text)")
      #expect(verdict.text.hasPrefix("100000 lines, "), "\(verdict.text)")
    }
  }

  /// Both forms, every push type, and what servers of many kinds send.
  @Test func theShippedPluginsDoToServersPushesWhatTheirReadmesSay() throws {
    try Self.withFolder { work in
      let verdict = try Self.verdict(
        on: Self.resources.appending(path: "server_payloads.ndjson"), in: work)
      #expect(verdict.status == 0, "\(verdict.text)")
      #expect(
        verdict.text == "37 lines, 3 dropped, 0 changed by truncate, 34 compared\n", "\(verdict.text)")
    }
  }

  @Test func theComparisonFindsWhatIsWrong() throws {
    try Self.withFolder { work in
      let output = work.appending(path: "out.ndjson")
      // Nothing that the chain does was done.
      try FileManager.default.copyItem(
        at: Self.resources.appending(path: "server_payloads.ndjson"), to: output)
      let verdict = work.appending(path: "verdict")
      let comparison = Self.resources.appending(path: "compare_shipped_plugins.py").path
      #expect(try Self.run("/usr/bin/python3", [comparison, output.path, output.path], output: verdict) == 1)
    }
  }

  @Test func whatNoPluginTouchesComesOutByteForByte() throws {
    try Self.withFolder { work in
      let plugin = work.appending(path: "never.lua")
      try "return { match = { ['/no/such'] = true }, did_receive = function() end }"
        .write(to: plugin, atomically: true, encoding: .utf8)
      let input = Self.resources.appending(path: "server_payloads.ndjson")
      let output = work.appending(path: "out.ndjson")
      #expect(
        try Self.run(Self.program.path, ["run", "--plugin", plugin.path, input.path], output: output) == 0)
      #expect(try Data(contentsOf: output) == Data(contentsOf: input))
    }
  }
}
