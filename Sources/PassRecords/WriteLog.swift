import NotificationModel

/// The writes of lines of Lua: in a test all, else those that may break a rule at a plugin's end.
package struct WriteLog {
  /// A property or a member of the payload that a plugin wrote.
  package struct Write: Sendable, Equatable {
    /// The name of the property or of the member.
    package var name: String
    /// The file and the line.
    package var place: String
    /// The place of the plugin in the chain.
    package var plugin: Int
  }

  private static let limit = 200

  /// The writes, the last of each place.
  package private(set) var writes: [Write] = []
  /// The place of the running plugin in the chain.
  package var plugin = 0

  /// Makes a log without writes.
  package init() {}

  /// Adds a write in the place of the one before at the same place.
  package mutating func append(_ name: String, place: String) {
    // The last one counts for a reader who wonders where a value comes from.
    writes.removeAll { $0.name == name && $0.place == place }
    if writes.count < Self.limit {
      writes.append(Write(name: name.prefix(utf8Count: 200), place: place, plugin: plugin))
    }
  }

  /// Removes all writes.
  package mutating func removeAll() { if !writes.isEmpty { writes.removeAll() } }
}
