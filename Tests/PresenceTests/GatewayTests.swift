import Presence
import Testing

/// Gateways with their leases, and reports that come late.
struct GatewayTests {
  private let name = GatewayName(application: "chat", gateway: "a")

  // MARK: Leases

  @Test func connectionsHoldAsLongAsTheLease() throws {
    let book = PresenceBook()
    let update = try book.update(GatewayReport(lease: 1000, .init(.connected)), at: start)
    #expect(update.leaseEnd == start + 1000)
    #expect(book.decision(at: start + 999) == .online)
    #expect(book.decision(at: start + 1000) == .push)
    #expect(book.standings(of: PresenceUser(), at: start + 1000) == [])
    #expect(book.gateways(at: start + 1000) == [])
  }

  @Test func anEmptyReportRenewsTheLease() throws {
    let book = PresenceBook()
    let first = try book.update(GatewayReport(.init(.connected)), at: start)
    let second = try book.update(GatewayReport(), at: start + 59_999)
    #expect(second.session == first.session)
    #expect(second.connections == 1)
    #expect(book.decision(at: start + 119_998) == .online)
    #expect(book.decision(at: start + 119_999) == .push)
  }

  @Test func aGatewayThatComesBackLateIsToldByItsSession() throws {
    let book = PresenceBook()
    let first = try book.update(GatewayReport(.init(.connected)), at: start)
    let late = try book.update(GatewayReport(), at: start + 60_000)
    #expect(late.session != first.session)
    #expect(late.connections == 0)
    // The connections of before do not hold again.
    #expect(book.decision(at: start + 60_000) == .push)
    let again = try book.update(GatewayReport(.init(.connected)), at: start + 60_001)
    #expect(again.session == late.session)
    #expect(again.returned.count == 1)
  }

