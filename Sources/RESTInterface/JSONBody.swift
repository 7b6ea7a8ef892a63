import HTTPTypes
import LosslessJSON
import NotificationModel
import Operations

/// The body of a request as one JSON object whose members are read by name.
package struct JSONBody {
  /// The most characters of a name by which a notification is withdrawn: code points, as JSON Schema counts.
  static let nameLimit = 255

  private var members: [String: JSONValue] = [:]

  /// Reads a body.
  ///
  /// - Parameter known: the members that there are.
  /// - Throws: 400 or 422.
  package init(_ text: [UInt8], known: [String]) throws(Problem) {
    // Who writes a member twice means one of them, and nobody knows which.
    var document = JSONDocument(depthLimit: 16, duplicateKeys: .reject)
    try document.parse(body: text)
    guard case .object(let members) = JSONValue(document, document.root) else {
      throw Problem(.unprocessableContent, "the body is no object; send one with \(known[0])", pointer: "")
    }
    for member in members {
      guard known.contains(member.key) else {
        let hint = Suggestion.nearest(to: member.key, among: known).map { "did you mean '\($0)'?" }
        throw Problem(
          .unprocessableContent,
          "there is no member '\(member.key.shortened)'; \(hint ?? "known are \(known.joined(separator: ", "))")",
          pointer: "")
      }
      self.members[member.key] = member.value
    }
  }

  /// Returns a text; nil where there is none.
  package func text(_ name: String) throws(Problem) -> String? {
    switch members[name] {
    case nil, .null: return nil
    case .string(let text): return text
    default:
      throw Problem(
        .unprocessableContent, "'\(name)' is not a string; write it in double quotes", pointer: "/\(name)")
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
        .unprocessableContent, "'\(name)' is neither true nor false; write one of them", pointer: "/\(name)")
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
      pointer: "/\(name)")
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
          pointer: "/\(name)")
      }
      return Dictionary(list.map { ($0.key, $0.value) }) { $1 }
    default:
      throw Problem(
        .unprocessableContent, "'\(name)' is no object; write one with \(known[0])", pointer: "/\(name)")
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
        pointer: members[name] == nil ? "" : "/\(name)")
    }
    var texts: [String] = []
    for (index, item) in items.enumerated() {
      guard case .string(let text) = item, (1...Self.nameLimit).contains(text.unicodeScalars.count) else {
        throw Problem(
          .unprocessableContent,
          "'\(name)' has an element that is no string of 1 to \(Self.nameLimit) characters; change it",
          pointer: "/\(name)/\(index)")
      }
      texts.append(text)
    }
    return texts
  }
}
