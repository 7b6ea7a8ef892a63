extension RunSummary {
  /// The numbers of notifications by their result at the sink.
  package struct Deliveries: Sendable, Equatable {
    package var delivered = 0
    package var refused = 0
    /// Refused since the device token is gone, which is everyday.
    package var gone = 0
    package var undelivered = 0
    /// Safe in an outbox.
    package var accepted = 0
    package var expired = 0
    package var withdrawn = 0
    /// Left in the outbox.
    package var waiting = 0
    /// The number of refusals and failures by reason.
    package var reasons: [String: Int] = [:]

    package init() {}

    /// The line as people read it.
    var line: String {
      var text = "notilua: the sink took \(RunSummary.grouped(delivered))"
      if accepted > 0 {
        text =
          "notilua: the outbox took \(RunSummary.grouped(accepted)), the sink \(RunSummary.grouped(delivered))"
      }
      if refused > 0 { text += ", refused \(RunSummary.grouped(refused))" }
      if withdrawn > 0 { text += ", withdrawn \(RunSummary.grouped(withdrawn))" }
      if expired > 0 { text += ", expired \(RunSummary.grouped(expired))" }
      if undelivered > 0 { text += ", could not be given \(RunSummary.grouped(undelivered))" }
      if !reasons.isEmpty {
        let parts = reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
          .map { "\($0.key) \(RunSummary.grouped($0.value))" }
        text += ": " + parts.joined(separator: ", ")
      }
      if waiting > 0 { text += "; \(RunSummary.grouped(waiting)) wait in the outbox" }
      return text
    }
  }
}
