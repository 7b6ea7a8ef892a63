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

  @Test(arguments: [1, 2])
  func theShippedPluginsDoWhatTheirReadmesSay(_ seed: Int) throws {
    let work = FileManager.default.temporaryDirectory.appending(path: "real-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: work, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: work) }
    let input = work.appending(path: "in.ndjson")
    let output = work.appending(path: "out.ndjson")
    let verdict = work.appending(path: "verdict")
    let generator = Self.resources.appending(path: "chat_payloads.py").path
    #expect(try Self.run("/usr/bin/python3", [generator, "100000", "\(seed)"], output: input) == 0)
    let configuration = Self.resources.appending(path: "chain.yaml").path
    #expect(
      try Self.run(Self.program.path, ["run", "--config", configuration, input.path], output: output) == 0)
    let comparison = Self.resources.appending(path: "compare_shipped_plugins.py").path
    let status = try Self.run("/usr/bin/python3", [comparison, input.path, output.path], output: verdict)
    let text = try String(contentsOf: verdict, encoding: .utf8)
    #expect(status == 0, "\(text)")
    #expect(text.contains("100000"), "\(text)")
  }
}
