/// The notifications and recalls that other processes put into the file.
final class OtherProcesses {
  /// The most recalls that are looked after at a time; more than the sink can have found.
  private static let recallLimit = 10_000

  private let core: OutboxCore
  private let backlog: Backlog
  /// The version of the file that was looked at; nil where there is more to see.
  private var version: Int64?

  init(_ core: OutboxCore, _ backlog: Backlog) {
    self.core = core
    self.backlog = backlog
  }

  /// Takes up what they have done since the last look.
  func look() throws(OutboxError) {
    // Before anything is read: what comes in between is looked for again.
    let current = try core.file.dataVersion()
    guard current != version else { return }
    version = nil
    if try takeUp() { version = current }
  }

  /// - Returns: false where there are more recalls than are looked after at a time.
  private func takeUp() throws(OutboxError) -> Bool {
    backlog.lookAgain()
    core.lanes.lookAtOnce()
    let open = try core.file.read { database in
      try core.recalls.read(database)
      return try core.isDelivering ? RecallTable.open(limit: Self.recallLimit, database) : []
    }
    core.recalls.add(open: open, settled: core.journal.settledRecalls)
    if !core.recalls.new.isEmpty { core.journal.schedule.commitAtOnce() }
    return open.count < Self.recallLimit
  }
}
