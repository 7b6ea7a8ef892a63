import GRDB
import Glibc
import Synchronization

/// One caller's body in a commit that many share, and its result.
struct CommitEntry: Sendable {
  /// Runs the body, and returns what ends the call once its changes are on the disk.
  let run: @Sendable (Database) throws -> CommitResult
  /// Ends the call with an error; its changes are undone.
  let fail: @Sendable (any Error) -> Void

  init<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value,
    _ finish: @escaping @Sendable (Result<Value, any Error>) -> Void
  ) {
    run = { database in
      let value = try body(database)
      return CommitResult { finish(.success(value)) }
    }
    fail = { finish(.failure($0)) }
  }

  /// Ends the call after the commit.
  func finish(_ result: Result<CommitResult, any Error>) {
    switch result {
    case .success(let result): result.succeed()
    case .failure(let error): fail(error)
    }
  }
}

/// The answer of a body that ran, which waits for the commit.
struct CommitResult: Sendable {
  /// Tells the caller that its changes are on the disk.
  let succeed: @Sendable () -> Void
}

/// Writes of many callers in one transaction: those that come while a commit is under way share the next.
final class GroupCommit: Sendable {
  /// The most bodies that share a commit: the first waits for the last of them.
  private static let limit = 1024
  /// The most looks, 50 µs apart, for the callers of the commit before.
  private static let patience = 20

  private struct State {
    var entries: [CommitEntry] = []
    var isRunning = false
  }

  private let pool: DatabasePool
  private let state = Mutex(State())

  init(_ pool: DatabasePool) { self.pool = pool }

  /// Adds a body behind those that wait.
  func add(_ entry: CommitEntry) {
    let isIdle = state.withLock { state in
      state.entries.append(entry)
      defer { state.isRunning = true }
      return !state.isRunning
    }
    guard isIdle else { return }
    pool.asyncWriteWithoutTransaction { database in
      var expected = 1
      while let entries = self.next(expected) {
        Self.commit(entries, database)
        expected = entries.count
      }
    }
  }

  /// Returns the bodies of the next commit; nil where none waits.
  ///
  /// - Parameter expected: those that had their answers just now, whose callers come again: one commit for all of them is worth a wait that
  ///   is short beside it.
  private func next(_ expected: Int) -> [CommitEntry]? {
    for _ in 0..<Self.patience {
      if state.withLock({ $0.entries.count >= expected || expected == 1 }) { break }
      usleep(50)
    }
    return state.withLock { state in
      let entries = Array(state.entries.prefix(Self.limit))
      state.entries.removeFirst(entries.count)
      state.isRunning = !entries.isEmpty
      return entries.isEmpty ? nil : entries
    }
  }

  /// Runs bodies in one transaction, and answers their callers after its commit.
  private static func commit(_ entries: [CommitEntry], _ database: Database) {
    var results: [Result<CommitResult, any Error>] = []
    do {
      try database.inTransaction(.immediate) {
        for entry in entries { results.append(try run(entry, database)) }
        return .commit
      }
      for (entry, result) in zip(entries, results) { entry.finish(result) }
    } catch {
      for (index, entry) in entries.enumerated() {
        // A body that threw has its own error.
        if index < results.count, case .failure(let own) = results[index] {
          entry.fail(own)
        } else {
          entry.fail(error)
        }
      }
    }
  }

  /// Runs one body, whose error undoes what it did and nothing else.
  ///
  /// - Throws: the error that ended the whole transaction: a full disk, for example.
  private static func run(
    _ entry: CommitEntry, _ database: Database
  ) throws -> Result<CommitResult, any Error> {
    do {
      try execute("SAVEPOINT entry", database)
      let result = try entry.run(database)
      try execute("RELEASE entry", database)
      return .success(result)
    } catch {
      guard database.isInsideTransaction else { throw error }
      try execute("ROLLBACK TO entry", database)
      try execute("RELEASE entry", database)
      return .failure(error)
    }
  }

  private static func execute(_ sql: String, _ database: Database) throws {
    // Compiled once: each entry has them.
    try database.cachedStatement(sql: sql).execute()
  }
}
