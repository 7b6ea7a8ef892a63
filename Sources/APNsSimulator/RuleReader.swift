import LosslessJSON
import NotificationModel

/// Reads values of a rule file's JSON, and says where one is wrong.
struct RuleReader {
  /// The object's name in errors; empty for the whole text.
  let place: String

  private func path(_ key: String) -> String { place.isEmpty ? key : "\(place).\(key)" }

  /// Calls `body` with every member of an object.
  func each(
    _ document: inout JSONDocument, _ node: NodeID,
    _ body: (String, NodeID, inout JSONDocument) throws(SimulatorError) -> Void
  ) throws(SimulatorError) {
    guard document.kind(of: node) == .object else {
      throw SimulatorError("\(place.isEmpty ? "the text" : place) is not an object; write { … }")
    }
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(node, &cursor) {
      try body(document.swiftString(of: key), value, &document)
    }
  }

  func text(_ document: borrowing JSONDocument, _ node: NodeID, _ key: String) throws(SimulatorError)
    -> String
  {
    guard document.kind(of: node) == .string else {
      throw SimulatorError("\(path(key)) is not a text; write it in quotes")
    }
    return document.swiftString(of: node)
  }

  func flag(_ document: borrowing JSONDocument, _ node: NodeID, _ key: String) throws(SimulatorError) -> Bool
  {
    switch document.kind(of: node) {
    case .true: true
    case .false: false
    default: throw SimulatorError("\(path(key)) is neither true nor false; use one of them")
    }
  }

  func integer(
    _ document: borrowing JSONDocument, _ node: NodeID, _ key: String, _ range: ClosedRange<Int>
  ) throws(SimulatorError) -> Int {
    guard let number = document.integer(of: node).map({ Int($0) }), range.contains(number) else {
      throw SimulatorError("\(path(key)) is not a whole number of \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  /// One of several words.
  func word<Word: RawRepresentable<String> & CaseIterable>(
    _ document: borrowing JSONDocument, _ node: NodeID, _ key: String, _ type: Word.Type
  ) throws(SimulatorError) -> Word {
    let text = try text(document, node, key)
    guard let word = Word(rawValue: text) else {
      let known = Word.allCases.map(\.rawValue).joined(separator: ", ")
      throw SimulatorError("\(path(key)) is '\(text)'; known are \(known)")
    }
    return word
  }

  /// Returns an error for an unknown key.
  func unknown(_ key: String, _ known: [String]) -> SimulatorError {
    let hint =
      Suggestion.nearest(to: key, among: known).map { "did you mean '\($0)'?" }
      ?? "known are \(known.joined(separator: ", "))"
    return SimulatorError("\(place.isEmpty ? "the text" : place) has no key '\(key)'; \(hint)")
  }
}
