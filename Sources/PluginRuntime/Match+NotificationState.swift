import LosslessJSON
import NotificationModel
import PluginManifests

/// The test of a plugin's clauses on a notification.
extension Match {
  /// Returns whether all clauses of one table hold.
  func holds(for state: borrowing NotificationState) -> Bool {
    for clauses in alternatives where firstFailure(clauses, state) == nil { return true }
    return false
  }

  private func firstFailure(_ clauses: [Clause], _ state: borrowing NotificationState) -> Clause? {
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

  /// Returns the reason for which it does not hold, for people.
  func explanation(_ state: borrowing NotificationState) -> String {
    var reasons: [String] = []
    for clauses in alternatives {
      if let clause = firstFailure(clauses, state) { reasons.append(explanation(clause, state)) }
    }
    return reasons.joined(separator: "; ")
  }

  private func explanation(_ clause: Clause, _ state: borrowing NotificationState) -> String {
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
