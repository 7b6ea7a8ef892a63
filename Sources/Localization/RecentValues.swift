/// Values by key, of which those that were used last are kept.
///
/// There are two halves: a full one becomes the older, and what was not used since is forgotten with the oldest. So what
/// is used often stays, and the memory has a limit whatever the keys are.
package struct RecentValues<Key: Hashable, Value> {
  private var newer: [Key: Value] = [:]
  private var older: [Key: Value] = [:]
  private let limit: Int

  /// - Parameter limit: how many values are kept at least, and half of how many at most.
  package init(limit: Int) { self.limit = limit }

  /// Accesses the value of a key; reading it counts as use.
  package subscript(key: Key) -> Value? {
    mutating get {
      if let value = newer[key] { return value }
      guard let value = older[key] else { return nil }
      self[key] = value
      return value
    }
    set {
      if newer.count >= limit {
        swap(&newer, &older)
        newer.removeAll(keepingCapacity: true)
      }
      newer[key] = newValue
    }
  }
}
