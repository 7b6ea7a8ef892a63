import ConfigurationFiles
import Digests
import LosslessJSON
import NotificationModel
import Notilua

/// Takes out of a line what is nobody's business, and keeps its shape.
///
/// Tokens are hashed. Texts of the alert are masked letter by letter. Every other text of the payload, and a number of
/// seven digits or more, becomes a pseudonym: another text of the same shape, the same for the same text, so that
/// what belongs together still does. What `aps` itself defines and programs go by, such as `sound` and `category`, stays
/// where it is one word without an `@` and with less than seven digits; so do keys of objects that are such a word.
package struct Redaction: Sendable {
  /// The treatment of a value.
  package enum Treatment: String, Sendable, CaseIterable {
    case keep
    case mask
    case hash
    case remove
  }

  /// The operator's rules for places in the payload; the longest pointer that leads to a value or above it
  /// counts.
  private var rules: [(pointer: String, treatment: Treatment)] = []
  /// With another key the same text has another pseudonym.
  private let key: [UInt8]

  /// Creates a redaction whose pseudonyms depend on a key.
  package init(key: [UInt8]) { self.key = key }

  /// Adds a rule for what is at a pointer (RFC 6901) into the payload, or below it.
  package mutating func add(_ treatment: Treatment, at pointer: String) throws(HostError) {
    guard JSONPointer(pointer) != nil, !pointer.isEmpty else {
      throw HostError(
        .usage, "--\(treatment.rawValue) '\(pointer)' is no pointer into a payload; write it as /rc/cType")
    }
    rules.append((pointer, treatment))
    rules.sort { $0.pointer.count > $1.pointer.count }
  }

  /// A line without what is private; nil where it is no notification.
  package func redacted(_ line: [UInt8]) -> [UInt8]? {
    var document = JSONDocument(depthLimit: 512)
    guard line.withUnsafeBytes({ (try? document.parse($0)) != nil }), (try? NotificationLine(document)) != nil
    else { return nil }
    let value = JSONValue(document, document.root)
    guard case .object(let members) = value else { return nil }
    guard value["aps"] == nil else { return Array(payload(value, at: "").text.utf8) }
    return Array(JSONValue.object(members.map { JSONValue.Member($0.key, envelopeMember($0)) }).text.utf8)
  }

  // MARK: Places

  private func envelopeMember(_ member: JSONValue.Member) -> JSONValue {
    switch member.key {
    case "payload": return payload(member.value, at: "")
    case "device_token": return hashed(member.value)
    case "locale", "time_zone", "environment":
      return each(member.value) { Self.isWord($0) ? $0 : pseudonym(of: $0) }
    case "headers":
      guard case .object(let headers) = member.value else { return pseudonym(of: member.value) }
      let kept: Set = ["apns-topic", "apns-push-type", "apns-priority", "apns-expiration"]
      return .object(
        headers.map {
          .init(
            $0.key,
            kept.contains($0.key.lowercased()) && Self.isWord($0.value) ? $0.value : pseudonym(of: $0.value))
        })
    default: return pseudonym(of: member.value)
    }
  }

  /// Members of `aps` that programs go by, and that say nothing of a person.
  private static let kept: Set<String> = [
    "/aps/sound", "/aps/sound/name", "/aps/sound/critical", "/aps/sound/volume", "/aps/badge",
    "/aps/category", "/aps/content-available", "/aps/mutable-content",
    "/aps/interruption-level", "/aps/relevance-score", "/aps/stale-date", "/aps/timestamp", "/aps/event",
    "/aps/alert/title-loc-key", "/aps/alert/subtitle-loc-key", "/aps/alert/loc-key",
    "/aps/alert/launch-image",
    "/aps/alert/action-loc-key",
  ]

  private func payload(_ value: JSONValue, at path: String) -> JSONValue {
    // A rule for what is below comes before one for this.
    let hasRuleBelow = value.isContainer && rules.contains { $0.pointer.hasPrefix(path + "/") }
    if let rule = rules.first(where: { $0.pointer == path || path.hasPrefix($0.pointer + "/") }),
      !hasRuleBelow
    {
      return treated(value, rule.treatment)
    }
    if Self.kept.contains(path), !value.isContainer { return Self.isWord(value) ? value : masked(value) }
    switch value {
    case .object(let members):
      return .object(
        members.compactMap { member in
          let below = path + "/" + member.key.replacing("~", with: "~0").replacing("/", with: "~1")
          let hasRuleBelow = member.value.isContainer && rules.contains { $0.pointer.hasPrefix(below + "/") }
          if !hasRuleBelow, rules.first(where: { $0.pointer == below })?.treatment == .remove { return nil }
          return .init(key(member.key), payload(member.value, at: below))
        })
    case .array(let elements):
      return .array(elements.enumerated().map { payload($1, at: "\(path)/\($0)") })
    default: return path.hasPrefix("/aps/alert") ? masked(value) : pseudonym(of: value)
    }
  }

  private func treated(_ value: JSONValue, _ treatment: Treatment) -> JSONValue {
    switch treatment {
    case .keep: value
    case .mask: masked(value)
    case .hash: hashed(value)
    case .remove: .null
    }
  }

  /// Returns a Boolean value that indicates whether a text is one that programs go by: no words and no
  /// address.
  private static func isWord(_ value: JSONValue) -> Bool {
    guard case .string(let text) = value else { return true }
    return text.utf8.count <= 100 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x40 }
      && text.count(where: \.isNumber) < 7
  }

  /// A key that says something of a person, where others are names that programs gave.
  private func key(_ key: String) -> String {
    if Self.isWord(.string(key)) { return key }
    guard case .string(let text) = pseudonym(of: .string(key)) else { return key }
    return text
  }

  // MARK: Treatments

  private func each(_ value: JSONValue, _ body: (JSONValue) -> JSONValue) -> JSONValue {
    switch value {
    case .object(let members): .object(members.map { .init($0.key, each($0.value, body)) })
    case .array(let elements): .array(elements.map { each($0, body) })
    default: body(value)
    }
  }

  private func hashed(_ value: JSONValue) -> JSONValue {
    each(value) { value in
      switch value {
      case .string(let text): .string(Hex.encode(Digest.hmacSHA256(key: key, Array(text.utf8))))
      case .number(let text): .string(Hex.encode(Digest.hmacSHA256(key: key, Array(text.utf8))))
      default: value
      }
    }
  }

  /// Letters become x or X, digits 0; others take as many bytes as before.
  private func masked(_ value: JSONValue) -> JSONValue {
    each(value) { value in
      switch value {
      case .string(let text): .string(Self.shape(text) { scalar in Self.mask(scalar) })
      case .number(let text): .number(String(text.map { $0.isNumber ? "1" : $0 }))
      default: value
      }
    }
  }

  private func pseudonym(of value: JSONValue) -> JSONValue {
    each(value) { value in
      switch value {
      case .string(let text): .string(Pseudonym(key: key, of: text).text)
      case .number(let text) where text.count(where: \.isNumber) >= 7:
        .number(Pseudonym(key: key, ofNumber: text).text)
      default: value
      }
    }
  }

  private static func shape(_ text: String, _ body: (Unicode.Scalar) -> Unicode.Scalar) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(body(scalar)) }
    return String(result)
  }

  static func mask(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    switch scalar {
    case "a"..."z": return "x"
    case "A"..."Z": return "X"
    case "0"..."9": return "0"
    case "\0"..."\u{7F}": return scalar
    default: break
    }
    // What joins to the letter before it says nothing without that; neither do signs and pictures.
    guard scalar.properties.isAlphabetic || scalar.properties.numericType != nil,
      !scalar.properties.isEmojiPresentation
    else { return scalar }
    switch UTF8.width(scalar) {
    case 2: return "\u{E4}"
    case 3: return "\u{5B57}"
    default: return "\u{20000}"
    }
  }
}
