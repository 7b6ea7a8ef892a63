import Foundation

/// The programs that were built with the tests.
enum BuiltProgram {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let folder: URL = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua").path), url.path != "/" {
      url.deleteLastPathComponent()
    }
    return url.path == "/" ? root.appending(path: ".build/release") : url
  }()

  /// Runs `notilua preview` in the repository; gives its status, its output and what it said.
  static func preview(
    _ arguments: [String], environment: [String: String] = [:]
  ) throws -> (status: Int32, output: String, errors: String) {
    let files = FileManager.default.temporaryDirectory.appending(path: "preview-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: files, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: files) }
    for name in ["out", "err"] { try Data().write(to: files.appending(path: name)) }
    let process = Process()
    process.executableURL = folder.appending(path: "notilua")
    process.arguments = ["preview"] + arguments
    process.currentDirectoryURL = root
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: files.appending(path: "err"))
    try process.run()
    process.waitUntilExit()
    return (
      process.terminationStatus, try String(contentsOf: files.appending(path: "out"), encoding: .utf8),
      try String(contentsOf: files.appending(path: "err"), encoding: .utf8)
    )
  }

  /// Makes a folder, and removes it behind `body`.
  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pictures-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}
