import ConfigurationFiles
import LosslessJSON
import NotificationModel
import NotificationViews
import Notilua
import Yams

/// The expectation of a case.
extension TestCaseReader {
  func expectation(_ node: Node) throws(HostError) -> Expectation {
    var result = Expectation()
    if node.scalar != nil, try reader.text(node, "expect") == "snapshot" {
      result.isSnapshot = true
      return result
    }
    let members = try reader.members(node, "expect", Self.expectationKeys)
    if members.isEmpty {
      throw reader.error(node, "expect is empty; known are \(Self.expectationKeys.joined(separator: ", "))")
    }
    for (key, value) in members { try read(key, value, &result) }
    if members.count == 1, result.isEmpty {
      throw reader.error(node, "'\(members[0].0)' expects nothing here; say what must be so")
    }
    // What is not delivered has nothing to look at.
    let isDelivered = result.action.map { $0 == "deliver" } ?? (result.reason == nil)
    for (key, value) in members
    where !isDelivered && ["payload", "content", "headers", "unchanged"].contains(key) {
      throw reader.error(value, "\(key) is of what is delivered; this case expects that nothing is")
    }
    return result
  }

  private func read(_ key: String, _ node: Node, _ result: inout Expectation) throws(HostError) {
    switch key {
    case "action":
      let action = try reader.text(node, "action")
      guard Outcome.Action(rawValue: action) != nil else {
        throw reader.error(node, "action is '\(action)'; use deliver, drop or reject")
      }
      result.action = action
    case "reason": result.reason = try reader.text(node, "reason")
    case "withdraw": result.withdraw = try texts(node, "withdraw")
    case "payload":
      guard node.scalar != nil else {
        result.payload = .value(try value(node))
        return
      }
      // A block of YAML ends with a newline, which no payload does.
      var text = try reader.text(node, "payload")
      while text.last?.isNewline == true { text.removeLast() }
      do throws(JSONError) {
        _ = try JSONValue(text)
      } catch {
        throw reader.error(node, "payload is no JSON: \(error.cause.rawValue) at byte \(error.offset)")
      }
      result.payload = .text(text)
    case "content":
      for (name, value) in try reader.members(
        node, "content", ContentProperty.all.map { "\($0.name)" },
        meaning: { word in ContentProperty.known(as: word).map { "\($0.name)" } })
      where name == "attachments" {
        throw reader.error(
          value, "attachments stand beside the payload; write 'expect: { attachments: [ … ] }'")
      }
      result.content = try value(node)
    case "unchanged": result.isUnchanged = try flag(node, "unchanged")
    case "patch":
      _ = try reader.list(node, "patch")
      result.patch = try value(node)
    case "fault": result.faults = try faults(node)
    case "log":
      var log: [Expectation.ExpectedLog] = []
      for item in node.scalar == nil ? try reader.list(node, "log") : [node] { log.append(try logLine(item)) }
      result.log = log
    case "warnings": result.warnings = try texts(node, "warnings")
    case "attachments":
      _ = try reader.list(node, "attachments")
      result.attachments = try value(node)
    case "headers": result.headers = try headers(node)
    case "view", "view_actions":
      _ = try reader.list(node, key)
      if key == "view" { result.view = try value(node) } else { result.viewActions = try value(node) }
    case "view_desktop": result.viewDesktop = try value(node)
    case "view_title": result.viewTitle = try reader.text(node, "view_title")
    case "response":
      let word = try reader.text(node, "response")
      let known = ["none"] + ResponseOption.allCases.map(\.rawValue)
      guard known.contains(word) else {
        throw reader.error(node, "response is '\(word)'; use \(known.joined(separator: ", "))")
      }
      result.response = word
    case "us": result.time = .microseconds(try reader.integer(node, "us", 1...1_000_000_000))
    case "memory": result.memory = try reader.size(node, "memory")
    case "load_error":
      result.loadError = try reader.text(node, "load_error")
      if result.loadError?.isEmpty == true {
        throw reader.error(node, "load_error is empty; give a part of what is said")
      }
    default: result.isSnapshot = try flag(node, "snapshot")
    }
  }

  /// Reads delivery headers by their names; null says that there is none.
  private func headers(_ node: Node) throws(HostError) -> [String: String?] {
    let known = NotificationLine.Header.allCases.map { "\($0.name)" }
    var headers: [String: String?] = [:]
    for (name, value) in try reader.members(node, "headers", known, meaning: { Self.headerName($0, known) }) {
      headers.updateValue(value.null == nil ? try reader.text(value, "headers.\(name)") : nil, forKey: name)
    }
    if headers.isEmpty {
      throw reader.error(node, "headers is empty; name one of \(known.joined(separator: ", "))")
    }
    return headers
  }

  /// Returns the header that a property of `request` stands for.
  private static func headerName(_ word: String, _ known: [String]) -> String? {
    let name = "apns-" + word.lowercased().replacing("_", with: "-")
    return known.contains(name) ? name : nil
  }

  private func texts(_ node: Node, _ place: String) throws(HostError) -> [String] {
    if node.scalar != nil { return [try reader.text(node, place)] }
    var texts: [String] = []
    for item in try reader.list(node, place) { texts.append(try reader.text(item, "one of \(place)")) }
    return texts
  }

  private func flag(_ node: Node, _ place: String) throws(HostError) -> Bool {
    guard let word = node.string, ["true", "false"].contains(word) else {
      throw reader.error(node, "\(place) is neither true nor false")
    }
    return word == "true"
  }

  private func faults(_ node: Node) throws(HostError) -> [Expectation.ExpectedFault] {
    if node.scalar != nil, try reader.text(node, "fault") == "none" { return [] }
    var faults: [Expectation.ExpectedFault] = []
    for item in node.sequence.map(Array.init) ?? [node] {
      var fault = Expectation.ExpectedFault(kind: "")
      if item.scalar != nil {
        fault.kind = try reader.text(item, "fault")
      } else {
        for (key, value) in try reader.members(item, "fault", ["kind", "plugin", "message"]) {
          switch key {
          case "kind": fault.kind = try reader.text(value, "kind")
          case "plugin": fault.plugin = try reader.text(value, "plugin")
          default: fault.message = try reader.text(value, "message")
          }
        }
      }
      let kinds = Fault.Kind.allCases.map(\.rawValue)
      guard fault.kind.isEmpty && item.scalar == nil || kinds.contains(fault.kind) else {
        let hint = Suggestion.nearest(to: fault.kind, among: kinds).map { "did you mean '\($0)'?" }
        throw reader.error(
          item, "fault is '\(fault.kind)'; \(hint ?? "use \(kinds.joined(separator: ", ")) or none")")
      }
      faults.append(fault)
    }
    return faults
  }

  private func logLine(_ node: Node) throws(HostError) -> Expectation.ExpectedLog {
    if node.scalar != nil { return .init(text: try reader.text(node, "a log line")) }
    var line = Expectation.ExpectedLog(text: "")
    for (key, value) in try reader.members(node, "a log line", ["level", "text"]) {
      if key == "level" {
        line.level = try reader.text(value, "level")
      } else {
        line.text = try reader.text(value, "text")
      }
    }
    return line
  }
}
