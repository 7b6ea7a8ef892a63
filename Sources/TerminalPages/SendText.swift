import APNs
import APNsCredentials
import APNsProtocol
import Glibc
import NotificationModel

/// The text that `notilua send` shows of one push.
package struct SendText {
  private let palette: Palette

  /// Makes texts in the colors of a palette.
  package init(_ palette: Palette) { self.palette = palette }

  /// Returns what APNs answered to a push.
  package func text(_ report: APNsProbe.Report, _ credential: Credential, _ environment: PushEnvironment)
    -> TerminalText
  {
    var lines: [TerminalText] = []
    func add(_ name: String, _ value: String) {
      let padding = TerminalText.spaces(max(18 - TerminalText(name).columns, 1))
      lines.append("\(palette(.dim, outside: name))\(padding)\(value)")
    }
    let host = report.server.host
    add("server", host.contains(":") ? "[\(host)]:\(report.server.port)" : "\(host):\(report.server.port)")
    if let proxy = report.proxy { add("proxy", proxy.description) }
    add("address", report.address.map { report.proxy == nil ? $0 : "\($0) (the proxy's)" } ?? "none")
    add("environment", environment.rawValue)
    add("credential", describe(credential))
    for header in report.headers where header.name != ":scheme" && header.name != ":authority" {
      add(header.name == ":method" ? "method" : header.name == ":path" ? "path" : header.name, header.value)
    }
    add("payload", "\(report.payload.count) bytes")
    lines.append("  \(String(decoding: report.payload.prefix(2000), as: UTF8.self))")
    if !report.responseHeaders.isEmpty { lines.append("") }
    for header in report.responseHeaders { add(header.name, header.value) }
    if !report.responseBody.isEmpty {
      lines.append("  \(String(decoding: report.responseBody.prefix(1000), as: UTF8.self))")
    }
    lines.append("")
    lines += verdict(report)
    return lines.joined(separator: "\n") + "\n"
  }

  private func describe(_ credential: Credential) -> String {
    switch credential.secret {
    case .key(_, let keyID, let teamID): return "\(credential.name): key \(keyID) of team \(teamID)"
    case .certificate(let certificate):
      let warning = credential.expiryWarning(now: Int64(time(nil))).map { "; \($0)" } ?? ""
      return "\(credential.name): certificate '\(certificate.facts.commonName)'\(warning)"
    }
  }

  private func verdict(_ report: APNsProbe.Report) -> [TerminalText] {
    let time = "in \(report.milliseconds) ms"
    if report.isDelivered {
      return [
        palette(.green, "APNs took it") + " \(time).",
        "What the device makes of it is another matter: it may be off, or the app's notifications may be.",
      ]
    }
    var lines: [TerminalText] = []
    if let answer = report.answer {
      let reason = answer.explained
      let word = answer.reason.isEmpty ? "without a reason" : answer.reason
      lines.append(palette(.red, "APNs refused it") + " \(time): \(answer.status) \(word).")
      lines.append("It means that \(reason.meaning).")
      lines.append("To do: \(reason.advice).")
      if let timestamp = answer.timestamp {
        lines.append("The token is gone since \(ExpiryWarning.date(timestamp / 1000)).")
      }
    } else if let name = report.goAwayReason {
      let reason = APNsReason.of(status: 0, reason: name)
      lines.append(palette(.red, "APNs ended the connection") + " \(time): \(name).")
      lines.append("It means that \(reason.meaning).")
      lines.append("To do: \(reason.advice).")
    } else {
      lines.append(
        palette(.red, "There was no answer") + " \(time): \((report.cause ?? "nothing is known")).")
      if let advice = report.advice { lines.append("To do: \(advice).") }
    }
    if let refusal = report.refusal { lines.append("Notilua would not have sent it: \(refusal).") }
    return lines
  }
}
