import Foundation
import GRDB

/// The damaged notifications, which are kept beside the file, so that the others go on.
struct DamagedParts {
  let file: OutboxFile
  let stragglers: Stragglers
  let listeners: QueueListeners

  /// Moves bytes to a file of their own.
  ///
  /// - Parameters:
  ///   - count: how many notifications they have.
  ///   - remove: deletes them from the outbox.
  func setAside(
    _ name: String, _ count: Int, _ body: Data, _ remove: (Database) throws -> Void
  ) throws(OutboxError) {
    let path = "\(file.path).damaged-\(name)"
    guard FileManager.default.createFile(atPath: path, contents: body, attributes: [.posixPermissions: 0o600])
    else { throw OutboxError(.full, "'\(path)': it cannot be written; make room") }
    try file.write(remove)
    stragglers.note()
    listeners.notice(
      "'\(file.path)': notifications (\(count)) cannot be read, for their bytes are damaged; they are in '\(path)'"
    )
  }
}