  @Test func aGatewayThatEndsTakesItsConnectionsAlong() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(from: "a", .init(.connected), .init(.killed, "pad")), at: start)
    _ = try book.update(GatewayReport(from: "b", .init(.connected, of: "other")), at: start)
    #expect(book.end(name, at: start + 1))
    #expect(!book.end(name, at: start + 1))
    #expect(book.decision(at: start + 1) == .push)
    #expect(book.decision(of: "other", at: start + 1) == .online)
    #expect(book.standings(of: PresenceUser(), at: start + 1).map(\.state) == [.killed])
  }

  @Test func leasesEndAlsoWhereTheClockIsSetBack() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(.init(.connected), .init(.background, of: "other")), at: start)
    let hour: Int64 = 3_600_000
    book.expire(at: start - hour)
    #expect(book.decision(at: start - hour + 59_999) == .online)
    #expect(book.decision(at: start - hour + 60_000) == .push)
    #expect(book.decision(of: "other", at: start - hour) == .scheduled(due: start - hour + 120_001))
  }

  @Test func countsConnectionsOfGateways() throws {
    let book = PresenceBook()
    _ = try book.update(
      GatewayReport(
        from: "a", .init(.connected), .init(.background, "pad"), .init(.killed, "web"),
        .init(.connected, of: "other")), at: start)
    _ = try book.update(GatewayReport(from: "b", .init(.connected, of: "other")), at: start)
    let gateways = book.gateways(at: start)
    #expect(gateways.map(\.name.gateway) == ["a", "b"])
    #expect(gateways.map(\.connected) == [1, 1])
    #expect(gateways.map(\.background) == [1, 0])
    book.forget(PresenceUser())
    #expect(book.gateways(at: start).map(\.connected) == [0, 1])
    #expect(book.gateways(at: start).map(\.background) == [0, 0])
  }

  // MARK: Late reports

  @Test func theOldGatewaysCloseDoesNotEndTheNewConnection() throws {
    for state in [PresenceState.background, .suspended, .killed, .loggedOut] {
      let book = PresenceBook()
      _ = try book.update(GatewayReport(from: "a", .init(.connected, at: start)), at: start)
      _ = try book.update(GatewayReport(from: "b", .init(.connected, at: start + 10)), at: start + 20)
      // Whether it names the time or not.
      let late = try book.update(GatewayReport(from: "a", .init(state, at: start + 5)), at: start + 30)
      let untimed = try book.update(GatewayReport(from: "a", .init(state)), at: start + 40)
      #expect(late.ignored == 1 && untimed.ignored == 1)
      #expect(late.loggedOut == [])
      #expect(book.decision(at: start + 40) == .online)
      #expect(book.standings(of: PresenceUser(), at: start + 40).map(\.gateway) == ["b"])
    }
  }

  @Test func aNewConnectionOfTheOldGatewayMovesBack() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(from: "a", .init(.connected)), at: start)
    _ = try book.update(GatewayReport(from: "b", .init(.connected)), at: start + 1)
    let back = try book.update(GatewayReport(from: "a", .init(.connected)), at: start + 2)
    // The user was there all the time.
    #expect(back.returned == [])
    _ = try book.update(GatewayReport(from: "b", .init(.killed)), at: start + 3)
    #expect(book.decision(at: start + 3) == .online)
  }

  @Test func theNewGatewaysClockMayBeALittleBehind() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(from: "a", .init(.connected, at: start)), at: start)
    _ = try book.update(GatewayReport(from: "b", .init(.connected, at: start - 9000)), at: start + 1000)
    #expect(book.standings(of: PresenceUser(), at: start + 1000).map(\.gateway) == ["b"])
    // A report that was held up by a minute is none of now.
    let late = try book.update(
      GatewayReport(from: "a", .init(.connected, at: start - 60_000)), at: start + 1001)
    #expect(late.ignored == 1)
    #expect(book.standings(of: PresenceUser(), at: start + 1001).map(\.gateway) == ["b"])
  }

  @Test func theEndOfTheConnectionBeforeIsIgnored() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(.init(.connected, connection: "1")), at: start)
    _ = try book.update(GatewayReport(.init(.connected, connection: "2")), at: start + 1)
    let late = try book.update(GatewayReport(.init(.killed, connection: "1")), at: start + 2)
    #expect(late.ignored == 1)
    #expect(book.decision(at: start + 2) == .online)
    let end = try book.update(GatewayReport(.init(.killed, connection: "2")), at: start + 3)
    #expect(end.ignored == 0)
    #expect(book.decision(at: start + 3) == .push)
  }

  @Test func aRequestThatIsSentAgainChangesNothing() throws {
    let book = PresenceBook()
    let first = GatewayReport(.init(.connected, at: start))
    _ = try book.update(first, at: start)
    _ = try book.update(GatewayReport(.init(.killed, at: start + 5)), at: start + 5)
    #expect(try book.update(first, at: start + 10).ignored == 1)
    #expect(book.decision(at: start + 10) == .push)
  }

  @Test func onlyAConnectionEndsALogout() throws {
    for state in [PresenceState.background, .suspended, .killed] {
      let book = PresenceBook()
      _ = try book.update(GatewayReport(from: "a", .init(.loggedOut)), at: start)
      // The connection ends because the user has logged out.
      _ = try book.update(GatewayReport(from: "a", .init(state)), at: start + 1)
      _ = try book.update(GatewayReport(from: "b", .init(state)), at: start + 2)
      #expect(book.decision(at: start + 2) == .loggedOut)
      _ = try book.update(GatewayReport(from: "b", .init(.connected)), at: start + 3)
      #expect(book.decision(at: start + 3) == .online)
    }
  }

  @Test func registeringEndsALogout() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(.init(.loggedOut), .init(.killed, "pad")), at: start)
    book.registered(PresenceDevice(PresenceUser(), "phone"))
    book.registered(PresenceDevice(PresenceUser(), "pad"))
    #expect(book.decision(at: start) == .push)
    #expect(book.standings(of: PresenceUser(), at: start).map(\.device) == ["pad"])
  }

  @Test func aGatewayMayReportTheLogoutOfADeviceThatNobodyHolds() throws {
    let book = PresenceBook()
    _ = try book.update(GatewayReport(from: "a", .init(.killed)), at: start)
    let update = try book.update(GatewayReport(from: "b", .init(.loggedOut)), at: start + 1)
    #expect(update.loggedOut.count == 1)
    #expect(book.decision(at: start + 1) == .loggedOut)
  }

  // MARK: Limits

  private func book(_ change: (inout PresenceLimits) -> Void) -> PresenceBook {
    var settings = PresenceSettings()
    change(&settings.limits)
    return PresenceBook(settings)
  }

  @Test func thereAreOnlySoManyGateways() throws {
    let book = book { $0.gateways = 2 }
    _ = try book.update(GatewayReport(from: "a"), at: start)
    _ = try book.update(GatewayReport(from: "b"), at: start)
    #expect(throws: PresenceError.tooManyGateways(2)) {
      try book.update(GatewayReport(from: "c", .init(.connected)), at: start)
    }
    #expect(book.decision(at: start) == .push)
    _ = try book.update(GatewayReport(from: "b"), at: start + 60_000)
    book.expire(at: start + 60_000)
    _ = try book.update(GatewayReport(from: "c"), at: start + 60_000)
  }

  @Test func nothingHoldsOfWhatExceedsTheDevices() throws {
    let book = book { $0.devices = 2 }
    _ = try book.update(GatewayReport(.init(.connected, of: "1")), at: start)
    #expect(throws: PresenceError.tooManyDevices(2)) {
      try book.update(GatewayReport(.init(.connected, of: "2"), .init(.connected, of: "3")), at: start)
    }
    #expect(book.decision(of: "2", at: start) == .push)
    // Those that are there may change.
    _ = try book.update(GatewayReport(.init(.connected, of: "2"), .init(.killed, of: "1")), at: start)
    _ = try book.update(GatewayReport(.init(.killed, of: "2"), .init(.connected, of: "1")), at: start)
    #expect(book.decision(of: "1", at: start) == .online)
  }

  @Test func aUserHasOnlySoManyDevices() throws {
    let book = book { $0.devicesPerUser = 2 }
    #expect(throws: PresenceError.tooManyDevicesOfUser(2, change: 3)) {
      try book.update(
        GatewayReport(.init(.connected, "1"), .init(.killed, "1"), .init(.killed, "2"), .init(.killed, "3")),
        at: start)
    }
    _ = try book.update(GatewayReport(.init(.connected, "1"), .init(.killed, "2")), at: start)
    #expect(throws: PresenceError.tooManyDevicesOfUser(2, change: 0)) {
      try book.update(GatewayReport(.init(.connected, "3")), at: start)
    }
  }

  @Test func whatIsIdleMakesRoom() throws {
    let book = book { $0.devices = 3 }
    _ = try book.update(
      GatewayReport(from: "a", .init(.connected, "1"), .init(.killed, "2"), .init(.killed, "3")), at: start)
    let later = start + 600_000
    #expect(throws: PresenceError.self) {
      try book.update(GatewayReport(from: "b", .init(.connected, "4")), at: later)
    }
    book.expire(at: later)
    _ = try book.update(
      GatewayReport(from: "b", .init(.connected, "4"), .init(.connected, "5"), .init(.connected, "6")),
      at: later)
    #expect(book.gateways(at: later).map(\.connected) == [3])
  }
}
