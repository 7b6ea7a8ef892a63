import APNs
import Delivery
import DeliveryTesting
import Foundation
import HTTP2Transport
import NotificationModel
import Synchronization
import Testing

/// Whatever the other side does: every notification ends in one told state, none twice, none beyond its deadline.
@Suite(.serialized) struct APNsFaultTests {
  private func settings(_ streams: UInt32) -> HTTP2Settings {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = streams
    return settings
  }

  private func doneCount(_ results: [UInt64: DeliveryResult]) -> Int { results.values.count { $0 == .done } }

  @Test func aServerThatNeverAnswers() async throws {
    let server = try await TestServer { _, _, _ in }
    let sink = try UsedSink {
      try APNsSink(
        [TestFiles.credential()],
        server.options {
          $0.answerTimeout = .milliseconds(300)
          $0.deadline = .seconds(2)
        }, on: $0)
    }
    let start = Date()
    let results = deliver(notifications(50), to: sink)
    // One proves the credential; the others wait for it, and then for a connection that answers.
    #expect(Date().timeIntervalSince(start) < 6)
    for result in results.values {
      guard case .retry(_, let why) = result else {
        Issue.record("\(result)")
        continue
      }
      #expect(
        why.reason == "NoAnswer" && why.isUnknown || why.reason == "NoRoom" || why.reason == "NoConnection")
    }
    sink.close()
    await server.stop()
  }

  @Test func aServerThatStallsInTheMiddle() async throws {
    let server = try await TestServer { arrival, number, connection in
      if number <= 20 { TestServer.accept(arrival, connection) }
    }
    let sink = try UsedSink {
      try APNsSink(
        [TestFiles.credential()],
        server.options {
          $0.answerTimeout = .milliseconds(300)
          $0.deadline = .seconds(2)
        }, on: $0)
    }
    let results = deliver(notifications(200), to: sink)
    #expect(doneCount(results) == 20)
    sink.close()
    await server.stop()
  }

  @Test func aPeerThatIsGoneWithoutAWord() async throws {
    // Half open: it reads nothing any longer, and nothing tells.
    let server = try await TestServer { arrival, number, connection in
      if number == 5 { connection.pauseReading() }
      if number < 5 { TestServer.accept(arrival, connection) }
    }
    let sink = try UsedSink {
      try APNsSink(
        [TestFiles.credential()],
        server.options {
          $0.answerTimeout = .milliseconds(300)
          $0.deadline = .seconds(2)
          $0.connections = 1
        }, on: $0)
    }
    let large = #"{"aps":{"alert":""# + String(repeating: "x", count: 3900) + #""}}"#
    let start = Date()
    let results = deliver(notifications(2000, payload: large), to: sink)
    #expect(Date().timeIntervalSince(start) < 10)
    #expect(doneCount(results) >= 4)
    sink.close()
    await server.stop()
  }

  @Test func aConnectionThatIsReset() async throws {
    let server = try await TestServer { arrival, number, connection in
      if number == 30 || number == 70 { connection.abort() } else { TestServer.accept(arrival, connection) }
    }
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.connections = 1 }, on: $0)
    }
    var results: [DeliveryResult] = []
    for _ in 0..<10 { results += deliver(notifications(20), to: sink).values }
    for result in results where result != .done {
      guard case .retry(_, let why) = result else {
        Issue.record("\(result)")
        continue
      }
      #expect(why.isUnknown && why.reason == "NoAnswer")
    }
    #expect(results.count { $0 == .done } >= 150)
    #expect(server.connections == 3)
    sink.close()
    await server.stop()
  }

  @Test func aGoAwayInMidFlight() async throws {
    // Streams above the last that the server names were not looked at: they are sent again and none is lost.
    let server = try await TestServer { arrival, number, connection in
      if arrival.connection == 1, arrival.stream > 41 { return }
      TestServer.accept(arrival, connection)
      if arrival.connection == 1, arrival.stream == 41 {
        connection.goAway(lastStreamID: 41, code: 0, debug: Array(#"{"reason":"Shutdown"}"#.utf8))
        // A second one, with a reason that is null, has been seen.
        connection.goAway(lastStreamID: 41, code: 0, debug: Array(#"{"reason":null}"#.utf8))
        connection.schedule(after: .milliseconds(100)) { connection.close() }
      }
    }
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.connections = 1 }, on: $0)
    }
    let results = deliver(notifications(500), to: sink)
    #expect(doneCount(results) == 500)
    #expect(server.connections == 2)
    let accepted = server.arrivals.filter { $0.connection == 2 || $0.stream <= 41 }
    #expect(Set(accepted.map(\.token)).count == 500)
    #expect(accepted.count == 500)
    sink.close()
    await server.stop()
  }

  @Test func aGoAwayBeforeAnything() async throws {
    // As a certificate of the other environment is refused: no answer on any stream.
    let server = try await TestServer { _, _, connection in
      connection.goAway(
        lastStreamID: 0, code: 0, debug: Array(#"{"reason":"BadCertificateEnvironment"}"#.utf8))
      connection.close()
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    let results = deliver(notifications(20), to: sink)
    for result in results.values {
      guard case .blocked("test (production)", let why) = result else {
        Issue.record("not blocked: \(result)")
        continue
      }
      #expect(why.reason == "BadCertificateEnvironment")
    }
    #expect(sink.notices.contains { $0.contains("BadCertificateEnvironment") })
    sink.close()
    await server.stop()
  }

  @Test func streamsThatAreRefused() async throws {
    let server = try await TestServer { arrival, number, connection in
      if number.isMultiple(of: 3) {
        connection.reset(arrival.stream, code: 0x7)
      } else {
        TestServer.accept(arrival, connection)
      }
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    let results = deliver(notifications(300), to: sink)
    for result in results.values where result != .done {
      guard case .retry(_, let why) = result else {
        Issue.record("\(result)")
        continue
      }
      #expect(why.reason == "RefusedStream" && !why.isUnknown)
    }
    #expect(doneCount(results) > 250)
    sink.close()
    await server.stop()
  }

  @Test func oneStreamAtATime() async throws {
    let most = Mutex(0)
    let server = try await TestServer(settings: settings(1)) { arrival, _, connection in
      most.withLock { $0 = max($0, connection.openStreams) }
      TestServer.accept(arrival, connection)
    }
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.connections = 1 }, on: $0)
    }
    #expect(doneCount(deliver(notifications(300), to: sink)) == 300)
    #expect(most.withLock { $0 } == 1)
    sink.close()
    await server.stop()
  }

  @Test func theFirstTokenProvesItselfBeforeTheRest() async throws {
    let log = Mutex<[Int]>([])
    let server = try await TestServer(settings: settings(1000)) { arrival, _, connection in
      let open = connection.openStreams
      log.withLock { $0.append(open) }
      connection.schedule(after: .milliseconds(arrival.stream == 1 ? 200 : 0)) {
        TestServer.accept(arrival, connection)
      }
    }
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.connections = 1 }, on: $0)
    }
    #expect(doneCount(deliver(notifications(100), to: sink)) == 100)
    #expect(log.withLock { $0.first } == 1)
    #expect(log.withLock { $0.max() ?? 0 } > 1)
    sink.close()
    await server.stop()
  }

  @Test func rejectsAndSettingsThatFlip() async throws {
    // APNs has been seen to go down to one stream with every reject: 20,000 SETTINGS frames, and no connection dies.
    let server = try await TestServer(settings: settings(1)) { arrival, number, connection in
      if number == 1 || number > 10_000 {
        connection.update(maxConcurrentStreams: 1000)
        TestServer.accept(arrival, connection)
      } else {
        connection.update(maxConcurrentStreams: 1)
        TestServer.refuse(arrival, connection, 400, "BadDeviceToken")
        connection.update(maxConcurrentStreams: 1000)
      }
    }
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.connections = 1 }, on: $0)
    }
    let results = deliver(notifications(10_100), to: sink, within: 60)
    #expect(
      results.values.count { if case .permanent(let why) = $0 { why.removesToken } else { false } } == 9999)
    #expect(doneCount(results) == 101)
    #expect(server.connections == 1)
    sink.close()
    await server.stop()
  }

  @Test func severalConnectionsWhereOneIsFull() async throws {
    let server = try await TestServer(settings: settings(10)) { arrival, _, connection in
      connection.schedule(after: .milliseconds(20)) { TestServer.accept(arrival, connection) }
    }
    let sink = try UsedSink {
      try APNsSink([TestFiles.credential()], server.options { $0.connections = 3 }, on: $0)
    }
    #expect(doneCount(deliver(notifications(600), to: sink)) == 600)
    #expect(server.connections == 3)
    sink.close()
    await server.stop()
  }

  @Test func aServerThatRestarts() async throws {
    let first = try await TestServer()
    let port = first.port
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], first.options(), on: $0) }
    #expect(doneCount(deliver(notifications(10), to: sink)) == 10)
    await first.stop()
    try await Task.sleep(for: .milliseconds(200))
    let second = try await TestServer(port: port)
    #expect(doneCount(deliver(notifications(10), to: sink)) == 10)
    sink.close()
    await second.stop()
  }

  @Test(arguments: ["localhost", "no-such-host.invalid"]) func aServerThatIsNotThere(_ host: String)
    async throws
  {
    let server = try await TestServer()
    let options = try server.options {
      $0.server?.host = host
      $0.deadline = .milliseconds(700)
    }
    await server.stop()
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], options, on: $0) }
    let start = Date()
    for result in deliver(notifications(20), to: sink).values {
      guard case .retry(_, let why) = result else {
        Issue.record("\(result)")
        continue
      }
      #expect(why.reason == "NoConnection" && !why.isUnknown)
      #expect(why.description.contains(host))
    }
    #expect(Date().timeIntervalSince(start) < 10)
    sink.close()
  }

  @Test func whatHasNoConnectionDoesNotWaitForItsDeadline() async throws {
    let server = try await TestServer()
    let options = try server.options {
      $0.deadline = .seconds(60)
      $0.reconnectDelay = .milliseconds(20)
    }
    await server.stop()
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], options, on: $0) }
    sink.take(notifications(50))
    var told: [DeliveryReport] = []
    let end = Date().addingTimeInterval(20)
    while told.count < 49, Date() < end {
      told += sink.takeReports()
      usleep(10_000)
    }
    // One stays, to see whether a connection comes about.
    #expect(told.count == 49 && sink.room == options.capacity - 1)
    // And so it is with those that come later: the sink has room for others.
    var later = notifications(1)
    later[0].ticket = 1000
    sink.take(later)
    while told.count < 50, Date() < end {
      told += sink.takeReports()
      usleep(10_000)
    }
    for report in told {
      guard case .retry(let after, let why) = report.result else {
        Issue.record("\(report)")
        continue
      }
      #expect(why.reason == "NoConnection" && why.lane != nil && !why.isUnknown && after <= .seconds(5))
    }
    #expect(told.count == 50)
    sink.close()
  }

  @Test func aServerThatIsNotTrusted() async throws {
    let server = try await TestServer()
    let sink = try UsedSink {
      try APNsSink(
        [TestFiles.credential()],
        server.options {
          $0.trustRoots = nil
          $0.deadline = .milliseconds(500)
        }, on: $0)
    }
    guard case .retry(_, let why) = deliver(notifications(1), to: sink)[1] else {
      Issue.record("it was sent")
      return
    }
    #expect(why.description.contains("signed by itself"))
    #expect(server.arrivals.isEmpty)
    sink.close()
    await server.stop()
  }

  @Test func aConnectionThatWasIdleIsAskedForFirst() async throws {
    let server = try await TestServer()
    let sink = try UsedSink {
      try APNsSink(
        [TestFiles.credential()],
        server.options {
          $0.idleTime = .milliseconds(100)
          $0.answerTimeout = .milliseconds(500)
        }, on: $0)
    }
    #expect(doneCount(deliver(notifications(1), to: sink)) == 1)
    try await Task.sleep(for: .seconds(3))
    // Its answers to PING keep it.
    #expect(doneCount(deliver(notifications(1), to: sink)) == 1)
    #expect(server.connections == 1)
    sink.close()
    await server.stop()
  }

  @Test func aCredentialThatIsMendedIsUsedAgain() async throws {
    let isMended = Mutex(false)
    let server = try await TestServer { arrival, _, connection in
      if isMended.withLock({ $0 }) {
        TestServer.accept(arrival, connection)
      } else {
        TestServer.refuse(arrival, connection, 403, "InvalidProviderToken")
      }
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    guard case .blocked = deliver(notifications(1), to: sink)[1] else {
      Issue.record("it was not blocked")
      return
    }
    // What comes while it is blocked is not sent.
    guard case .blocked = deliver(notifications(1), to: sink)[1] else {
      Issue.record("it was not blocked")
      return
    }
    #expect(server.arrivals.count == 1)
    isMended.withLock { $0 = true }
    try await Task.sleep(for: .milliseconds(400))
    #expect(deliver(notifications(1), to: sink)[1] == .done)
    #expect(deliver(notifications(100), to: sink).values.allSatisfy { $0 == .done })
    sink.close()
    await server.stop()
  }

  @Test func manyRefusalsTogetherAreOneIncident() async throws {
    let isBroken = Mutex(false)
    let server = try await TestServer { arrival, _, connection in
      guard isBroken.withLock({ $0 }) else {
        TestServer.accept(arrival, connection)
        return
      }
      // All are under way before the first is refused.
      connection.schedule(after: .milliseconds(100)) {
        TestServer.refuse(arrival, connection, 403, "InvalidProviderToken")
      }
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    #expect(deliver(notifications(1), to: sink)[1] == .done)
    isBroken.withLock { $0 = true }
    let refused = deliver(notifications(12), to: sink).values
    #expect(refused.allSatisfy { if case .blocked = $0 { true } else { false } })
    isBroken.withLock { $0 = false }
    // Once the first wait is over, not twelve times doubled.
    try await Task.sleep(for: .milliseconds(400))
    #expect(deliver(notifications(1), to: sink)[1] == .done)
    sink.close()
    await server.stop()
  }

  @Test func aPeerThatSaysNothingHasItsTime() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(listener, $0, size)
        _ = listen(listener, 8)
        _ = getsockname(listener, $0, &size)
      }
    }
    defer { close(listener) }
    var options = APNsOptions()
    options.server = .init(host: "127.0.0.1", port: Int(UInt16(bigEndian: address.sin_port)))
    options.trustRoots = try TestFiles.shared.get().certificatePath
    options.topic = "com.example.app"
    options.connectTimeout = .milliseconds(200)
    options.reconnectDelay = .milliseconds(20)
    options.deadline = .seconds(3)
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], options, on: $0) }
    guard case .retry(_, let why) = deliver(notifications(1), to: sink)[1] else {
      Issue.record("it was not to be tried again")
      return
    }
    #expect(why.reason == "NoConnection" && why.description.contains("said nothing"), "\(why)")
    // It is not the one connection that there ever is.
    #expect(sink.notices.contains { $0.contains("it is tried again") })
    sink.close()
  }

  @Test func aBadCredentialStallsNoOther() async throws {
    let server = try await TestServer { arrival, _, connection in
      if arrival.header("apns-topic") == "com.example.bad" {
        TestServer.refuse(arrival, connection, 400, "TopicDisallowed")
      } else {
        TestServer.accept(arrival, connection)
      }
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    var mixed = notifications(100)
    for index in mixed.indices where index.isMultiple(of: 2) {
      mixed[index].headers.topic = "com.example.bad"
    }
    let results = deliver(mixed, to: sink)
    #expect(doneCount(results) == 50)
    #expect(results.values.count { if case .blocked = $0 { true } else { false } } == 50)
    sink.close()
    await server.stop()
  }

  @Test func otherCredentialsTakeOver() async throws {
    let tokens = Mutex<Set<String>>([])
    let server = try await TestServer { arrival, _, connection in
      tokens.withLock { _ = $0.insert(arrival.header("authorization") ?? "") }
      TestServer.accept(arrival, connection)
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential("old")], server.options(), on: $0) }
    #expect(doneCount(deliver(notifications(10), to: sink)) == 10)
    sink.sink.replace([try TestFiles.credential("new")])
    #expect(doneCount(deliver(notifications(10), to: sink)) == 10)
    #expect(server.connections == 2)
    // The same key: another token so soon is one too many for APNs.
    #expect(tokens.withLock { $0.count } == 1)
    sink.close()
    await server.stop()
  }

  @Test func whatIsOpenAtTheEndIsToldOf() async throws {
    let server = try await TestServer { arrival, number, connection in
      if number <= 10 { TestServer.accept(arrival, connection) }
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    sink.take(notifications(500))
    try await Task.sleep(for: .milliseconds(500))
    sink.close()
    let reports = sink.takeReports()
    #expect(Set(reports.map(\.ticket)).count == 500)
    #expect(reports.count == 500)
    await server.stop()
  }

  @Test func anAnswerInPieces() async throws {
    // An answer's body that never ends, and one of a megabyte.
    let server = try await TestServer { arrival, number, connection in
      connection.respond(
        arrival.stream, status: 400, body: Array(repeating: 0x78, count: number == 1 ? 1 << 20 : 0))
    }
    let sink = try UsedSink { try APNsSink([TestFiles.credential()], server.options(), on: $0) }
    for result in deliver(notifications(20), to: sink).values {
      guard case .permanent(let why) = result else {
        Issue.record("\(result)")
        continue
      }
      #expect(why.reason == "Status400")
    }
    sink.close()
    await server.stop()
  }
}
