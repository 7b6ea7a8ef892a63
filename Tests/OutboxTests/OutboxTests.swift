import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import NotificationModel
import Outbox
import Testing

/// What an outbox keeps, in what order it gives it to the sink, and what becomes of it.
struct OutboxTests {
  @Test func whatIsAcceptedIsDeliveredAndTold() throws {
    let sample = try OutboxSample()
    try sample.open()
    for number in 0..<50 { sample.take(notification("m\(number)", token: "ab\(number % 7)")) }
    sample.turn(20)
    #expect(sample.accepted == (0..<50).map { "m\($0)" })
    #expect(sample.ends.count == 50 && sample.ends.values.allSatisfy { $0 == [.delivered] })
    #expect(sample.states.count == 50 && sample.states.values.allSatisfy { $0 == ["delivered"] })
    #expect(sample.outbox?.pending == 0 && sample.outbox?.waiting == 0)
    // In order within a device token.
    var seen: [String: [String]] = [:]
    for notification in sample.memory.delivered {
      seen[notification.deviceToken ?? "", default: []].append(notification.identifier)
    }
    #expect(seen["ab3"] == stride(from: 3, to: 50, by: 7).map { "m\($0)" })
  }

  @Test func whatWasAcceptedWithoutASinkIsDeliveredByAnother() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    for number in 0..<1200 { sample.take(notification("m\(number)", token: "ab\(number)")) }
    sample.turn()
    #expect(sample.accepted.count == 1200 && sample.outbox?.waiting == 1200)
    sample.kill()
    try sample.open()
    sample.turn(60)
    #expect(sample.memory.delivered.map(\.identifier) == (0..<1200).map { "m\($0)" })
    #expect(sample.outbox?.waiting == 0)
  }

  @Test func theSameIdEachTimeAndAfterABreak() throws {
    let sample = try OutboxSample()
    var attempts: [String] = []
    sample.memory.answer = { notification in
      attempts.append(notification.apnsID)
      return attempts.count < 3 ? .retry(after: .zero, why: DeliveryFailure("Busy", "busy")) : .done
    }
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    sample.kill()
    try sample.open()
    for _ in 0..<6 {
      sample.time += 5000
      sample.turn()
    }
    #expect(attempts.count == 3 && Set(attempts).count == 1)
    #expect(sample.states == ["m": ["delivered"]])
    #expect(sample.audit.last?["attempts"] as? Int == 3)
  }

  @Test func laterOnesOfADeviceWaitForOneThatIsTriedAgain() throws {
    let sample = try OutboxSample()
    var isBusy = true
    sample.memory.answer = { notification in
      notification.deviceToken == "ab01" && isBusy
        ? .retry(after: .seconds(10), why: DeliveryFailure("Busy", "busy")) : .done
    }
    try sample.open()
    for number in 0..<6 {
      sample.take(notification("a\(number)"), notification("b\(number)", token: "cd01"))
    }
    sample.turn(20)
    #expect(sample.memory.delivered.map(\.identifier) == (0..<6).map { "b\($0)" })
    isBusy = false
    for _ in 0..<20 {
      sample.time += 2000
      sample.turn()
    }
    #expect(sample.memory.delivered.suffix(6).map(\.identifier) == (0..<6).map { "a\($0)" })
  }

  @Test func aBadCredentialStallsNoOther() throws {
    let sample = try OutboxSample()
    var isBad = true
    var asked = 0
    sample.memory.answer = { notification in
      guard notification.headers.topic == "bad", isBad else { return .done }
      asked += 1
      return .blocked(lane: "bad", why: DeliveryFailure("InvalidProviderToken", "bad"))
    }
    try sample.open()
    for number in 0..<100 {
      var bad = notification("bad\(number)", token: "ba\(number)")
      bad.headers.topic = "bad"
      sample.take(bad, notification("good\(number)", token: "ab\(number)"))
    }
    sample.turn(20)
    #expect(sample.memory.delivered.count == 100 && sample.outbox?.waiting == 100)
    let before = asked
    for _ in 0..<10 {
      sample.time += 1000
      sample.turn()
    }
    // One looks now and then; the others wait.
    #expect(asked - before <= 3)
    isBad = false
    for _ in 0..<40 {
      sample.time += 5000
      sample.turn()
    }
    #expect(sample.memory.delivered.count == 200)
  }

  @Test func whatIsRefusedIsADeadLetter() throws {
    let sample = try OutboxSample()
    sample.memory.answer = { _ in .permanent(why: DeliveryFailure("BadTopic", "no such topic", status: 400)) }
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    #expect(sample.states == ["m": ["dead"]])
    #expect(sample.audit.first?["reason"] as? String == "BadTopic")
    sample.kill()
    try sample.open()
    sample.turn()
    #expect(sample.states == ["m": ["dead"]])
  }

  @Test func whatIsTooLateExpires() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    var late = notification("late")
    late.headers.expiration = String(sample.time / 1000 + 10)
    sample.take(late, notification("m", token: "cd"))
    sample.turn()
    sample.kill()
    sample.time += 11_000
    try sample.open()
    sample.turn()
    #expect(sample.states == ["late": ["expired"], "m": ["delivered"]])
  }

  @Test func aRecallFindsWhatWaits() throws {
    let sample = try OutboxSample()
    try sample.open(delivers: false)
    for number in 0..<700 { sample.take(notification("m\(number)", token: "ab\(number)")) }
    sample.turn()
    sample.outbox?.withdraw("m650")
    sample.turn()
    sample.kill()
    try sample.open()
    sample.turn(40)
    #expect(sample.memory.delivered.count == 699)
    #expect(sample.states["m650"] == ["withdrawn"])
    #expect(sample.audit.contains { $0["recall"] as? String == "m650" && $0["withdrawn"] as? Int == 1 })
  }

  @Test func aRecallBeforeItsMessageIsRemembered() throws {
    let sample = try OutboxSample()
    try sample.open()
    sample.outbox?.withdraw("m")
    sample.turn()
    sample.kill()
    sample.time += 29 * 86_400_000
    try sample.open()
    sample.take(notification("m"), notification("n"))
    sample.turn()
    #expect(sample.states == ["m": ["withdrawn"], "n": ["delivered"]])
  }

  /// A run gave it back without an answer, and its line came here.
  @Test func aRecallBeforeItsMessageReplacesWhatMayHaveArrived() throws {
    let sample = try OutboxSample()
    sample.options.recallOfSent = .replace(text: "gone")
    try sample.open()
    sample.outbox?.withdraw("m")
    sample.turn()
    var returned = notification("m")
    returned.mayHaveArrived = true
    sample.take(returned)
    sample.turn(6)
    #expect(sample.ends["m"]?.first == .withdrawn(mayHaveArrived: true))
    #expect(
      sample.audit.contains {
        $0["state"] as? String == "withdrawn" && $0["may_have_arrived"] as? Bool == true
      })
    #expect(sample.memory.delivered.map(\.isOfRecall) == [true])
    #expect(sample.memory.delivered.first?.headers.collapseID == returned.apnsID)
  }

  @Test func aNotificationLargerThanTheFileMayBeHoldsUpNothing() throws {
    let sample = try OutboxSample()
    (sample.options.sizeLimit, sample.options.freeLimit) = (1 << 20, 0)
    try sample.open(delivers: false)
    // So that it knows how much there is.
    sample.turn()
    sample.take(notification("large", size: 1 << 20), notification("small"))
    sample.turn(10)
    // The limit holds for the next one.
    #expect(sample.accepted == ["large"])
    sample.kill()
    try sample.open()
    sample.turn(10)
    #expect(sample.memory.delivered.map(\.identifier) == ["large"])
    sample.take(notification("small"))
    sample.turn(10)
    #expect(sample.memory.delivered.map(\.identifier) == ["large", "small"])
  }

  @Test func aRecallOfWhatWasDeliveredReplacesIt() throws {
    let sample = try OutboxSample()
    sample.options.recallOfSent = .replace(text: "gone")
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    sample.outbox?.withdraw("m")
    sample.turn(6)
    #expect(sample.memory.delivered.count == 2)
    let (first, second) = (sample.memory.delivered[0], sample.memory.delivered[1])
    #expect(
      first.headers.collapseID != nil && second.headers.collapseID == first.headers.collapseID
        && first.apnsID != second.apnsID)
    #expect(String(decoding: second.payload, as: UTF8.self).contains("gone"))
    #expect(sample.audit.contains { $0["recall"] as? String == "m" && $0["then"] as? String == "replaced" })
  }

  @Test func anotherProcessMayNotDeliverAtTheSameTime() throws {
    let sample = try OutboxSample()
    try sample.open()
    #expect(throws: OutboxError.self) {
      _ = try Outbox(
        sample.path, OutboxOptions(), sink: MemorySink(on: sample.reactor), audit: nil, on: sample.reactor)
    }
    // To add to it is another matter.
    let other = try Outbox(
      sample.path, sample.options, sink: nil, audit: nil, on: sample.reactor,
      wallClock: { [unowned sample] in sample.time })
    other.take(notification("other"))
    sample.reactor.turn(timeout: .zero)
    sample.turn()
    #expect(sample.memory.delivered.map(\.identifier) == ["other"])
  }
}
