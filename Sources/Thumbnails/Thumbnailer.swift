import Foundation
import Presentation

/// Has pictures decoded by a process of its own that can do nothing else.
package struct Thumbnailer: Sendable {
  private let executable: String

  /// - Parameter executable: `notilua-thumbnailer`.
  package init(executable: String) { self.executable = executable }

  /// The picture of an attachment, or the part that is to be shown.
  ///
  /// - Parameter side: the most pixels of the longer side.
  /// - Returns: nil where it is no picture, or a damaged one.
  package func thumbnail(of file: AttachmentFile, side: Int) -> Thumbnail? {
    guard file.kind == .image, let input = FileHandle(forReadingAtPath: file.path) else { return nil }
    let output = Pipe()
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    let clip = file.clip ?? .init(x: 0, y: 0, width: 1, height: 1)
    process.arguments = [
      file.type, String(Int(min(max(file.time, 0), 10_000))), "\(clip.x)", "\(clip.y)", "\(clip.width)",
      "\(clip.height)", String(side),
    ]
    process.environment = [:]
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      try output.fileHandleForWriting.close()
      // The process writes nothing else than this, and ends by itself: its time is limited.
      let bytes = [UInt8](try output.fileHandleForReading.read(upToCount: 8 + side * side * 4 + 1) ?? Data())
      process.terminate()
      process.waitUntilExit()
      return Self.read(bytes, side: side)
    } catch {
      return nil
    }
  }

  private static func read(_ bytes: [UInt8], side: Int) -> Thumbnail? {
    guard bytes.count > 8 else { return nil }
    func number(_ at: Int) -> Int { (0..<4).reduce(0) { $0 | Int(bytes[at + $1]) << (8 * $1) } }
    let (width, height) = (number(0), number(4))
    guard (1...side).contains(width), (1...side).contains(height), bytes.count == 8 + width * height * 4
    else {
      return nil
    }
    return Thumbnail(width: width, height: height, pixels: Array(bytes[8...]))
  }
}
