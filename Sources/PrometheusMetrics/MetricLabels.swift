/// The labels of a metric with the closed list of their values: each stands in the text from the start.
///
/// A device token, a user, an identifier or a text of a notification is never a value: the list is known before the first
/// notification.
package struct MetricLabels<Key: Hashable & Sendable>: Sendable {
  let names: [String]
  /// The keys in the order of the text, with the values of their labels.
  let rows: [(key: Key, values: [String])]
  /// The key that stands for those that are in no row; nil where there can be none.
  let other: Key?

  /// - Parameter other: one of the keys.
  package init(_ names: [String], _ keys: [Key], other: Key? = nil, values: (Key) -> [String]) {
    self.names = names
    self.other = other
    var known: Set<Key> = []
    rows = keys.filter { known.insert($0).inserted }.map { ($0, values($0)) }
  }
}

extension MetricLabels where Key: RawRepresentable & CaseIterable, Key.RawValue == String {
  /// Makes a label that has every case of an enumeration.
  package init(_ name: String, _ type: Key.Type) {
    self.init([name], Array(Key.allCases)) { [$0.rawValue] }
  }
}

extension MetricLabels where Key == String {
  /// Makes a label of names that are known at the start.
  package init(_ name: String, _ values: [String]) {
    self.init([name], values) { [$0] }
  }

  /// Makes a label of names that are known at the start, and of `other` for what is not.
  package init(_ name: String, orOther values: [String]) {
    self.init([name], values + ["other"], other: "other") { [$0] }
  }
}

/// The key of a series by two labels.
package struct MetricPair<First: Hashable & Sendable, Second: Hashable & Sendable>: Hashable, Sendable {
  let first: First
  let second: Second
}

extension MetricLabels {
  /// Returns labels for each combination of these with others.
  package func and<Second>(_ second: MetricLabels<Second>) -> MetricLabels<MetricPair<Key, Second>> {
    var values: [MetricPair<Key, Second>: [String]] = [:]
    var keys: [MetricPair<Key, Second>] = []
    for row in rows {
      for other in second.rows {
        let key = MetricPair(first: row.key, second: other.key)
        keys.append(key)
        values[key] = row.values + other.values
      }
    }
    return MetricLabels<MetricPair<Key, Second>>(names + second.names, keys) { values[$0] ?? [] }
  }
}
