import ConfigurationFiles
import NotificationModel
import Notilua
import WorkerHost
import WorkerProtocol

/// The outcomes of recorded lines, counted by plugin and reason.
package struct Replay: Sendable {
  /// One thing that happened, and the first lines to which it did.
  package struct Group: Sendable {
    /// The plugin that did it; empty where it was none.
    package var plugin: String
    /// `changed`, `dropped`, `faulted` or `rejected`.
    package var what: String
    /// The reason; of a change, the pointers that were changed.
    package var reason: String
    /// The number of lines.
    package var count = 0
    /// The first lines, at most as many as the replay's limit.
    package var examples: [Example] = []
  }

  /// A line before and after.
  package struct Example: Sendable {
    /// The file and the line.
    package var place: String
    /// The line as it was recorded.
    package var before: String
    /// The payload as it is delivered, or the reason why it is not.
    package var after: String
  }

  /// A line that two sets of plugins make different things of.
  package struct Difference: Sendable {
    /// The file and the line.
    package var place: String
    /// The outcome of the first set of plugins.
    package var before: String
    /// The outcome of the second set.
    package var after: String
  }

  /// The number of lines in all.
  package private(set) var lines = 0
  /// The number of lines whose payload was changed.
  package private(set) var changed = 0
  /// The number of lines that were dropped.
  package private(set) var dropped = 0
  /// The number of lines with a fault.
  package private(set) var faulted = 0
  /// The number of lines that are no notifications.
  package private(set) var rejected = 0
  /// Of how many the other set of plugins makes something else.
  package private(set) var different = 0
  /// The lines with another outcome, at most as many as the limit of examples.
  package private(set) var differences: [Difference] = []
  private var groupsByKey: [[String]: Group] = [:]
  private let exampleLimit: Int

  /// Creates an empty replay that keeps so many examples of each group.
  package init(exampleLimit: Int) { self.exampleLimit = exampleLimit }

  /// The groups, the largest first.
  package var groups: [Group] {
    groupsByKey.values.sorted {
      ($1.count, $0.what, $0.plugin, $0.reason) < ($0.count, $1.what, $1.plugin, $1.reason)
    }
  }

  /// Counts what became of a line.
  package mutating func add(_ outcome: Outcome, line: [UInt8], place: String) {
    lines += 1
    let before = String(decoding: line, as: UTF8.self)
    switch outcome.action {
    case .drop:
      dropped += 1
      note(
        outcome.plugin ?? "", "dropped", Self.general(outcome.reason ?? ""), place, before,
        outcome.reason ?? "")
    case .reject:
      rejected += 1
      note("", "rejected", outcome.reason ?? "", place, before, "")
    case .deliver: if outcome.isChanged { changed += 1 }
    }
    if !outcome.faults.isEmpty { faulted += 1 }
    for fault in outcome.faults {
      note(
        fault.plugin, "faulted", "\(fault.kind.rawValue): \(Self.general(fault.message))", place, before,
        fault.message)
    }
    guard outcome.action == .deliver else { return }
    for run in outcome.plugins where run.patch != "[]" || !run.headers.isEmpty {
      let (pointers, values) = Self.edits(run.patch)
      let headers = Self.text(run.headers)
      note(
        run.name, "changed", Self.joined(pointers, run.headers.keys.sorted().joined(separator: ", ")), place,
        before, Self.joined(values, headers))
    }
  }

  /// Counts whether the set of plugins before makes the same of a line.
  package mutating func compare(_ outcome: Outcome, with old: Outcome, place: String) {
    let isSame =
      outcome.action == old.action && outcome.payload == old.payload && outcome.reason == old.reason
      && outcome.withdrawals == old.withdrawals && outcome.attachments == old.attachments
      && outcome.headers == old.headers
    if isSame { return }
    different += 1
    if differences.count < exampleLimit {
      differences.append(Difference(place: place, before: Self.text(old), after: Self.text(outcome)))
    }
  }

  private static func text(_ outcome: Outcome) -> String {
    var text =
      outcome.action == .deliver ? outcome.payload : "\(outcome.action.rawValue): \(outcome.reason ?? "")"
    if !outcome.withdrawals.isEmpty { text += " withdraws \(outcome.withdrawals.joined(separator: ", "))" }
    for attachment in outcome.attachments { text += " attaches \(attachment.url)" }
    if !outcome.headers.isEmpty { text += " with \(Self.text(outcome.headers))" }
    return text
  }

  private static func text(_ headers: [String: String?]) -> String {
    headers.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value ?? "removed")" }.joined(separator: ", ")
  }

  private static func joined(_ one: String, _ other: String) -> String {
    [one, other].filter { !$0.isEmpty }.joined(separator: ", ")
  }

  private mutating func note(
    _ plugin: String, _ what: String, _ reason: String, _ place: String, _ before: String, _ after: String
  ) {
    let key = [plugin, what, reason]
    var group = groupsByKey[key] ?? Group(plugin: plugin, what: what, reason: reason)
    group.count += 1
    if group.examples.count < exampleLimit {
      group.examples.append(Example(place: place, before: before, after: after))
    }
    // Reasons that are never the same would fill the memory.
    if groupsByKey[key] == nil, groupsByKey.count >= 1000 {
      let other = [plugin, what, "other reasons"]
      groupsByKey[other, default: Group(plugin: plugin, what: what, reason: "other reasons")].count += 1
      return
    }
    groupsByKey[key] = group
  }

  /// A reason without what is of one notification only.
  private static func general(_ reason: String) -> String {
    reason.split(separator: " ", omittingEmptySubsequences: false)
      .map { word in
        isIdentifier(word) ? "…" : String(word)
      }.joined(separator: " ")
  }

  /// Returns a Boolean value that indicates whether a word is one of a kind: it has a digit, or is long and
  /// has capitals within.
  private static func isIdentifier(_ word: Substring) -> Bool {
    if word.contains(".lua:") { return false }
    return word.contains(where: \.isNumber)
      || word.count >= 12 && word.dropFirst().contains(where: \.isUppercase)
  }

  /// The pointers that a patch is about, and what it puts there.
  private static func edits(_ patch: String) -> (pointers: String, values: String) {
    guard case .array(let operations)? = try? JSONValue(patch) else { return ("", "") }
    var pointers: [String] = []
    var values: [String] = []
    for operation in operations {
      guard case .string(let path)? = operation["path"] else { continue }
      if !pointers.contains(path) { pointers.append(path) }
      values.append("\(path) \(operation["value"]?.text ?? "removed")")
    }
    return (pointers.joined(separator: ", "), values.joined(separator: ", "))
  }
}

/// A set of plugins that recorded lines are run through.
package final class ReplaySet {
  private let pool: WorkerPool

  /// - Parameter now: where the clock stands, in seconds since 1970.
  package init(_ configuration: Configuration, now: Double) throws(HostError) {
    var definitions = try configuration.definitions()
    // The same lines give the same counts, today and tomorrow.
    for index in definitions.indices { definitions[index].testing = TestConditions(now: now) }
    var options = WorkerPool.Options(configuration, executable: WorkerExecutable.path)
    options.reportOutcomes(traces: false)
    // A plugin that is set aside would fault no more.
    options.stopQuarantine()
    // One worker, unless told otherwise: what a plugin remembers is each worker's own.
    options.workers = configuration.workers ?? 1
    options.seed = 1
    options.receivedAt = now
    pool = try WorkerPool(definitions: definitions, options: options, keys: try configuration.keyRing())
    try pool.checkPlugins()
  }

  /// Returns the outcomes of lines, in their order.
  package func outcomes(of lines: [[UInt8]]) throws(HostError) -> [Outcome] { try pool.outcomes(of: lines) }
}
