/// The service that the listener answers for.
package protocol OperationsSource: Sendable {
  /// Returns all metrics in a form.
  func metrics(_ form: MetricsForm) async -> [UInt8]
  /// Returns the reasons why the process is to be started again, one sentence each; none while it lives.
  func failures() async -> [String]
  /// Returns the reasons why notifications cannot be accepted durably now; none while they can.
  func obstacles() async -> [String]
  /// Returns the state of the service.
  func status() async -> ServiceStatus
  /// Stops accepting, and returns when all that was accepted is delivered, or the time is over.
  ///
  /// It ends early where its task is cancelled.
  func drain(within limit: Duration) async -> DrainResult
}

/// The forms in which Prometheus reads metrics.
package enum MetricsForm: Sendable, CaseIterable {
  /// The text form, version 0.0.4.
  case text
  /// OpenMetrics 1.0.0.
  case openMetrics

  /// The value of `Content-Type`.
  ///
  /// Source: Prometheus' "Exposition formats", and OpenMetrics 1.0 "Protocol Negotiation".
  package var contentType: String {
    switch self {
    case .text: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }
}
