import Foundation
import Presence
import PrometheusMetrics
import Synchronization
import Testing

/// The snapshot's file, and what is looked after while the service runs.
struct PresenceKeeperTests {
  /// The sentences that were told.
  private final class Told: Sendable {
    let sentences = Mutex<[String]>([])
  }

  private static func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "presence-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.path)
  }

  private static func keeper(
    _ path: String, at time: Int64, _ told: Told = Told(), _ registry: MetricRegistry = MetricRegistry()
  ) -> PresenceKeeper {
    PresenceKeeper(
      PresenceBook(), path: path, metrics: PresenceMetrics(registry, applications: ["chat"]), at: time
    ) { sentence in told.sentences.withLock { $0.append(sentence) } }
  }

  private static func report(_ keeper: PresenceKeeper, at time: Int64) throws -> Int64 {
    try keeper.book.update(GatewayReport(.init(.connected)), at: time).session
  }

  @Test func aStopKeepsTheSession() throws {
    try Self.withFolder { folder in
      let told = Told()
      let first = Self.keeper("\(folder)/snapshot", at: start, told)
      let session = try Self.report(first, at: start)
      first.close(at: start + 1)
      let mode = try FileManager.default.attributesOfItem(atPath: "\(folder)/snapshot")[.posixPermissions]
      #expect(mode as? Int == 0o600)
      let second = Self.keeper("\(folder)/snapshot", at: start + 10, told)
      #expect(second.book.decision(at: start + 10) == .online)
      #expect(try Self.report(second, at: start + 11) == session)
      #expect(told.sentences.withLock { $0 } == [])
    }
  }

  @Test func aCrashBehindAStopIsACrash() throws {
    try Self.withFolder { folder in
      let first = Self.keeper("\(folder)/snapshot", at: start)
      let session = try Self.report(first, at: start)
      first.close(at: start + 1)
      // This one ends before it has written anything of what it was told.
      let second = Self.keeper("\(folder)/snapshot", at: start + 10)
      _ = try second.book.update(GatewayReport(.init(.killed)), at: start + 11)
      let third = Self.keeper("\(folder)/snapshot", at: start + 20)
      #expect(third.book.decision(at: start + 20) == .online)
      #expect(try third.book.update(GatewayReport(), at: start + 21).session != session)
      #expect(third.book.decision(at: start + 60_020) == .push)
    }
  }

  @Test func snapshotsAreWrittenAfterTenSeconds() throws {
    try Self.withFolder { folder in
      let first = Self.keeper("\(folder)/snapshot", at: start)
      _ = try Self.report(first, at: start)
      first.look(at: start + 9999)
      #expect(Self.keeper("\(folder)/snapshot", at: start + 9999).book.decision(at: start + 9999) == .push)
      first.look(at: start + 10_000)
      #expect(
        Self.keeper("\(folder)/snapshot", at: start + 10_000).book.decision(at: start + 10_000) == .online)
      // Nothing has changed, and nothing is written.
      try FileManager.default.removeItem(atPath: "\(folder)/snapshot")
      first.look(at: start + 30_000)
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/snapshot"))
    }
  }

  @Test func aDamagedSnapshotIsToldAndIgnored() throws {
    try Self.withFolder { folder in
      let told = Told()
      try Data("not a snapshot".utf8).write(to: URL(fileURLWithPath: "\(folder)/snapshot"))
      let keeper = Self.keeper("\(folder)/snapshot", at: start, told)
      #expect(keeper.book.decision(at: start) == .push)
      #expect(told.sentences.withLock { $0.count } == 1)
      #expect(told.sentences.withLock { $0.first?.contains("is damaged") } ?? false)
    }
  }

  @Test func aFolderThatIsGoneIsToldOnce() throws {
    try Self.withFolder { folder in
      let told = Told()
      let keeper = Self.keeper("\(folder)/none/snapshot", at: start, told)
      for seconds: Int64 in [10, 40, 80] {
        _ = try Self.report(keeper, at: start + seconds * 1000)
        keeper.look(at: start + seconds * 1000)
      }
      #expect(told.sentences.withLock { $0.count } == 1)
      #expect(told.sentences.withLock { $0.first?.contains("No such file") } ?? false)
    }
  }

  @Test func countsGatewaysAndConnections() throws {
    try Self.withFolder { folder in
      let registry = MetricRegistry()
      let keeper = Self.keeper("\(folder)/snapshot", at: start, Told(), registry)
      _ = try keeper.book.update(
        GatewayReport(from: "a", .init(.connected), .init(.background, "pad"), .init(.killed, "web")),
        at: start)
      keeper.look(at: start)
      let text = registry.text(.prometheus)
      #expect(text.contains(#"notilua_presence_connections{application="chat",state="connected"} 1"#))
      #expect(text.contains(#"notilua_presence_connections{application="chat",state="background"} 1"#))
      #expect(text.contains(#"notilua_gateways{application="chat"} 1"#))
      // The gateway has died.
      keeper.look(at: start + 60_000)
      let later = registry.text(.prometheus)
      #expect(later.contains(#"notilua_presence_connections{application="chat",state="connected"} 0"#))
      #expect(later.contains(#"notilua_gateways{application="chat"} 0"#))
    }
  }
}
