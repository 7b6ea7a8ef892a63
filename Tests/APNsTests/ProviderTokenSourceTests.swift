import APNs
import APNsCredentials
import Synchronization
import Testing

/// Provider tokens as time goes by, also where a clock jumps.
struct ProviderTokenSourceTests {
  private final class Clocks: Sendable {
    let wall = Mutex<Int64>(1_800_000_000)
    let steady = Mutex<Int64>(1000)

    func pass(_ seconds: Int64) {
      wall.withLock { $0 += seconds }
      steady.withLock { $0 += seconds }
    }
  }

  private let clocks = Clocks()

  private func source() throws -> ProviderTokenSource {
    let clocks = clocks
    return ProviderTokenSource(
      key: try SigningKey(p8: try TestFiles.shared.get().p8), keyID: "ABCDE12345", teamID: "TEAM123456",
      wallClock: { clocks.wall.withLock { $0 } }, steadyClock: { clocks.steady.withLock { $0 } })
  }

  @Test func isOneForFiftyMinutes() throws {
    let source = try source()
    let first = try #require(source.current)
    #expect(first.issuedAt == 1_800_000_000)
    clocks.pass(49 * 60)
    #expect(source.current == first)
    clocks.pass(60)
    #expect(source.current != first)
    #expect(try #require(source.current).issuedAt == 1_800_003_000)
  }

  @Test func isNotRenewedWithinTwentyMinutes() throws {
    let source = try source()
    let first = source.current
    clocks.pass(19 * 60)
    #expect(!source.renew())
    #expect(source.current == first)
    clocks.pass(60)
    #expect(source.renew())
    #expect(source.current != first)
    #expect(!source.renew())
  }

  @Test func isHeldWhereAPNsHasSeenTooMany() throws {
    let source = try source()
    let first = source.current
    clocks.pass(45 * 60)
    source.hold()
    clocks.pass(12 * 60)
    #expect(source.current == first)
    // Another of the kind makes it no longer.
    source.hold()
    #expect(!source.renew())
    // APNs would call it expired.
    clocks.pass(60)
    #expect(source.current != first)
  }

  @Test(arguments: [-7200, -3600, 3600, 86_400 * 365] as [Int64])
  func aClockThatJumpsMakesANewOneOnceThatIsAllowed(_ jump: Int64) throws {
    let source = try source()
    let first = source.current
    clocks.pass(10 * 60)
    clocks.wall.withLock { $0 += jump }
    // Too early for another, whatever the wall clock says.
    #expect(source.current == first)
    clocks.pass(10 * 60)
    let second = try #require(source.current)
    #expect(second != first)
    #expect(second.issuedAt == clocks.wall.withLock { $0 })
    clocks.pass(1)
    #expect(source.current == second)
  }

  @Test func theTokenIsSigned() throws {
    let token = try #require(try source().current)
    let key = try SigningKey(p8: try TestFiles.shared.get().p8)
    #expect(try ProviderToken(reading: token.text).isSigned(by: key.publicKey))
    #expect(token.text.utf8.count < 300)
  }
}
