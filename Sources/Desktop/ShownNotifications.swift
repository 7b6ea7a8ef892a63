import NotificationModel
import Presentation

/// The notifications that are shown, in the order in which they were shown first.
///
/// Thousands are shown, and every input asks for one of them: what is asked for is counted and indexed as entries
/// change, not searched for.
package struct ShownNotifications {
  /// The thread and the category of notifications that go on with each other's view.
  private struct Thread: Hashable {
    var thread: String
    var category: String
  }

  /// The parts of an entry by which it is found.
  private struct Keys: Equatable {
    var number: UInt32?
    var identifier: String
    var thread: Thread?
    var tag: String?
    var turn: UInt64?
    var isResponding: Bool
    var isUpdating: Bool

    init(_ entry: ShownNotification) {
      number = entry.number
      identifier = entry.content.notification.identifier
      thread = ShownNotifications.thread(of: entry)
      let tag = entry.content.presentation.desktopTag
      self.tag = tag.isEmpty || entry.number == nil ? nil : tag
      turn = entry.turn
      isResponding = entry.isResponding
      isUpdating = entry.isUpdating
    }
  }

  private var entries: [UInt64: ShownNotification] = [:]
  private var numbers: [UInt32: UInt64] = [:]
  private var identifiers: [String: UInt64] = [:]
  /// The entries of a thread that have a view and that the server shows, with the latest last.
  private var threads: [Thread: [UInt64]] = [:]
  /// The entry of a tag that the server shows.
  private var tags: [String: UInt64] = [:]
  /// The entries whose response waits for the content extension, by its turn.
  private var turns: [UInt64: UInt64] = [:]
  private var responding = 0
  private var updating = 0
  /// The lowest id that an entry may have.
  private var lowest: UInt64 = 0
  /// The highest id that an entry has had.
  package private(set) var highest: UInt64 = 0

  /// The number of entries.
  package var count: Int { entries.count }
  /// A Boolean value that indicates whether nothing is shown.
  package var isEmpty: Bool { entries.isEmpty }
  /// The ids in the order in which the entries were shown.
  package var ids: [UInt64] { entries.keys.sorted() }
  /// The entries in the order in which they were shown.
  package var inOrder: [ShownNotification] { ids.compactMap { entries[$0] } }
  /// A Boolean value that indicates whether the server owes an answer to an update.
  package var isUpdating: Bool { updating > 0 }
  /// A Boolean value that indicates whether the content extension or the server has a response's result to give.
  package var isUnderWay: Bool { responding + updating > 0 }

  package init() {}

  // MARK: Finding

  /// The entry of an id; nil where there is none.
  package subscript(id: UInt64) -> ShownNotification? { entries[id] }

  /// Returns the entry that the server shows under a number of its own.
  package func id(shownAs number: UInt32) -> UInt64? { numbers[number] }

  /// Returns the latest entry whose notification has an identifier.
  package func id(of identifier: String) -> UInt64? { identifiers[identifier] }

  /// Returns the latest entry of a thread and a category that the server shows with a view.
  package func id(inThread thread: String, category: String) -> UInt64? {
    threads[Thread(thread: thread, category: category)]?.last
  }

  /// Returns the latest entry with a tag that the server shows.
  package func id(tagged tag: String) -> UInt64? { tags[tag] }

  /// Returns the entries that a recall names, in order.
  package func ids(named name: String) -> [UInt64] {
    entries.values.filter { $0.names.contains(name) }.map(\.id).sorted()
  }

  /// The entry whose response has waited longest for the content extension.
  package var nextTurn: UInt64? { turns.min { $0.key < $1.key }?.value }

  /// Returns the entry that was shown first among those without a response on its way, else the first of all.
  package mutating func firstIdle() -> UInt64? {
    guard !entries.isEmpty else { return nil }
    while entries[lowest] == nil { lowest += 1 }
    var id = lowest
    var left = entries.count
    while left > 0 {
      if let entry = entries[id] {
        if !entry.isBusy { return id }
        left -= 1
      }
      id += 1
    }
    return lowest
  }

  // MARK: Changing

  /// Adds an entry, whose id is higher than all before.
  package mutating func insert(_ entry: ShownNotification) {
    if entries.isEmpty { lowest = entry.id }
    highest = entry.id
    entries[entry.id] = entry
    add(Keys(entry), entry.id)
  }

  /// Changes an entry; does nothing where there is none.
  package mutating func update(_ id: UInt64, _ change: (inout ShownNotification) -> Void) {
    guard let entry = entries[id] else { return }
    let before = Keys(entry)
    change(&entries[id, default: entry])
    let after = Keys(entries[id, default: entry])
    guard before != after else { return }
    remove(before, id)
    add(after, id)
  }

  /// Removes an entry, and returns it.
  @discardableResult
  package mutating func remove(_ id: UInt64) -> ShownNotification? {
    guard let entry = entries.removeValue(forKey: id) else { return nil }
    remove(Keys(entry), id)
    return entry
  }

  private static func thread(of entry: ShownNotification) -> Thread? {
    let presentation = entry.content.presentation
    guard presentation.extended != nil, entry.number != nil, !presentation.threadIdentifier.isEmpty,
      !presentation.categoryIdentifier.isEmpty
    else { return nil }
    return Thread(thread: presentation.threadIdentifier, category: presentation.categoryIdentifier)
  }

  private mutating func add(_ keys: Keys, _ id: UInt64) {
    if let number = keys.number { numbers[number] = id }
    identifiers[keys.identifier] = id
    if let thread = keys.thread {
      threads[thread, default: []].append(id)
      threads[thread]?.sort()
    }
    if let tag = keys.tag { tags[tag] = id }
    if let turn = keys.turn { turns[turn] = id }
    if keys.isResponding { responding += 1 }
    if keys.isUpdating { updating += 1 }
  }

  private mutating func remove(_ keys: Keys, _ id: UInt64) {
    if let number = keys.number, numbers[number] == id { numbers[number] = nil }
    if identifiers[keys.identifier] == id { identifiers[keys.identifier] = nil }
    if let thread = keys.thread {
      threads[thread]?.removeAll { $0 == id }
      if threads[thread]?.isEmpty ?? false { threads[thread] = nil }
    }
    if let tag = keys.tag, tags[tag] == id { tags[tag] = nil }
    if let turn = keys.turn { turns[turn] = nil }
    if keys.isResponding { responding -= 1 }
    if keys.isUpdating { updating -= 1 }
  }
}
