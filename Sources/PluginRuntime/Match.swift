import LosslessJSON
import NotificationModel

/// The notifications that a plugin is for, as data that is evaluated without entering Lua.
///
/// Every clause must hold. A key is a property of the request or an RFC 6901 pointer into the payload; a value is
/// a string (with `*` for any text), a list of them, `true` (present) or `false` (absent).
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

  /// The clauses, all of which must hold.
  package var clauses: [Clause]

  /// The most bytes of a plugin's `match` as JSON.
  static let sizeLimit = 64 << 10
  /// The most texts in it: a payload is searched for each.
  static let textLimit = 256

  /// Creates a match of clauses; without any it holds for every notification.
  package init(clauses: [Clause]) { self.clauses = clauses }

  /// The pointer or the property of the request that a key stands for.
  private static func suggestion(_ key: String, _ known: [String]) -> String {
    let pointer = key.contains("/") ? "/\(key)" : ContentProperty.known(as: key)?.pointer
    return pointer.map { "; did you mean '\($0)'?" } ?? PluginManifest.suggestion(key, known)
  }

  /// Reads a plugin's `match`.
  init(_ document: borrowing JSONDocument, _ node: NodeID) throws(PluginManifest.Problem) {
    clauses = []
    guard document.kind(of: node) == .object else {
      throw PluginManifest.wrongType("match", document.kind(of: node).luaName)
    }
    // The whole of it is looked at for every notification.
    guard document.rawText(of: node).count <= Self.sizeLimit else {
      throw .init(message: "plugin.match is too long: \(Self.sizeLimit) bytes as JSON are the limit")
    }
    var cursor: UInt64 = 0
    var textCount = 0
    while let (keyNode, value) = document.nextMember(node, &cursor) {
      let key = document.swiftString(of: keyNode)
      let subject: Clause.Subject
      if key.hasPrefix("/") {
        guard let pointer = JSONPointer(key) else {
          throw .init(
            message: "plugin.match has \"\(key)\", which is no JSON pointer: '~' stands before 0 or 1 only")
        }
        subject = .pointer(pointer)
      } else if let property = RequestProperty(rawValue: key), property != .settings, property != .content {
        subject = .property(property)
      } else {
        let known = RequestProperty.allCases.map(\.rawValue).filter { $0 != "settings" && $0 != "content" }
        throw .init(
          message: "plugin.match has \"\(key)\", which is neither a property of request nor a pointer"
            + Self.suggestion(key, known))
      }
      let test: Clause.Test
      switch document.kind(of: value) {
      case .true: test = .present(true)
      case .false: test = .present(false)
      case .string: test = .anyOf([Wildcard(document.swiftString(of: value))])
      case .array, .object:
        let texts = try PluginManifest.texts(document, value, "plugin.match[\"\(key)\"]")
        test = .anyOf(texts.map { Wildcard($0) })
      default:
        throw .init(
          message:
            "plugin.match[\"\(key)\"] is neither a text, a list of texts, true (present) nor false (absent)")
      }
      if case .anyOf(let texts) = test {
        textCount += texts.count
        guard textCount <= Self.textLimit else {
          throw .init(
            message: "plugin.match has more than \(Self.textLimit) texts; look at them in did_receive")
        }
        guard !texts.isEmpty else {
          throw .init(
            message: "plugin.match[\"\(key)\"] is an empty list, which nothing matches; leave it out")
        }
      }
      clauses.append(Clause(key: key, subject: subject, test: test))
    }
  }

  /// Clauses that hold for no notification, with what to write, for the plugin's author.
  var warnings: [String] { clauses.compactMap(\.warning) }

  /// The first clause that does not hold, or nil when all do.
  func firstFailure(_ state: borrowing NotificationState) -> Clause? {
    for clause in clauses where !holds(clause, state) { return clause }
    return nil
  }

  private func holds(_ clause: Clause, _ state: borrowing NotificationState) -> Bool {
    switch clause.subject {
    case .property(let property):
      guard let text = state.text(of: property) else { return clause.test.holdsForNothing }
      switch clause.test {
      case .present(let wanted): return wanted
      case .anyOf(let patterns):
        return patterns.contains { pattern in Array(text.utf8).withUnsafeBytes { pattern.matches($0) } }
      }
    case .pointer(let pointer):
      let payload = state.line.payload(state.document)
      guard let node = state.document.value(at: pointer, below: payload) else {
        return clause.test.holdsForNothing
      }
      switch clause.test {
      case .present(let wanted): return wanted
      case .anyOf(let patterns):
        return state.document.withText(of: node) { text in patterns.contains { $0.matches(text) } }
      }
    }
  }

  /// Why a clause does not hold, for people.
  func explanation(_ clause: Clause, _ state: borrowing NotificationState) -> String {
    let found: String
    switch clause.subject {
    case .property(let property): found = state.text(of: property).map { "is \"\($0)\"" } ?? "is absent"
    case .pointer(let pointer):
      let payload = state.line.payload(state.document)
      if let node = state.document.value(at: pointer, below: payload) {
        found = "is " + String(decoding: state.document.rawText(of: node).prefix(80), as: UTF8.self)
      } else {
        found = "is absent"
      }
    }
    switch clause.test {
    case .present(true): return "\(clause.key) \(found), wanted it present"
    case .present(false): return "\(clause.key) \(found), wanted it absent"
    case .anyOf(let patterns):
      return "\(clause.key) \(found), wanted \(patterns.map { "\"\($0.text)\"" }.joined(separator: " or "))"
    }
  }
}

