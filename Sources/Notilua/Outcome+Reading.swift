import LosslessJSON
import NotificationModel
import WorkerProtocol

extension Outcome {
  /// Reads the outcome form.
  package init(json: String) throws(JSONError) {
    self.json = json
    var document = JSONDocument(depthLimit: 1024)
    try document.parse(json)
    readDecision(document)
    readPlugins(document)
    readFaults(document)
    readNotes(document)
    readPayload(document)
  }

  /// Takes the changed delivery headers of a result that the host has checked, in place of those of the text.
  mutating func takeHeaders(_ effects: UnsafeRawBufferPointer) {
    headers = [:]
    for entry in PassEffects(effects)?.delivery.entries ?? [] {
      headers.updateValue(entry.edit.text, forKey: "\(entry.edit.field.header.name)")
    }
  }

  private mutating func readDecision(_ document: borrowing JSONDocument) {
    let root = document.root
    id = document.text(root, "id")
    action = Action(rawValue: document.text(root, "action")) ?? .reject
    reason = document.stringMember(root, "reason")
    offset = document.integer(root, "offset")
    plugin = document.stringMember(root, "plugin")
    deviceReason = document.stringMember(root, "device_would_not_run")
    isChanged = document.member(root, "changed").map { document.kind(of: $0) == .true } ?? false
    withdrawals = document.list(root, "withdraw").map { document.swiftString(of: $0) }
  }

  private mutating func readPlugins(_ document: borrowing JSONDocument) {
    let root = document.root
    for node in document.list(root, "plugins") {
      plugins.append(
        PluginRun(
          name: document.text(node, "name"), microseconds: document.integer(node, "us") ?? 0,
          patch: document.json(node, "patch") ?? "[]", headers: document.headers(node),
          nanoseconds: document.integer(node, "ns"),
          memory: document.integer(node, "memory")))
    }
    for node in document.list(root, "skipped") {
      skipped.append(
        SkippedPlugin(name: document.text(node, "name"), reason: document.text(node, "because")))
    }
  }

  private mutating func readFaults(_ document: borrowing JSONDocument) {
    for node in document.list(document.root, "faults") {
      faults.append(
        Fault(
          plugin: document.text(node, "plugin"),
          kind: Fault.Kind(rawValue: document.text(node, "kind")) ?? .error,
          message: document.text(node, "message")))
      faultResults.append(document.text(node, "then"))
      faultTraces.append(document.text(node, "trace"))
    }
  }

  private mutating func readNotes(_ document: borrowing JSONDocument) {
    let root = document.root
    for node in document.list(root, "log") {
      log.append(
        LogLine(
          plugin: document.text(node, "plugin"), level: document.text(node, "level"),
          text: document.text(node, "text")))
    }
    for node in document.list(root, "localized") {
      localized.append(
        Localization(
          plugin: document.text(node, "plugin"), key: document.text(node, "key"),
          language: document.stringMember(node, "language"), catalog: document.stringMember(node, "catalog"),
          problems: document.list(node, "problems").map { document.swiftString(of: $0) }))
    }
    for node in document.list(root, "writes") {
      writes.append(Write(name: document.text(node, "name"), place: document.text(node, "at")))
    }
    warnings = document.list(root, "warnings").map { document.swiftString(of: $0) }
  }

  private mutating func readPayload(_ document: borrowing JSONDocument) {
    let root = document.root
    payload = document.json(root, "payload") ?? ""
    headers = document.headers(root)
    attachmentsJSON = document.json(root, "attachments") ?? "[]"
    for node in document.list(root, "attachments") {
      attachments.append(
        Attachment(
          identifier: document.text(node, "identifier"), url: document.text(node, "url"),
          options: document.json(node, "options") ?? "{}"))
    }
  }
}

extension JSONDocument {
  /// Returns a member that is text; empty where there is none.
  fileprivate borrowing func text(_ object: NodeID, _ key: StaticString) -> String {
    stringMember(object, key) ?? ""
  }

  fileprivate borrowing func integer(_ object: NodeID, _ key: StaticString) -> Int? {
    guard let node = member(object, key) else { return nil }
    return integer(of: node).map { Int($0) }
  }

  /// Returns the text of a member's value as it stands.
  fileprivate borrowing func json(_ object: NodeID, _ key: StaticString) -> String? {
    guard let node = member(object, key) else { return nil }
    return String(decoding: rawText(of: node), as: UTF8.self)
  }

  /// Returns the changed delivery headers of an object; nil for one that is null.
  fileprivate borrowing func headers(_ object: NodeID) -> [String: String?] {
    guard let headers = member(object, "headers") else { return [:] }
    var found: [String: String?] = [:]
    var cursor: UInt64 = 0
    while let (key, value) = nextMember(headers, &cursor) {
      found.updateValue(
        kind(of: value) == .string ? swiftString(of: value) : nil, forKey: swiftString(of: key))
    }
    return found
  }

  /// Returns the elements of a member that is a list.
  fileprivate borrowing func list(_ object: NodeID, _ key: StaticString) -> [NodeID] {
    guard let list = member(object, key) else { return [] }
    return (0..<count(of: list)).compactMap { element(list, $0) }
  }
}
