import ArgumentParser
import CommandSupport
import ConfigurationFiles
import EventLoop
import LosslessJSON
import NotificationModel
import Notilua
import Operations
import TerminalPages

/// A test push to a registered device, through the HTTP API of a running service.
package struct DeviceSendOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A registered device, in place of a token: the running service pushes, and each step is shown.",
      valueName: "name"))
  package var device: String?

  @Option(help: ArgumentHelp("The application of --device, where the key reaches several.", valueName: "key"))
  var application: String?

  @OptionGroup var api: ServiceAPIOptions

  /// Makes a value of nothing.
  package init() {}

  package func validate() throws {
    guard device == nil else {
      if api.apiKey == nil {
        throw ValidationError("--device needs the file of a key; give it with --api-key.")
      }
      return
    }
    for (name, value) in [
      ("--application", application), ("--api-key", api.apiKey), ("--api-socket", api.apiSocket),
    ] where value != nil {
      throw ValidationError("\(name) is for --device; name the registered device with it.")
    }
  }

  /// Pushes, shows each step, and returns whether APNs has taken the push.
  ///
  /// - Parameter text: the text of the alert; nil for the service's own.
  package func push(_ text: String?, _ configuration: Configuration) async throws -> Bool {
    try await DeviceSend(service: api.service(configuration)).push(order(text))
  }

  private func order(_ text: String?) -> String {
    var writer = JSONWriter()
    writer.beginObject()
    writer.member("device", device ?? "")
    if let application { writer.member("application", application) }
    if let text { writer.member("body", text) }
    writer.endObject()
    return writer.text
  }
}

/// One test push through the HTTP API, until its end.
struct DeviceSend {
  /// The time within which a push completes, as a rule.
  private static let patience = Duration.seconds(30)

  let service: ServiceAPI

  /// Pushes, shows each step, and returns whether APNs has taken the push.
  func push(_ order: String) async throws -> Bool {
    let members = Self.members(try await service.answer(.post, "/v1/test", order))
    guard let apnsID = members["apns_id"]?.text else {
      throw fail(
        HostError(.failed, "\(service.socket): the answer has no apns_id; look at the service's version"))
    }
    for step in members["steps"]?.items ?? [] {
      try show(step.members["step"]?.text ?? "", step.members["text"]?.text ?? "")
    }
    return try await follow(apnsID)
  }

  /// Waits for the end, and shows what came before it.
  private func follow(_ apnsID: String) async throws -> Bool {
    let start = MonotonicClock.now
    while MonotonicClock.now - start < Self.patience.nanoseconds {
      let answer = try await service.ask(.get, "/v1/notifications/\(apnsID)")
      guard answer.status == 200 else {
        try show(
          "outcome", "not known: \(ServiceAPI.detail(answer.body) ?? "status \(answer.status)")")
        return false
      }
      let events = (Self.members(answer.body)["events"]?.items ?? []).map(\.members)
      if let end = events.first(where: { $0["event"]?.text == "ended" }) {
        if let passed = events.first(where: { $0["event"]?.text == "passed" }) {
          try show("chain", Self.chain(passed["chain"]?.members ?? [:]))
        }
        let status = end["status"]?.number.map { " \($0)" } ?? ""
        let reason = end["reason"]?.text.map { " \($0)" } ?? ""
        try show("end", (end["outcome"]?.text ?? "unknown") + status + reason)
        return end["outcome"]?.text == "delivered"
      }
      try await Task.sleep(for: .milliseconds(200))
    }
    try show("end", "none yet: the outbox keeps it, and /v1/notifications/\(apnsID) says what becomes of it")
    return false
  }

  private static func chain(_ chain: [String: JSONValue]) -> String {
    let plugins = (chain["plugins"]?.items ?? []).compactMap { $0.members["name"]?.text }
    let faults = (chain["faults"]?.items ?? []).compactMap { fault in
      fault.members["plugin"]?.text.map { "\($0) (\(fault.members["kind"]?.text ?? "fault"))" }
    }
    return (chain["action"]?.text ?? "deliver") + "; "
      + (plugins.isEmpty ? "no plugin ran" : "ran: \(plugins.joined(separator: ", "))")
      + (faults.isEmpty ? "" : "; faults: \(faults.joined(separator: ", "))")
  }

  private func show(_ step: String, _ text: String) throws {
    let name = step + String(repeating: " ", count: max(1, 12 - step.count))
    try output("\(name)\(text)\n")
  }

  private static func members(_ body: String) -> [String: JSONValue] {
    (try? JSONValue(body))?.members ?? [:]
  }
}
