import CommandSupport
import Composition
import NotificationModel
import TerminalPages

/// The decisions of a service on a message, as a table for people.
package struct DecisionsText {
  private let answer: [String: JSONValue]
  private let style: Palette

  /// Makes a page of a service's answer, a JSON object.
  package init(_ answer: String, style: Palette) {
    self.answer = (try? JSONValue(answer))?.members ?? [:]
    self.style = style
  }

  /// The page: a line for each device of each recipient, and the oddities.
  package var text: TerminalText {
    var table = TextTable(["USER", "DEVICE", "DECISION", "REASON"])
    let reasons = answer["reasons"]?.members ?? [:]
    for decision in (answer["decisions"]?.items ?? []).map(\.members) {
      let word = decision["decision"]?.text ?? ""
      let due = decision["due"]?.text.map { "\($0): " } ?? ""
      let reason = decision["reason"]?.text.map { reasons[$0]?.text ?? $0 } ?? ""
      table.add(
        [decision["user"]?.text ?? "", decision["device"]?.text ?? "-", word, due + reason],
        word == Decision.push.rawValue ? .green : .yellow)
    }
    var text = table.text(style)
    for warning in answer["warnings"]?.items ?? [] {
      text += "warning: \(style(.yellow, outside: warning.members["text"]?.text ?? ""))\n"
    }
    return text
  }
}
