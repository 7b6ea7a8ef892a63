import APNsProtocol
import FrontDoor
import HTTP2Transport
import PrometheusMetrics
import Synchronization
import Testing

/// The pushes between connections and the run, without either.
struct DoorDeskTests {
  /// The answers that a desk has sent.
  private final class Outbox: Sendable {
    private let answers = Mutex<[HTTP2Answer]>([])

    func put(_ more: [HTTP2Answer]) { answers.withLock { $0 += more } }

    /// Returns what was sent since the last time: connection, status and what it means.
    func take() -> [String] {
      answers.withLock { answers in
        defer { answers = [] }
        return answers.map { answer in
          let outcome = answer.headers.first { $0.name == "notilua-outcome" }?.value
          return "\(answer.connection) \(answer.status) \(outcome ?? "-")"
        }
      }
    }
  }

  private struct Sample {
    let registry = MetricRegistry()
    let desk: DoorDesk
    private let outbox = Outbox()

    init() {
      desk = DoorDesk(RepeatWindow(.seconds(3600)), DoorMetrics(registry)) { [outbox] in outbox.put($0) }
    }

    func sent() -> [String] { outbox.take() }
  }

  private static func client(_ connection: Int) -> DoorDesk.Client {
    DoorDesk.Client(connection: connection, stream: 1, apnsID: "id \(connection)", beganAt: 0)
  }

  private static let identity = RepeatIdentity(high: 1, low: 2)

  @Test func aPushIsAnsweredOnce() {
    let sample = Sample()
    #expect(sample.desk.admit(Self.client(1), nil) == .new(1))
    #expect(sample.desk.openCount == 1)
    sample.desk.answer([(1, .accepted), (1, .delivered), (7, .delivered)])
    #expect(sample.sent() == ["1 200 accepted"])
    #expect(sample.desk.openCount == 0)
  }

  /// Without an `apns-id`, nothing tells that two pushes are the same.
  @Test func whatHasNoIdentityIsNew() {
    let sample = Sample()
    #expect(sample.desk.admit(Self.client(1), nil) == .new(1))
    #expect(sample.desk.admit(Self.client(2), nil) == .new(2))
  }

  @Test func repeatsInFlightShareTheAnswer() {
    let sample = Sample()
    #expect(sample.desk.admit(Self.client(1), Self.identity) == .new(1))
    #expect(sample.desk.admit(Self.client(2), Self.identity) == .joined)
    sample.desk.answer([(1, .dropped)])
    #expect(sample.sent() == ["1 200 dropped", "2 200 repeated"])
    #expect(sample.desk.admit(Self.client(3), Self.identity) == .answered(.dropped))
    #expect(sample.sent().isEmpty)
  }

  /// A refusal that may be another one later is no answer to a repeat, which is a push of its own.
  @Test(arguments: [
    (DoorAnswer.refused(Refusal("Unregistered", timestamp: 7)), false),
    (.refused(Refusal("TooManyRequests")), true), (.refused(Refusal("ServiceUnavailable")), true),
    (.refused(Refusal("InternalServerError")), true),
  ])
  func aRepeatOfARefusal(_ answer: DoorAnswer, _ isNew: Bool) {
    let sample = Sample()
    #expect(sample.desk.admit(Self.client(1), Self.identity) == .new(1))
    sample.desk.answer([(1, answer)])
    #expect(sample.desk.admit(Self.client(2), Self.identity) == (isNew ? .new(2) : .answered(answer)))
  }

  @Test func whatIsTakenBackIsNewAgain() {
    let sample = Sample()
    #expect(sample.desk.admit(Self.client(1), Self.identity) == .new(1))
    #expect(sample.desk.admit(Self.client(2), Self.identity) == .joined)
    sample.desk.expire(1, isTakenBack: true)
    #expect(sample.sent() == ["1 503 -", "2 503 -"])
    #expect(sample.desk.admit(Self.client(3), Self.identity) == .new(2))
    // What the run says of the first one afterwards is nobody's answer.
    sample.desk.answer([(1, .delivered)])
    #expect(sample.sent().isEmpty)
  }

  /// A push that is on its way to APNs at its deadline is not pushed again by a repeat, which gets its answer once it has one.
  @Test func whatIsOnItsWayIsWaitedFor() {
    let sample = Sample()
    #expect(sample.desk.admit(Self.client(1), Self.identity) == .new(1))
    #expect(sample.desk.admit(Self.client(2), Self.identity) == .joined)
    sample.desk.expire(1, isTakenBack: false)
    #expect(sample.sent() == ["1 503 -", "2 503 -"])
    guard case .answered(.refused(let refusal)) = sample.desk.admit(Self.client(3), Self.identity) else {
      Issue.record("it was pushed again")
      return
    }
    #expect(refusal.status == 503 && refusal.retryAfter != nil)
    sample.desk.answer([(1, .delivered)])
    #expect(sample.sent().isEmpty)
    #expect(sample.desk.admit(Self.client(4), Self.identity) == .answered(.delivered))
  }

  @Test func eachAnswerIsCounted() {
    let sample = Sample()
    _ = sample.desk.admit(Self.client(1), Self.identity)
    _ = sample.desk.admit(Self.client(2), Self.identity)
    sample.desk.answer([(1, .accepted)])
    let text = sample.registry.text(.prometheus)
    #expect(text.contains(#"notilua_door_accepted_total{outcome="accepted"} 1"# + "\n"))
    #expect(text.contains(#"notilua_door_accepted_total{outcome="repeated"} 1"# + "\n"))
  }
}
