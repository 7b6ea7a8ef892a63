import APNsCredentials
import APNsProtocol
import ClientKeys
import EventLoop
import FrontDoor
import HTTP2Transport
import NotificationModel

// The cost of the front door's decisions on one core: DoorBenchmark [SECONDS for each].

let seconds = CommandLine.arguments.dropFirst().first.flatMap { Double($0) } ?? 2

/// Repeats `body` for a while, and prints how often it ran in a second.
func measure(_ name: String, _ body: () throws -> Void) rethrows {
  let start = MonotonicClock.now
  let end = start + Int64(seconds * 1e9)
  var count = 0
  while MonotonicClock.now < end {
    for _ in 0..<16 { try body() }
    count += 16
  }
  let passed = Double(MonotonicClock.now - start) / 1e9
  print("\(name): \(Int(Double(count) / passed)) a second, \(Int(passed * 1e9 / Double(count))) ns each")
}

let signer = try SigningKey(p8: CertificateAuthority.makeP8())
let grant = KeyGrant(topics: .apps(["com.example.app"]), rate: KeyRate(perSecond: 1_000_000))
let key = try DoorKey(keyID: "ABC123DEFG", teamID: "DEF123GHIJ", publicKey: signer.publicKey, grant: grant)
let gate = DoorGate(keys: [key])
let now = DoorTime.now

/// A request with a token that the key has signed.
func request(issuedAt: Int64) -> PushRequest {
  let token = ProviderToken(signedBy: signer, keyID: "ABC123DEFG", teamID: "DEF123GHIJ", issuedAt: issuedAt)
  return PushRequest(
    stream: 1,
    headers: [
      HTTP2Header("authorization", "bearer \(token?.text ?? "")"),
      HTTP2Header("apns-topic", "com.example.app"),
    ], body: [])
}

let good = request(issuedAt: now.wall / 1000)
var standing = ConnectionStanding()
measure("admit, with a remembered token") {
  _ = try? gate.admit(good, &standing, environment: .production, at: DoorTime.now)
}

let keys = ProviderKeys([ProviderTokenCheck.Key(keyID: key.keyID, teamID: key.teamID, key: key.publicKey)])
let text = good.authorization ?? ""
guard case .signed = keys.verdict(on: text) else { fatalError("the token is refused") }
measure("check a signature") { _ = keys.verdict(on: text) }

let secret = (0..<RepeatIdentity.secretSize).map { _ in UInt8.random(in: .min ... .max) }
let device = String(repeating: "0a", count: 32)
let id = UUIDText.random()
measure("hash what a push goes by") {
  _ = RepeatIdentity(sender: key.keyID, id: id, deviceToken: device, secret: secret)
}

var window = RepeatWindow<Int>(.seconds(3600))
var random = SystemRandomNumberGenerator()
measure("remember a push and its answer") {
  let identity = RepeatIdentity(high: random.next(), low: random.next())
  _ = window.arrive(identity, 0, at: MonotonicClock.now)
  _ = window.answer(identity, .accepted)
}
while window.count < RepeatWindow<Int>.limit {
  _ = window.arrive(RepeatIdentity(high: random.next(), low: random.next()), 0, at: MonotonicClock.now)
}
print("\(window.count) pushes are remembered in \(window.byteCount) bytes")
