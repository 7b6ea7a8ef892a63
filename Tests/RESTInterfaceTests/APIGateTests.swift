import APNsCredentials
import ClientKeys
import FrontDoor
import HTTPTypes
import NotificationModel
import Operations
import RESTInterface
import Testing

/// Who gets through the gate of the HTTP API.
struct APIGateTests {
  private let secret = APISecret(keyID: "ABC123DEFG")
  private let now = DoorTime(wall: 1_767_225_600_000, monotonic: 0)

  private func key(_ scopes: Set<APIScope> = [.send], rate: KeyRate? = nil) throws -> APIKey {
    try APIKey(
      keyID: "ABC123DEFG", scopes: scopes, grant: KeyGrant(topics: .apps(["com.example.app"]), rate: rate),
      digest: secret.digest)
  }

  private func status(
    _ gate: APIGate, _ authorization: String?, _ scope: APIScope = .send
  ) -> (Int, String?) {
    var headers = HTTPFields()
    headers[.authorization] = authorization
    do throws(Problem) {
      gate.leave(try gate.enter(headers, scope, at: now))
      return (200, nil)
    } catch {
      return (error.status.code, error.headers[.wwwAuthenticate])
    }
  }

  @Test func onlyTheKeyItselfGetsThrough() throws {
    let gate = APIGate(keys: [try key()])
    #expect(status(gate, "Bearer \(secret.text)") == (200, nil))
    // RFC 9110 §11.1 and §11.4: any case, and one or more spaces.
    #expect(status(gate, "bEARER \(secret.text)") == (200, nil))
    #expect(status(gate, "Bearer  \(secret.text)") == (200, nil))
    let other = APISecret(keyID: "ABC123DEFG").text
    let unknown = APISecret(keyID: "ABC123DEFH").text
    for authorization in [
      nil, "", "Bearer", "Bearer ", secret.text, "Basic \(secret.text)",
      "Bearer \(secret.text)0", "Bearer \(secret.text.dropLast())",
      "Bearer \(secret.text.uppercased())", "Bearer \(other)", "Bearer \(unknown)", "Bearer nk_ABC123DEFG_",
    ] {
      #expect(status(gate, authorization) == (401, #"Bearer realm="notilua""#), "\(authorization ?? "-")")
    }
    var twice = HTTPFields()
    for _ in 0..<2 { twice.append(HTTPField(name: .authorization, value: "Bearer \(secret.text)")) }
    let problem = #expect(throws: Problem.self) { try gate.enter(twice, .send, at: now) }
    #expect(problem?.status.code == 401)
  }

  /// Each scope alone: a key has no other, and `admin` is none of those for notifications.
  @Test(arguments: APIScope.allCases, APIScope.allCases)
  func aScopeIsForItself(_ has: APIScope, _ needs: APIScope) throws {
    let gate = APIGate(keys: [try key([has])])
    #expect(status(gate, "Bearer \(secret.text)", needs).0 == (has == needs ? 200 : 403))
  }

  @Test func aRevokedKeyIsRefusedAtOnce() throws {
    let gate = APIGate(keys: [try key()])
    #expect(status(gate, "Bearer \(secret.text)").0 == 200)
    gate.replace(keys: [])
    #expect(status(gate, "Bearer \(secret.text)").0 == 401)
  }

  /// A stream goes on with what its key permits at each line.
  @Test func aCallerHasWhatTheKeyPermitsByNow() throws {
    let gate = APIGate(keys: [try key()])
    var headers = HTTPFields()
    headers[.authorization] = "Bearer \(secret.text)"
    let caller = try gate.enter(headers, .send, at: now)
    #expect(try gate.renew(caller, .send, at: now).grant == caller.grant)
    var other = try key()
    other.grant.topics = .apps(["com.example.other"])
    gate.replace(keys: [other])
    #expect(try gate.renew(caller, .send, at: now).grant.topics == .apps(["com.example.other"]))
    gate.replace(keys: [try key([.read])])
    #expect(#expect(throws: Problem.self) { try gate.renew(caller, .send, at: now) }?.status.code == 403)
    gate.replace(keys: [])
    #expect(#expect(throws: Problem.self) { try gate.renew(caller, .send, at: now) }?.status.code == 401)
  }

  /// With an overlap, the secret from before is accepted until its time, and not at it.
  @Test func aCallerOfARotatedKeyGoesOnForTheOverlap() throws {
    let gate = APIGate(keys: [try key()])
    var headers = HTTPFields()
    headers[.authorization] = "Bearer \(secret.text)"
    let caller = try gate.enter(headers, .send, at: now)
    var rotated = try key()
    rotated.rotate(to: APISecret(keyID: "ABC123DEFG"), keepingFormerUntil: now.wall + 1000)
    gate.replace(keys: [rotated])
    _ = try gate.renew(caller, .send, at: now)
    let later = DoorTime(wall: now.wall + 1000, monotonic: 0)
    #expect(#expect(throws: Problem.self) { try gate.renew(caller, .send, at: later) }?.status.code == 401)
  }

  @Test func aRateIsKept() throws {
    let gate = APIGate(keys: [try key(rate: KeyRate(perSecond: 2))])
    var headers = HTTPFields()
    headers[.authorization] = "Bearer \(secret.text)"
    let caller = try gate.enter(headers, .send, at: now)
    try gate.takeRate(caller, at: now)
    try gate.takeRate(caller, at: now)
    let problem = #expect(throws: Problem.self) { try gate.takeRate(caller, at: now) }
    #expect(problem?.status.code == 429 && problem?.headers[.retryAfter] == "1")
    try gate.takeRate(caller, at: DoorTime(wall: now.wall, monotonic: 1_000_000_000))
  }

  @Test func aKeyHasSoManyRequestsOpen() throws {
    let gate = APIGate(keys: [try key()])
    var headers = HTTPFields()
    headers[.authorization] = "Bearer \(secret.text)"
    let callers = try (0..<APIGate.openLimit).map { _ in try gate.enter(headers, .send, at: now) }
    let problem = #expect(throws: Problem.self) { try gate.enter(headers, .send, at: now) }
    #expect(problem?.status.code == 429 && problem?.headers[.retryAfter] == "1")
    gate.leave(callers[0])
    gate.leave(try gate.enter(headers, .send, at: now))
  }
}
