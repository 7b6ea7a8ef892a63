import Foundation
import Testing

/// The built program as a child process.
enum Program {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// The folder that the tests were built into has the programs, too.
  static let folder: URL = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua").path), url.path != "/" {
      url.deleteLastPathComponent()
    }
    return url.path == "/" ? root.appending(path: ".build/release") : url
  }()

  struct Ended {
    var status: Int32
    /// Whether a signal ended it, whose number `status` is.
    var wasSignaled = false
    var output: Data
    var errors: String

    var text: String { String(decoding: output, as: UTF8.self) }
  }

  /// Makes a folder, and removes it behind `body`.
  static func withFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// A process that is not started yet, with the repository as its folder.
  static func process(
    _ arguments: [String], program: String = "notilua", environment: [String: String] = [:]
  ) -> Process {
    let process = Process()
    process.executableURL =
      program.hasPrefix("/") ? URL(fileURLWithPath: program) : folder.appending(path: program)
    process.arguments = arguments
    process.currentDirectoryURL = root
    if !environment.isEmpty {
      process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    }
    return process
  }

  /// Runs the program to its end.
  static func run(
    _ arguments: [String], input: Data = Data(), program: String = "notilua",
    environment: [String: String] = [:],
    in folder: URL? = nil
  ) throws -> Ended {
    try withFolder { files in
      for name in ["in", "out", "err"] {
        _ = FileManager.default.createFile(atPath: files.appending(path: name).path, contents: Data())
      }
      try input.write(to: files.appending(path: "in"))
      let process = process(arguments, program: program, environment: environment)
      if let folder { process.currentDirectoryURL = folder }
      process.standardInput = try FileHandle(forReadingFrom: files.appending(path: "in"))
      process.standardOutput = try FileHandle(forWritingTo: files.appending(path: "out"))
      process.standardError = try FileHandle(forWritingTo: files.appending(path: "err"))
      try process.run()
      process.waitUntilExit()
      return Ended(
        status: process.terminationStatus, wasSignaled: process.terminationReason == .uncaughtSignal,
        output: try Data(contentsOf: files.appending(path: "out")),
        errors: try String(contentsOf: files.appending(path: "err"), encoding: .utf8))
    }
  }

  static func run(_ arguments: [String], input: String) throws -> Ended {
    try run(arguments, input: Data(input.utf8))
  }

  /// The processes that a process has started, which are its workers.
  static func children(of process: Int32) -> [Int32] {
    let path = "/proc/\(process)/task/\(process)/children"
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: " ").compactMap { Int32($0) }
  }

  static func descriptors(of process: Int32) -> Int {
    (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd").count) ?? 0
  }

  /// Resident memory in MiB.
  static func memory(of process: Int32) -> Int {
    let text = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") } ?? ""
    return (line.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
  }

  /// Waits until `condition` holds, for some seconds at most; tells whether it came to hold.
  static func wait(seconds: Double = 10, _ condition: () -> Bool) -> Bool {
    let end = Date().addingTimeInterval(seconds)
    while Date() < end {
      if condition() { return true }
      usleep(2000)
    }
    return condition()
  }
}
