import APNs
import APNsCredentials
import APNsProtocol
import Delivery
import DeliveryTesting
import NotificationModel
import PrometheusMetrics
import Testing

/// What is counted of pushes to a server that answers as a test says.
struct APNsMetricsTests {
  private static func samples(_ registry: MetricRegistry, _ name: String) -> [String: Double] {
    let lines = registry.text(.prometheus).split(separator: "\n").filter {
      $0.hasPrefix(name + "{") || $0.hasPrefix(name + " ")
    }
    return Dictionary(
      uniqueKeysWithValues: lines.map { line in
        let space = line.lastIndex(of: " ") ?? line.endIndex
        return (String(line[..<space].dropFirst(name.count)), Double(line[space...].dropFirst()) ?? .nan)
      })
  }

  private static func present(_ samples: [String: Double]) -> [String: Double] {
    samples.filter { $0.value != 0 }
  }

  @Test func responsesAreCountedUnderTheNamesThatThereAre() async throws {
    let answers = [
      (200, ""), (410, "Unregistered"), (400, "BadTopic"), (400, "SomethingNew"), (418, "Teapot"), (200, ""),
    ]
    let server = try await TestServer { arrival, number, connection in
      let (status, reason) = answers[(number - 1) % answers.count]
      if status == 200 {
        TestServer.accept(arrival, connection)
      } else {
        TestServer.refuse(arrival, connection, status, reason)
      }
    }
    let registry = MetricRegistry()
    let credential = try TestFiles.credential()
    let metrics = APNsMetrics(registry, [credential], topic: "com.example.app")
    let before = Self.samples(registry, "notilua_apns_responses_total")
    #expect(before.values.allSatisfy { $0 == 0 })
    let sink = try UsedSink { try APNsSink([credential], server.options { $0.metrics = metrics }, on: $0) }
    // One after the other: the number decides the answer.
    for push in notifications(5) { _ = deliver([push], to: sink) }
    var other = notifications(1)
    other[0].headers.topic = "com.example.secret"
    _ = deliver(other, to: sink)
    let after = Self.samples(registry, "notilua_apns_responses_total")
    #expect(Set(after.keys) == Set(before.keys))
    let own = #"topic="com.example.app",environment="production""#
    #expect(
      Self.present(after) == [
        #"{\#(own),status="200",reason="none"}"#: 1, #"{\#(own),status="410",reason="Unregistered"}"#: 1,
        #"{\#(own),status="400",reason="BadTopic"}"#: 1, #"{\#(own),status="400",reason="other"}"#: 1,
        #"{\#(own),status="other",reason="other"}"#: 1,
        #"{topic="other",environment="production",status="200",reason="none"}"#: 1,
      ])
    #expect(Self.samples(registry, "notilua_apns_request_seconds_count") == ["": 6])
    #expect(
      Self.present(Self.samples(registry, "notilua_device_removals_total")) == [
        #"{reason="Unregistered"}"#: 1
      ])
    #expect(!registry.text(.openMetrics).contains("secret"))
    sink.close()
    await server.stop()
  }

  /// Every reason of Apple's table has its series from the start.
  @Test func everyReasonIsThere() {
    let registry = MetricRegistry()
    _ = APNsMetrics(registry, [], topic: nil)
    let samples = Self.samples(registry, "notilua_apns_responses_total")
    for reason in APNsReason.all {
      for environment in ["sandbox", "production"] {
        let labels =
          #"{topic="other",environment="\#(environment)",status="\#(reason.status)",reason="\#(reason.name)"}"#
        #expect(samples[labels] == 0, "\(labels)")
      }
    }
  }

  @Test func aBlockIsSeenUntilItEnds() async throws {
    let server = try await TestServer { arrival, number, connection in
      if number == 1 {
        TestServer.refuse(arrival, connection, 403, "InvalidProviderToken")
      } else {
        TestServer.accept(arrival, connection)
      }
    }
    let registry = MetricRegistry()
    let credential = try TestFiles.credential()
    let metrics = APNsMetrics(registry, [credential], topic: "com.example.app")
    let sink = try UsedSink { try APNsSink([credential], server.options { $0.metrics = metrics }, on: $0) }
    let blocked = { Self.present(Self.samples(registry, "notilua_lane_blocked")) }
    _ = deliver(notifications(1), to: sink)
    let labels = #"{credential="\#(credential.name)",environment="production",reason="InvalidProviderToken"}"#
    await wait { blocked() == [labels: 1] }
    #expect(blocked() == [labels: 1])
    // Behind the time of the block one goes ahead, and is accepted.
    try await Task.sleep(for: .milliseconds(400))
    _ = deliver(notifications(1), to: sink)
    await wait { blocked() == [:] }
    #expect(blocked() == [:])
    #expect(
      Self.present(Self.samples(registry, "notilua_apns_connections")).keys.contains(#"{state="open"}"#))
    sink.close()
    #expect(Self.present(Self.samples(registry, "notilua_apns_connections")) == [:])
    #expect(Self.present(Self.samples(registry, "notilua_apns_in_flight")) == [:])
    await server.stop()
  }

  @Test func whatHasNoAnswerIsInFlightAndThenAFailure() async throws {
    let server = try await TestServer { _, _, _ in }
    let registry = MetricRegistry()
    let credential = try TestFiles.credential()
    let metrics = APNsMetrics(registry, [credential], topic: "com.example.app")
    let sink = try UsedSink {
      try APNsSink(
        [credential],
        server.options {
          $0.metrics = metrics
          $0.answerTimeout = .seconds(120)
        }, on: $0)
    }
    sink.take(notifications(1))
    await wait { Self.samples(registry, "notilua_apns_in_flight") == ["": 1] }
    #expect(Self.samples(registry, "notilua_apns_in_flight") == ["": 1])
    while sink.reportCount == 0 { sink.turn() }
    #expect(
      Self.present(Self.samples(registry, "notilua_apns_failures_total")) == [#"{reason="NoAnswer"}"#: 1])
    #expect(Self.present(Self.samples(registry, "notilua_apns_responses_total")) == [:])
    #expect(Self.samples(registry, "notilua_apns_in_flight") == ["": 0])
    await server.stop()
  }

  /// Waits until a condition holds, for a minute at most.
  private func wait(_ condition: () -> Bool) async {
    for _ in 0..<6000 where !condition() { try? await Task.sleep(for: .milliseconds(10)) }
  }
}
