import APNsProtocol
import HTTP2Transport
import LosslessJSON
import NotificationModel

/// APNs without its network: a request and a time go in, a decision comes out.
package final class Simulation {
  /// The environment, keys and rules that a simulation starts with.
  package struct Options: Sendable {
    package var environment = PushEnvironment.sandbox
    package var tokens: ProviderTokenCheck
    package var rules = SimulatorRules()
    package var journalsRefused = false

    package init(tokens: ProviderTokenCheck) { self.tokens = tokens }
  }

  package let options: Options
  package let journal: Journal
  /// The rules in force; new rules start counting at zero.
  package var rules: SimulatorRules { didSet { counts = Array(repeating: 0, count: rules.rules.count) } }
  /// The number of accepted pushes.
  package private(set) var accepted = 0
  /// The number of accepted pushes whose id was accepted before.
  package private(set) var duplicates = 0
  /// The number of refused pushes, by reason.
  package private(set) var refused: [String: Int] = [:]
  /// The number of pushes without a response.
  package private(set) var troubled = 0

  private var tokens: ProviderTokenCheck
  private var counts: [Int]
  private var seen: Set<SIMD2<UInt64>> = []
  /// The beginning of the present span of each device, and the number of its pushes in it.
  private var deviceCounts: [String: (since: Int64, count: Int)] = [:]
  private var document = JSONDocument(duplicateKeys: .keepLast)
  private var writer = JSONWriter(capacity: 8192)

  package init(_ options: Options, journal: Journal = Journal()) {
    self.options = options
    self.journal = journal
    rules = options.rules
    tokens = options.tokens
    counts = Array(repeating: 0, count: options.rules.rules.count)
  }

  /// Back to how it began.
  package func reset() {
    rules = options.rules
    (accepted, duplicates, troubled) = (0, 0, 0)
    refused = [:]
    seen = []
    deviceCounts = [:]
    journal.reset()
  }

  // MARK: Requests

  /// Decides about a request.
  ///
  /// - Parameter now: milliseconds since 1970.
  package func receive(_ request: PushRequest, _ connection: inout ConnectionState, at now: Int64) -> Decision
  {
    let isNamed = request.id.map(UUIDText.isCanonical) ?? false
    let id = isNamed ? request.id.map { $0.lowercased() } ?? "" : UUIDText.random()
    var record = PushRecord(time: now, connection: connection.number, id: id)
    let streams = connection.streams
    var isJSON = false
    var rule = SimulatorRule()
    rule.isAccepted = true
    do throws(Refusal) {
      try check(request, &connection, at: now, &record)
      isJSON = true
      if let found = self.rule(for: request, record) { rule = found }
    } catch {
      rule.isAccepted = false
      rule.effect = .refuse(error)
    }
    let decision = carryOut(rule, record, at: now)
    note(rule, request, &record, isJSON: isJSON, &connection)
    return Decision(
      action: decision, delay: rule.delay, streams: connection.streams == streams ? nil : connection.streams)
  }

  /// All that APNs asks, in its order.
  private func check(
    _ request: PushRequest, _ connection: inout ConnectionState, at now: Int64, _ record: inout PushRecord
  ) throws(Refusal) {
    record.token = try RequestCheck.checkShape(request)
    if let certificate = connection.certificate {
      try certificate.checkUse(options.environment, at: now)
      record.topic = try certificate.topic(request.topic)
    } else {
      let sender = try tokens.sender(request.authorization, at: now)
      if let limit = sender.environment, limit != options.environment {
        throw Refusal("BadEnvironmentKeyIdInToken")
      }
      let isFirst = connection.pin == nil
      try connection.admit(sender, rules.settings, at: now)
      if isFirst { connection.streams = rules.settings.streams }
      record.sender = sender
      guard let topic = request.topic else { throw Refusal("MissingTopic") }
      try RequestCheck.checkTopic(topic)
      record.topic = topic
    }
    let bundleID = PushType.bundleID(of: record.topic)
    if !rules.settings.topics.isEmpty, !rules.settings.topics.contains(bundleID) {
      throw Refusal("TopicDisallowed")
    }
    let pushType = try RequestCheck.pushType(
      request, topic: record.topic, withCertificate: connection.certificate != nil)
    record.pushType = pushType?.rawValue ?? ""
    try RequestCheck.checkHeaders(request, pushType: pushType)
    try RequestCheck.checkPayload(request.body, pushType: pushType, &document)
    record.pushType =
      (pushType ?? PushType(topic: record.topic, payload: document.root, document)).rawValue
    try checkDevice(record.token, bundleID, at: now)
  }

  private func checkDevice(_ token: String, _ bundleID: String, at now: Int64) throws(Refusal) {
    let settings = rules.settings
    if let device = settings.devices[token] {
      if let environment = device.environment, environment != options.environment {
        throw Refusal("BadDeviceToken")
      }
      if let topic = device.topic, topic != bundleID { throw Refusal("DeviceTokenNotForTopic") }
      if let time = device.unregistered { throw Refusal("Unregistered", timestamp: time) }
    } else if settings.refusesOtherDevices {
      throw Refusal("BadDeviceToken")
    }
    guard let limit = settings.devicePushes else { return }
    var count = deviceCounts[token] ?? (now, 0)
    if now - count.since >= Int64(settings.deviceSeconds) * 1000 { count = (now, 0) }
    count.count += 1
    if deviceCounts.count >= 1_000_000 { deviceCounts.removeAll() }
    deviceCounts[token] = count
    if count.count > limit { throw Refusal("TooManyRequests") }
  }

  /// Returns the first rule that takes the push, else what its token asks for.
  private func rule(for request: PushRequest, _ record: PushRecord) -> SimulatorRule? {
    var found: SimulatorRule?
    for index in rules.rules.indices
    where rules.rules[index].match.covers(request, token: record.token, topic: record.topic) {
      // A push counts for every rule that covers it, whichever decides.
      counts[index] += 1
      if found == nil, rules.rules[index].match.takes(counts[index]) { found = rules.rules[index] }
    }
    return found ?? MagicToken.rule(for: record.token)
  }

  // MARK: Answers

  private func carryOut(_ rule: SimulatorRule, _ record: PushRecord, at now: Int64) -> Decision.Action {
    switch rule.effect {
    case .accept:
      var headers = rule.hidesID ? [] : [HTTP2Header("apns-id", record.id)]
      if options.environment == .sandbox { headers.append(HTTP2Header("apns-unique-id", UUIDText.random())) }
      return .respond(
        Decision.Answer(status: 200, headers: headers, body: body([], rule.shape), shape: rule.shape))
    case .refuse(var refusal):
      if refusal.status == 410, refusal.timestamp == nil { refusal.timestamp = now }
      return .respond(
        Decision.Answer(
          status: refusal.status, headers: rule.hidesID ? [] : [HTTP2Header("apns-id", record.id)],
          body: body(refusal.body, rule.shape), shape: rule.shape))
    case .stall: return .stall
    case .reset(let code): return .reset(code)
    case .close: return .close
    case .abort: return .abort
    case .goAway(let departure): return .goAway(departure)
    case .stopReading: return .stopReading
    }
  }

  private func body(_ body: [UInt8], _ shape: SimulatorRule.BodyShape) -> [UInt8] {
    switch shape {
    case .plain, .split, .empty: body
    case .garbage: Array("<html>no JSON</html>\u{0}\u{1}".utf8)
    case .oversized:
      Array("{\"reason\":\"BadDeviceToken\",\"rest\":\"".utf8)
        + Array(repeating: 0x78, count: 256 << 10) + Array("\"}".utf8)
    }
  }

  /// Counts, writes the journal, and lets the connection feel it.
  private func note(
    _ rule: SimulatorRule, _ request: PushRequest, _ record: inout PushRecord, isJSON: Bool,
    _ connection: inout ConnectionState
  ) {
    let settings = rules.settings
    switch rule.effect {
    case .accept:
      if connection.streams != settings.streams { connection.streams = settings.streams }
    case .refuse(let refusal):
      (record.status, record.reason) = (refusal.status, refusal.reason)
      refused[refusal.reason, default: 0] += 1
      // "410 … is not counted" among the errors that slow a sender down.
      if let streams = settings.streamsAfterRefusal, refusal.status != 410,
        connection.pin != nil || connection.certificate != nil
      {
        connection.streams = streams
      }
    case .stall, .reset, .close, .abort, .goAway, .stopReading:
      record.trouble = rule.effect.trouble
      troubled += 1
    }
    if rule.isAccepted {
      accepted += 1
      record.isDuplicate = !seen.insert(UUIDText.bits(record.id)).inserted
      if record.isDuplicate { duplicates += 1 }
    }
    guard rule.isAccepted || options.journalsRefused else { return }
    record.write(request, isAccepted: rule.isAccepted, isJSON: isJSON, to: &writer)
    journal.append(writer.buffer.bytes)
  }

  /// Writes that someone told the simulator something.
  package func noteControl(_ order: String, at now: Int64) {
    writer.removeAll()
    writer.beginObject()
    writer.member("event", "control")
    writer.member("time", now)
    writer.member("order", order)
    writer.endObject()
    writer.buffer.append(0x0A)
    journal.append(writer.buffer.bytes)
  }

  /// The counts so far, as one line.
  package var summary: String {
    let total = refused.values.reduce(0, +)
    var text = "\(accepted) accepted"
    if duplicates > 0 { text += " (\(duplicates) of them again)" }
    text += ", \(total) refused"
    if total > 0 {
      let reasons = refused.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      text += " (" + reasons.map { "\($0.key) \($0.value)" }.joined(separator: ", ") + ")"
    }
    return troubled > 0 ? text + ", \(troubled) without an answer" : text
  }
}

extension SimulatorRule.Effect {
  /// The name in the journal of what comes in place of a response; nil for a response.
  fileprivate var trouble: String? {
    switch self {
    case .accept, .refuse: nil
    case .stall: "stall"
    case .reset: "reset"
    case .close: "close"
    case .abort: "abort"
    case .goAway: "goaway"
    case .stopReading: "stop_reading"
    }
  }
}
