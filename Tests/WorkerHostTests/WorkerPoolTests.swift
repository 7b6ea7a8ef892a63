import EventLoop
import Foundation
import Glibc
import NotificationModel
import Notilua
import Testing
import WorkerHost
import WorkerProtocol

/// A pool on a loop that others have, too.
struct WorkerPoolTests {
  private static let worker: String = {
    var url = URL(fileURLWithPath: ProcessInfo.processInfo.arguments[0]).deletingLastPathComponent()
    while !FileManager.default.fileExists(atPath: url.appending(path: "notilua-worker").path), url.path != "/"
    {
      url.deleteLastPathComponent()
    }
    return url.appending(path: "notilua-worker").path
  }()

  private static func pool(_ source: String, on reactor: Reactor) throws -> WorkerPool {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pool-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try source.write(to: folder.appending(path: "p.lua"), atomically: true, encoding: .utf8)
    let configuration = try Configuration(
      yaml: "plugins: [p.lua]\nworkers: 1\nlimits: { wall: 100ms }\n", name: "c.yaml",
      folder: folder.path + "/")
    var options = WorkerPool.Options(configuration, executable: worker)
    options.reportOutcomes(traces: false)
    let pool = try WorkerPool(
      definitions: try configuration.definitions(), options: options, keys: KeyRing(), on: reactor)
    try pool.checkPlugins()
    return pool
  }

  private static func submit(_ text: String, to pool: WorkerPool) throws {
    let slot = try #require(pool.vacantSlot())
    var filled = 0
    let item = try #require(slot.put(Array(text.utf8), &filled))
    pool.submit(slot, [item], Batch.Context())
  }

  private static let line = #"{"aps":{"alert":"x","mutable-content":1}}"#

  @Test func severalPoolsShareALoop() throws {
    let reactor = try Reactor()
    let pools = try ["a", "b"].map {
      try Self.pool(
        "return { did_receive = function(_, content) content.title = '\($0)' end }", on: reactor)
    }
    var seen: [String] = []
    for (name, pool) in zip(["a", "b"], pools) {
      pool.onResult = { result in
        let text = result.body.map { String(decoding: $0.outcomes, as: UTF8.self) } ?? ""
        if text.contains("\"title\":\"\(name)\"") { seen.append(name) }
      }
    }
    for _ in 0..<2 { for pool in pools { try Self.submit(Self.line, to: pool) } }
    while pools.contains(where: { $0.pending > 0 }) {
      reactor.turn()
      for pool in pools { try pool.check() }
    }
    #expect(seen.sorted() == ["a", "a", "b", "b"])
  }

  @Test func aHostThatIsAwayBlamesNoWorker() throws {
    let reactor = try Reactor()
    let pool = try Self.pool("return { did_receive = function() end }", on: reactor)
    var count = 0
    pool.onResult = { count += $0.body?.count ?? 0 }
    try Self.submit(Self.line, to: pool)
    // The worker's answer is there long before its time is over, and is heard long after it.
    usleep(1_000_000)
    while pool.pending > 0 { try pool.turn() }
    // Nor is the time of a handler the worker's.
    try Self.submit(Self.line, to: pool)
    reactor.perform { usleep(1_000_000) }
    while pool.pending > 0 { try pool.turn() }
    #expect(count == 2)
    #expect(pool.restarts == 0)
  }

  @Test func aWorkerThatDoesNotGoOnIsReplaced() throws {
    let reactor = try Reactor()
    let pool = try Self.pool(
      "return { did_receive = function() while true do end end }", on: reactor)
    let outcomes = try pool.outcomes(of: [Array(Self.line.utf8)])
    #expect(outcomes.first?.faults.first?.kind == .timeout)
  }

  @Test func aPoolLeavesTheLoopAsItWas() throws {
    let reactor = try Reactor()
    do {
      let pool = try Self.pool("return { did_receive = function() end }", on: reactor)
      #expect(try pool.outcomes(of: [Array(Self.line.utf8)]).count == 1)
    }
    #expect(reactor.idleTime == nil)
    reactor.turn(timeout: .zero)
  }
}
