import NotificationModel

/// The lines that plugins log on a notification, as far as they are kept.
package struct PluginLog {
  /// One line.
  package struct Entry: Sendable, Equatable {
    /// The name of the plugin.
    package var plugin: String
    /// The level: `debug`, `info`, `warn` or `error`.
    package var level: String
    /// The text, which may have several lines.
    package var text: String
  }

  /// The most bytes of a line.
  package static let textLimit = 1000
  private static let entryLimit = 100
  private static let byteLimit = 16 << 10

  /// The lines in order.
  package private(set) var entries: [Entry] = []
  /// The number of lines that were one too many.
  package private(set) var omitted = 0
  private var byteCount = 0

  /// Makes a log without lines.
  package init() {}

  /// Adds a line, unless it is one too many.
  package mutating func append(_ plugin: String, _ level: String, _ text: String) {
    guard entries.count < Self.entryLimit, byteCount < Self.byteLimit else {
      omitted += 1
      return
    }
    let entry = Entry(
      plugin: plugin, level: level, text: text.prefix(utf8Count: Self.textLimit))
    byteCount += entry.text.utf8.count + 1
    entries.append(entry)
  }

  /// Removes all lines, and the count of those that were too many.
  package mutating func removeAll() {
    guard byteCount > 0 || omitted > 0 else { return }
    entries.removeAll(keepingCapacity: true)
    byteCount = 0
    omitted = 0
  }
}
