import HTTPTypes
import PrometheusMetrics

/// The metrics of the HTTP API.
package struct APIMetrics: Sendable {
  /// The classes of answers to notifications.
  private enum Outcome: String, Sendable, CaseIterable {
    case accepted, delivered, dropped, withdrawn, repeated, refused
  }

  /// The classes of responses.
  private enum Class: String, Sendable, CaseIterable {
    case success = "2xx"
    case refusal = "4xx"
    case failure = "5xx"
  }

  private let notifications: MetricSet<Outcome, Counter>
  private let requests: MetricSet<Class, Counter>

  /// Makes the metrics, each series at 0.
  package init(_ registry: MetricRegistry) {
    notifications = registry.counters(
      "notilua_api_notifications_total", "Notifications that came by the HTTP API, by their answer.",
      MetricLabels("outcome", Outcome.self))
    requests = registry.counters(
      "notilua_api_requests_total", "Requests to the HTTP API, by the class of their status.",
      MetricLabels("status", Class.self))
  }

  /// Counts the answer to a notification.
  func count(_ answer: SendAnswer) {
    switch answer {
    case .taken(_, _, let outcome, let isReplay):
      notifications[isReplay ? .repeated : Outcome(rawValue: outcome) ?? .accepted]?.add()
    case .refused: notifications[.refused]?.add()
    }
  }

  /// Counts a response.
  func count(_ status: HTTPResponse.Status) {
    switch status.code {
    case ..<400: requests[.success]?.add()
    case ..<500: requests[.refusal]?.add()
    default: requests[.failure]?.add()
    }
  }
}
