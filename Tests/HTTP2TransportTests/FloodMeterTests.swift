import HTTP2Testing
import HTTP2Transport
import Synchronization
import Testing

/// Attacks that have names, each beside a client that is served.
struct FloodMeterTests {
  /// A flood of frames, as its advisory has it.
  struct Flood: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Returns the frames of one round.
    var round: @Sendable (UInt32) -> [RawFrame]
  }

  private static let floods = [
    Flood(testDescription: "CVE-2019-9512 PING") { _ in
      [RawFrame(.ping, payload: Array(repeating: 0, count: 8))]
    },
    Flood(testDescription: "CVE-2019-9515 SETTINGS") { _ in [.settings([(4, 65_535)])] },
    Flood(testDescription: "CVE-2019-9513 PRIORITY") { round in
      [RawFrame(.priority, stream: round * 2 + 1, payload: RawFrame.bytes(0) + [7])]
    },
    Flood(testDescription: "WINDOW_UPDATE") { _ in [RawFrame(.windowUpdate, payload: RawFrame.bytes(1))] },
    Flood(testDescription: "CVE-2019-9518 empty DATA") { round in
      round == 0 ? [.head(1), .data(1, [])] : [.data(1, [])]
    },
    Flood(testDescription: "CVE-2023-44487 rapid reset") { round in
      [
        .head(round * 2 + 1, isLast: true),
        RawFrame(.reset, stream: round * 2 + 1, payload: RawFrame.bytes(0x8)),
      ]
    },
    Flood(testDescription: "CVE-2025-8671 the server resets") { round in
      // A window that overflows is an error of the stream (RFC 9113 §6.9.1).
      [
        .head(round * 2 + 1, isLast: true),
        RawFrame(.windowUpdate, stream: round * 2 + 1, payload: RawFrame.bytes(0x7FFF_FFFF)),
      ]
    },
    Flood(testDescription: "CVE-2019-9514 bad requests") { round in
      [
        RawFrame(
          .headers, flags: RawFrame.endHeaders | RawFrame.endStream, stream: round * 2 + 1,
          payload: RawFrame.block([("Upper", "case")]))
      ]
    },
    Flood(testDescription: "more streams than allowed") { round in [.head(round * 2 + 1)] },
    Flood(testDescription: "CVE-2024-28182 CONTINUATION") { round in
      round == 0
        ? [RawFrame(.headers, stream: 1, payload: RawFrame.post())]
        : [RawFrame(.continuation, stream: 1, payload: [])]
    },
    Flood(testDescription: "CVE-2019-9511 one byte a frame") { round in
      round == 0 ? [.head(1)] : [.data(1, [0x61])]
    },
  ]

  @Test(arguments: floods)
  func aFloodEndsInGoAway(_ flood: Flood) async throws {
    var settings = HTTP2Settings()
    settings.maxConcurrentStreams = 50
    let (server, path) = try await ScriptedServer.unix(
      settings: settings,
      limits {
        $0.frames = 200
        $0.framesPerSecond = 1
      }
    ) { request, connection in
      if request.header("good") != nil { connection.respond(request.stream, status: 200) }
    }
    let good = try RawClient(unix: path)
    good.greet()
    let client = try RawClient(unix: path)
    client.greet()
    #expect(await client.next(.settings) != nil)
    var rounds: UInt32 = 0
    while rounds < 2000, client.send(flood.round(rounds).flatMap(\.bytes)) { rounds += 1 }
    #expect(await client.next(.goAway)?.number(at: 4) == 0xB)
    #expect(await client.hasEnded())
    good.send(.head(1, [("good", "")], isLast: true))
    #expect(await good.nextStatus() == 200)
    #expect(try server.server.counters.refused(.flood) == 1)
    try await waits(for: "the end") { try server.server.counters.open == 1 }
    #expect(try server.server.counters.requestsInFlight == 0)
    await server.stop()
  }

  /// RFC 9113 §5.5: "Implementations MUST discard frames that have unknown or unsupported types"; they leave nothing behind.
  @Test func framesOfUnknownTypesAreDiscarded() async throws {
    let (server, path) = try await ScriptedServer.unix(limits { $0.frames = 50 })
    let client = try RawClient(unix: path)
    client.greet()
    let unknown = RawFrame(type: 0xEE, flags: 0xFF, stream: 0, payload: [1]).bytes
    client.send([[UInt8]](repeating: unknown, count: 5000).flatMap { $0 })
    client.send(.head(1, isLast: true))
    #expect(await client.nextStatus() == 200)
    await server.stop()
  }

  /// Go's and Python's clients send a WINDOW_UPDATE or two for each response.
  @Test func responsesPayForTheFramesOfAnHonestClient() async throws {
    let (server, path) = try await ScriptedServer.unix(
      limits {
        $0.frames = 50
        $0.framesPerSecond = 1
      })
    let client = try RawClient(unix: path)
    client.greet()
    for round in 0..<200 as Range<UInt32> {
      client.send(
        .head(round * 2 + 1), .data(round * 2 + 1, []), .data(round * 2 + 1, [0x61], isLast: true),
        RawFrame(.windowUpdate, payload: RawFrame.bytes(10)),
        RawFrame(.ping, payload: Array(repeating: 0, count: 8)))
      #expect(await client.nextStatus() == 200)
    }
    #expect(try server.server.counters.refused(.flood) == 0)
    await server.stop()
  }

  /// One that gives up on all its requests at once is no attacker.
  @Test func aThousandRequestsMayBeCancelledAtOnce() async throws {
    let (server, path) = try await ScriptedServer.unix { request, connection in
      if request.header("good") != nil { connection.respond(request.stream, status: 200) }
    }
    let client = try RawClient(unix: path)
    client.greet()
    for stream in 0..<1000 as Range<UInt32> { client.send(.head(stream * 2 + 1, isLast: true)) }
    for stream in 0..<1000 as Range<UInt32> {
      client.send(RawFrame(.reset, stream: stream * 2 + 1, payload: RawFrame.bytes(0x8)))
    }
    client.send(.head(2001, [("good", "")], isLast: true))
    #expect(await client.nextStatus() == 200)
    #expect(server.cancelled.withLock { $0.count } == 1000)
    await server.stop()
  }
}
