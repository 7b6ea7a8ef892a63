/// The entries that are in memory, found by what they are doing.
struct EntryIndex {
  private var queues = ReadyQueues()
  private var order = TokenOrder()
  private var atSink: [UInt64: Entry] = [:]

  var sinkCount: Int { atSink.count }
  /// The number of entries that may go to the sink, or are in memory behind one that is there.
  var waitingCount: Int { queues.count + order.followerCount }
  var followerCount: Int { order.followerCount }
  /// A Boolean value that indicates whether nothing waits in memory.
  var isIdle: Bool { waitingCount == 0 }
  /// The entries that may go to the sink, or are in memory behind one that is there.
  var waiting: [Entry] { queues.all + order.allFollowers }
  var allFollowers: [Entry] { order.allFollowers }
  var allAtSink: Dictionary<UInt64, Entry>.Values { atSink.values }

  func readyCount(_ priority: PriorityClass) -> Int { queues.count(priority) }
  func entryAtSink(_ ticket: UInt64) -> Entry? { atSink[ticket] }
  func isOwned(_ token: UInt64?) -> Bool { order.isOwned(token) }
  func mayBeInFile(_ token: UInt64) -> Bool { order.mayBeInFile(token) }
  func firstFollower(_ token: UInt64) -> Entry? { order.firstFollower(token) }
  func followers(of token: UInt64?) -> [Entry] { token.map { order.followers(of: $0) } ?? [] }

  /// Returns what an entry has to do that comes up.
  func verdict(_ entry: Entry) -> TokenOrder.Verdict {
    entry.state == .next ? .goes : order.verdict(entry.token)
  }

  /// Returns the entry whose turn it is to go to the sink.
  mutating func first() -> Entry? { queues.first() }

  /// Notes that a row of its own is in the file which no entry in memory has.
  mutating func addRow(token: UInt64?) {
    if let token { order.addToFile(token) }
  }

  /// Notes that such a row is gone.
  mutating func removeRow(token: UInt64?) {
    if let token { order.removeFromFile(token) }
  }

  /// Moves an entry to another state, and all indexes with it; what its state does not allow changes nothing.
  mutating func move(_ entry: Entry, to next: EntryState) {
    let (last, home) = (entry.state, entry.home)
    guard entry.enter(next) else {
      assertionFailure("\(last) does not allow \(next)")
      return
    }
    leave(last, entry)
    join(next, entry)
    moveToken(entry, from: last, home)
  }

  private mutating func leave(_ state: EntryState, _ entry: Entry) {
    switch state {
    case .ready, .next: queues.remove(entry, from: state)
    case .behind: order.removeFollower(entry)
    case .atSink: atSink[entry.ticket] = nil
    case .fresh, .held, .left, .dead, .ended: break
    }
  }

  private mutating func join(_ state: EntryState, _ entry: Entry) {
    switch state {
    case .ready, .next: queues.append(entry)
    case .behind: order.addFollower(entry)
    case .atSink: atSink[entry.ticket] = entry
    case .fresh, .held, .left, .dead, .ended: break
    }
  }

  private mutating func moveToken(_ entry: Entry, from last: EntryState, _ home: Entry.Home) {
    guard let token = entry.token else { return }
    if last.ownsToken != entry.state.ownsToken {
      if last.ownsToken { order.release(token) } else { order.own(token) }
    }
    switch entry.state {
    case .held where home == .batch: order.addToFile(token)
    case .dead where home != .batch, .ended where home != .batch: order.removeFromFile(token)
    default: break
    }
  }
}
