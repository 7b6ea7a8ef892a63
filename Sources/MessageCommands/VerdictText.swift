import Composition
import LosslessJSON
import NotificationModel
import TerminalPages

/// A decision on a message, for people and as JSON.
struct VerdictText {
  let style: Palette

  /// Returns a page for people.
  func text(_ verdict: Verdict) -> TerminalText {
    let color: Palette.Style = verdict.decision == .push ? .green : .yellow
    var text: TerminalText = "decision  \(style(color, outside: verdict.decision.rawValue))\n"
    text += "reason    \(verdict.reason.sentence)\n"
    guard case .push(let push, _) = verdict else { return text }
    for warning in push.warnings { text += "warning   \(style(.yellow, outside: warning.sentence))\n" }
    text += "headers   apns-push-type: \(push.pushType.rawValue)\n"
    text += "payload   \(String(decoding: push.payload, as: UTF8.self))\n"
    return text
  }

  /// Returns a JSON object.
  static func json(_ verdict: Verdict) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("decision", verdict.decision.rawValue)
    write("reason", verdict.reason.code, verdict.reason.sentence, to: &writer)
    if case .push(let push, _) = verdict { write(push, to: &writer) }
    writer.endObject()
    return writer.text
  }

  private static func write(_ push: ComposedPush, to writer: inout JSONWriter) {
    writer.key("warnings")
    writer.beginArray()
    for warning in push.warnings { write(nil, warning.code, warning.sentence, to: &writer) }
    writer.endArray()
    writer.key("headers")
    writer.beginObject()
    writer.member("apns-push-type", push.pushType.rawValue)
    writer.endObject()
    writer.key("payload")
    push.payload.withUnsafeBytes { writer.raw($0) }
  }

  /// Writes a word and its sentence.
  private static func write(_ key: String?, _ code: String, _ sentence: String, to writer: inout JSONWriter) {
    if let key { writer.key(key) }
    writer.beginObject()
    writer.member("code", code)
    writer.member("text", sentence)
    writer.endObject()
  }
}
