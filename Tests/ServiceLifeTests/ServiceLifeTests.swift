import EventLoop
import Logging
import ServiceLife
import ServiceLifecycle
import Synchronization
import Testing

/// The parts of a service start in their order and stop in reverse, each after the one behind it has ended.
struct ServiceLifeTests {
  private struct Broken: Error, Equatable {}

  private final class Story: Sendable {
    private let lines = Mutex<[String]>([])
    func add(_ line: String) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0 } }
  }

  private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

  /// A part that ends once it is asked to, and tells of it.
  private static func part(_ name: String, _ story: Story) throws -> LoopService {
    let letters = try Mailbox<Bool>()
    return LoopService(
      name,
      body: {
        story.add("start \(name)")
        let reactor = try Reactor()
        var isEnded = false
        let registration = letters.open(on: reactor) { _ in isEnded = true }
        reactor.run { isEnded }
        withExtendedLifetime(registration) {}
        story.add("end \(name)")
      },
      stop: {
        story.add("stop \(name)")
        letters.put(true)
      }, abandon: { letters.put(true) })
  }

  @Test func partsStopInReverse() async throws {
    let story = Story()
    let parts = try ["a", "b", "c"].map { try Self.part($0, story) }
    let first = LoopService(
      "last", body: { while story.all.count < 3 {} }, stop: {}, abandon: {})
    try await ServiceLife.run(parts + [first], stopTimeout: .seconds(20), logger: Self.logger)
    #expect(Set(story.all.prefix(3)) == ["start a", "start b", "start c"])
    #expect(story.all.dropFirst(3) == ["stop c", "end c", "stop b", "end b", "stop a", "end a"])
  }

  @Test func theErrorOfAPartStopsTheOthersAndIsThrown() async throws {
    let story = Story()
    let broken = LoopService(
      "broken",
      body: {
        while story.all.isEmpty {}
        throw Broken()
      }, stop: {}, abandon: {})
    await #expect(throws: Broken.self) {
      try await ServiceLife.run(
        [try Self.part("a", story), broken], stopTimeout: .seconds(20), logger: Self.logger)
    }
    #expect(story.all == ["start a", "stop a", "end a"])
  }

  @Test func aPartThatDoesNotStopIsAbandonedWhenTheTimeIsOver() async throws {
    let story = Story()
    let isAbandoned = Atomic(false)
    let stubborn = LoopService(
      "stubborn",
      body: {
        story.add("start")
        while !isAbandoned.load(ordering: .relaxed) {}
      }, stop: { story.add("stop") }, abandon: { isAbandoned.store(true, ordering: .relaxed) })
    let ends = LoopService("ends", body: { while story.all.isEmpty {} }, stop: {}, abandon: {})
    // Cancelled in the end, the group says so.
    _ = try? await ServiceLife.run([stubborn, ends], stopTimeout: .milliseconds(100), logger: Self.logger)
    #expect(story.all == ["start", "stop"] && isAbandoned.load(ordering: .relaxed))
  }

  @Test func aServiceIsReadyOnceAllItsPartsAre() async throws {
    let story = Story()
    let ready = ManagerService(ServiceManager(), logger: Self.logger) {
      while !story.all.contains("start a") { try await Task.sleep(for: .milliseconds(1)) }
      story.add("ready")
      return "ready"
    }
    let ends = LoopService("ends", body: { while !story.all.contains("ready") {} }, stop: {}, abandon: {})
    try await ServiceLife.run(
      [try Self.part("a", story), ends, ready], stopTimeout: .seconds(20), logger: Self.logger)
    #expect(story.all == ["start a", "ready", "stop a", "end a"])
  }

  @Test func aStopBeforeTheStartIsOverEndsTheWaiting() async throws {
    let never = ManagerService(ServiceManager(), logger: Self.logger) {
      try await Task.sleep(for: .seconds(600))
      return "ready"
    }
    let ends = LoopService("ends", body: {}, stop: {}, abandon: {})
    _ = try? await ServiceLife.run([ends, never], stopTimeout: .seconds(600), logger: Self.logger)
  }
}
