import LosslessJSON
import NotificationModel

extension Match.Clause {
  /// The problem of a clause that can never hold, or looks as if another were meant; nil where there is
  /// none.
  var warning: String? {
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
