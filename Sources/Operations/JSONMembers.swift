import EventLoop
import LosslessJSON
import NotificationModel

/// The members of an object by their names, each as the kind of value that is asked for.
struct JSONMembers {
  private let values: [String: JSONValue]

  /// Reads an object; nil for anything else.
  init?(_ json: [UInt8]) {
    guard let value = try? JSONValue(String(decoding: json, as: UTF8.self)) else { return nil }
    self.init(value)
  }

  private init?(_ value: JSONValue) {
    guard case .object(let members) = value else { return nil }
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

  /// Returns the objects of an array; nil where it is none, or has something else.
  func objects(_ name: String) -> [JSONMembers]? {
    guard case .array(let items)? = values[name] else { return nil }
    let objects = items.compactMap { JSONMembers($0) }
    return objects.count == items.count ? objects : nil
  }
}
