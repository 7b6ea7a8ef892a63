import EventLoop
import Foundation
import NotificationModel
import Presentation

/// A command of the operator's that asks a person for text, such as `zenity --entry`.
///
/// What is asked stands in its environment: `NOTILUA_TITLE`, `NOTILUA_PLACEHOLDER`, `NOTILUA_BUTTON`. The first line of
/// what it writes is the text; a status other than 0 says that the person gave up.
struct ReplyCommand: Sendable {
  /// The most bytes of a reply.
  private static let limit = 4096

  let command: String

  func ask(_ action: NotificationAction, _ presentation: NotificationPresentation) async -> String? {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", command]
    process.environment =
      ChildEnvironment.command(adding: [
        "NOTILUA_TITLE": presentation.title.isEmpty ? presentation.header : presentation.title,
        "NOTILUA_PLACEHOLDER": action.textInput?.placeholder ?? "",
        "NOTILUA_BUTTON": action.textInput?.buttonTitle ?? "",
      ]).variables
    let output = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    // A person takes their time.
    return await onOwnThread { Self.run(process, output) }
  }

  private static func run(_ process: Process, _ output: Pipe) -> String? {
    do {
      try process.run()
      try output.fileHandleForWriting.close()
      let bytes = try output.fileHandleForReading.read(upToCount: limit) ?? Data()
      try output.fileHandleForReading.close()
      process.waitUntilExit()
      guard process.terminationStatus == 0 else { return nil }
      let line = String(decoding: bytes, as: UTF8.self).prefix { !$0.isNewline }
      return line.isEmpty ? nil : String(line)
    } catch {
      return nil
    }
  }
}
