import LosslessJSON
import NotificationModel

/// The notifications that a plugin is for, as data that is evaluated without entering Lua.
///
/// Every clause must hold, or every clause of one table in a list of tables. A key is a property of the request or an
/// RFC 6901 pointer into the payload; a value is a string (with `*` for any text), a list of them, `true` (present) or
/// `false` (absent).
package struct Match: Sendable {
  /// One key and what is asked of it.
  package struct Clause: Sendable {
    /// The part of a notification that a clause looks at.
    package enum Subject: Sendable {
      case property(RequestProperty)
      case pointer(JSONPointer)
    }

    /// The condition on that part.
    package enum Test: Sendable {
      case present(Bool)
      case anyOf([Wildcard])
    }

    /// The key as the plugin wrote it.
    package var key: String
    /// The part that it looks at.
    package var subject: Subject
    /// The condition.
    package var test: Test
  }

  /// The tables of clauses: it matches where all clauses of one of them hold.
  package var alternatives: [[Clause]]

  /// The most bytes of a plugin's `match` as JSON.
  static let sizeLimit = 64 << 10
  /// The most texts in it: a payload is searched for each.
  static let textLimit = 256

  /// Creates a match of clauses; without any it holds for every notification.
  package init(clauses: [Clause]) { alternatives = [clauses] }

  /// Returns the pointer or the property that a key seems to stand for, as a clause.
  private static func suggestion(_ key: String, _ known: [String]) -> String {
    let pointer = key.contains("/") ? "/\(key)" : ContentProperty.known(as: key)?.pointer
    return pointer.map { "; did you mean '\($0)'?" } ?? PluginManifest.suggestion(key, known)
  }

  /// Reads a plugin's `match`.
  init(_ document: borrowing JSONDocument, _ node: NodeID) throws(PluginManifest.Problem) {
    alternatives = []
    // The whole of it is looked at for every notification.
    guard document.rawText(of: node).count <= Self.sizeLimit else {
      throw .init(message: "plugin.match is too long: \(Self.sizeLimit) bytes as JSON are the limit")
    }
    let isList = document.kind(of: node) == .array
    var textCount = 0
    for (place, table) in (isList ? document.elements(of: node) : [node]).enumerated() {
      guard document.kind(of: table) == .object else {
        let type = document.kind(of: table).luaName
        throw PluginManifest.wrongType("match", at: isList ? place + 1 : nil, type)
      }
      alternatives.append(try Self.clauses(document, table, &textCount))
    }
  }

  private static func clauses(
    _ document: borrowing JSONDocument, _ table: NodeID, _ textCount: inout Int
  ) throws(PluginManifest.Problem) -> [Clause] {
    var clauses: [Clause] = []
    var cursor: UInt64 = 0
    while let (keyNode, value) = document.nextMember(table, &cursor) {
      let key = document.swiftString(of: keyNode)
      let test = try test(document, value, key)
      if case .anyOf(let texts) = test { textCount += texts.count }
      guard textCount <= textLimit else {
        throw .init(message: "plugin.match has more than \(textLimit) texts; look at them in did_receive")
      }
      clauses.append(Clause(key: key, subject: try subject(key), test: test))
    }
    return clauses
  }

  private static func subject(_ key: String) throws(PluginManifest.Problem) -> Clause.Subject {
    if key.hasPrefix("/") {
      guard let pointer = JSONPointer(key) else {
        throw .init(
          message: "plugin.match has \"\(key)\", which is no JSON pointer: '~' stands before 0 or 1 only")
      }
      return .pointer(pointer)
    }
    if let property = RequestProperty(rawValue: key), property != .settings, property != .content {
      return .property(property)
    }
    let known = RequestProperty.allCases.map(\.rawValue).filter { $0 != "settings" && $0 != "content" }
    throw .init(
      message: "plugin.match has \"\(key)\", which is neither a property of request nor a pointer"
        + suggestion(key, known))
  }

  private static func test(
    _ document: borrowing JSONDocument, _ value: NodeID, _ key: String
  ) throws(PluginManifest.Problem) -> Clause.Test {
    switch document.kind(of: value) {
    case .true: return .present(true)
    case .false: return .present(false)
    case .string: return .anyOf([Wildcard(document.swiftString(of: value))])
    case .array, .object:
      let texts = try PluginManifest.texts(document, value, "plugin.match[\"\(key)\"]")
      guard !texts.isEmpty else {
        throw .init(message: "plugin.match[\"\(key)\"] is an empty list, which nothing matches; leave it out")
      }
      return .anyOf(texts.map { Wildcard($0) })
    default:
      throw .init(
        message:
          "plugin.match[\"\(key)\"] is neither a text, a list of texts, true (present) nor false (absent)")
    }
  }

  /// Clauses that hold for no notification, with what to write, for the plugin's author.
  var warnings: [String] { alternatives.joined().compactMap(\.warning) }
}
