import APNsProtocol
import Delivery
import EventLoop
import FrontDoor
import HTTP2Transport
import Logging
import PrometheusMetrics
import Synchronization
import Testing

/// The pushes between clients and the run, without either.
struct PushDeskTests {
  /// The answers that a desk has sent.
  private final class Outbox: Sendable {
    private let answers = Mutex<[PushAnswer]>([])

    func put(_ more: [PushAnswer]) { answers.withLock { $0 += more } }

    /// Returns what was sent since the last time: connection, status and what it means.
    func take() -> [String] {
      answers.withLock { answers in
        defer { answers = [] }
        return answers.map { answered in
          guard case .stream(let connection, _) = answered.client.place else { return "call" }
          let outcome = answered.answer.outcome.map { answered.client.isRepeat ? "repeated" : $0 }
          return "\(connection) \(answered.answer.status) \(outcome ?? "-")"
        }
      }
    }
  }

  private struct Sample {
    let desk: PushDesk
    private let outbox = Outbox()

    init() { desk = PushDesk(RepeatWindow(.seconds(3600))) { [outbox] in outbox.put($0) } }

    func sent() -> [String] { outbox.take() }
  }

  private static func client(_ connection: Int) -> PushClient {
    PushClient(.stream(connection: connection, 1), apnsID: "id \(connection)", beganAt: 0)
  }

  private static let identity = PushIdentity(RepeatIdentity(high: 1, low: 2))

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

  /// A key of idempotency is one push's: another one under it is a conflict, in flight and later, until it may be tried anew.
  @Test func aClaimIsOnePushs() {
    func push(_ number: UInt64) -> PushIdentity {
      PushIdentity(RepeatIdentity(high: 2, low: number), claim: RepeatIdentity(high: 3, low: 1))
    }
    let sample = Sample()
    #expect(sample.desk.admit(Self.client(1), push(1)) == .new(1))
    #expect(sample.desk.admit(Self.client(2), push(1)) == .joined)
    #expect(sample.desk.admit(Self.client(3), push(2)) == .conflict)
    sample.desk.answer([(1, .refused(Refusal("ServiceUnavailable")))])
    #expect(sample.sent() == ["1 503 -", "2 503 -"])
    // It was not carried out: the key is free.
    #expect(sample.desk.admit(Self.client(4), push(2)) == .new(2))
    sample.desk.answer([(2, .accepted)])
    #expect(sample.desk.admit(Self.client(5), push(2)) == .answered(.accepted))
    #expect(sample.desk.admit(Self.client(6), push(1)) == .conflict)
    #expect(sample.sent() == ["4 200 accepted"])
  }

  /// The oldest are forgotten one by one: no push is left without its answer for its claim, whatever came between.
  @Test func noClaimIsLeftWithoutItsPush() {
    let claimed = (1...2).map { number in
      PushIdentity(RepeatIdentity(high: 2, low: number), claim: RepeatIdentity(high: 3, low: number))
    }
    let desk = PushDesk(RepeatWindow(.seconds(3600), limit: 4)) { _ in }
    for (number, identity) in zip(UInt64(1)..., claimed + [PushIdentity(RepeatIdentity(high: 2, low: 9))]) {
      #expect(desk.admit(Self.client(Int(number)), identity) == .new(number))
      desk.answer([(number, .accepted)])
    }
    // There is room for two pushes with claims; the third has pushed one half of the first out.
    #expect(desk.admit(Self.client(4), claimed[0]) == .answered(.accepted))
    #expect(desk.admit(Self.client(5), claimed[1]) == .answered(.accepted))
  }

  /// What an earlier process has accepted is known: the push, and the key that it has claimed.
  @Test func aClaimOutlivesTheProcess() {
    let identity = PushIdentity(RepeatIdentity(high: 2, low: 1), claim: RepeatIdentity(high: 3, low: 1))
    var window = RepeatWindow<PushClient>(.seconds(3600))
    window.restore(identity.bytes, .accepted, committedAt: -1, at: 0)
    let desk = PushDesk(window) { _ in }
    #expect(desk.admit(Self.client(1), identity) == .answered(.accepted))
    let other = PushIdentity(RepeatIdentity(high: 2, low: 2), claim: identity.claim)
    #expect(desk.admit(Self.client(2), other) == .conflict)
  }

  /// Answers go where the request waits, and those of the door are counted.
  @Test func eachAnswerIsCounted() throws {
    let registry = MetricRegistry()
    let source = try DoorSource(on: try Reactor())
    let intake = PushIntake(source, accepted: .init(), repeats: .seconds(3600), deadline: .seconds(10))
    let hall = DoorHall(
      FrontDoor.Options(server: HTTP2Server.Options(identity: nil)), DoorGate(keys: []), intake,
      DoorMetrics(registry), Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    var again = Self.client(2)
    again.isRepeat = true
    let responses = [Self.client(1), again].map { hall.response(PushAnswer(client: $0, answer: .accepted)) }
    #expect(responses.map { $0?.connection } == [1, 2])
    let call = PushClient(.call(1), apnsID: "id", beganAt: 0)
    #expect(hall.response(PushAnswer(client: call, answer: .accepted)) == nil)
    let text = registry.text(.prometheus)
    #expect(text.contains(#"notilua_door_accepted_total{outcome="accepted"} 1"# + "\n"))
    #expect(text.contains(#"notilua_door_accepted_total{outcome="repeated"} 1"# + "\n"))
  }
}
