import LosslessJSON
import NotificationModel
import PassRecords

// The rules of APNs that are looked at when a plugin, or the chain, has ended.

extension Chain {
  /// Returns the rule that the plugin's edits break and the input did not; nil where there is none.
  ///
  /// Values were checked when they were assigned: here are the rules of push types, and of several members. Size is
  /// another matter: a later plugin may cut it, so that it is settled at the end of the chain. A rule that the
  /// operator has relaxed is a remark.
  func firstNewBreach(_ pass: Pass, _ index: Int, _ pushType: String) -> String? {
    for breach in newHeaderBreaches(pass) + newBreaches(pass, pushType) {
      let message = breach.message + writtenAt(pass, index, breach.subject)
      guard let rule = breach.rule, relaxedRules.contains(rule) else { return message }
      pass.notes.remarks.append(.init(plugin: index, text: "\(message) (relaxed: \(rule.rawValue))"))
    }
    return nil
  }

  private func newHeaderBreaches(_ pass: Pass) -> [APNsRules.Breach] {
    let state = pass.state
    guard state.pointee.delivery.change.entries.count > pass.savepoint.delivery else { return [] }
    let breach = APNsRules.newHeaderBreach(
      state.pointee.line, was: state.pointee.originalLine, state.pointee.document)
    return breach.map { [$0] } ?? []
  }

  private func newBreaches(_ pass: Pass, _ pushType: String) -> [APNsRules.Breach] {
    let state = pass.state
    let line = state.pointee.line
    let found = APNsRules.pushTypeBreaches(line, state.pointee.document, pushType: pushType)
    let lacksText = pushType == "alert" && !APNsRules.hasAlertText(line, state.pointee.document)
    if found.isEmpty && !lacksText { return [] }
    // The input is looked at only now: a breach that it has itself is not the plugin's.
    guard let originalLine = readOriginal(pass) else { return found }
    let known = APNsRules.pushTypeBreaches(
      originalLine, original, pushType: originalLine.pushType(original))
    let new = found.filter { breach in !known.contains { $0.subject == breach.subject } }
    if lacksText, new.first?.subject != "aps", APNsRules.hasAlertText(originalLine, original) {
      return [APNsRules.lostAlertText] + new
    }
    return new
  }

  /// Names the line of the plugin that last wrote what a breach is about; empty where it is not known.
  func writtenAt(_ pass: Pass, _ index: Int, _ subject: String) -> String {
    // Who replaces what a member stands in replaces the member.
    var names = Set(subject.split(separator: ".").map(String.init) + ["user_info"])
    if let header = NotificationLine.Header.allCases.first(where: { "\($0.name)" == subject }) {
      names = ["push_type", "\(DeliveryField.allCases.first { $0.header == header }?.rawValue ?? "")"]
    }
    if subject.hasPrefix("aps") { names.insert("push_type") }
    if subject.hasPrefix("aps.alert") { names.formUnion(["title", "subtitle", "body", "loc-key"]) }
    for property in ContentProperty.all {
      switch property.place {
      case .aps(let key): if names.contains("\(key)") { names.insert("\(property.name)") }
      case .alert(let key): if names.contains("\(key)") { names.insert("\(property.name)") }
      case .alertBody, .payload, .attachments: break
      }
    }
    let write = pass.state.pointee.writes.writes.last { $0.plugin == index && names.contains($0.name) }
    return write.map { " (written at \($0.place))" } ?? ""
  }

  /// Notes the plugin that takes the payload over the limit, until one takes it back under it.
  func noteSize(_ pass: Pass, _ index: Int, limit: Int) {
    let state = pass.state
    let payload = state.pointee.line.payload(state.pointee.document)
    if state.pointee.document.sizeBound(of: payload) > limit {
      buffer.removeAll()
      state.pointee.document.encode(payload, to: &buffer)
      if buffer.count > limit {
        if pass.oversize == nil { pass.oversize = .init(plugin: index, size: buffer.count, limit: limit) }
        return
      }
    }
    pass.oversize = nil
  }

  /// Begins a notification anew that the chain has made too large and that was not: without the plugin that did it.
  ///
  /// The plugins that ran get new states, so that none has seen the notification before.
  ///
  /// - Returns: whether that was so, and the chain is to run again.
  package func takesBackOversize(_ pass: Pass) -> Bool {
    guard let oversize = pass.oversize, pass.action == .deliver, !pass.isFinal,
      let originalLine = readOriginal(pass),
      original.rawText(of: originalLine.payload(original)).count <= oversize.limit
    else { return false }
    for event in pass.events {
      if case .run(let index) = event { plugins[index].forgetState() }
    }
    pass.startAnew()
    pass.presumedFaults[oversize.plugin] = Pass.PresumedFault(
      kind: .invalidResult, message: "the payload has \(oversize.size) bytes; APNs takes \(oversize.limit)",
      isOfSize: true)
    return true
  }

  /// Parses the original line again.
  func readOriginal(_ pass: Pass) -> NotificationLine? {
    guard (try? original.parse(pass.state.pointee.document.originalText)) != nil else { return nil }
    return try? NotificationLine(original, like: pass.state.pointee.originalLine)
  }
}
