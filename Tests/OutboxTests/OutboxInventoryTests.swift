import Delivery
import DeliveryTesting
import Foundation
import NotificationModel
import Outbox
import Testing

/// What an operator sees and does.
struct OutboxInventoryTests {
  /// An outbox with a dead letter, one that waits with another behind it, and one that is queued.
  private func mixed() throws -> OutboxSample {
    let sample = try OutboxSample()
    sample.memory.answer = { notification in
      switch notification.identifier {
      case "dead": .permanent(why: DeliveryFailure("BadTopic", "no such topic", status: 400))
      case "busy": .retry(after: .seconds(500), why: DeliveryFailure("TooManyRequests", "wait", status: 429))
      default: .done
      }
    }
    try sample.open()
    sample.take(notification("dead"), notification("busy", token: "b"), notification("behind", token: "b"))
    sample.turn(8)
    sample.kill()
    try sample.open(delivers: false)
    sample.take(notification("queued", token: "q"))
    sample.turn()
    return sample
  }

  private func list(_ sample: OutboxSample, _ selection: OutboxEntry.Selection = .init()) throws
    -> [OutboxEntry]
  {
    var entries: [OutboxEntry] = []
    try OutboxInventory(sample.path).forEach(selection) {
      entries.append($0)
      return true
    }
    return entries
  }

