import Glibc

/// The form of a log's lines.
package enum LogForm: String, Sendable, CaseIterable {
  /// Lines for people: the time, the level, the message, and fields as `name=value`.
  case text
  /// One JSON object a line.
  case json
}

/// The journal of systemd, where a descriptor leads to it.
///
/// Source: systemd.exec(5), `$JOURNAL_STREAM`, and sd-daemon(3) for the prefix of a priority.
enum JournalStream {
  /// Returns true where a descriptor is the one that the manager has connected with the journal.
  static func holds(_ descriptor: Int32) -> Bool {
    guard let text = getenv("JOURNAL_STREAM").map({ String(cString: $0) }) else { return false }
    let parts = text.split(separator: ":").map { UInt64($0) }
    var status = stat()
    guard parts.count == 2, fstat(descriptor, &status) == 0 else { return false }
    return parts[0] == UInt64(status.st_dev) && parts[1] == UInt64(status.st_ino)
  }
}
