import ConfigurationFiles
import Delivery
import DeliveryTesting
import EventLoop
import Foundation
import Glibc
import LosslessJSON
import NotificationModel
import Notilua
import Pipeline
import Synchronization
import Testing
import WorkerHost

/// The chain of a run is replaced between two batches: nothing is lost, and nothing changes its place.
struct GenerationRunTests {
  private static let worker: String = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua-worker").path), url.path != "/"
    {
      url.deleteLastPathComponent()
    }
    return url.appending(path: "notilua-worker").path
  }()

  private static func mark(_ number: Int) -> GenerationMark {
    GenerationMark(number: UInt32(number), digest: UInt64(number) << 60)
  }

  /// A source of pushes that calls a function before each filling.
  private final class Pushes: NotificationSource {
    private let memory: MemoryPushes
    var beforeFilling: () -> Void = {}

    /// The number of pushes that were given so far.
    private(set) var given = 0

    init(_ pushes: [Push]) { memory = MemoryPushes(pushes) }

    /// A Boolean value that indicates whether there is something to give.
    var isOpen = true
    private let pipe = Pipe()

    var descriptor: Int32 { isOpen ? -1 : pipe.fileHandleForReading.fileDescriptor }
    var hasMore: Bool { isOpen }
    var hasWholeLine: Bool { false }
    var isSkipping: Bool { false }
    var lacksNewline: Bool { false }
    var hasByteOrderMark: Bool { false }
    var lines: [SourceLine] { memory.lines }
    var pushes: [Push] { memory.pushes }
    var namesTopics: Bool {
      get { memory.namesTopics }
      set { memory.namesTopics = newValue }
    }
    var onOversized: (UnsafeRawBufferPointer) -> Void = { _ in }
    var fateReceiver: (any FateReceiver)? { nil }
    func begin(_ buffer: UnsafeMutableRawBufferPointer) { memory.begin(buffer) }
    func fill(_ buffer: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress {
      beforeFilling()
      // Few at once, so that there are many batches.
      defer { given += memory.lines.count }
      return memory.fill(buffer, most: min(most, 7))
    }
  }

  /// The lines that a run says, from any thread.
  private final class LineCollector: Sendable {
    private let all = Mutex<[String]>([])
    func add(_ line: String) { all.withLock { $0.append(line) } }
    var lines: [String] { all.withLock { $0 } }
  }

  private final class Trial {
    let reactor: Reactor
    let sink: MemorySink
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    var options = Run.Options()
    let source: Pushes
    let count: Int
    private var plugins = ["{ path: p1.lua }"]
    /// The messages of the run, a line each.
    let said = LineCollector()

    init(_ count: Int) throws {
      self.count = count
      reactor = try Reactor()
      sink = MemorySink(on: reactor)
      source = Pushes(
        try (0..<count).map {
          try MemoryPushes.push("m\($0)", payload: #"{"aps":{"alert":{"title":"\#($0)","body":"b"}}}"#)
        })
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      options.errors = -1
      options.showsSummary = false
      options.output = -1
      options.emission = .deliveries
      options.queue = MemoryQueue(sink, MemoryQueue.Options(), on: reactor)
      options.inputs = [.source(source, name: "door")]
      options.files[.audit] = RunChannel.Place("--audit", .file(folder.appending(path: "audit").path))
      options.catchStops = {
        RunStops(descriptor: -1, count: { 0 }, last: { SIGTERM }, acknowledge: {})
      }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A chain that does `work`, and writes a number into the body.
    ///
    /// - Parameters:
    ///   - plugin: more members of each plugin's in the configuration.
    ///   - copies: the plugins of the chain, which are all the same.
    func chain(
      _ number: Int, _ work: String = "", plugin: String = "", copies: Int = 1
    ) throws -> ChainContent {
      let source = """
        return { did_receive = function(request, content)
          \(work)
          content.body = "\(number)"
        end }
        """
      plugins = (1...copies).map { "{ path: p\($0).lua\(plugin) }" }
      for copy in 1...copies { try Data(source.utf8).write(to: folder.appending(path: "p\(copy).lua")) }
      return try ChainContent(try configuration, executable: GenerationRunTests.worker)
    }

    var configuration: Configuration {
      get throws {
        try Configuration(
          yaml: "plugins: [\(plugins.joined(separator: ", "))]\nworkers: 2\n", name: "c",
          folder: folder.path + "/")
      }
    }

    func run(_ first: ChainContent) throws -> Run {
      try Run(
        options, configuration: try configuration, chain: first, generation: GenerationRunTests.mark(1),
        on: reactor)
    }

    /// The titles and the bodies of what was delivered, in order.
    var delivered: [(title: Int, body: String)] {
      sink.delivered.compactMap { push in
        let text = String(decoding: push.payload, as: UTF8.self)
        return text.firstMatch(of: /"title":"(\d+)","body":"([^"]*)"/).flatMap { match in
          Int(match.1).map { ($0, String(match.2)) }
        }
      }
    }

    /// The generations of the audit's outcomes, in order.
    var audited: [Int] {
      get throws {
        try String(contentsOf: folder.appending(path: "audit"), encoding: .utf8).split(separator: "\n")
          .compactMap { $0.firstMatch(of: /^{"line":\d+,"generation":(\d+),/).flatMap { Int($0.1) } }
      }
    }
  }

  /// Batches of the slow chain are in flight when the quick one is put in force.
  @Test func theOrderIsKeptAndNothingIsLost() throws {
    let trial = try Trial(600)
    let run = try trial.run(try trial.chain(1, "local n = 0 while n < 2e5 do n = n + 1 end"))
    let second = try trial.chain(2)
    let third = try trial.chain(3, "local n = 0 while n < 1e5 do n = n + 1 end")
    var fillings = 0
    var results: [String] = []
    trial.source.beforeFilling = { [unowned run] in
      fillings += 1
      for (place, number, chain) in [(8, 2, second), (16, 3, third)] where fillings == place {
        run.load(chain, generation: GenerationRunTests.mark(number)) { result in
          do {
            try result.get()
            try run.adopt()
            results.append("\(number)")
          } catch {
            results.append("\(error)")
          }
        }
      }
    }
    try run.run()
    #expect(results == ["2", "3"])
    let delivered = trial.delivered
    #expect(delivered.map(\.title) == Array(0..<600))
    let bodies = delivered.map(\.body)
    #expect(bodies == bodies.sorted() && Set(bodies) == ["1", "2", "3"])
    // Each outcome has the generation that made it.
    #expect(try trial.audited.map { "\($0)" } == bodies)
    #expect(trial.sink.delivered.compactMap { $0.generation.map { "\($0.number)" } } == bodies)
    let audit = try String(contentsOf: trial.folder.appending(path: "audit"), encoding: .utf8)
    #expect(audit.hasPrefix(#"{"line":1,"generation":1,"digest":"1000000000000000","#))
    #expect(run.summary.lines == 600 && run.summary.delivered == 600 && run.summary.faults == 0)
  }

  /// Has another chain loaded behind the first batch, and puts it in force once `count` pushes were given; returns how many
  /// were given then.
  private func replace(
    _ trial: Trial, _ first: ChainContent, _ second: ChainContent, after count: Int
  ) throws -> (run: Run, given: Int) {
    let run = try trial.run(first)
    let source = trial.source
    var given = 0
    let adoption = trial.reactor.timer { [unowned run] in
      given = source.given
      do { try run.adopt() } catch { Issue.record("\(error)") }
    }
    source.beforeFilling = { [unowned run] in
      if source.given == 0 {
        source.isOpen = false
        run.load(second, generation: GenerationRunTests.mark(2)) { result in
          if case .failure(let error) = result { Issue.record("\(error)") }
          source.isOpen = true
        }
      } else if source.given >= count, given == 0 {
        adoption.arm(after: .zero)
      }
    }
    try run.run()
    return (run, given)
  }

  /// One push is held up in each of six plugins, and its worker is killed after the time of one.
  ///
  /// The next generation runs it in its place; what the first has done meanwhile waits behind it.
  @Test func anOldGenerationThatDoesNotEndLosesAndReordersNothing() throws {
    let trial = try Trial(200)
    trial.options.tell = { [said = trial.said] in said.add($0) }
    let first = try trial.chain(
      1, "if content.title == '7' then while true do end end", plugin: ", limits: { cpu: 60s, wall: 1s }",
      copies: 6)
    let second = try trial.chain(
      2, "if content.title == '7' then request.topic = 'com.example.talk' end",
      plugin: ", capabilities: [delivery: { fields: [topic], topics: [com.example.app, com.example.talk] }]")
    let (run, given) = try replace(trial, first, second, after: 12)
    let delivered = trial.delivered
    #expect(delivered.map(\.title) == Array(0..<200))
    #expect(run.summary.lines == 200 && run.summary.delivered == 200)
    let generations = trial.sink.delivered.compactMap { $0.generation.map { Int($0.number) } }
    #expect(generations == (try trial.audited) && generations.count == 200)
    #expect(generations[..<7].allSatisfy { $0 == 1 } && generations[7] == 2, "\(generations)")
    #expect(generations[8..<given].contains(1) && generations[given...].allSatisfy { $0 == 2 })
    for (title, body) in delivered where title != 7 { #expect(body == "\(generations[title])") }
    // The items are written again for the second, which is told the topics of senders: the fault is its plugin's.
    #expect(trial.sink.delivered.allSatisfy { $0.headers.topic == "com.example.app" })
    let audit = try String(contentsOf: trial.folder.appending(path: "audit"), encoding: .utf8)
    #expect(audit.contains("the key of the push's sender is not for that topic"))
    let told = trial.said.lines.filter { $0.contains("after it was replaced") }
    #expect(told.count == 1, "\(trial.said.lines)")
    #expect(
      told.first?.contains(
        #/generation 1 had not ended its last (?:batch|\d+ batches) 1s after it was replaced; its workers are killed, and generation 2/#
      ) == true, "\(told)")
  }

  /// The second is stuck as the first was, and the third ends both.
  @Test func aGenerationThatIsReplacedInTurnEndsToo() throws {
    let trial = try Trial(80)
    let limits = ", limits: { cpu: 60s, wall: 1s }"
    let stuck = "if tonumber(content.title) % 2 == 0 then while true do end end"
    let first = try trial.chain(1, stuck, plugin: limits)
    let second = try trial.chain(2, stuck, plugin: limits)
    let third = try trial.chain(3, plugin: limits)
    let run = try trial.run(first)
    var (asked, inForce) = (1, 1)
    trial.source.beforeFilling = { [unowned run, source = trial.source] in
      for (number, chain, count) in [(2, second, 8), (3, third, 15)]
      where asked < number && inForce == number - 1 && source.given >= count {
        asked = number
        run.load(chain, generation: GenerationRunTests.mark(number)) { result in
          do {
            try result.get()
            try run.adopt()
            inForce = number
          } catch {
            Issue.record("\(error)")
          }
        }
      }
    }
    try run.run()
    #expect(inForce == 3 && trial.delivered.map(\.title) == Array(0..<80))
    #expect(run.summary.lines == 80 && run.summary.delivered == 80)
    #expect(trial.sink.delivered.last?.generation?.number == 3)
  }

  @Test func aChainThatCannotBeLoadedChangesNothing() throws {
    let trial = try Trial(200)
    let broken = try trial.chain(2, "}")
    // Slow enough to be at work still when the other chain has failed.
    let run = try trial.run(try trial.chain(1, "for _ = 1, 1000000 do end"))
    var failure: HostError?
    var adoption: HostError?
    var isDone = false
    trial.source.beforeFilling = { [unowned run] in
      guard !isDone else { return }
      isDone = true
      run.load(broken, generation: GenerationRunTests.mark(2)) { result in
        if case .failure(let error) = result { failure = error }
        do throws(HostError) { try run.adopt() } catch { adoption = error }
      }
    }
    try run.run()
    #expect(
      failure?.status == .plugins && failure?.message.contains("p1.lua:2:") == true, "\(failure as Any)")
    #expect(adoption?.message == "no generation is loaded; load it again")
    #expect(trial.delivered.map(\.body) == Array(repeating: "1", count: 200))
  }

  @Test func aGenerationThatIsDiscardedIsTold() throws {
    let trial = try Trial(50)
    let run = try trial.run(try trial.chain(1))
    let second = try trial.chain(2)
    var said: [String] = []
    run.load(second, generation: GenerationRunTests.mark(2)) {
      if case .failure(let error) = $0 { said.append(error.message) }
    }
    run.discard(HostError(.failed, "enough"))
    run.discard(HostError(.failed, "twice"))
    try run.run()
    #expect(said == ["enough"])
    #expect(Set(trial.delivered.map(\.body)) == ["1"])
  }

  @Test func linesOfAFileHaveNoGeneration() throws {
    let trial = try Trial(1)
    trial.options.inputs = [
      .source(MemorySource([Array(#"{"aps":{"alert":"x"}}"#.utf8)], limit: 4096), name: "x")
    ]
    _ = try trial.chain(1)
    try Run(
      trial.options, configuration: try trial.configuration, executable: Self.worker, on: trial.reactor
    ).run()
    let audit = try String(contentsOf: trial.folder.appending(path: "audit"), encoding: .utf8)
    #expect(audit.hasPrefix("{\"line\":1,") && !audit.contains("generation"), "\(audit)")
  }
}
