import ConfigurationFiles
import Foundation
import Generations
import Logging
import NotificationModel
import Notilua
import Operations
import PrometheusMetrics
import Synchronization
import Testing

/// What becomes of an order: what is in force, what is kept, and what is said.
struct ReloaderTests {
  /// A run that takes every generation, unless it is told to refuse.
  private final class Host: GenerationHost {
    struct State {
      var loaded: Int?
      var inForce: [Int] = [1]
      var discarded = 0
      var refusal: HostError?
      /// Called while a generation loads.
      var whileLoading: (@Sendable () async -> Void)?
    }

    let state = Mutex(State())

    func load(_ content: ChainContent, generation: GenerationMark) async throws(HostError) {
      if let body = state.withLock({ $0.whileLoading }) { await body() }
      if let refusal = state.withLock({ $0.refusal }) { throw refusal }
      state.withLock { $0.loaded = Int(generation.number) }
    }

    func adopt() async throws(HostError) {
      state.withLock { state in
        if let loaded = state.loaded { state.inForce.append(loaded) }
        state.loaded = nil
      }
    }

    func discard() async {
      state.withLock { state in
        state.discarded += 1
        state.loaded = nil
      }
    }
  }

  private struct World {
    let folder: GenerationFolder
    let host = Host()
    let registry = MetricRegistry()
    let reloader: Reloader

    init(_ reload: String = "gate: load") throws {
      folder = try GenerationFolder()
      try folder.write(
        "notilua.yaml", "plugins: [{ path: plugins/p }]\nworkers: 1\nservice: { reload: { \(reload) } }\n")
      reloader = Reloader(
        try folder.reader.read(), folder.reader, executable: GenerationFolder.worker, host: host,
        metrics: ReloadMetrics(registry), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
      ) { _ in }
    }

    func change(_ version: Int) throws {
      try folder.write("plugins/p/init.lua", "return { did_receive = function() return \(version) end }")
    }

    /// Changes the plugin and reloads by hand.
    func next(_ version: Int) async throws -> ReloadReport {
      try change(version)
      return try #require(ReloaderTests.done(await reloader.reload(.order)))
    }

    func metric(_ line: String) -> Bool { registry.text(.prometheus).contains("\n\(line)\n") }
  }

  /// The number of those that are somewhere at once.
  private final class SharedCount: Sendable {
    private let counts = Mutex((now: 0, most: 0, all: 0))

    func enter() {
      counts.withLock { counts in
        counts.now += 1
        counts.all += 1
        counts.most = max(counts.most, counts.now)
      }
    }

    func leave() { counts.withLock { $0.now -= 1 } }

    var most: Int { counts.withLock { $0.most } }
    var all: Int { counts.withLock { $0.all } }
  }

  private static func done(_ answer: ReloadAnswer) -> ReloadReport? {
    if case .done(let report) = answer { report } else { nil }
  }

  @Test func aChangeIsTheNextGeneration() async throws {
    let world = try World()
    #expect(world.metric("notilua_generation 1") && world.metric("notilua_reload_success 1"))
    for result in ["activated", "unchanged", "failed", "rolled_back"] {
      #expect(world.metric("notilua_reloads_total{result=\"\(result)\"} 0"))
    }
    let report = try await world.next(2)
    #expect(report.result == .activated && report.generation == 2 && report.plugins == ["p"])
    #expect(world.host.state.withLock { $0.inForce } == [1, 2])
    #expect(world.reloader.current.number == 2 && report.digest == world.reloader.current.content.digest)
    #expect(world.metric("notilua_generation 2"))
    #expect(world.metric("notilua_reloads_total{result=\"activated\"} 1"))
  }

  @Test func theSameIsNoChange() async throws {
    let world = try World()
    let report = Self.done(await world.reloader.reload(.order))
    #expect(report?.result == .unchanged && report?.generation == 1)
    #expect(world.host.state.withLock { $0.inForce } == [1])
    #expect(world.metric("notilua_reloads_total{result=\"unchanged\"} 1"))
  }

