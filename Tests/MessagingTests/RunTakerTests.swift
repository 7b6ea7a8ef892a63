import Delivery
import EventLoop
import FrontDoor
import Messaging
import NotificationModel
import Synchronization
import Testing

/// The way of pushes of messages into a run, which is here the test.
struct RunTakerTests {
  /// A run's source, filled and answered by the test.
  private final class Source {
    let reactor: Reactor
    let source: DoorSource
    let intake: PushIntake
    private let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 8)

    init(_ accepted: PushIntake.Accepted = .init()) throws {
      reactor = try Reactor()
      source = try DoorSource(on: reactor)
      intake = PushIntake(source, accepted: accepted, repeats: .seconds(3600), deadline: .seconds(60))
    }

    deinit { memory.deallocate() }

    /// Takes what has come, and answers it with fates in their order.
    func answer(_ fates: [NotificationFate]) -> [String] {
      var names: [String] = []
      while names.count < fates.count {
        source.begin(memory)
        guard source.fill(memory, most: 100) == .lines else { continue }
        let first = names.count
        names += source.pushes.map(\.notification.apnsID)
        source.settle(zip(source.lines, fates[first...]).map { LineFate($0.number, $1) })
      }
      return names
    }
  }

  /// Returns pushes of messages, as a desk makes them.
  private static func pushes(_ count: Int) async throws -> [MessagePush] {
    let all = Mutex<[MessagePush]>([])
    try await MessagingTrial.with { trial in
      try await trial.register("bob", "phone")
      for number in 0..<count { try await trial.send(MessagingTrial.message("m\(number)"), to: "bob") }
      try await trial.finish()
      let asked = trial.run.state.withLock { $0.asked }
      all.withLock { $0 = asked }
    }
    return all.withLock { $0 }
  }

  @Test func everyFateIsAResult() async throws {
    let pushes = try await Self.pushes(7)
    let gone = DeliveryFailure("Unregistered", "it is gone", status: 410)
    let later = DeliveryFailure("NoConnection", "there is none")
    let fates: [NotificationFate] = [
      .accepted, .dropped, .ended(.withdrawn(mayHaveArrived: false)), .rejected("fault"),
      .ended(.refused(gone)),
      .ended(.undelivered(later)), .abandoned,
    ]
    let taker = RunTaker { _ in true }
    // Before the run is open.
    #expect(await taker.take(pushes) == pushes.map { _ in .unavailable })
    let source = try Source()
    taker.connect(source.intake)
    let results = Task { await taker.take(pushes) }
    #expect(source.answer(fates) == pushes.map(\.push.notification.apnsID))
    #expect(
      await results.value == [.taken, .taken, .taken, .refused, .refused, .unavailable, .unavailable])
  }

  /// A crash between the queue's commit and the desk's note: the push is known by what the queue has kept.
  @Test func whatAnEarlierProcessGaveIsNotSentAgain() async throws {
    let pushes = try await Self.pushes(2)
    let before = try Source()
    let taker = RunTaker { _ in true }
    taker.connect(before.intake)
    let first = Task { await taker.take([pushes[0]]) }
    _ = before.answer([.accepted])
    #expect(await first.value == [.taken])
    let identity = RepeatIdentity(
      sender: "message/chat", id: pushes[0].push.notification.apnsID,
      deviceToken: pushes[0].push.notification.deviceToken ?? "", secret: before.intake.secret)
    let after = try Source(
      .init(secret: before.intake.secret, commits: [(time: Timestamp.now, identities: identity.bytes)]))
    let next = RunTaker { _ in true }
    next.connect(after.intake)
    let results = Task { await next.take(pushes) }
    #expect(after.answer([.accepted]) == [pushes[1].push.notification.apnsID])
    #expect(await results.value == [.taken, .taken])
  }

  @Test func namesAreWithdrawnInTheirApp() async {
    let names = Mutex<[String]>([])
    let taker = RunTaker { asked in
      names.withLock { $0 = asked }
      return false
    }
    #expect(await taker.withdraw(["m1"], of: "com.example.chat") == false)
    #expect(names.withLock { $0 }.map { NotificationName.parts($0).app } == ["com.example.chat"])
  }
}
