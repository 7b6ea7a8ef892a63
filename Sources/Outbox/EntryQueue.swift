/// Entries in their order, taken from the front.
struct EntryQueue {
  private var entries: [Entry] = []
  private var head = 0

  var count: Int { entries.count - head }
  var isEmpty: Bool { count == 0 }
  var first: Entry? { head < entries.count ? entries[head] : nil }
  /// All of them, in order.
  var all: ArraySlice<Entry> { entries[head...] }

  mutating func append(_ entry: Entry) { entries.append(entry) }

  /// Removes an entry, which mostly is the first.
  mutating func remove(_ entry: Entry) {
    guard first === entry else {
      if let index = entries[head...].firstIndex(where: { $0 === entry }) { entries.remove(at: index) }
      return
    }
    head += 1
    if head == entries.count || head > 1024 {
      entries.removeFirst(head)
      head = 0
    }
  }
}
