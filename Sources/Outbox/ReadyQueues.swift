/// The entries that may go to the sink: first those that go next, then those that are ready, by class.
struct ReadyQueues {
  private var next = EntryQueue()
  private var ready = [EntryQueue](repeating: EntryQueue(), count: PriorityClass.allCases.count)
  private var turns = 0

  /// The number of entries.
  var count: Int { ready.reduce(next.count) { $0 + $1.count } }
  /// All of them.
  var all: [Entry] { ready.flatMap(\.all) + next.all }

  /// Returns how many of a class are ready.
  func count(_ priority: PriorityClass) -> Int { ready[priority.rawValue].count }

  mutating func append(_ entry: Entry) {
    if entry.state == .next { next.append(entry) } else { ready[entry.priority.rawValue].append(entry) }
  }

  /// Removes an entry that had a state.
  mutating func remove(_ entry: Entry, from state: EntryState) {
    if state == .next { next.remove(entry) } else { ready[entry.priority.rawValue].remove(entry) }
  }

  /// Returns the one whose turn it is: what may wait has one turn in eight, so that it does get one.
  mutating func first() -> Entry? {
    if let entry = next.first { return entry }
    turns += 1
    let turn: PriorityClass = turns.isMultiple(of: 8) ? .patient : .urgent
    return ready[turn.rawValue].first ?? ready[1 - turn.rawValue].first
  }
}
