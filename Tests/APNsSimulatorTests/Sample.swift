import APNsCredentials
import APNsProtocol
import APNsSimulator
import HTTP2Transport
import NotificationModel
import Testing

/// A simulation with one key, and a request that it accepts.
struct Sample {
  static let teamID = "TEAMID0001"
  static let keyID = "KEYID00001"
  static let device = "00fc13adff785122b4ad28809a3420982341241421348097878e577c991de8f0"
  /// 2026-01-01, in milliseconds.
  static let now: Int64 = 1_767_225_600_000

  let key: SigningKey
  var rules = SimulatorRules()
  var environment = PushEnvironment.sandbox
  var otherKeys: [ProviderTokenCheck.Key] = []

  /// Returns what a simulation with rules answers to a push to each of these devices.
  static func said(
    _ json: String, devices: [String], headers: [String: String?] = [:]
  ) throws -> [String] {
    var sample = try Sample()
    sample.rules = try SimulatorRules(json: Array(json.utf8))
    let simulation = sample.simulation()
    return try devices.map { simulation.answer(try sample.request(device: $0, headers)).said }
  }

  init() throws { key = try SigningKey(p8: CertificateAuthority.makeP8()) }

  func simulation(journalsRefused: Bool = false) -> Simulation {
    let own = ProviderTokenCheck.Key(keyID: Self.keyID, teamID: Self.teamID, key: key.publicKey)
    var options = Simulation.Options(tokens: ProviderTokenCheck(keys: [own] + otherKeys))
    options.rules = rules
    options.environment = environment
    options.journalsRefused = journalsRefused
    return Simulation(options)
  }

  func bearer(
    keyID: String = keyID, teamID: String = teamID, issuedAt: Int64 = now / 1000, by other: SigningKey? = nil
  ) throws -> String {
    let token = try #require(
      ProviderToken(signedBy: other ?? key, keyID: keyID, teamID: teamID, issuedAt: issuedAt))
    return "bearer \(token.text)"
  }

  /// - Parameters:
  ///   - headers: in place of those that it has; nil takes one off.
  ///   - extra: behind all the others.
  func request(
    device: String = device, method: String = "POST", path: String? = nil, _ headers: [String: String?] = [:],
    extra: [HTTP2Header] = [], body: String = #"{"aps":{"alert":"Hello"}}"#, stream: Int32 = 1
  ) throws -> PushRequest {
    var all: [String: String?] = ["authorization": try bearer(), "apns-topic": "com.example.app"]
    for (name, value) in headers { all[name] = .some(value) }
    var fields = [HTTP2Header(":method", method), HTTP2Header(":path", path ?? "/3/device/\(device)")]
    for (name, value) in all.sorted(by: { $0.key < $1.key }) {
      if let value { fields.append(HTTP2Header(name, value)) }
    }
    return PushRequest(stream: stream, headers: fields + extra, body: Array(body.utf8))
  }
}

extension Decision {
  /// The answer as "410 Unregistered", "200", or what came in its place.
  var said: String {
    guard case .respond(let answer) = action else { return "\(action)".prefix { $0 != "(" }.description }
    let text = String(decoding: answer.body, as: UTF8.self)
    guard !text.isEmpty else { return "\(answer.status)" }
    let reason = text.split(separator: "\"").dropFirst(2).first { $0 != ":" } ?? ""
    return "\(answer.status) \(reason)"
  }

  func header(_ name: String) -> String? {
    guard case .respond(let answer) = action else { return nil }
    return answer.headers.first { $0.name == name }?.value
  }

  var body: String {
    guard case .respond(let answer) = action else { return "" }
    return String(decoding: answer.body, as: UTF8.self)
  }
}

extension Simulation {
  /// The answer to a request on a connection of its own.
  func answer(_ request: PushRequest, at now: Int64 = Sample.now) -> Decision {
    var connection = ConnectionState(number: 1, streams: 1)
    return receive(request, &connection, at: now)
  }
}
