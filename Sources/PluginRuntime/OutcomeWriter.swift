import Localization
import LosslessJSON
import NotificationModel
import PassRecords
import PluginManifests
import TimeZones
import WorkerProtocol

/// Writes what became of a notification, as the outcome form has it.
package enum OutcomeWriter {
  /// The warning on a text that Lua cannot see as it is.
  package static let loneSurrogate = "a string has half of a surrogate pair; Lua reads U+FFFD for it"

  /// The bytes of an outcome's patches beyond which it is short.
  private static let patchLimit = 2 << 20

  /// Writes an outcome without its line number and its end: what stands between `{"line":12,` and `"payload":`.
  ///
  /// A short outcome leaves out patches and log lines.
  package static func writeHead(
    _ pass: Pass, _ chain: Chain, isShort: Bool, _ writer: inout JSONWriter
  ) {
    let state = pass.state
    let isShort = isShort || pass.notes.reports.reduce(0) { $0 + $1.patch.utf8.count } > patchLimit
    writer.member("id", state.pointee.resolvedIdentifier())
    switch pass.action {
    case .deliver: writer.member("action", "deliver")
    case .drop(let plugin, let reason):
      writer.member("action", "drop")
      writer.member("plugin", plugin)
      writer.member("reason", reason)
    case .halt(let plugin, let reason):
      writer.member("action", "reject")
      writer.member("plugin", plugin)
      writer.member("reason", "the run stops: \(reason)")
    }
    writer.member("changed", pass.isChanged || pass.state.pointee.finalDelivery != nil)
    writer.key("plugins")
    writer.beginArray()
    for report in pass.notes.reports {
      writer.beginObject()
      writer.member("name", chain.plugins[report.plugin].definition.name)
      writer.member("us", report.nanoseconds / 1000)
      if let memory = report.memory {
        writer.member("ns", report.nanoseconds)
        writer.member("memory", memory)
      }
      if !isShort {
        writer.key("patch")
        writer.raw(report.patch)
        if let headers = report.headers {
          writer.key("headers")
          writer.raw(headers)
        }
      }
      writer.endObject()
    }
    writer.endArray()
    if !pass.notes.skipped.isEmpty { writeSkipped(pass, &writer) }
    writeFaults(pass, chain, &writer)
    writer.member("withdraw", state.pointee.withdrawals.identifiers)
    var warnings = warnings(pass)
    warnings += pass.notes.remarks.map { "\(chain.plugins[$0.plugin].definition.name): \($0.text)" }
    if isShort { warnings.append("patches and log lines are left out: the outcome would be too large") }
    if !warnings.isEmpty { writer.member("warnings", warnings) }
    if !state.pointee.log.entries.isEmpty, !isShort { writeLogs(pass, &writer) }
    if !state.pointee.localizations.isEmpty, !isShort { writeLocalizations(pass, &writer) }
    if chain.isTracing, !state.pointee.writes.writes.isEmpty { writeWrites(pass, &writer) }
  }

  /// Writes the delivery headers that the chain leaves as others: a merge patch (RFC 7396).
  static func writeHeaders(_ pass: Pass, _ writer: inout JSONWriter) {
    guard let headers = pass.state.pointee.finalDelivery?.members() else { return }
    writer.key("headers")
    writer.raw(headers)
  }

  private static func writeSkipped(_ pass: Pass, _ writer: inout JSONWriter) {
    writer.key("skipped")
    writer.beginArray()
    for skip in pass.notes.skipped {
      writer.beginObject()
      writer.member("name", skip.name)
      writer.member("because", skip.reason)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func writeFaults(_ pass: Pass, _ chain: Chain, _ writer: inout JSONWriter) {
    writer.key("faults")
    writer.beginArray()
    for fault in pass.notes.faults {
      writer.beginObject()
      writer.member("plugin", chain.plugins[fault.plugin].definition.name)
      writer.member("kind", fault.kind.rawValue)
      writer.member("then", fault.policy?.rawValue ?? "best_attempt")
      writer.member("message", fault.message)
      if !fault.trace.isEmpty { writer.member("trace", fault.trace) }
      writer.endObject()
    }
    writer.endArray()
  }

  private static func writeWrites(_ pass: Pass, _ writer: inout JSONWriter) {
    writer.key("writes")
    writer.beginArray()
    for write in pass.state.pointee.writes.writes {
      writer.beginObject()
      writer.member("name", write.name)
      writer.member("at", write.place)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func writeLocalizations(_ pass: Pass, _ writer: inout JSONWriter) {
    writer.key("localized")
    writer.beginArray()
    for record in pass.state.pointee.localizations {
      writer.beginObject()
      writer.member("plugin", record.plugin)
      writer.member("key", record.key)
      if let language = record.language { writer.member("language", language) }
      if let catalog = record.catalog { writer.member("catalog", catalog) }
      if !record.problems.isEmpty { writer.member("problems", record.problems) }
      writer.endObject()
    }
    writer.endArray()
  }

  private static func writeLogs(_ pass: Pass, _ writer: inout JSONWriter) {
    writer.key("log")
    writer.beginArray()
    for entry in pass.state.pointee.log.entries {
      writer.beginObject()
      writer.member("plugin", entry.plugin)
      writer.member("level", entry.level)
      writer.member("text", entry.text)
      writer.endObject()
    }
    writer.endArray()
  }

  /// Returns the problems of the input that every reader has.
  private static func warnings(_ pass: Pass) -> [String] {
    var document = JSONDocument(
      depthLimit: pass.state.pointee.document.depthLimit, duplicateKeys: .keepLast)
    guard (try? document.parse(pass.state.pointee.document.originalText)) != nil,
      let line = try? NotificationLine(document, like: pass.state.pointee.originalLine)
    else { return [] }
    let pushType = line.pushType(document)
    let size = document.rawText(of: line.payload(document)).count
    var found = [APNsRules.sizeBreach(pushType: pushType, size: size)].compactMap { $0 }
    found += APNsRules.breaches(line, document, pushType: pushType)
    found += APNsRules.headerBreaches(line, document)
    found += APNsRules.headerWarnings(line, document)
    var texts = found.map(\.message)
    texts += timeZoneProblem(line, document, pass.state.pointee.zones)
    texts += line.unknownKeys(document).map { key in
      let hint = Suggestion.nearest(to: key, among: NotificationLine.keys).map { "; did you mean '\($0)'?" }
      return "the line has '\(key.prefix(100))', which no envelope has\(hint ?? "")"
    }
    if document.hasLoneSurrogate { texts.append(loneSurrogate) }
    return texts
  }

  /// Returns what is wrong with the time zone of the line, which plugins do not see then.
  private static func timeZoneProblem(
    _ line: NotificationLine, _ document: borrowing JSONDocument, _ zones: ZoneTable
  ) -> [String] {
    guard let field = line.field("time_zone", document) else { return [] }
    guard document.kind(of: field) == .string else {
      return ["'time_zone' is not a string; plugins see no time zone"]
    }
    let name = document.swiftString(of: field)
    return zones.zone(named: name) == nil ? ["'time_zone': \(zones.problem(with: name))"] : []
  }

  /// Writes why the device would not have run a service extension, for people who wonder.
  package static func reasonNotRun(_ pass: Pass) -> String? {
    APNsRules.reasonNotRun(pass.state.pointee.line, pass.state.pointee.document)
  }
}
