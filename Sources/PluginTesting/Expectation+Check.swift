import LosslessJSON
import NotificationModel
import Notilua

extension Expectation {
  /// Returns the parts of an outcome that are not as expected.
  func failures(_ outcome: Outcome, given: [UInt8]) -> [TestFailure] {
    var failures: [TestFailure] = []
    checkAction(outcome, &failures)
    checkFaults(outcome, &failures)
    if let withdraw { failures += Self.listFailure("withdraw", withdraw, outcome.withdrawals) }
    checkPayload(outcome, given, &failures)
    if let content, outcome.action == .deliver {
      let differences = Self.content(of: outcome.payload, like: content)
        .differences(from: content, isPartial: true)
      if !differences.isEmpty {
        failures.append(TestFailure("content", "is not as expected", differences, writers: outcome.writers))
      }
    }
    if let patch {
      let actual = Self.patch(of: outcome)
      let differences = actual.differences(from: patch)
      if !differences.isEmpty {
        failures.append(TestFailure("patch", "is another: \(actual.text)", differences))
      }
    }
    if let attachments {
      let actual = (try? JSONValue(outcome.json))?["attachments"] ?? .array([])
      let differences = actual.differences(from: attachments, isPartial: true)
      if !differences.isEmpty {
        failures.append(TestFailure("attachments", "are not as expected", differences))
      }
    }
    checkHeaders(outcome, given, &failures)
    checkPresentation(outcome, &failures)
    checkLog(outcome, &failures)
    if let warnings { failures += Self.listFailure("warnings", warnings, outcome.warnings) }
    checkBudgets(outcome, &failures)
    return failures
  }

  /// Texts are compared by their bytes.
  private static func listFailure(_ subject: String, _ expected: [String], _ actual: [String])
    -> [TestFailure]
  {
    let list = { (texts: [String]) in JSONValue.array(texts.map { .string($0) }) }
    let differences = list(actual).differences(from: list(expected))
    return differences.isEmpty ? [] : [TestFailure(subject, "is another list", differences)]
  }

  // MARK: Action and faults

  private func checkAction(_ outcome: Outcome, _ failures: inout [TestFailure]) {
    if let action {
      if outcome.action.rawValue != action {
        let reason = outcome.reason.map { ", because: \($0)" } ?? ""
        failures.append(
          TestFailure(
            "action", "is not as expected", expected: action, actual: outcome.action.rawValue + reason))
      }
    } else if reason == nil, outcome.action != .deliver {
      // Whoever says nothing of it takes for granted that a notification comes through.
      let verb =
        outcome.action == .drop
        ? "dropped by \(outcome.plugin ?? "a plugin")"
        : "rejected\(outcome.offset.map { " at byte \($0)" } ?? "")"
      failures.append(
        TestFailure(
          "action",
          "the notification is \(verb): \(outcome.reason ?? "no reason"); expect 'action: \(outcome.action.rawValue)' if it should be"
        ))
    }
    if let reason, !(outcome.reason.map { $0.utf8.elementsEqual(reason.utf8) } ?? false) {
      failures.append(
        TestFailure(
          "reason", "is not as expected", expected: reason,
          actual: outcome.reason ?? "none; the notification is delivered"))
    }
  }

  private func checkFaults(_ outcome: Outcome, _ failures: inout [TestFailure]) {
    var left = Array(zip(outcome.faults, outcome.faultTraces))
    for wanted in faults ?? [] {
      let match = left.firstIndex { fault, _ in
        (wanted.kind.isEmpty || fault.kind.rawValue == wanted.kind)
          && (wanted.plugin == nil || fault.plugin == wanted.plugin)
          && (wanted.message.map { fault.message.contains($0) } ?? true)
      }
      if let match {
        left.remove(at: match)
      } else {
        var text = wanted.kind.isEmpty ? "a fault" : wanted.kind
        if let plugin = wanted.plugin { text += " of \(plugin)" }
        if let message = wanted.message { text += " with '\(message)'" }
        failures.append(
          TestFailure(
            "fault", "did not happen", expected: text,
            actual: outcome.faults.isEmpty
              ? "none" : outcome.faults.map { "\($0.kind.rawValue): \($0.message)" }.joined(separator: "; ")))
      }
    }
    // A fault that no one expects is a failure whatever else comes out right.
    if faults != nil, failures.contains(where: { $0.subject == "fault" }) { return }
    for (fault, trace) in left {
      failures.append(
        TestFailure(
          "fault", "\(fault.plugin): \(fault.kind.rawValue): \(fault.message)",
          trace: trace.split(separator: "\n").map(String.init)))
    }
  }

  // MARK: Payload

  private func checkPayload(_ outcome: Outcome, _ given: [UInt8], _ failures: inout [TestFailure]) {
    // That it was not delivered is said already.
    guard outcome.action == .deliver else { return }
    if let isUnchanged, isUnchanged == outcome.isChanged {
      let names = outcome.headers.keys.sorted().joined(separator: ", ")
      failures.append(
        TestFailure(
          "unchanged",
          isUnchanged
            ? outcome.headers.isEmpty ? "the payload is changed" : "headers are changed: \(names)"
            : "the payload is not changed",
          isUnchanged ? Self.differences(of: outcome, from: given) : [], writers: outcome.writers))
    }
    switch payload {
    case .text(let text) where !text.utf8.elementsEqual(outcome.payload.utf8):
      var differences: [JSONValue.Difference] = []
      if let expected = try? JSONValue(text), let actual = try? JSONValue(outcome.payload) {
        differences = actual.differences(from: expected)
      }
      failures.append(
        differences.isEmpty
          ? TestFailure(
            "payload", "has other bytes for the same value", expected: text, actual: outcome.payload)
          : TestFailure("payload", "is not as expected", differences, writers: outcome.writers))
    case .value(let expected):
      guard let actual = try? JSONValue(outcome.payload) else { return }
      let differences = actual.differences(from: expected)
      if !differences.isEmpty {
        failures.append(TestFailure("payload", "is not as expected", differences, writers: outcome.writers))
      }
    default: break
    }
  }

