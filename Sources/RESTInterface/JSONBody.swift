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

  /// Returns a list of texts.
  ///
  /// - Throws: 422 where there is none, or it has no element, or more than a limit, or one that is no text.
  package func texts(_ name: String, limit: Int) throws(Problem) -> [String] {
    guard case .array(let items)? = members[name], (1...limit).contains(items.count) else {
      throw Problem(
        .unprocessableContent, "'\(name)' is not a list of 1 to \(limit) strings; write it as [\"a\", \"b\"]",
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
