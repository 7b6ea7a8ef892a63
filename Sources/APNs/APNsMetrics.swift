import APNsCredentials
import APNsProtocol
import Delivery
import NotificationModel
import PrometheusMetrics

/// The metrics of a sink for APNs: its responses, and the state of its connections.
package struct APNsMetrics: Sendable {
  private let responses: MetricSet<Response, Counter>
  private let destinations: Set<Destination>
  private let requests: Histogram
  private let failures: MetricSet<String, Counter>
  private let removals: MetricSet<String, Counter>
  private let inFlight: Gauge
  private let connections: MetricSet<APNsLoad.ConnectionState, Gauge>
  private let blocked: MetricSet<APNsLoad.Block, Gauge>
  private let blocks: Set<APNsLoad.Block>

  /// Adds the metrics to a registry, with a series for what the credentials serve now.
  ///
  /// - Parameter topic: the topic of notifications that name none.
  package init(_ registry: MetricRegistry, _ credentials: [Credential], topic: String?) {
    let destinations = Destination.known(credentials, topic: topic)
    self.destinations = Set(destinations)
    responses = registry.counters(
      "notilua_apns_responses_total", "Responses of APNs by topic, environment, status and reason.",
      Response.labels(destinations))
    requests = registry.histogram(
      "notilua_apns_request_seconds", "Time from a push's sending to its response.", bounds: Histogram.answers
    )
    failures = registry.counters(
      "notilua_apns_failures_total", "Pushes that the sink gave back without a response of APNs to them.",
      MetricLabels("reason", orOther: Self.ownReasons))
    removals = registry.counters(
      "notilua_device_removals_total", "Device tokens that APNs says are gone, or does not know.",
      MetricLabels("reason", orOther: APNsReason.all.filter { $0.fate == .removeToken }.map(\.name)))
    inFlight = registry.gauge("notilua_apns_in_flight", "Pushes that wait for a response of APNs.")
    connections = registry.gauges(
      "notilua_apns_connections", "Connections to APNs by state.",
      MetricLabels("state", APNsLoad.ConnectionState.self))
    let blocks = APNsLoad.Block.known(credentials)
    self.blocks = Set(blocks)
    blocked = registry.gauges(
      "notilua_lane_blocked", "Blocks of a credential, or of a topic of it, that are in force.",
      MetricLabels(["credential", "environment", "reason"], blocks) {
        [$0.credential, $0.environment.rawValue, $0.reason]
      })
  }

  /// The reasons of failures that the sink finds itself.
  private static let ownReasons = [
    "NoAnswer", "NoConnection", "NoRoom", "NoCredential", "RefusedStream", "Stopped", "MissingDeviceToken",
    "BadDeviceToken", "BadHeader", "PayloadTooLarge", "MissingTopic",
  ]

  // MARK: Responses

  /// Returns the counter of a topic's successes, which a lane counts most of.
  func successes(_ topic: String, _ environment: PushEnvironment) -> Counter? {
    counter(topic, environment, status: 200, reason: "")
  }

  /// Counts a response that is no success.
  func count(_ answer: APNsAnswer, _ topic: String, _ environment: PushEnvironment) {
    counter(topic, environment, status: answer.status, reason: answer.reason)?.add()
  }

  private func counter(
    _ topic: String, _ environment: PushEnvironment, status: Int, reason: String
  ) -> Counter? {
    let own = Destination(topic: PushType.bundleID(of: topic), environment: environment)
    let destination = destinations.contains(own) ? own : Destination(topic: "other", environment: environment)
    return responses[Response(destination: destination, verdict: .known(status, reason))]
  }

  /// Counts the time that APNs took, in nanoseconds.
  func observe(_ nanoseconds: Int64) { requests.observe(nanoseconds) }

  /// Counts what a report says of the push, beside its response.
  func count(_ result: DeliveryResult) {
    switch result {
    case .done: return
    case .retry(_, let why), .permanent(let why), .blocked(_, let why):
      if why.status == 0 { failures[why.reason]?.add() }
      if case .permanent = result, why.removesToken { removals[why.reason]?.add() }
    }
  }

  // MARK: State

  /// Takes over the state of the lanes.
  func take(_ load: APNsLoad) {
    inFlight.set(load.inFlight)
    for state in APNsLoad.ConnectionState.allCases { connections[state]?.set(load.connections[state] ?? 0) }
    var counts: [APNsLoad.Block: Int] = [:]
    for block in load.blocks { counts[block.known(in: blocks), default: 0] += 1 }
    for block in blocks { blocked[block]?.set(counts[block] ?? 0) }
  }
}

extension APNsMetrics {
  /// The topic and environment of a push, or `other` for a topic that no credential names.
  private struct Destination: Hashable {
    var topic: String
    var environment: PushEnvironment

    static func known(_ credentials: [Credential], topic: String?) -> [Destination] {
      let named = credentials.flatMap { credential in
        PushEnvironment.allCases.filter(credential.environments.contains).flatMap { environment in
          credential.topics.map { Destination(topic: $0, environment: environment) }
        }
      }
      let rest = ([topic].compactMap(\.self).map(PushType.bundleID(of:)) + ["other"]).flatMap { topic in
        PushEnvironment.allCases.map { Destination(topic: topic, environment: $0) }
      }
      return named + rest
    }
  }

  /// The status and reason of a response, of the closed list that APNs documents.
  private struct Verdict: Hashable {
    var status: String
    var reason: String

    static let success = Verdict(status: "200", reason: "none")
    static let all: [Verdict] = {
      let documented = APNsReason.all.map { Verdict(status: String($0.status), reason: $0.name) }
      var known: Set<String> = []
      let statuses = documented.map(\.status).filter { known.insert($0).inserted } + ["other"]
      return [success] + documented + statuses.map { Verdict(status: $0, reason: "other") }
    }()
    private static let set = Set(all)

    static func known(_ status: Int, _ reason: String) -> Verdict {
      if status == 200 { return success }
      let candidates = [
        Verdict(status: String(status), reason: reason), Verdict(status: String(status), reason: "other"),
      ]
      return candidates.first(where: set.contains) ?? Verdict(status: "other", reason: "other")
    }
  }

  private struct Response: Hashable {
    var destination: Destination
    var verdict: Verdict

    static func labels(_ destinations: [Destination]) -> MetricLabels<Response> {
      let keys = destinations.flatMap { destination in
        Verdict.all.map { Response(destination: destination, verdict: $0) }
      }
      return MetricLabels(["topic", "environment", "status", "reason"], keys) {
        [$0.destination.topic, $0.destination.environment.rawValue, $0.verdict.status, $0.verdict.reason]
      }
    }
  }
}
