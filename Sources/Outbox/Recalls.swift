import Digests
import GRDB
import NotificationModel

/// The names that were recalled, as far as memory knows them: which are new, and which wait for the sink.
package final class Recalls {
  private var filter = HashFilter()
  /// The names that the next commit looks for.
  package private(set) var new: [String] = []
  /// The tickets that the new names are withdrawn for.
  private var tickets: [UInt64] = []
  /// The findings that are not in the file yet, by name.
  package private(set) var findings: [String: RecallFindings] = [:]
  /// The number of notifications that each recall has found at the sink.
  private var atSink: [String: Int] = [:]
  /// The last recall that was read from the file; nil where none was.
  private var lastRead: Int64?

  /// Makes an empty one.
  package init() {}

  func add(_ names: [String], for ticket: UInt64?) {
    new += names
    if let ticket { tickets.append(ticket) }
  }

  /// Adds names that the file has and nobody looks for yet.
  func add(open names: [String], settled: [String]) {
    let known = Set(new + settled)
    new += names.filter { atSink[$0] == nil && !known.contains($0) }
  }

  /// Notes that a name is in the file.
  func remember(_ name: String) { filter.add(StableHash.of(name)) }

  /// Reads the names that other processes have recalled.
  func read(_ database: Database) throws {
    try RecallTable.forEach(after: lastRead, database) { name, number in
      remember(name)
      lastRead = number
    }
  }

  /// Returns a Boolean value that indicates whether a notification may have been recalled; the file knows for certain.
  func mayHave(_ notification: PushNotification) -> Bool {
    var mayBe = false
    notification.eachName { mayBe = mayBe || filter.mayHave(StableHash.of($0)) }
    return mayBe
  }

  // MARK: Findings

  /// Notes that a notification was withdrawn.
  ///
  /// - Parameter word: what was done since it may have arrived.
  func noteWithdrawn(_ name: String, then word: String?) {
    findings[name, default: RecallFindings()].withdrawn += 1
    if let word { findings[name]?.then = word }
  }

  /// Notes that the sink has a notification.
  func noteAtSink(_ name: String) {
    findings[name, default: RecallFindings()].underWay += 1
    atSink[name, default: 0] += 1
  }

  /// Returns a Boolean value that indicates whether the sink has notifications that a recall has found.
  package func isAtSink(_ name: String) -> Bool { atSink[name] != nil }

  /// Notes that the sink has one less.
  ///
  /// - Returns: true where that was the last one.
  func noteEnded(_ name: String) -> Bool {
    guard let count = atSink[name] else { return false }
    atSink[name] = count > 1 ? count - 1 : nil
    return count == 1
  }

  /// Takes over what a commit has found.
  ///
  /// - Parameter isUnfinished: whether there is more: then the next commit goes on.
  /// - Returns: the tickets whose names are safe now.
  func committed(_ found: [String: RecallFindings], isUnfinished: Bool) -> [UInt64] {
    findings = isUnfinished ? found : [:]
    if isUnfinished { return [] }
    new.removeAll()
    defer { tickets.removeAll() }
    return tickets
  }
}
