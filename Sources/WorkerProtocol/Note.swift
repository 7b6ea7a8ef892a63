import NotificationModel

/// A line for the operator that a notification left.
package struct Note: Sendable, Equatable {
  package var plugin: String
  /// `fault`, or the level of a log line.
  package var level: String
  package var text: String

  package init(plugin: String, level: String, text: String) {
    self.plugin = plugin
    self.level = level
    self.text = text
  }

  /// Writes the note behind others.
  package func write(to writer: inout ByteWriter) {
    writer.write(plugin)
    writer.write(level)
    writer.write(text)
  }

  private static let levels: Set<String> = ["fault", "debug", "info", "warn", "warning", "error"]

  /// Returns the notes in a section of the results; stops where the bytes make no sense.
  ///
  /// - Parameter plugins: the names that a note may have; others are of no worker of ours, and are left out.
  package static func read(_ bytes: UnsafeRawBufferPointer, plugins: Set<String>) -> [Note] {
    var reader = ByteReader(Array(bytes))
    var notes: [Note] = []
    var told = 0
    while !reader.isAtEnd, notes.count < ResultLimits.notes {
      guard let plugin = try? reader.readText(), let level = try? reader.readText(),
        let text = try? reader.readText().cut(to: ResultLimits.note)
      else { break }
      told += text.utf8.count
      guard told <= ResultLimits.noteBytes, levels.contains(level), plugin.isEmpty || plugins.contains(plugin)
      else { continue }
      notes.append(Note(plugin: plugin, level: level, text: text))
    }
    return notes
  }
}
