import EventLoop
import HTTPTypes
import LosslessJSON
import NotificationModel
import Operations

/// The body of a request as one JSON object whose members are read by name.
package struct JSONBody {
  /// The most characters of a name by which a notification is withdrawn: code points, as JSON Schema counts.
  static let nameLimit = 255

  private var members: [String: JSONValue] = [:]
  /// The place of the object in the body.
  private let place: String

  /// Reads a body.
  ///
  /// - Parameter known: the members that there are.
  /// - Throws: 400 or 422.
  package init(_ text: [UInt8], known: [String]) throws(Problem) {
    // Who writes a member twice means one of them, and nobody knows which.
    var document = JSONDocument(depthLimit: 16, duplicateKeys: .reject)
    try document.parse(body: text)
    try self.init(JSONValue(document, document.root), "the body", at: "", known: known)
  }

  /// Reads an object within a body.
  ///
  /// - Parameters:
  ///   - subject: the thing that the object describes, for problems.
  ///   - place: the place of the object.
  /// - Throws: 422.
  init(_ value: JSONValue, _ subject: String, at place: String, known: [String]) throws(Problem) {
    self.place = place
    guard case .object(let members) = value else {
      throw Problem(
        .unprocessableContent, "\(subject) is no object; send one with \(known[0])", pointer: place)
    }
    for member in members {
      guard known.contains(member.key) else {
        let hint = Suggestion.nearest(to: member.key, among: known).map { "did you mean '\($0)'?" }
        throw Problem(
          .unprocessableContent,
          "there is no member '\(member.key.shortened)'; \(hint ?? "known are \(known.joined(separator: ", "))")",
          pointer: place)
      }
      self.members[member.key] = member.value
    }
  }

  /// Returns the place of a member, as RFC 6901 writes it.
  func pointer(_ name: String) -> String { "\(place)/\(name)" }

  /// Returns the name of a user, a device or their like; nil where there is none.
  func name(_ name: String) throws(Problem) -> String? {
    guard let text = try text(name) else { return nil }
    if PathName.isName(text) { return text }
    throw Problem(
      .unprocessableContent, "'\(name)' is not \(PathName.form); change it", pointer: pointer(name))
  }

  /// Returns the name of a user, a device or their like.
  ///
  /// - Throws: 422 where there is none.
  func requiredName(_ name: String) throws(Problem) -> String {
    if let text = try self.name(name) { return text }
    throw Problem(.unprocessableContent, "'\(name)' is missing; add the name of the \(name)", pointer: place)
  }

  /// Returns one of some words; nil where there is none.
  func word<Word: RawRepresentable & CaseIterable>(
    _ name: String, of type: Word.Type
  ) throws(Problem) -> Word? where Word.RawValue == String {
    guard let text = try text(name) else { return nil }
    if let word = Word(rawValue: text) { return word }
    let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
    throw Problem(
      .unprocessableContent, "'\(name)' is '\(text.shortened)'; write one of \(known)", pointer: pointer(name)
    )
  }

  /// Returns the elements of a list; empty where there is none.
  func list(_ name: String, limit: Int) throws(Problem) -> [JSONValue] {
    switch members[name] {
    case nil, .null: return []
    case .array(let items) where items.count <= limit: return items
    default:
      throw Problem(
        .unprocessableContent, "'\(name)' is not a list of up to \(limit) elements; send several requests",
        pointer: pointer(name))
    }
  }

  /// Returns a moment in milliseconds since 1970, which stands there as text or as that number; nil where there is none.
  func time(_ name: String) throws(Problem) -> Int64? {
    switch members[name] {
    case nil, .null: return nil
    case .string(let text):
      if let time = Timestamp.milliseconds(text) { return time }
    case .number(let text):
      // A whole number may stand there as 5.0.
      let number = Int64(text) ?? Double(text).flatMap(Int64.init(exactly:))
      if let number, (0...Self.lastTime).contains(number) { return number }
    default: break
    }
    throw Problem(
      .unprocessableContent,
      "'\(name)' is no time; write it as 2026-01-31T12:00:00.000Z or as milliseconds since 1970",
      pointer: pointer(name))
  }

  /// The end of the year 9999.
  private static let lastTime: Int64 = 253_402_300_799_999

  /// Returns a text; nil where there is none.
  package func text(_ name: String) throws(Problem) -> String? {
    switch members[name] {
    case nil, .null: return nil
    case .string(let text): return text
    default:
      throw Problem(
        .unprocessableContent, "'\(name)' is not a string; write it in double quotes", pointer: pointer(name))
    }
  }

  /// Returns whether there is a value.
  package func hasValue(_ name: String) -> Bool { members[name] ?? .null != .null }

  /// Returns a Boolean value; nil where there is none.
  package func flag(_ name: String) throws(Problem) -> Bool? {
    switch members[name] {
    case nil, .null: return nil
    case .boolean(let flag): return flag
    default:
      throw Problem(
        .unprocessableContent, "'\(name)' is neither true nor false; write one of them",
        pointer: pointer(name))
    }
  }

  /// Returns a whole number within limits; nil where there is none.
  package func integer(_ name: String, in range: ClosedRange<Int>) throws(Problem) -> Int? {
    switch members[name] {
    case nil, .null: return nil
    case .number(let text):
      if let number = Int(text) ?? Double(text).flatMap(Int.init(exactly:)), range.contains(number) {
        return number
      }
    default: break
    }
    throw Problem(
      .unprocessableContent,
      "'\(name)' is not a whole number from \(range.lowerBound) to \(range.upperBound); change it",
      pointer: pointer(name))
  }

  /// Returns the members of an object; nil where there is none.
  package func object(_ name: String, known: [String]) throws(Problem) -> [String: JSONValue]? {
    switch members[name] {
    case nil, .null: return nil
    case .object(let list):
      if let other = list.first(where: { !known.contains($0.key) }) {
        throw Problem(
          .unprocessableContent,
          "'\(name)' has no member '\(other.key.shortened)'; known are \(known.joined(separator: ", "))",
          pointer: pointer(name))
      }
      return Dictionary(list.map { ($0.key, $0.value) }) { $1 }
    default:
      throw Problem(
        .unprocessableContent, "'\(name)' is no object; write one with \(known[0])", pointer: pointer(name))
    }
  }

  /// Returns a list of texts.
  ///
  /// - Throws: 422 where there is none, or it has fewer elements, or more than a limit, or one that is no text.
  package func texts(_ name: String, limit: Int, fewest: Int = 1) throws(Problem) -> [String] {
    guard case .array(let items)? = members[name], (fewest...limit).contains(items.count) else {
      throw Problem(
        .unprocessableContent,
        "'\(name)' is not a list of \(fewest) to \(limit) strings; write it as [\"a\", \"b\"]",
        pointer: members[name] == nil ? place : pointer(name))
    }
    var texts: [String] = []
    for (index, item) in items.enumerated() {
      guard case .string(let text) = item, (1...Self.nameLimit).contains(text.unicodeScalars.count) else {
        throw Problem(
          .unprocessableContent,
          "'\(name)' has an element that is no string of 1 to \(Self.nameLimit) characters; change it",
          pointer: "\(pointer(name))/\(index)")
      }
      texts.append(text)
    }
    return texts
  }
}
