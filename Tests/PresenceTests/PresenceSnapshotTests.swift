import Digests
import Presence
import Testing

/// Restarts of the service.
struct PresenceSnapshotTests {
  private static func restarted(
    _ book: PresenceBook, isLast: Bool, at time: Int64, writtenAt written: Int64? = nil
  ) throws -> PresenceBook {
    let next = PresenceBook()
    try next.restore(book.snapshot(at: written ?? time, isLast: isLast), at: time)
    return next
  }

  private static func sample() throws -> PresenceBook {
    let book = PresenceBook()
    _ = try book.update(
      GatewayReport(
        from: "a", .init(.connected, connection: "c1"), .init(.background, "pad", at: start - 30_000),
        .init(.suspended, of: "s"), .init(.killed, of: "k"), .init(.loggedOut, of: "l"),
        .init(.background, of: "caf\u{e9} 😀")), at: start)
    return book
  }

  @Test(arguments: [true, false])
  func goesOnWithAllThatWasKnown(_ isLast: Bool) throws {
    let book = try Self.sample()
    let next = try Self.restarted(book, isLast: isLast, at: start)
    for user in ["2121", "s", "k", "l", "caf\u{e9} 😀"] {
      let user = PresenceUser(user)
      #expect(next.standings(of: user, at: start) == book.standings(of: user, at: start))
    }
    #expect(next.decision(of: "l", at: start) == .loggedOut)
    #expect(
      next.decision(of: "caf\u{e9} 😀", at: start + 59_999) == .scheduled(due: start + 120_001))
  }

  @Test func aGatewayHasOneLeasesTimeToComeBack() throws {
    // The service was away for an hour.
    let later = start + 3_600_000
    let next = try Self.restarted(Self.sample(), isLast: true, at: later, writtenAt: start)
    #expect(next.decision(at: later + 59_999) == .online)
    #expect(next.decision(at: later + 60_000) == .push)
  }

  @Test func afterAStopAGatewayGoesOn() throws {
    let book = try Self.sample()
    let session = try book.update(GatewayReport(from: "a"), at: start).session
    let next = try Self.restarted(book, isLast: true, at: start)
    let update = try next.update(GatewayReport(from: "a"), at: start + 59_000)
    #expect(update.session == session)
    #expect(update.connections == 3)
    #expect(next.decision(at: start + 118_999) == .online)
  }

  @Test func afterACrashAGatewayReportsItsConnectionsAgain() throws {
    let book = try Self.sample()
    let session = try book.update(GatewayReport(from: "a"), at: start).session
    let next = try Self.restarted(book, isLast: false, at: start)
    let update = try next.update(
      GatewayReport(from: "a", .init(.connected, connection: "c1")), at: start + 1000)
    #expect(update.session != session)
    #expect(update.connections == 1)
    // The user was there all the time.
    #expect(update.returned == [])
    // What it does not report again has ended meanwhile, and nobody knows when: it is over with the old lease.
    _ = try next.update(GatewayReport(from: "a"), at: start + 60_000)
    #expect(next.standings(of: PresenceUser(), at: start + 59_999).count == 2)
    #expect(next.standings(of: PresenceUser(), at: start + 60_000).map(\.device) == ["phone"])
    next.expire(at: start + 60_000)
    #expect(next.decision(of: "caf\u{e9} 😀", at: start + 60_000) == .push)
    #expect(next.gateways(at: start + 60_000).map(\.connected) == [1])
  }

  @Test func endedLeasesAreNotKept() throws {
    let next = try Self.restarted(Self.sample(), isLast: true, at: start + 60_000)
    #expect(next.decision(at: start + 60_000) == .push)
    #expect(next.decision(of: "l", at: start + 60_000) == .loggedOut)
  }

  @Test func anEmptyBookIsASnapshot() throws {
    let next = try Self.restarted(PresenceBook(), isLast: true, at: start)
    #expect(next.decision(at: start) == .push)
  }

  @Test func aSnapshotOfTheFutureMakesNothingLonger() throws {
    // The clock of the machine was wrong, and is set right.
    let next = try Self.restarted(Self.sample(), isLast: true, at: start - 3_600_000)
    #expect(next.decision(of: "caf\u{e9} 😀", at: start - 3_600_000 + 59_999) != .push)
    #expect(next.decision(of: "caf\u{e9} 😀", at: start - 3_600_000 + 60_000) == .push)
  }

  // MARK: Damage

  @Test func eachByteCounts() throws {
    let snapshot = try Self.sample().snapshot(at: start, isLast: true)
    for place in snapshot.indices {
      var damaged = snapshot
      damaged[place] ^= 0x10
      Self.expectDamage(damaged)
    }
    for count in snapshot.indices { Self.expectDamage(Array(snapshot[..<count])) }
    Self.expectDamage(snapshot + [0])
  }

  /// Bytes whose digest is right are not believed either.
  @Test func lengthsAreNotBelieved() throws {
    let snapshot = try Self.sample().snapshot(at: start, isLast: true)
    let body = Array(snapshot.dropLast(32))
    for place in body.indices {
      for byte: UInt8 in [0, 1, 0x7F, 0xFF] {
        var forged = body
        forged[place] = byte
        let book = PresenceBook()
        try? book.restore(forged + Digest.sha256(forged), at: start)
        _ = book.decide(PresenceUser(), devices: ["phone"], at: start)
        book.expire(at: start + 3_600_000)
      }
    }
    for count in 0..<body.count - 1 {
      let cut = Array(body[..<count])
      let book = PresenceBook()
      try? book.restore(cut + Digest.sha256(cut), at: start)
    }
  }

  private static func expectDamage(_ bytes: [UInt8]) {
    let book = PresenceBook()
    #expect(throws: PresenceSnapshot.Damaged.self) { try book.restore(bytes, at: start) }
    #expect(book.standings(of: PresenceUser(), at: start) == [])
  }
}
