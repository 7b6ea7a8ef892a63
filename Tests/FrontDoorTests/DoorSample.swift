import APNsCredentials
import APNsProtocol
import ClientKeys
import FrontDoor
import HTTP2Transport
import NotificationModel

/// A gate with the key of ``ThirdPartyTokens`` and one of our own, and requests to it.
struct DoorSample {
  /// 2026-01-01, in milliseconds.
  static let issued: Int64 = 1_767_225_600_000
  static let device = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
  static let grant = KeyGrant(topics: .apps(["com.example.app"]), environments: [.production])

  let own: SigningKey
  let gate: DoorGate
  let keys: [DoorKey]
  var standing = ConnectionStanding()

  init(_ grant: KeyGrant = grant, certificates: [String: KeyGrant] = [:]) throws {
    own = try SigningKey(p8: CertificateAuthority.makeP8())
    let der = Base64.decode(Array(ThirdPartyTokens.publicKey.utf8)) ?? []
    keys = [
      try DoorKey(
        keyID: "ABC123DEFG", teamID: "DEF123GHIJ", publicKey: try VerificationKey(der: der), grant: grant),
      try DoorKey(
        keyID: "OWNKEY0001", teamID: "OWNTEAM001", publicKey: own.publicKey,
        grant: KeyGrant(topics: .apps(["com.example.own"]))),
    ]
    gate = DoorGate(keys: keys, certificates: certificates)
  }

  static func time(_ seconds: Double = 0) -> DoorTime {
    DoorTime(wall: issued + Int64(seconds * 1000), monotonic: Int64(seconds * 1e9))
  }

  /// Returns a token of our own key.
  func bearer(issuedAt seconds: Int64 = issued / 1000, teamID: String = "OWNTEAM001") -> String {
    let token = ProviderToken(signedBy: own, keyID: "OWNKEY0001", teamID: teamID, issuedAt: seconds)
    return "bearer \(token?.text ?? "")"
  }

  static func request(_ authorization: String?, topic: String? = "com.example.app") -> PushRequest {
    var headers = [HTTP2Header(":method", "POST"), HTTP2Header(":path", "/3/device/\(device)")]
    if let authorization { headers.append(HTTP2Header("authorization", authorization)) }
    if let topic { headers.append(HTTP2Header("apns-topic", topic)) }
    return PushRequest(stream: 1, headers: headers, body: [])
  }

  /// Returns "200", or the status and the reason of the refusal.
  mutating func said(
    _ request: PushRequest, environment: PushEnvironment = .production, at time: DoorTime = time()
  ) -> String {
    do {
      _ = try gate.admit(request, &standing, environment: environment, at: time)
      return "200"
    } catch {
      return "\(error.status) \(error.reason)"
    }
  }

  mutating func said(
    _ authorization: String?, topic: String? = "com.example.app", environment: PushEnvironment = .production,
    at time: DoorTime = time()
  ) -> String {
    said(Self.request(authorization, topic: topic), environment: environment, at: time)
  }
}
