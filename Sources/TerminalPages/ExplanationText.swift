import ConfigurationFiles
import LosslessJSON
import NotificationModel
import Notilua

/// An outcome as people read it on a terminal.
package struct ExplanationText: ~Copyable {
  /// The explanation.
  package private(set) var text: TerminalText = ""
  private let style: Palette
  private let payload: PayloadFile.Payload
  private var original: JSONDocument
  /// The values after the plugins so far, by place, where they changed them.
  private var current: [String: String] = [:]
  /// The delivery headers after the plugins so far, by name, where they changed them.
  private var currentHeaders: [String: String?] = [:]

  /// - Parameters:
  ///   - payload: the payload as it came in, and where it stands.
  ///   - chain: the names of the plugins in the order in which they run.
  package init(_ outcome: Outcome, of payload: PayloadFile.Payload, chain: [String], style: Palette) {
    self.style = style
    self.payload = payload
    original = JSONDocument(depthLimit: 512, duplicateKeys: .keepLast)
    _ = payload.bytes.withUnsafeBytes { try? original.parse($0) }
    writeHead(outcome)
    if outcome.action == .reject, outcome.plugins.isEmpty, outcome.payload.isEmpty { return }
    let names = outcome.plugins.map(\.name) + outcome.skipped.map(\.name)
    let width = names.map { TerminalText($0).columns }.max() ?? 0
    for name in chain {
      for run in outcome.plugins where run.name == name { writeRun(run, outcome, width) }
      for skip in outcome.skipped where skip.name == name {
        line("  \(style(.dim, pad(name, width)))  did not run: \(skip.reason)")
      }
    }
    for warning in outcome.warnings { line("  \(style(.yellow, "warning"))  \(warning)") }
    writeEnd(outcome)
  }

  // MARK: Parts

  private mutating func writeHead(_ outcome: Outcome) {
    if outcome.action == .reject, outcome.payload.isEmpty {
      let reason = outcome.reason ?? ""
      if let place = outcome.offset.flatMap({ payload.place(of: $0) }) {
        line("\(place): \(style(.red, "rejected")): \(reason)")
      } else {
        let offset = outcome.offset.map { " at byte \($0)" } ?? ""
        line("\(payload.place): \(style(.red, "rejected"))\(offset): \(reason)")
      }
      return
    }
    line("\(style(.bold, outside: outcome.id))  \(style(.dim, outside: payload.place))")
    if let reason = outcome.deviceReason {
      line("  A device would not have run its service extension: \(reason).")
    } else {
      line("  A device would have run its service extension.")
    }
    line("")
  }

  private mutating func writeRun(_ run: Outcome.PluginRun, _ outcome: Outcome, _ width: Int) {
    let faults = outcome.faults.indices.filter { outcome.faults[$0].plugin == run.name }
      .map { (outcome.faults[$0], outcome.faultResults[$0], outcome.faultTraces[$0]) }
    let operations = operations(run.patch)
    let verdict: TerminalText
    if !faults.isEmpty {
      verdict = style(.red, "faulted")
    } else if outcome.plugin == run.name, outcome.action == .drop {
      verdict = style(.yellow, "dropped it")
    } else {
      verdict = operations.isEmpty && run.headers.isEmpty ? "no change" : style(.green, "changed")
    }
    var cost = run.microseconds < 10_000 ? "\(run.microseconds) µs" : "\(run.microseconds / 1000) ms"
    if let memory = run.memory {
      cost += memory < 10 << 20 ? ", \((memory + 1023) / 1024) KiB" : ", \(memory >> 20) MiB"
    }
    // One that was taken back, or not let run, has no figures.
    if run.microseconds == 0, run.memory ?? 0 == 0 { cost = "" }
    let figures: TerminalText = cost.isEmpty ? "" : "  \(style(.dim, outside: cost))"
    line("  \(style(.bold, pad(run.name, width)))  \(verdict)\(figures)")
    for (fault, result, trace) in faults {
      line("    \(style(.red, "\(fault.kind.rawValue)")), then \(result): \(fault.message)")
      for entry in trace.split(separator: "\n") {
        // A local variable, or the number of the calls that are left out.
        let isAside = entry.hasPrefix("    ") || entry.hasPrefix("…")
        line(
          isAside ? "      \(style(.dim, outside: String(entry)))" : "      at \(entry)")
      }
    }
    for operation in operations { writeOperation(operation) }
    for (name, value) in run.headers.sorted(by: { $0.key < $1.key }) { writeHeader(name, value) }
    for text in outcome.localized where text.plugin == run.name {
      let origin = text.language.map { " in \($0) from \(text.catalog ?? "")" } ?? ""
      line("    text '\(text.key)'\(origin)")
      for problem in text.problems { line("      \(style(.yellow, outside: problem))") }
    }
    for entry in outcome.log where entry.plugin == run.name {
      line("    log \(entry.level): \(entry.text)")
    }
  }

  private mutating func writeOperation(_ operation: (op: String, path: String, value: String)) {
    let before = valueBefore(operation.path)
    line("    \(operation.path)")
    if operation.op != "add", let before { line("      \(style(.red, "- \(before.shortened)"))") }
    if operation.op != "remove" { line("      \(style(.green, "+ \(operation.value.shortened)"))") }
    current[operation.path] = operation.op == "remove" ? nil : operation.value
  }

  private mutating func writeHeader(_ name: String, _ value: String?) {
    line("    \(name)")
    if let before = headerBefore(name) { line("      \(style(.red, "- \(before.shortened)"))") }
    if let value { line("      \(style(.green, "+ \(value.shortened)"))") }
    currentHeaders.updateValue(value, forKey: name)
  }

  /// Returns the value of a header when the plugin began: an earlier plugin's, else the sender's.
  private func headerBefore(_ name: String) -> String? {
    if let value = currentHeaders[name] { return value }
    guard let line = try? NotificationLine(original),
      let header = NotificationLine.Header.allCases.first(where: { "\($0.name)" == name })
    else { return nil }
    return line.headerText(header, original)
  }

  private mutating func writeEnd(_ outcome: Outcome) {
    line("")
    switch outcome.action {
    case .deliver:
      line("  \(style(.bold, outcome.isChanged ? "delivered, changed" : "delivered as it came in"))")
    case .drop:
      line(
        "  \(style(.bold, "dropped")) by \(outcome.plugin ?? "a plugin"): \((outcome.reason ?? ""))"
      )
    case .reject: line("  \(style(.bold, "rejected")): \((outcome.reason ?? ""))")
    }
    if !outcome.withdrawals.isEmpty {
      line("  withdraws \(outcome.withdrawals.joined(separator: ", "))")
    }
    for attachment in outcome.attachments { line("  attaches \(attachment.url)") }
    if outcome.action == .deliver { line("  \(outcome.payload)") }
  }

  // MARK: Help

  private func operations(_ patch: String) -> [(op: String, path: String, value: String)] {
    var document = JSONDocument(depthLimit: 1024)
    guard (try? document.parse(patch)) != nil else { return [] }
    var operations: [(String, String, String)] = []
    for index in 0..<document.count(of: document.root) {
      guard let node = document.element(document.root, index) else { continue }
      let value = document.member(node, "value").map {
        String(decoding: document.rawText(of: $0), as: UTF8.self)
      }
      operations.append(
        (document.stringMember(node, "op") ?? "", document.stringMember(node, "path") ?? "", value ?? ""))
    }
    return operations
  }

  /// Returns the value at a place when the plugin began: an earlier plugin's, else the original.
  private func valueBefore(_ path: String) -> String? {
    var above = path
    while !above.isEmpty {
      if let value = current[above] {
        var document = JSONDocument(depthLimit: 1024)
        guard let pointer = JSONPointer(String(path.dropFirst(above.count))),
          (try? document.parse(value)) != nil,
          let node = document.value(at: pointer, below: document.root)
        else { return nil }
        return String(decoding: document.rawText(of: node), as: UTF8.self)
      }
      above = String(above[..<(above.lastIndex(of: "/") ?? above.startIndex)])
    }
    guard let pointer = JSONPointer(path), let line = try? NotificationLine(original),
      let node = original.value(at: pointer, below: line.payload(original))
    else { return nil }
    return String(decoding: original.rawText(of: node), as: UTF8.self)
  }

  private func pad(_ name: String, _ width: Int) -> TerminalText {
    "\(name)\(TerminalText.spaces(width - TerminalText(name).columns))"
  }

  private mutating func line(_ content: TerminalText) { text += content + "\n" }
}
