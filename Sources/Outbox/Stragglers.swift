/// Entries in the file that wait for others which are gone.
///
/// The bytes of those were damaged, or a recall took them out of the file, and nothing else wakes who is behind.
final class Stragglers {
  /// The most device tokens that are looked after at a time.
  private static let limit = 10_000

  private let file: OutboxFile
  private let machine: EntryMachine
  private let journal: Journal
  private(set) var mayExist = true

  init(_ file: OutboxFile, _ machine: EntryMachine, _ journal: Journal) {
    self.file = file
    self.machine = machine
    self.journal = journal
  }

  /// Notes that notifications were taken out of the file for which others may wait.
  func note() { mayExist = true }

  /// Wakes them.
  ///
  /// All batches have to be in memory: then who is at the sink is all that may come before.
  func wake() throws(OutboxError) {
    let tokens = try file.read { try HeldTable.stragglers($0, limit: Self.limit) }
    mayExist = tokens.count == Self.limit
    for token in tokens where !machine.isOwned(token) { journal.noteWake(token) }
  }
}