extension Match.Clause.Test {
  fileprivate var holdsForNothing: Bool {
    if case .present(false) = self { return true }
    return false
  }
}

extension Match.Clause {
  /// The problem of a clause that can never hold, or looks as if another were meant; nil where there is
  /// none.
  fileprivate var warning: String? {
    switch (subject, test) {
    case (.property(let property), .present(false)) where property.isAlwaysPresent:
      return "plugin.match.\(key) is false, but every notification has it; leave it out"
    case (.property, .present): return nil
    case (.property(let property), .anyOf(let texts)):
      return texts.lazy.compactMap { property.problem(of: $0) }.first.map { "plugin.match.\(key) has \($0)" }
    case (.pointer(let pointer), let test):
      return pointerWarning(pointer, test).map { "plugin.match[\"\(key)\"]\($0)" }
    }
  }

  private func pointerWarning(_ pointer: JSONPointer, _ test: Test) -> String? {
    if key == "/" { return " is the member with the empty name; name a member, as in \"/aps/category\"" }
    if key.hasSuffix("/") {
      return " ends with '/', which is a member with the empty name; write \"\(key.dropLast())\""
    }
    if let known = Match.payloadKeys[key] {
      return " is no key that Apple documents; did you mean \"\(known)\"?"
    }
    guard case .anyOf(let texts) = test else { return nil }
    if let text = texts.first(where: { $0.text.isLuaPattern }) {
      return " has \(text.text.patternAdvice)"
    }
    return nil
  }
}

extension Match {
  /// Places in which people look for what stands in another.
  fileprivate static let payloadKeys: [String: String] = {
    var keys: [String: String] = [:]
    for property in ContentProperty.all {
      let place: String
      switch property.place {
      case .aps(let key): place = "/aps/\(key)"
      case .alert(let key): place = "/aps/alert/\(key)"
      default: continue
      }
      let key = place.split(separator: "/").last.map(String.init) ?? ""
      // Names of Lua and of Swift in place of the payload's.
      for name in ["\(property.name)", key.replacing("-", with: "_"), key] where place != "/aps/\(name)" {
        keys["/aps/\(name)"] = place
      }
    }
    return keys
  }()
}

extension RequestProperty {
  fileprivate var isAlwaysPresent: Bool { self == .pushType || self == .receivedAt }

  /// Returns what makes a text one that this property never is, as a clause behind "has"; nil where nothing
  /// does.
  fileprivate func problem(of text: Wildcard) -> String? {
    if text.text.isLuaPattern { return text.text.patternAdvice }
    switch self {
    case .pushType: return Self.problem(text, PushType.names, "no push type")
    case .environment: return Self.problem(text, PushEnvironment.allCases.map(\.rawValue), "no environment")
    case .priority:
      if ["high", "urgent", "immediate"].contains(text.text.lowercased()) {
        return "\"\(text.text)\", which is no priority; write \"10\""
      }
      if ["normal", "low", "default"].contains(text.text.lowercased()) {
        return "\"\(text.text)\", which is no priority; write \"5\" or \"1\""
      }
      // Sending Notification Requests to APNs: 10, 5 and 1.
      return Self.problem(text, ["1", "5", "10"], "no priority")
    case .expiration: return Self.problem(text, isNumber: "a number of seconds since 1970")
    case .receivedAt: return Self.problem(text, isNumber: "a time with its fraction")
    case .deviceToken where !text.text.contains("*") && text.text.utf8.count != 32:
      return "\"\(text.text.prefix(80))\", which is no device's name: that has 32 digits and letters a to f"
    default: return nil
    }
  }