  @Test func eachIsInItsState() throws {
    let sample = try mixed()
    let entries = try list(sample)
    #expect(entries.map(\.notification.identifier) == ["dead", "busy", "behind", "queued"])
    #expect(entries.map(\.state) == [.dead, .waiting, .waiting, .queued])
    #expect(
      entries[0].failure?.reason == "BadTopic" && entries[0].failure?.status == 400
        && entries[0].diedAt != nil)
    #expect(entries[1].attempts == 1 && entries[1].due ?? 0 > sample.time)
    #expect(entries[2].due == nil && entries[2].attempts == 0)
    let status = try OutboxInventory(sample.path).status()
    #expect(status.queued == 1 && status.waiting.reduce(0) { $0 + $1.count } == 2)
    #expect(status.dead.map(\.reason) == ["BadTopic"] && status.deliverer == nil)
    #expect(status.totals["accepted"] == 4 && status.totals["dead"] == 1)
  }

  @Test func whatMayHaveArrivedStaysSoInEveryState() throws {
    let sample = try OutboxSample()
    sample.memory.answer = { _ in .permanent(why: DeliveryFailure("BadTopic", "no such topic", status: 400)) }
    var returned = [notification("dead"), notification("queued")]
    for index in returned.indices { returned[index].mayHaveArrived = true }
    try sample.open()
    sample.take(returned[0])
    sample.turn(8)
    sample.kill()
    try sample.open(delivers: false)
    sample.take(returned[1])
    sample.turn()
    let entries = try list(sample)
    #expect(entries.map(\.state) == [.dead, .queued])
    #expect(entries.map(\.mayHaveArrived) == [true, true])
  }

  @Test func selectionsSelect() throws {
    let sample = try mixed()
    var selection = OutboxEntry.Selection()
    selection.reason = "TooManyRequests"
    #expect(try list(sample, selection).map(\.notification.identifier) == ["busy"])
    selection = .init()
    selection.names = ["queued", "dead"]
    #expect(try list(sample, selection).map(\.notification.identifier) == ["dead", "queued"])
    selection.states = [.queued]
    #expect(try list(sample, selection).map(\.notification.identifier) == ["queued"])
  }

  @Test func whatIsRequeuedGoesOutWithTheSameID() throws {
    let sample = try mixed()
    let before = try list(sample)[0].notification.apnsID
    let inventory = try OutboxInventory(
      sample.path, writes: true, wallClock: { [unowned sample] in sample.time })
    #expect(try inventory.requeue(.init()) == 1)
    #expect(try inventory.requeue(.init()) == 0)
    sample.kill()
    sample.sink = MemorySink(on: sample.reactor)
    try sample.open()
    sample.turn(6)
    let again = try #require(sample.memory.delivered.first { $0.identifier == "dead" })
    #expect(again.apnsID == before)
    // It died, and was delivered then: both are told.
    #expect(sample.states["dead"] == ["dead", "delivered"])
  }

  @Test func requeueingWhileAProcessDelivers() throws {
    let sample = try OutboxSample()
    sample.memory.answer = { _ in .permanent(why: DeliveryFailure("TopicDisallowed", "no")) }
    try sample.open()
    for number in 0..<700 { sample.take(notification("m\(number)", token: "t\(number)")) }
    sample.turn(30)
    sample.memory.answer = { _ in .done }
    let inventory = try OutboxInventory(
      sample.path, writes: true, wallClock: { [unowned sample] in sample.time })
    #expect(try inventory.status().deliverer == getpid())
    var selection = OutboxEntry.Selection()
    selection.reason = "TopicDisallowed"
    #expect(try inventory.requeue(selection) == 700)
    sample.turn(30)
    #expect(sample.memory.delivered.map(\.identifier) == (0..<700).map { "m\($0)" })
  }

  @Test func whatIsPurgedIsGone() throws {
    let sample = try mixed()
    let inventory = try OutboxInventory(sample.path, writes: true)
    var selection = OutboxEntry.Selection()
    selection.names = ["busy"]
    #expect(try inventory.purge(selection) == 0)
    #expect(try inventory.purge(.init()) == 1)
    #expect(try list(sample).map(\.notification.identifier) == ["busy", "behind", "queued"])
  }

  @Test func whatIsWithdrawnIsToldByTheNextThatDelivers() throws {
    let sample = try mixed()
    let inventory = try OutboxInventory(sample.path, writes: true)
    var selection = OutboxEntry.Selection()
    selection.states = [.waiting, .queued]
    selection.names = ["busy", "queued"]
    #expect(try inventory.withdraw(selection) == 2)
    sample.kill()
    sample.memory.answer = { _ in .done }
    sample.time += 1000
    try sample.open()
    sample.turn(8)
    #expect(sample.states["busy"] == ["withdrawn"] && sample.states["queued"] == ["withdrawn"])
    // What was behind it is first now.
    #expect(sample.states["behind"] == ["delivered"])
    #expect(sample.audit.compactMap { $0["event"] as? Int } == Array(1...4))
    // And while one delivers, it is not done.
    #expect(throws: OutboxError.self) { try inventory.withdraw(selection) }
  }

  @Test func whatMayHaveArrivedStaysSoOverARequeue() throws {
    let sample = try OutboxSample()
    var why = DeliveryFailure("NoAnswer", "no answer")
    why.isUnknown = true
    sample.memory.answer = { _ in .permanent(why: DeliveryFailure("Forbidden", "no")) }
    var asked = 0
    sample.memory.answer = { _ in
      asked += 1
      return asked == 1 ? .retry(after: .zero, why: why) : .permanent(why: DeliveryFailure("Forbidden", "no"))
    }
    try sample.open()
    sample.take(notification("m"))
    for _ in 0..<4 {
      sample.time += 3000
      sample.turn()
    }
    sample.outbox?.close()
    sample.kill()
    let inventory = try OutboxInventory(
      sample.path, writes: true, wallClock: { [unowned sample] in sample.time })
    #expect(try inventory.requeue(.init()) == 1)
    try inventory.recall(["m"])
    try sample.open()
    sample.turn()
    #expect(sample.audit.last { $0["state"] as? String == "withdrawn" }?["may_have_arrived"] as? Bool == true)
  }

  @Test func aPurgeIsToldThoughNothingHadEndedBefore() throws {
    let sample = try OutboxSample()
    sample.memory.answer = { _ in .retry(after: .seconds(100), why: DeliveryFailure("Busy", "busy")) }
    try sample.open()
    sample.take(notification("m"))
    sample.turn()
    sample.kill()
    let inventory = try OutboxInventory(sample.path, writes: true)
    var all = OutboxEntry.Selection()
    all.states = [.waiting, .queued]
    #expect(try inventory.withdraw(all) == 1)
    try sample.open()
    sample.turn()
    #expect(sample.states == ["m": ["withdrawn"]])
    // The process was killed: it may have been sent.
    #expect(sample.audit.first?["may_have_arrived"] as? Bool == true)
  }

  @Test func anOutboxThatIsNotThereIsNotMade() throws {
    let sample = try OutboxSample()
    #expect(throws: OutboxError.self) { _ = try OutboxInventory(sample.path, writes: true) }
    #expect(!FileManager.default.fileExists(atPath: sample.path))
  }
}
