import Presence
import Testing

/// The decisions on pushes, row by row.
struct PresenceBookTests {
  @Test(arguments: [
    (PresenceState.connected, PresenceDecision.online), (.background, .scheduled(due: start + 120_001)),
    (.suspended, .push), (.killed, .push), (.loggedOut, .loggedOut),
  ])
  func eachStateHasItsDecision(_ state: PresenceState, _ decision: PresenceDecision) throws {
    for rule in PresenceRule.allCases {
      let book = PresenceBook(rule)
      _ = try book.update(GatewayReport(.init(state)), at: start)
      #expect(book.decision(at: start) == decision)
    }
  }

  @Test func nobodyKnownIsPushed() {
    #expect(PresenceBook().decision(at: start) == .push)
  }

  @Test(arguments: [
    (Int64(119_900), PresenceDecision.scheduled(due: start + 120_001)),
    (120_000, .scheduled(due: start + 120_001)), (120_001, .push), (120_100, .push),
  ])
  func theBackgroundCountsForTwoMinutes(_ later: Int64, _ decision: PresenceDecision) throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(lease: 600_000, .init(.connected)), at: start - 50_000)
    _ = try book.update(GatewayReport(lease: 600_000, .init(.background)), at: start)
    #expect(book.decision(at: start + later) == decision)
  }

  @Test func isPushedWhenItIsDue() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(lease: 600_000, .init(.background)), at: start)
    guard case .scheduled(let due) = book.decision(at: start + 40_000) else {
      Issue.record("not scheduled")
      return
    }
    #expect(book.decision(at: due) == .push)
    #expect(book.decision(at: due - 1) != .push)
  }

  @Test func theBackgroundCountsFromTheGatewaysTime() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(.init(.background, at: start - 100_000)), at: start)
    #expect(book.decision(at: start + 20_000) == .scheduled(due: start + 20_001))
    #expect(book.decision(at: start + 20_001) == .push)
  }

  @Test func aRepeatedReportDoesNotBeginTheBackgroundAgain() throws {
    let book = PresenceBook()
    for seconds in stride(from: Int64(0), through: 110, by: 10) {
      _ = try book.update(GatewayReport(.init(.background)), at: start + seconds * 1000)
    }
    #expect(book.decision(at: start + 120_001) == .push)
  }

  @Test func aGatewaysClockThatIsAheadMakesNothingLonger() throws {
    let book = PresenceBook()
    _ = try book.update(
      GatewayReport(lease: 600_000, .init(.background, at: start + 3_600_000)), at: start)
    #expect(book.decision(at: start + 120_001) == .push)
    // Nor makes it later reports look late.
    _ = try book.update(GatewayReport(.init(.connected)), at: start + 1)
    #expect(book.decision(at: start + 1) == .online)
  }

  // MARK: Several devices

  @Test func oneConnectedDeviceKeepsTheOthersSilent() throws {
    let book = PresenceBook(.allDevices)
    _ = try book.update(
      GatewayReport(.init(.connected, "web"), .init(.killed, "phone"), .init(.loggedOut, "pad")), at: start)
    // A web client has no token of APNs, and is looked at all the same.
    #expect(
      book.decide(PresenceUser(), devices: ["phone", "pad", "new"], at: start) == [
        .online, .loggedOut, .online,
      ])
  }

  @Test func theLastInTheBackgroundDecidesForAll() throws {
    let book = PresenceBook(.allDevices)
    _ = try book.update(
      GatewayReport(.init(.background, "web", at: start - 90_000), .init(.background, "pad")), at: start)
    #expect(
      book.decide(PresenceUser(), devices: ["phone", "web"], at: start + 50_000)
        == [.scheduled(due: start + 120_001), .scheduled(due: start + 120_001)])
  }

  @Test func eachDeviceIsLookedAtByItself() throws {
    let book = PresenceBook(.eachDevice)
    _ = try book.update(
      GatewayReport(.init(.connected, "web"), .init(.killed, "phone"), .init(.background, "pad")), at: start)
    #expect(
      book.decide(PresenceUser(), devices: ["phone", "pad", "web", "new"], at: start)
        == [.push, .scheduled(due: start + 120_001), .online, .push])
  }

  @Test func loggingOutSilencesItsDeviceAlone() throws {
    for rule in PresenceRule.allCases {
      let book = PresenceBook(rule)
      _ = try book.update(GatewayReport(.init(.loggedOut, "phone")), at: start)
      #expect(book.decide(PresenceUser(), devices: ["phone", "pad"], at: start) == [.loggedOut, .push])
    }
  }

  @Test func usersAndApplicationsAreTheirOwn() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(.init(.connected, of: "cafe\u{301}")), at: start)
    #expect(book.decision(of: "caf\u{e9}", at: start) == .push)
    #expect(book.decision(of: "cafe\u{301}", at: start) == .online)
    let other = PresenceUser(application: "other", user: "cafe\u{301}")
    #expect(book.decide(other, devices: ["phone"], at: start) == [.push])
  }

  // MARK: Returning

  @Test(arguments: [
    (PresenceState.connected, false), (.background, true), (.suspended, true), (.killed, true),
    (.loggedOut, true),
  ])
  func aDeviceReturnsFromWhereItWasNotConnected(_ before: PresenceState, _ returns: Bool) throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(.init(before)), at: start)
    let update = try book.update(GatewayReport(.init(.connected)), at: start + 1)
    #expect(update.returned == (returns ? [PresenceDevice(PresenceUser(), "phone")] : []))
  }

  @Test func tellsWhatWasSeenAndWhoLoggedOut() throws {
    let book = PresenceBook()
    let update = try book.update(
      GatewayReport(.init(nil, seen: ["m1", "m2"]), .init(.loggedOut, "pad")), at: start)
    #expect(update.seen == [PresenceUpdate.Seen(user: PresenceUser(), messages: ["m1", "m2"])])
    #expect(update.loggedOut == [PresenceDevice(PresenceUser(), "pad")])
    // What says nothing of a state changes none.
    #expect(book.standings(of: PresenceUser(), at: start).map(\.device) == ["pad"])
  }
}
