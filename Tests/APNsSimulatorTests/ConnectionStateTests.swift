import APNsCredentials
import APNsProtocol
import APNsSimulator
import Testing

/// Streams of a connection, and the provider tokens that it may have.
struct ConnectionStateTests {
  private static let minute: Int64 = 60_000

  @Test func oneStreamUntilATokenWasValid() throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    var connection = ConnectionState(number: 1, streams: 1)
    let wrong = try sample.request(["authorization": "bearer x"])
    #expect(simulation.receive(wrong, &connection, at: Sample.now).streams == nil)
    // The push is refused for another reason, and the token was valid all the same.
    let refused = try sample.request(body: "")
    #expect(simulation.receive(refused, &connection, at: Sample.now).streams == 1000)
    #expect(simulation.receive(try sample.request(), &connection, at: Sample.now).streams == nil)
  }

  @Test func oneStreamBehindARefusalOnRequest() throws {
    var sample = try Sample()
    sample.rules.settings.streamsAfterRefusal = 1
    let simulation = sample.simulation()
    var connection = ConnectionState(number: 1, streams: 1)
    func streams(_ device: String) throws -> UInt32? {
      simulation.receive(try sample.request(device: device), &connection, at: Sample.now).streams
    }
    #expect(try streams("ab") == 1000)
    #expect(try streams("bad04000") == 1)
    #expect(try streams("bad04000") == nil)
    #expect(try streams("ab") == 1000)
    // "410" is no error of the sender.
    #expect(try streams("bad04100") == nil)
  }

  @Test func aConnectionBelongsToOneKeyOfOneTeam() throws {
    var sample = try Sample()
    sample.otherKeys = [
      ProviderTokenCheck.Key(keyID: "OTHERKEY01", teamID: Sample.teamID, key: sample.key.publicKey),
      ProviderTokenCheck.Key(keyID: "OTHERTEAM1", teamID: "TEAMID0002", key: sample.key.publicKey),
    ]
    let other = try sample.request(["authorization": try sample.bearer(keyID: "OTHERKEY01")])
    let team = try sample.request([
      "authorization": try sample.bearer(keyID: "OTHERTEAM1", teamID: "TEAMID0002")
    ])
    var connection = ConnectionState(number: 1, streams: 1)
    var simulation = sample.simulation()
    #expect(simulation.receive(try sample.request(), &connection, at: Sample.now).said == "200")
    #expect(
      simulation.receive(other, &connection, at: Sample.now).said == "403 UnrelatedKeyIdInToken")
    #expect(simulation.receive(team, &connection, at: Sample.now).said == "403 InvalidProviderToken")
    #expect(simulation.answer(other).said == "200")
    sample.rules.settings.refusesOtherKeys = false
    simulation = sample.simulation()
    #expect(simulation.receive(other, &connection, at: Sample.now).said == "200")
  }

  @Test func aNewTokenComesOnceInTwentyMinutes() throws {
    let sample = try Sample()
    let simulation = sample.simulation()
    var connection = ConnectionState(number: 1, streams: 1)
    func said(issuedAfter seconds: Int64, at minutes: Int64) throws -> String {
      let bearer = try sample.bearer(issuedAt: Sample.now / 1000 + seconds)
      return simulation.receive(
        try sample.request(["authorization": bearer]), &connection, at: Sample.now + minutes * Self.minute
      ).said
    }
    #expect(try said(issuedAfter: 0, at: 0) == "200")
    #expect(try said(issuedAfter: 1, at: 1) == "200")
    #expect(try said(issuedAfter: 2, at: 2) == "429 TooManyProviderTokenUpdates")
    #expect(try said(issuedAfter: 1, at: 3) == "200")
    #expect(try said(issuedAfter: 2, at: 21) == "200")
  }
}
