/// The notifications that plugins withdraw.
package struct Withdrawals {
  /// The most of one notification.
  package static let limit = PassEffects.withdrawalLimit

  /// The identifiers, each once, in order.
  package private(set) var identifiers: [String] = []
  /// The bytes of each: to Swift, texts that look the same are equal.
  private var seen: Set<[UInt8]> = []

  /// Makes a list of none.
  package init() {}

  /// Adds a notification; false where there are too many.
  package mutating func insert(_ identifier: String) -> Bool {
    let bytes = Array(identifier.utf8)
    if seen.contains(bytes) { return true }
    guard identifiers.count < Self.limit else { return false }
    seen.insert(bytes)
    identifiers.append(identifier)
    return true
  }

  /// Removes those from number `first` on.
  package mutating func removeAll(from first: Int) {
    guard first < identifiers.count else { return }
    for identifier in identifiers[first...] { seen.remove(Array(identifier.utf8)) }
    identifiers.removeSubrange(first...)
  }
}
