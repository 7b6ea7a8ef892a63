import Foundation
import Testing

/// What other programs say of times: see zones.py.
enum Judge {
  /// The lines of a kind, as their fields.
  static func lines(_ kind: String, seed: Int = 2026) throws -> [[String]] {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "zones.py")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/python3")
    process.arguments = [script.path, "\(seed)"]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try #require(try pipe.fileHandleForReading.readToEnd())
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: data, as: UTF8.self).split(separator: "\n")
      .filter { $0.hasPrefix(kind + "\t") }
      .map { $0.split(separator: "\t", omittingEmptySubsequences: false).dropFirst().map(String.init) }
  }
}
