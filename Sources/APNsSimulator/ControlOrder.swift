import LosslessJSON
import NotificationModel

/// A command to the running simulator, under `/_simulator/`.
package enum ControlOrder: Sendable, Equatable {
  case state
  case journal(after: Int)
  case rules(SimulatorRules)
  case reset
  case goAway(SimulatorRule.Departure)
  /// Requests wait for ``resume``.
  case stall
  case resume
  /// TCP's reset of all connections.
  case drop
  /// SETTINGS_MAX_CONCURRENT_STREAMS for all connections.
  case settings(streams: UInt32)

  /// The path that orders begin with.
  package static let root = "/_simulator"

  /// The text of the help.
  package static let manual = """
      GET  /_simulator          what has happened so far
      GET  /_simulator/journal  its lines; ?after=N those behind the first N
      POST /_simulator/rules    {"settings":{…},"rules":[…]}, in place of others
      POST /_simulator/reset    everything as it began
      POST /_simulator/goaway   {"reason":"Shutdown","code":0,"last_stream":1}
      POST /_simulator/stall    requests wait
      POST /_simulator/resume   and are answered
      POST /_simulator/drop     all connections are reset (TCP)
      POST /_simulator/settings {"streams":1}, to all connections
    """

  /// Reads an order.
  ///
  /// - Parameter settings: what holds where rules say nothing.
  /// - Throws: ``SimulatorError``; what it says is the body of an answer with status 400.
  package init(
    method: String, path: String, body: [UInt8], settings: SimulatorSettings = SimulatorSettings()
  ) throws(SimulatorError) {
    let parts = path.dropFirst(Self.root.utf8.count).split(separator: "?", maxSplits: 1)
    let name = parts.first.map { $0.hasPrefix("/") ? $0.dropFirst() : $0 } ?? ""
    switch (method, name) {
    case ("GET", ""): self = .state
    case ("GET", "journal"):
      let after = parts.dropFirst().first.flatMap { $0.hasPrefix("after=") ? Int($0.dropFirst(6)) : nil }
      self = .journal(after: after ?? 0)
    case ("POST", "rules"): self = .rules(try SimulatorRules(json: body, base: settings))
    case ("POST", "reset"): self = .reset
    case ("POST", "goaway"):
      self = .goAway(
        try Self.object(body) { document throws(SimulatorError) in
          try SimulatorRule.Departure(&document, document.root, place: "goaway")
        } ?? SimulatorRule.Departure())
    case ("POST", "stall"): self = .stall
    case ("POST", "resume"): self = .resume
    case ("POST", "drop"): self = .drop
    case ("POST", "settings"):
      let streams = try Self.object(body) { document throws(SimulatorError) in
        let reader = RuleReader(place: "settings")
        guard let node = document.member(document.root, "streams") else {
          throw SimulatorError("settings has no streams; write {\"streams\":1}")
        }
        return UInt32(try reader.integer(document, node, "streams", 0...Int(Int32.max)))
      }
      guard let streams else { throw SimulatorError("settings has no body; write {\"streams\":1}") }
      self = .settings(streams: streams)
    default:
      throw SimulatorError("there is no \(method) \(Self.root)/\(name); there are\n\(Self.manual)")
    }
  }

  /// The name in the journal.
  package var name: String? {
    switch self {
    case .state, .journal: nil
    case .rules: "rules"
    case .reset: "reset"
    case .goAway: "goaway"
    case .stall: "stall"
    case .resume: "resume"
    case .drop: "drop"
    case .settings: "settings"
    }
  }

  private static func object<Result>(
    _ body: [UInt8], _ read: (inout JSONDocument) throws(SimulatorError) -> Result
  ) throws(SimulatorError) -> Result? {
    if body.isEmpty { return nil }
    var document = JSONDocument()
    let failure: JSONError? = body.withUnsafeBytes { bytes in
      do throws(JSONError) {
        try document.parse(bytes)
        return nil
      } catch {
        return error
      }
    }
    if let failure { throw SimulatorError("the body is no JSON, \(failure); fix it") }
    return try read(&document)
  }
}
