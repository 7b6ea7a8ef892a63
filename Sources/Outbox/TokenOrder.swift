import Digests

/// The order within each device token and class: one is at the sink or goes next, the others are behind it.
struct TokenOrder {
  /// The next step of an entry that comes up.
  enum Verdict: Equatable {
    case goes
    /// It waits in memory: the one before it is at the sink.
    case waits
    /// An earlier one has a row of its own: behind that.
    case waitsInFile
    /// An earlier one may have a row of its own: the file knows.
    case asksFile
  }

  /// The device tokens of what is at the sink or goes next.
  private var owned: Set<UInt64> = []
  /// The entries in memory behind the owners, in order.
  private var followers: [UInt64: EntryQueue] = [:]
  /// The device tokens of what has a row of its own.
  private var inFile = CountingFilter()
  /// The number of entries in memory behind others.
  private(set) var followerCount = 0

  /// Returns what an entry has to do that comes up.
  func verdict(_ token: UInt64?) -> Verdict {
    guard let token else { return .goes }
    let isOwned = owned.contains(token)
    if isOwned, followerCount > 0, followers[token] != nil { return .waits }
    if inFile[token] { return isOwned ? .waitsInFile : .asksFile }
    return isOwned ? .waits : .goes
  }

  func isOwned(_ token: UInt64?) -> Bool { token.map(owned.contains) ?? false }
  func mayBeInFile(_ token: UInt64) -> Bool { inFile[token] }
  func firstFollower(_ token: UInt64) -> Entry? { followerCount > 0 ? followers[token]?.first : nil }
  func followers(of token: UInt64) -> [Entry] { followers[token].map { Array($0.all) } ?? [] }

  /// All that wait in memory.
  var allFollowers: [Entry] { followers.values.flatMap(\.all) }

  mutating func own(_ token: UInt64) { owned.insert(token) }
  mutating func release(_ token: UInt64) { owned.remove(token) }

  mutating func addFollower(_ entry: Entry) {
    guard let token = entry.token else { return }
    followers[token, default: EntryQueue()].append(entry)
    followerCount += 1
  }

  mutating func removeFollower(_ entry: Entry) {
    guard let token = entry.token else { return }
    followers[token]?.remove(entry)
    if followers[token]?.isEmpty ?? false { followers[token] = nil }
    followerCount -= 1
  }

  mutating func addToFile(_ token: UInt64) { inFile.add(token) }
  mutating func removeFromFile(_ token: UInt64) { inFile.remove(token) }
}
