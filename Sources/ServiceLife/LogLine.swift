import EventLoop
import Logging
import LosslessJSON
import NotificationModel

/// One event of the log as one line, of at most ``limit`` bytes.
struct LogLine {
  /// The most bytes of a line with its newline: what a pipe takes whole or not at all (PIPE_BUF).
  static let limit = 4096
  /// The most bytes of texts, tried in this order until a line fits.
  private static let cuts: [(message: Int, value: Int, fields: Int)] = [
    (2048, 512, 32), (1024, 128, 8), (512, 0, 0),
  ]

  var level: Logger.Level
  var message: String
  /// The fields in the order of their names.
  var fields: [(name: String, value: Logger.Metadata.Value)]
  /// Milliseconds since 1970.
  var time: Int64

  init(_ level: Logger.Level, _ message: String, _ metadata: Logger.Metadata, at time: Int64) {
    self.level = level
    self.message = message
    fields = metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.time = time
  }

  /// Returns the line in a form, with its newline.
  ///
  /// - Parameter hasPriority: true for the journal, which has a time of its own and reads the level from a prefix.
  func bytes(_ form: LogForm, hasPriority: Bool) -> [UInt8] {
    var line: [UInt8] = []
    for cut in Self.cuts {
      line = hasPriority ? Array("<\(level.priority)>".utf8) : []
      switch form {
      case .json: line += json(cut)
      case .text: line += Array(text(cut, isBare: hasPriority).utf8)
      }
      line.append(0x0A)
      if line.count <= Self.limit { break }
    }
    return line
  }

  private func text(_ cut: (message: Int, value: Int, fields: Int), isBare: Bool) -> String {
    var line = isBare ? "" : "\(Timestamp.text(time)) \(level.rawValue) "
    line += message.cut(to: cut.message).printable
    for (name, value) in fields.prefix(cut.fields) {
      line += " \(name.cut(to: 64).printable)=\(Self.quoted("\(value)".cut(to: cut.value)))"
    }
    return line
  }

  /// Returns a value so that its end is seen: in quotation marks where it has a space or one of them, or is empty.
  private static func quoted(_ value: String) -> String {
    let value = value.printable
    guard value.isEmpty || value.contains(where: { " \"=\\".contains($0) }) else { return value }
    return "\"" + value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
  }

  private func json(_ cut: (message: Int, value: Int, fields: Int)) -> [UInt8] {
    var writer = JSONWriter(capacity: 512)
    writer.beginObject()
    writer.member("time", Timestamp.text(time))
    writer.member("level", level.rawValue)
    writer.member("event", message.cut(to: cut.message))
    writer.key("fields")
    writer.beginObject()
    for (name, value) in fields.prefix(cut.fields) {
      writer.key(name.cut(to: 64))
      Self.write(value, cut.value, to: &writer)
    }
    writer.endObject()
    writer.endObject()
    return Array(writer.text.utf8)
  }

  private static func write(_ value: Logger.Metadata.Value, _ limit: Int, to writer: inout JSONWriter) {
    switch value {
    case .array(let values):
      writer.beginArray()
      for value in values.prefix(16) { write(value, limit, to: &writer) }
      writer.endArray()
    case .dictionary(let members):
      writer.beginObject()
      for (name, value) in members.sorted(by: { $0.key < $1.key }).prefix(16) {
        writer.key(name.cut(to: 64))
        write(value, limit, to: &writer)
      }
      writer.endObject()
    default: writer.value("\(value)".cut(to: limit))
    }
  }
}

extension Logger.Level {
  /// The priority of syslog(3) that the journal sorts by.
  fileprivate var priority: Int {
    switch self {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}