  @Test func aFailureChangesNothing() async throws {
    let world = try World()
    world.host.state.withLock { $0.refusal = HostError(.plugins, "p.lua:1: no") }
    try world.change(2)
    #expect(await world.reloader.reload(.order) == .failed("p.lua:1: no"))
    #expect(world.reloader.current.number == 1)
    #expect(world.metric("notilua_reload_success 0") && world.metric("notilua_generation 1"))
    #expect(world.metric("notilua_reloads_total{result=\"failed\"} 1"))
    // Its number is not used up, and the next one is well again.
    world.host.state.withLock { $0.refusal = nil }
    #expect(try await world.next(3).generation == 2)
    #expect(world.metric("notilua_reload_success 1"))
  }

  @Test func whatNeedsARestartIsRefusedAlsoWhereNothingElseChanged() async throws {
    let world = try World()
    try world.folder.write("notilua.yaml", "plugins: [{ path: plugins/p }]\nworkers: 2\n")
    let answer = await world.reloader.reload(.hangUp)
    #expect(
      answer == .failed("workers needs a restart; restart the service, or take the change back"))
  }

  // MARK: Rolling back

  @Test func theGenerationBeforeIsInForceAgain() async throws {
    let world = try World()
    _ = try await world.next(2)
    let back = Self.done(await world.reloader.activate(nil))
    #expect(back?.result == .rolledBack && back?.generation == 1)
    #expect(world.host.state.withLock { $0.inForce } == [1, 2, 1])
    #expect(world.metric("notilua_reloads_total{result=\"rolled_back\"} 1"))
    // And forth.
    #expect(Self.done(await world.reloader.activate(nil))?.generation == 2)
    #expect(Self.done(await world.reloader.activate(2))?.result == .unchanged)
  }

  @Test func threeAreKept() async throws {
    let world = try World()
    #expect(
      await world.reloader.activate(nil)
        == .unknown("there is no generation before 1; reload other files"))
    for version in 2...5 { _ = try await world.next(version) }
    let kept = await world.reloader.generations()
    #expect(kept.map(\.number) == [3, 4, 5] && kept.map(\.isInForce) == [false, false, true])
    #expect(await world.reloader.activate(2) == .unknown("generation 2 is not kept; choose one of 3, 4, 5"))
    #expect(Self.done(await world.reloader.activate(3))?.generation == 3)
    // The one that was in force before stays, though it is not the oldest that goes then.
    #expect(try await world.next(9).generation == 6)
    #expect(await world.reloader.generations().map(\.number) == [3, 5, 6])
    #expect(Self.done(await world.reloader.activate(nil))?.generation == 3)
  }

  /// A program that rotates logs must not undo a rollback.
  @Test func onlyAnOrderBringsBackWhatWasRolledBackFrom() async throws {
    let world = try World()
    _ = try await world.next(2)
    _ = await world.reloader.activate(1)
    for cause in [ReloadCause.hangUp, .files] {
      let report = Self.done(await world.reloader.reload(cause))
      #expect(report?.result == .unchanged && report?.generation == 1)
    }
    let report = Self.done(await world.reloader.reload(.order))
    #expect(report?.result == .activated && report?.generation == 3)
    _ = await world.reloader.activate(1)
    // Other files are another matter.
    try world.change(7)
    #expect(Self.done(await world.reloader.reload(.files))?.generation == 4)
  }

  // MARK: The gate

  private static func cases(_ subtitle: String) -> String {
    """
    - name: says
      given: { aps: { alert: a } }
      expect: { content: { subtitle: \(subtitle) } }

    """
  }

  private static func plugin(_ subtitle: String) -> String {
    "return { did_receive = function(_, content) content.subtitle = '\(subtitle)' end }"
  }

  @Test func theTestsAreTheGate() async throws {
    let world = try World("gate: tests")
    try world.folder.write("plugins/p/init.lua", Self.plugin("x"))
    try world.folder.write("plugins/p/tests/cases.yaml", Self.cases("y"))
    guard case .failed(let message) = await world.reloader.reload(.order) else {
      Issue.record("it passes")
      return
    }
    #expect(message.contains("plugins/p/tests/cases.yaml:1: p: says: content"), "\(message)")
    #expect(message.hasSuffix("1 of 1 cases failed, and 'notilua test' shows them"), "\(message)")
    #expect(world.host.state.withLock { ($0.discarded, $0.loaded, $0.inForce) } == (1, nil, [1]))
    try world.folder.write("plugins/p/tests/cases.yaml", Self.cases("x"))
    let report = Self.done(await world.reloader.reload(.order))
    #expect(report?.generation == 2 && report?.cases == 1)
  }

  @Test func theGateMayBeOpen() async throws {
    let world = try World("gate: load")
    try world.folder.write("plugins/p/init.lua", Self.plugin("x"))
    try world.folder.write("plugins/p/tests/cases.yaml", Self.cases("y"))
    let report = Self.done(await world.reloader.reload(.order))
    #expect(report?.generation == 2 && report?.cases == 0)
  }

  @Test func testsThatCannotBeReadAreNotPassed() async throws {
    let world = try World("gate: tests")
    try world.change(2)
    try world.folder.write("plugins/p/tests/cases.yaml", "- nam: x\n")
    guard case .failed(let message) = await world.reloader.reload(.order) else {
      Issue.record("it passes")
      return
    }
    #expect(message.contains("plugins/p/tests/cases.yaml:1"), "\(message)")
  }

  @Test func testsHaveABudget() async throws {
    let world = try World("gate: tests, test_budget: 100ms")
    try world.folder.write(
      "plugins/p/init.lua",
      "return { did_receive = function() local n = 0 while n < 2e6 do n = n + 1 end end }")
    let cases = (0..<400).map {
      "- { name: c\($0), given: { aps: { alert: a } }, expect: { action: deliver } }\n"
    }
    try world.folder.write("plugins/p/tests/cases.yaml", cases.joined())
    guard case .failed(let message) = await world.reloader.reload(.order) else {
      Issue.record("it passes")
      return
    }
    #expect(message.contains("the tests took longer than 100ms"), "\(message)")
    #expect(message.contains("raise service.reload.test_budget"), "\(message)")
  }

  /// A folder that is replaced while its tests run is read again: what was tested is what is in force.
  @Test func whatWasTestedIsInForce() async throws {
    let world = try World("gate: tests")
    try world.change(2)
    let count = SharedCount()
    world.host.state.withLock { state in
      state.whileLoading = { [folder = world.folder] in
        count.enter()
        if count.all == 1 {
          try? folder.write("plugins/p/init.lua", "return { did_receive = function() return 3 end }")
        }
      }
    }
    let report = Self.done(await world.reloader.reload(.order))
    #expect(report?.generation == 2)
    #expect(report?.digest == (try world.folder.reader.read()).digest)
    #expect(world.host.state.withLock { $0.discarded } == 1)
  }

  // MARK: One at a time

  @Test func ordersComeOneAfterTheOther() async throws {
    let world = try World()
    let shared = SharedCount()
    world.host.state.withLock { state in
      state.whileLoading = {
        shared.enter()
        try? await Task.sleep(for: .milliseconds(20))
        shared.leave()
      }
    }
    try world.change(2)
    await withTaskGroup(of: Void.self) { tasks in
      for _ in 0..<5 { tasks.addTask { _ = await world.reloader.reload(.order) } }
      tasks.addTask { _ = await world.reloader.activate(1) }
      await tasks.waitForAll()
    }
    #expect(shared.most == 1)
    #expect(world.reloader.current.number >= 1)
  }

  @Test func ordersBeyondEightThatWaitAreRefused() async throws {
    let world = try World()
    let (stream, release) = AsyncStream.makeStream(of: Void.self)
    world.host.state.withLock { $0.whileLoading = { for await _ in stream {} } }
    try world.change(2)
    let answers = await withTaskGroup(of: ReloadAnswer.self) { tasks in
      for _ in 0..<10 { tasks.addTask { await world.reloader.reload(.order) } }
      var answers: [ReloadAnswer] = []
      for await answer in tasks {
        answers.append(answer)
        release.finish()
      }
      return answers
    }
    // One is carried out and eight wait: the tenth has its answer at once.
    #expect(
      answers.first == .busy("a reload is carried out, and 8 orders wait for its end; try again"))
    #expect(answers.dropFirst().allSatisfy { Self.done($0)?.generation == 2 })
  }
}
