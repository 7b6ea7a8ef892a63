import GRDB

/// What tests do to an outbox that nothing else does.
package final class OutboxHooks {
  /// Where a process may be killed that tests want to see killed.
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
