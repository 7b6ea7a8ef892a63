extension RunSummary {
  /// How many notifications ended how at the sink.
  package struct Deliveries: Sendable, Equatable {
    package var delivered = 0
    package var refused = 0
    /// Refused since the device token is gone, which is everyday.
    package var gone = 0
    package var undelivered = 0
    /// How often each reason stood for a refusal or a failure.
    package var reasons: [String: Int] = [:]

    package init() {}

    /// The line as people read it.
    var line: String {
      var text = "notilua: the sink took \(RunSummary.grouped(delivered))"
      if refused > 0 { text += ", refused \(RunSummary.grouped(refused))" }
      if undelivered > 0 { text += ", could not be given \(RunSummary.grouped(undelivered))" }
      if !reasons.isEmpty {
        let parts = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
          .map { "\($0.key) \(RunSummary.grouped($0.value))" }
        text += ": " + parts.joined(separator: ", ")
      }
      return text
    }
  }
}