  private static func problem(_ text: Wildcard, _ known: [String], _ what: String) -> String? {
    if known.contains(where: { name in Array(name.utf8).withUnsafeBytes { text.matches($0) } }) { return nil }
    return "\"\(text.text)\", which is \(what)" + PluginManifest.suggestion(text.text, known)
  }

  private static func problem(_ text: Wildcard, isNumber what: String) -> String? {
    if text.text.contains("*") || Double(text.text) != nil { return nil }
    return "\"\(text.text)\"; it is \(what), so look at it in did_receive"
  }
}

extension String {
  /// A Boolean value that indicates whether the text is a pattern of Lua's or a regular expression, which
  /// `match` reads as it stands.
  fileprivate var isLuaPattern: Bool {
    let bytes = Array(utf8)
    if bytes.first == UInt8(ascii: "^") { return true }
    // "com.example.*" is none, nor is what a URL has escaped.
    let repeats = Array("+*?-".utf8)
    for (at, byte) in bytes.enumerated().dropLast() {
      let next = bytes[at + 1]
      switch byte {
      case UInt8(ascii: "%") where Array("adlsuwxp".utf8).contains(next):
        if at + 2 < bytes.count, repeats.contains(bytes[at + 2]) { return true }
      case UInt8(ascii: "]") where next == UInt8(ascii: "+") || next == UInt8(ascii: "*"):
        guard let open = bytes[..<at].lastIndex(of: UInt8(ascii: "[")) else { break }
        // "[News]*" is how texts begin; a set has a range or a class.
        let set = bytes[open + 1..<at]
        if next == UInt8(ascii: "+") || set.contains(where: { "-%^\\".utf8.contains($0) }) { return true }
      case UInt8(ascii: "\\") where Array("dwsb".utf8).contains(next): return true
      default: break
      }
    }
    return false
  }

  /// The advice on such a text.
  fileprivate var patternAdvice: String {
    "\"\(self)\", and a text here is no pattern: only * stands for anything; write what the text is, or look at it"
      + " in did_receive with string.find"
  }
}

/// Text in which `*` stands for any bytes, also none.
package struct Wildcard: Sendable {
  /// The text with its stars.
  package let text: String
  private let parts: [Part]

  /// A piece of text between two stars.
  private struct Part: Sendable {
    let bytes: [UInt8]
    /// The length of the start that also ends the first n bytes: a mismatch falls back to it (Knuth,
    /// Morris, Pratt 1977).
    let borders: [Int]

    init(_ bytes: [UInt8]) {
      self.bytes = bytes
      var borders = [0]
      var border = 0
      for at in bytes.indices.dropFirst() {
        while border > 0, bytes[at] != bytes[border] { border = borders[border - 1] }
        if bytes[at] == bytes[border] { border += 1 }
        borders.append(border)
      }
      self.borders = borders
    }

    /// The place behind the first one between `from` and `end`, or nil where there is none.
    func end(in text: UnsafeRawBufferPointer, from: Int, to end: Int) -> Int? {
      if bytes.isEmpty { return from }
      var matched = 0
      for at in from..<end {
        while matched > 0, text[at] != bytes[matched] { matched = borders[matched - 1] }
        if text[at] == bytes[matched] { matched += 1 }
        if matched == bytes.count { return at + 1 }
      }
      return nil
    }
  }

  /// Creates a wildcard; a text without a star stands for itself alone.
  package init(_ text: String) {
    self.text = text
    parts = Array(text.utf8).split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
      .map { Part(Array($0)) }
  }

  /// Returns a Boolean value that indicates whether `bytes` is what the text stands for.
  ///
  /// Takes time in proportion to both lengths.
  package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let first = parts[0].bytes
    let last = parts[parts.count - 1].bytes
    if parts.count == 1 { return bytes.count == first.count && bytes.elementsEqual(first) }
    guard bytes.count >= first.count + last.count, bytes.starts(with: first),
      bytes.suffix(last.count).elementsEqual(last)
    else { return false }
    var at = first.count
    for part in parts[1..<parts.count - 1] {
      guard let end = part.end(in: bytes, from: at, to: bytes.count - last.count) else { return false }
      at = end
    }
    return true
  }
}
