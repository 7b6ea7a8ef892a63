import GRDB

/// The hooks by which tests act on an outbox, and by which the time of its commits is taken.
package final class OutboxHooks {
  /// A point in the work of an outbox, at which a test may kill the process.
  package enum Point: String, Sendable, CaseIterable {
    case beforeCommit = "before-commit"
    case afterCommit = "after-commit"
    case afterSending = "after-sending"
    case afterAnswer = "after-answer"
    case beforeCheckpoint = "before-checkpoint"
    case afterCheckpoint = "after-checkpoint"
  }

  /// Called at each point.
  package var onPoint: (Point) -> Void = { _ in }
  private let file: OutboxFile

  init(_ file: OutboxFile) { self.file = file }

  /// Lets the file have no more than so many pages: SQLite answers then as on a full disk.
  package func limitPages(_ count: Int) throws {
    try file.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(count)") }
  }
}
