import Delivery
import EventLoop
import LosslessJSON
import NotificationModel
import Outbox
import Pipeline

/// The contents of an outbox, in words for people and in JSON for programs; device tokens are in neither.
package struct OutboxText {
  /// The colors that words have.
  package let palette: Palette
  /// Milliseconds since 1970.
  package let now: Int64

  /// Makes texts of what is true at a time.
  package init(palette: Palette, now: Int64) {
    self.palette = palette
    self.now = now
  }

  /// A time that has passed or is to come, in its largest unit.
  package static func span(_ milliseconds: Int64) -> String {
    let seconds = max(milliseconds, 0) / 1000
    for (unit, size) in [("d", Int64(86_400)), ("h", 3600), ("min", 60)] where seconds >= size * 2 {
      return "\(seconds / size) \(unit)"
    }
    return "\(seconds) s"
  }

  /// Returns a number of bytes in its largest unit.
  package static func size(_ bytes: Int) -> String {
    for (unit, shift) in [("GiB", 30), ("MiB", 20), ("KiB", 10)] where bytes >= 1 << shift {
      let tenths = (bytes * 10) >> shift
      return tenths < 100 ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(tenths / 10) \(unit)"
    }
    return "\(bytes) bytes"
  }

  private func due(_ time: Int64?) -> String {
    guard let time else { return "" }
    return time <= now ? "now" : "in \(Self.span(time - now))"
  }

  // MARK: Status

  /// Returns the state of an outbox for people.
  package func status(_ status: OutboxStatus, _ path: String) -> TerminalText {
    var text: TerminalText = ""
    func add(_ name: TerminalText, _ value: String, _ style: Palette.Style? = nil) {
      let padding = TerminalText.spaces(max(14 - name.columns, 1))
      text += palette(.dim, name) + padding + shown(value, style) + "\n"
    }
    func add(_ groups: [OutboxStatus.Group], _ style: Palette.Style?) {
      for group in groups {
        let reason = group.reason.isEmpty ? "behind others of their device token" : group.reason
        let lane = group.lane.isEmpty ? "" : ", \(group.lane)"
        let when = group.due.map { ", \(group.lane.isEmpty ? due($0) : "all together")" } ?? ""
        let count = grouped(group.count)
        text += "  \(TerminalText.spaces(12 - count.count))\(count)  \(shown(reason, style))\(lane)\(when)\n"
        if !group.why.isEmpty { text += "\(TerminalText.spaces(16))\(palette(.dim, outside: group.why))\n" }
      }
    }
    add("outbox", path)
    let delivers =
      status.deliverer.map { $0 == 0 ? "a process delivers" : "process \($0) delivers" }
      ?? "no process delivers; a run with --sink does"
    add("delivery", delivers)
    add("queued", grouped(status.queued))
    add("waiting", grouped(status.waiting.reduce(0) { $0 + $1.count }))
    add(status.waiting, .yellow)
    let dead = status.dead.reduce(0) { $0 + $1.count }
    add("dead", grouped(dead), dead > 0 ? .red : nil)
    add(status.dead, .red)
    if let oldest = status.oldest { add("oldest", "since \(Self.span(now - oldest))") }
    add("recalls", "\(grouped(status.recalls)) remembered")
    if status.events > 0 { add("audit", "\(grouped(status.events)) events that are not on its disk yet") }
    add("so far", totals(status))
    add(
      "disk",
      "\(Self.size(status.size)), \(Self.size(status.used)) of it in use; \(Self.size(status.free)) free")
    return text
  }

  private func totals(_ status: OutboxStatus) -> String {
    ["accepted", "delivered", "dead", "expired", "withdrawn"]
      .map { "\($0) \(grouped(status.totals[$0] ?? 0))" }.joined(separator: ", ")
  }

  private func grouped(_ number: Int) -> String { RunSummary.grouped(number) }

  private func shown(_ value: String, _ style: Palette.Style?) -> TerminalText {
    style.map { palette($0, outside: value) } ?? TerminalText(value)
  }

  /// Returns the state of an outbox as JSON.
  package static func json(_ status: OutboxStatus) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    if let deliverer = status.deliverer { writer.member("deliverer", Int(deliverer)) }
    writer.member("queued", status.queued)
    for (name, groups) in [("waiting", status.waiting), ("dead", status.dead)] {
      writer.key(name)
      writer.beginArray()
      for group in groups {
        writer.beginObject()
        writer.member("count", group.count)
        writer.member("reason", group.reason)
        if !group.lane.isEmpty { writer.member("lane", group.lane) }
        if !group.why.isEmpty { writer.member("why", group.why) }
        if let due = group.due { writer.member("due", Timestamp.text(due)) }
        writer.endObject()
      }
      writer.endArray()
    }
    if let oldest = status.oldest { writer.member("oldest", Timestamp.text(oldest)) }
    writer.member("recalls", status.recalls)
    writer.member("events", status.events)
    writer.key("totals")
    writer.beginObject()
    for (name, count) in status.totals.sorted(by: { $0.key < $1.key }) { writer.member(name, count) }
    writer.endObject()
    writer.member("bytes_used", status.used)
    writer.member("bytes", status.size)
    writer.member("bytes_free", status.free)
    writer.endObject()
    return String(decoding: writer.buffer.bytes, as: UTF8.self)
  }

  // MARK: Entries

  /// The cells of a list's row: state, age, attempts, when it is tried, why, and what it goes by.
  package func cells(_ entry: OutboxEntry) -> [String] {
    let notification = entry.notification
    let when =
      switch entry.state {
      case .queued, .dead: ""
      case .waiting where entry.due == nil: "behind another"
      case .waiting: entry.lane.isEmpty ? due(entry.due) : "with its lane"
      }
    return [
      entry.state.rawValue, Self.span(now - entry.acceptedAt), String(entry.attempts), when,
      entry.failure?.reason ?? "",
      notification.identifier,
    ]
  }

  /// Returns the color of an entry.
  package func style(_ entry: OutboxEntry) -> Palette.Style? {
    switch entry.state {
    case .dead: .red
    case .waiting: .yellow
    case .queued: nil
    }
  }

  /// All of an entry.
  package func details(_ entry: OutboxEntry) -> TerminalText {
    let notification = entry.notification
    var text: TerminalText = ""
    func add(_ name: TerminalText, _ value: String?) {
      guard let value, !value.isEmpty else { return }
      text += "\(palette(.dim, name))\(TerminalText.spaces(max(18 - name.columns, 1)))\(value)\n"
    }
    add("id", notification.identifier)
    add("apns-id", notification.apnsID)
    add("also named", notification.aliases.joined(separator: ", "))
    add("state", entry.state.rawValue)
    add(
      "accepted",
      "\(Timestamp.text(entry.acceptedAt)) (\(Self.span(now - entry.acceptedAt)) ago), from \(notification.place)"
    )
    if let time = entry.diedAt { add("died", "\(Timestamp.text(time)) (\(Self.span(now - time)) ago)") }
    add("attempts", String(entry.attempts))
    if let failure = entry.failure {
      add("reason", failure.reason + (failure.status == 0 ? "" : " (\(failure.status))"))
      add("", failure.description)
    }
    if entry.state == .waiting { add("tried again", cells(entry)[3]) }
    add("waits for", entry.lane)
    if entry.mayHaveArrived { add("note", "an attempt had no answer: it may have arrived") }
    add("environment", notification.environment?.rawValue)
    add("apns-topic", notification.headers.topic)
    add("apns-push-type", notification.headers.pushType)
    add("apns-priority", notification.headers.priority)
    add("apns-expiration", notification.headers.expiration)
    add("apns-collapse-id", notification.headers.collapseID)
    add("device token", notification.deviceToken == nil ? "none" : "kept, and not shown")
    text += "\(palette(.dim, "payload"))\n  \(String(decoding: notification.payload, as: UTF8.self))\n"
    return text
  }

  /// Returns an entry as JSON.
  package static func json(_ entry: OutboxEntry, withPayload: Bool = false) -> String {
    let notification = entry.notification
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("state", entry.state.rawValue)
    writer.member("id", notification.identifier)
    writer.member("apns_id", notification.apnsID)
    writer.member("place", notification.place)
    writer.member("accepted_at", Timestamp.text(entry.acceptedAt))
    if let time = entry.diedAt { writer.member("died_at", Timestamp.text(time)) }
    writer.member("attempts", entry.attempts)
    if let due = entry.due { writer.member("due", Timestamp.text(due)) }
    if !entry.lane.isEmpty { writer.member("lane", entry.lane) }
    if let failure = entry.failure {
      writer.member("reason", failure.reason)
      if failure.status != 0 { writer.member("status", failure.status) }
      writer.member("why", failure.description)
    }
    if entry.mayHaveArrived { writer.member("may_have_arrived", true) }
    if let environment = notification.environment { writer.member("environment", environment.rawValue) }
    if let topic = notification.headers.topic { writer.member("topic", topic) }
    writer.member("push_type", notification.headers.pushType)
    if let collapseID = notification.headers.collapseID { writer.member("collapse_id", collapseID) }
    if withPayload {
      writer.key("payload")
      writer.raw(String(decoding: notification.payload, as: UTF8.self))
    }
    writer.endObject()
    return String(decoding: writer.buffer.bytes, as: UTF8.self)
  }
}
