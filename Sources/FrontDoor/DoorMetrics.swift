import APNsProtocol
import EventLoop
import HTTP2Transport
import PrometheusMetrics

/// The metrics of a door.
package struct DoorMetrics: Sendable {
  /// The kinds of answers to pushes that are taken.
  enum Outcome: String, Sendable, CaseIterable {
    case accepted, delivered, dropped, withdrawn, repeated
  }

  private struct Refused: Hashable, Sendable {
    var status: Int
    var reason: String
  }

  private let outcomes: MetricSet<Outcome, Counter>
  private let refusals: MetricSet<Refused, Counter>
  private let duration: Histogram
  private let connections: Gauge
  private let accepted: Counter
  private let refusedConnections: MetricSet<HTTP2ServerCounters.Cause, Counter>
  private let inFlight: Gauge
  private let bytesInFlight: Gauge
  private let repeatWindowGauge: Gauge

  /// Makes the metrics, each series at 0.
  package init(_ registry: MetricRegistry) {
    outcomes = registry.counters(
      "notilua_door_accepted_total", "Pushes that the door has answered with 200, by their outcome.",
      MetricLabels("outcome", Outcome.self))
    let other = Refused(status: 0, reason: "other")
    let known = APNsReason.all.map { Refused(status: $0.status, reason: $0.name) }
    // HTTP's own, which APNs has no reasons for.
    let bare = [
      Refused(status: 408, reason: "RequestTimeout"), Refused(status: 431, reason: "HeadersTooLarge"),
    ]
    refusals = registry.counters(
      "notilua_door_refused_total", "Requests that the door has refused, by status and APNs' reason.",
      MetricLabels(["status", "reason"], known + bare + [other], other: other) {
        [$0.status == 0 ? "other" : "\($0.status)", $0.reason]
      })
    duration = registry.histogram(
      "notilua_door_request_duration_seconds", "Time from a push's last byte to its answer.",
      bounds: Histogram.answers)
    connections = registry.gauge("notilua_door_connections", "Connections of clients that are open.")
    accepted = registry.counter(
      "notilua_door_opened_connections_total", "Connections of clients that were opened.")
    refusedConnections = registry.counters(
      "notilua_door_limited_total", "Connections and requests that were ended by a limit, by its name.",
      MetricLabels(["limit"], HTTP2ServerCounters.Cause.allCases) { ["\($0)"] })
    inFlight = registry.gauge("notilua_door_in_flight", "Requests without a complete response.")
    bytesInFlight = registry.gauge(
      "notilua_door_in_flight_bytes", "Bytes of these requests and their responses.", .bytes)
    repeatWindowGauge = registry.gauge(
      "notilua_door_repeat_window_seconds", "Time for which repeats are recognized at the moment.", .seconds)
  }

  /// Counts an answer.
  func count(_ answer: DoorAnswer, isRepeat: Bool) {
    switch answer {
    case .refused(let refusal): count(status: refusal.status, reason: refusal.reason)
    case _ where isRepeat: outcomes[.repeated]?.add()
    case .accepted: outcomes[.accepted]?.add()
    case .delivered: outcomes[.delivered]?.add()
    case .dropped: outcomes[.dropped]?.add()
    case .withdrawn: outcomes[.withdrawn]?.add()
    }
  }

  /// Counts a refused request.
  func count(status: Int, reason: String) { refusals[Refused(status: status, reason: reason)]?.add() }

  /// Counts the time that an answer took, in nanoseconds.
  func observe(_ nanoseconds: Int64) { duration.observe(nanoseconds) }

  /// Takes over what the server counts.
  func take(_ counters: HTTP2ServerCounters, repeatWindow: Duration) {
    connections.set(counters.open)
    accepted.raise(to: Int64(counters.accepted))
    for cause in HTTP2ServerCounters.Cause.allCases {
      refusedConnections[cause]?.raise(to: Int64(counters.refused(cause)))
    }
    inFlight.set(counters.requestsInFlight)
    bytesInFlight.set(counters.bytesInFlight)
    repeatWindowGauge.set(repeatWindow.nanoseconds)
  }
}