  private static func differences(of outcome: Outcome, from given: [UInt8]) -> [JSONValue.Difference] {
    guard let line = try? JSONValue(String(decoding: given, as: UTF8.self)),
      let actual = try? JSONValue(outcome.payload)
    else { return [] }
    return actual.differences(from: line["aps"] == nil ? line["payload"] ?? line : line)
  }

  /// All operations of all plugins, in order.
  private static func patch(of outcome: Outcome) -> JSONValue {
    var operations: [JSONValue] = []
    for run in outcome.plugins {
      if case .array(let elements)? = try? JSONValue(run.patch) { operations += elements }
    }
    return .array(operations)
  }

  /// The properties of a payload's content that `wanted` names.
  static func content(of payload: String, like wanted: JSONValue?) -> JSONValue {
    var document = JSONDocument(depthLimit: 1024, duplicateKeys: .keepLast)
    guard (try? document.parse(payload)) != nil, let line = try? NotificationLine(document) else {
      return .object([])
    }
    var members: [JSONValue.Member] = []
    for property in ContentProperty.all {
      let name = "\(property.name)"
      if let wanted, wanted[name] == nil { continue }
      if let node = document.read(property, of: line) {
        members.append(.init(name, JSONValue(document, node)))
      }
    }
    return .object(members)
  }

  // MARK: Headers

  private func checkHeaders(_ outcome: Outcome, _ given: [UInt8], _ failures: inout [TestFailure]) {
    guard let headers, outcome.action == .deliver else { return }
    let value = { (text: String?) in text.map { JSONValue.string($0) } ?? .null }
    let actual = Self.headers(of: outcome, given)
    let names = headers.keys.sorted()
    let expected = JSONValue.object(names.map { .init($0, value(headers[$0] ?? nil)) })
    let differences = JSONValue.object(names.map { .init($0, value(actual[$0])) }).differences(from: expected)
    if !differences.isEmpty {
      failures.append(TestFailure("headers", "are not as expected", differences, writers: outcome.writers))
    }
  }

  /// The delivery headers of a line with what the chain changed.
  private static func headers(of outcome: Outcome, _ given: [UInt8]) -> [String: String] {
    var document = JSONDocument(depthLimit: 1024, duplicateKeys: .keepLast)
    var headers: [String: String] = [:]
    if given.withUnsafeBytes({ (try? document.parse($0)) != nil }), let line = try? NotificationLine(document)
    {
      for header in NotificationLine.Header.allCases {
        headers["\(header.name)"] = line.headerText(header, document)
      }
    }
    for (name, text) in outcome.headers { headers[name] = text }
    return headers
  }

  // MARK: Presentation

  private func checkPresentation(_ outcome: Outcome, _ failures: inout [TestFailure]) {
    guard
      [view, viewActions, viewDesktop].contains(where: { $0 != nil }) || viewTitle != nil || response != nil
    else { return }
    guard let made = (try? JSONValue(outcome.json))?["presentation"] else {
      failures.append(
        TestFailure(
          "view", "no content extension presents it; give 'present: {}', and the category of a plugin here"))
      return
    }
    func compare(_ subject: String, _ actual: JSONValue, _ expected: JSONValue?) {
      guard let expected else { return }
      let differences = actual.differences(from: expected)
      if !differences.isEmpty { failures.append(TestFailure(subject, "is not as expected", differences)) }
    }
    let shown = made["view"]
    compare("view", shown?["elements"] ?? .array([]), view)
    compare("view_title", shown?["title"] ?? .string(""), viewTitle.map { .string($0) })
    compare("view_actions", shown?["actions"] ?? .array([]), viewActions)
    compare("view_desktop", shown?["desktop"] ?? .object([]), viewDesktop)
    compare("response", made["response"] ?? .string("none"), response.map { .string($0) })
  }

  // MARK: Log and budgets

  private func checkLog(_ outcome: Outcome, _ failures: inout [TestFailure]) {
    guard let log else { return }
    let usesLevels = log.contains { $0.level != nil }
    failures += Self.listFailure(
      "log",
      log.enumerated().map { index, line in
        // Where one has no level, any will do.
        let level = line.level ?? (index < outcome.log.count ? outcome.log[index].level : "any")
        return usesLevels ? "\(level): \(line.text)" : line.text
      },
      outcome.log.map { usesLevels ? "\($0.level): \($0.text)" : $0.text })
  }

  private func checkBudgets(_ outcome: Outcome, _ failures: inout [TestFailure]) {
    let taken = Duration.microseconds(outcome.plugins.reduce(0.0) { $0 + Double($1.microseconds) })
    if let time, taken > time {
      failures.append(
        TestFailure(
          "us", "takes too long", expected: "at most \(time / .microseconds(1)) us",
          actual: "\(taken / .microseconds(1)) us"))
    }
    let most = outcome.plugins.compactMap(\.memory).max() ?? 0
    if let memory, most > memory {
      failures.append(
        TestFailure(
          "memory", "takes too much", expected: "at most \(memory) bytes", actual: "\(most) bytes"))
    }
  }
}
