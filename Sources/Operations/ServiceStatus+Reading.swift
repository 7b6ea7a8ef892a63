import EventLoop
import LosslessJSON
import NotificationModel

extension ServiceStatus {
  /// Reads what ``json(at:)`` has written; nil for anything else.
  package init?(json: [UInt8]) {
    guard case .object(let members) = try? JSONValue(String(decoding: json, as: UTF8.self)) else {
      return nil
    }
    let values = JSONMembers(members)
    guard let state = values.text("state").flatMap({ State(rawValue: $0) }),
      let since = values.time("since"), let started = values.time("started"),
      let process = values.number("process"), let version = values.text("version"),
      let configuration = values.text("configuration")
    else { return nil }
    self.init(
      state: state, since: since, startedAt: started, process: Int32(clamping: process), version: version,
      configuration: configuration)
    connections = values.number("connections") ?? 0
    waiting = values.number("waiting") ?? 0
    oldest = values.time("oldest")
    obstacles = values.texts("obstacles")
  }
}

extension DrainResult {
  /// Reads what ``json`` has written; nil for anything else.
  package init?(json: [UInt8]) {
    guard case .object(let members) = try? JSONValue(String(decoding: json, as: UTF8.self)) else {
      return nil
    }
    let values = JSONMembers(members)
    guard let left = values.number("left") else { return nil }
    self.init(left: left, isLeftDurable: values.flag("left_is_durable"))
  }
}

/// The members of an object by their names, each as the kind of value that is asked for.
private struct JSONMembers {
  private let values: [String: JSONValue]

  init(_ members: [JSONValue.Member]) {
    values = Dictionary(members.map { ($0.key, $0.value) }) { $1 }
  }

  func text(_ name: String) -> String? {
    if case .string(let text)? = values[name] { text } else { nil }
  }

  func number(_ name: String) -> Int? {
    if case .number(let text)? = values[name] { Int(text) } else { nil }
  }

  func flag(_ name: String) -> Bool { values[name] == .boolean(true) }

  func time(_ name: String) -> Int64? { text(name).flatMap { Timestamp.milliseconds($0) } }

  func texts(_ name: String) -> [String] {
    guard case .array(let items)? = values[name] else { return [] }
    return items.compactMap { if case .string(let text) = $0 { text } else { nil } }
  }
}
