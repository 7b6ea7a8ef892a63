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

    init(_ pushes: [Push]) { memory = MemoryPushes(pushes) }

    var descriptor: Int32 { -1 }
    var hasMore: Bool { true }
    var hasWholeLine: Bool { false }
    var isSkipping: Bool { false }
    var lacksNewline: Bool { false }
    var hasByteOrderMark: Bool { false }
    var lines: [SourceLine] { memory.lines }
    var pushes: [Push] { memory.pushes }
    var onOversized: (UnsafeRawBufferPointer) -> Void = { _ in }
    var fateReceiver: (any FateReceiver)? { nil }
    func begin(_ buffer: UnsafeMutableRawBufferPointer) { memory.begin(buffer) }
    func fill(_ buffer: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress {
      beforeFilling()
      // Few at once, so that there are many batches.
      return memory.fill(buffer, most: min(most, 7))
    }
  }

  private final class Trial {
    let reactor: Reactor
    let sink: MemorySink
    let folder = FileManager.default.temporaryDirectory.appending(path: "notilua-\(UUID().uuidString)")
    var options = Run.Options()
    let source: Pushes
    let count: Int

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
    func chain(_ number: Int, _ work: String = "") throws -> ChainContent {
      let source = """
        return { did_receive = function(_, content)
          \(work)
          content.body = "\(number)"
        end }
        """
      try Data(source.utf8).write(to: folder.appending(path: "p.lua"))
      return try ChainContent(try configuration, executable: GenerationRunTests.worker)
    }

    var configuration: Configuration {
      get throws {
        try Configuration(
          yaml: "plugins: [{ path: p.lua }]\nworkers: 2\n", name: "c", folder: folder.path + "/")
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
    #expect(failure?.status == .plugins && failure?.message.contains("p.lua:2:") == true, "\(failure as Any)")
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
