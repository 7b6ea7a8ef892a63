import APNsCredentials
import APNsProtocol
import Delivery
import HTTP2Transport
import NIOCore
import NotificationModel
import PrometheusMetrics

/// The pushes of one credential to one environment, and the connections that carry them.
///
/// It stays with its event loop. A lane whose credential APNs does not accept is blocked, and others go on.
final class APNsLane {
  /// The calls that report results of pushes, and messages for the operator.
  struct Events {
    var report: (UInt64, DeliveryResult) -> Void
    var notice: (String) -> Void
  }

  /// The name for people: the credential's, and the environment.
  let name: String
  let credential: Credential
  let environment: PushEnvironment
  private let options: APNsOptions
  private let server: APNsOptions.Server
  private let tokens: ProviderTokenSource?
  private let eventLoop: any EventLoop
  private let events: Events

  private var queue = CircularBuffer<APNsFlight>()
  private(set) var connections: [APNsConnection] = []
  private var mayConnectAt = NIODeadline.distantPast
  /// Connections in a row that ended before APNs accepted anything.
  private var failures = 0
  private var lastFailure: ConnectionFailure?
  /// A Boolean value that indicates whether the missing connection was reported.
  private var hasToldFailure = false
  /// True while no connection can be made: one push stays to notice when one can, the others go back to the
  /// queue.
  private var isUnreachable = false
  /// The time at which APNs last answered anything, or was asked after it had answered all.
  private var heardAt = NIODeadline.now()
  private var blocks: [String: Block] = [:]
  private var isPumping = false
  private var isRetired = false
  /// The topic that was accepted last, with the counter of its successes.
  private var successes: (topic: String, counter: Counter?)?

  /// A state in which APNs does not accept a credential, for a topic or, under the empty one, at all.
  private struct Block {
    var why: DeliveryFailure
    /// The time of the next retry, with one push.
    var triesAt: NIODeadline
    var delay: TimeAmount
    var isTrying = false
  }

  /// A push that was sent so often in vain is told of.
  private static let attemptLimit = 4

  init(
    _ credential: Credential, _ environment: PushEnvironment, _ options: APNsOptions,
    tokens: ProviderTokenSource?, on eventLoop: any EventLoop, _ events: Events
  ) {
    self.credential = credential
    self.environment = environment
    self.options = options
    self.tokens = tokens
    self.eventLoop = eventLoop
    self.events = events
    name = "\(credential.name) (\(environment.rawValue))"
    server = options.server(for: environment)
  }

  /// True when nothing is queued or in flight.
  var isIdle: Bool { queue.isEmpty && connections.allSatisfy(\.flights.isEmpty) }

  /// The reasons for which nothing is sent, of the whole lane or of a topic.
  var blockReasons: [String] { blocks.values.map(\.why.reason) + (isUnreachable ? ["NoConnection"] : []) }

  // MARK: In

  /// Takes a push; ``pump()`` sends it.
  func take(_ notification: PushNotification, topic: String, now: NIODeadline) {
    for key in ["", topic] {
      guard let block = blocks[key], now < block.triesAt || block.isTrying else { continue }
      events.report(notification.ticket, .blocked(lane: blockedName(key), why: block.why))
      return
    }
    if isUnreachable, !queue.isEmpty {
      tellUnreachable(notification.ticket)
      return
    }
    // Whose server says nothing must not take all the room of the sink.
    let outstanding = connections.reduce(queue.count) { $0 + $1.flights.count }
    if outstanding == 0 { heardAt = now }
    if outstanding >= options.capacity / 4, now - heardAt > .nanoseconds(of: options.silenceLimit) {
      tellUnreachable(notification.ticket, ConnectionFailure(.ended, "it does not answer"))
      return
    }
    // One goes ahead to see whether it was mended.
    for key in ["", topic] { blocks[key]?.isTrying = true }
    queue.append(
      APNsFlight(
        notification: notification, topic: topic, expiresAt: now + .nanoseconds(of: options.deadline)))
  }

  /// Sends what can be sent, and opens a connection where that is what is missing.
  func pump() {
    // A connection that fails while it is being filled calls back.
    guard !isPumping else { return }
    isPumping = true
    defer { isPumping = false }
    let now = NIODeadline.now()
    if !queue.isEmpty { send(now) }
    for connection in connections { connection.flush() }
    if !queue.isEmpty { connect(now) }
  }

  private func send(_ now: NIODeadline) {
    var token: String?
    if let tokens {
      guard let current = tokens.current else { return }
      token = current.text
    }
    for connection in connections {
      var room = connection.room
      while room > 0, let flight = queue.popFirst() {
        guard connection.send(flight, token: token, now: now) else {
          queue.prepend(flight)
          break
        }
        room -= 1
      }
      if queue.isEmpty { return }
    }
  }

  private func connect(_ now: NIODeadline) {
    let isOpening = connections.contains { $0.phase == .connecting || $0.phase == .unproven }
    let count = connections.count { $0.phase != .draining }
    guard now >= mayConnectAt, !isOpening, count < options.connections else { return }
    // "Opening and closing connections rapidly" is taken for an attack.
    mayConnectAt = now + delay()
    let http2 = options.transport(to: server, credential)
    let connection = APNsConnection(
      self, HTTP2ClientConnection(http2, on: eventLoop), authority: server.host, usesToken: tokens != nil,
      streamLimit: options.streams)
    connections.append(connection)
    connection.connect()
  }

  /// Returns the wait before the next connection: doubled with each failure up to a minute, and never the
  /// same for two.
  private func delay() -> TimeAmount {
    let first = TimeAmount.nanoseconds(of: options.reconnectDelay).nanoseconds
    let full = min(first << Int64(min(failures, 10)), 60_000_000_000)
    return .nanoseconds(Int64.random(in: full / 2...max(full, 1)))
  }

  // MARK: Time

  /// Looks at what has waited too long.
  func tick(_ now: NIODeadline) {
    for connection in connections {
      let late = connection.tick(
        now, openTimeout: .nanoseconds(of: options.connectTimeout) * 2,
        answerTimeout: .nanoseconds(of: options.answerTimeout),
        idleTime: .nanoseconds(of: options.idleTime))
      for flight in late { tellUnknown(flight, "\(server.host) did not answer in time") }
    }
    if let first = queue.first, first.expiresAt <= now || queue.contains(where: { $0.expiresAt <= now }) {
      let waiting = queue
      queue.removeAll(keepingCapacity: true)
      for flight in waiting {
        if flight.expiresAt > now { queue.append(flight) } else { tellLate(flight) }
      }
      if !connections.contains(where: \.wasProven) { flushUnreachable() }
    }
    pump()
  }

  private func tellLate(_ flight: APNsFlight) {
    release(flight.topic)
    tellUnreachable(flight.notification.ticket)
  }

  private func tellUnreachable(_ ticket: UInt64, _ silence: ConnectionFailure? = nil) {
    let known = silence ?? lastFailure ?? connections.lazy.compactMap(\.pending).first
    let failure = known ?? Self.noRoom
    var why = DeliveryFailure(
      known == nil ? "NoRoom" : "NoConnection",
      "\(server.host):\(server.port): \(failure.cause); \(failure.advice(options, server))")
    why.lane = name
    let wish = min(delay().nanoseconds, 5_000_000_000)
    events.report(ticket, .retry(after: .nanoseconds(wish), why: why))
  }

  private static let noRoom = ConnectionFailure(.ended, "there was no room on any connection")

  /// Gives back what waits for a connection that does not come about, all but the first.
  private func flushUnreachable() {
    isUnreachable = true
    while queue.count > 1, let flight = queue.popLast() { tellLate(flight) }
  }

  private func tellUnknown(_ flight: APNsFlight, _ cause: String) {
    release(flight.topic)
    var failure = DeliveryFailure("NoAnswer", "\(cause); the push may have arrived")
    failure.isUnknown = true
    events.report(flight.notification.ticket, .retry(after: .seconds(1), why: failure))
  }

  // MARK: Answers

  func answered(_ connection: APNsConnection, _ flight: APNsFlight, _ response: HTTP2Response) {
    heardAt = .now()
    options.metrics?.observe((heardAt - flight.sentAt).nanoseconds)
    if response.status == 200 {
      countSuccess(flight.topic)
      accept(connection, flight.topic)
      events.report(flight.notification.ticket, .done)
      return
    }
    let answer = APNsAnswer(response)
    options.metrics?.count(answer, flight.topic, environment)
    let reason = answer.explained
    switch reason.fate {
    case .removeToken, .deadLetter:
      // A documented per-push reason proves that APNs accepted our credential; a bare status proves nothing.
      if reason.isDocumented { accept(connection, flight.topic) } else { release(flight.topic) }
      var failure = answer.failure
      failure.topic = flight.topic
      failure.environment = environment
      events.report(flight.notification.ticket, .permanent(why: failure))
    case .fixCredential:
      release(flight.topic)
      let isOfTopic = reason.name == "TopicDisallowed"
      // Who may not push to one topic has a credential that is good for others.
      if isOfTopic { accept(connection, "") }
      block(isOfTopic ? flight.topic : "", answer.failure)
      // "Don't retry the notification."
      events.report(
        flight.notification.ticket,
        reason.name == "Forbidden"
          ? .permanent(why: answer.failure)
          : .blocked(lane: blockedName(isOfTopic ? flight.topic : ""), why: answer.failure))
    case .retry: retry(connection, flight, answer, reason.retry ?? .server)
    }
  }

  private func countSuccess(_ topic: String) {
    guard let metrics = options.metrics else { return }
    if successes?.topic != topic { successes = (topic, metrics.successes(topic, environment)) }
    successes?.counter?.add()
  }

  private func retry(
    _ connection: APNsConnection, _ flight: APNsFlight, _ answer: APNsAnswer, _ kind: APNsReason.Retry
  ) {
    let ticket = flight.notification.ticket
    let wish = answer.retryAfter.map { Duration.seconds(max($0, 0)) }
    switch kind {
    case .device:
      if answer.explained.isDocumented { accept(connection, flight.topic) } else { release(flight.topic) }
      events.report(ticket, .retry(after: wish ?? .seconds(30), why: answer.failure))
    case .server:
      // A failure of its own tells nothing of the credential.
      release(flight.topic)
      // "After 15 minutes, you can retry."
      events.report(ticket, .retry(after: wish ?? .seconds(900), why: answer.failure))
    case .reconnect:
      connection.drain()
      sendAgain(flight, answer.failure)
    case .renewToken:
      connection.drain()
      _ = tokens?.renew()
      if flight.attempts < 2 {
        sendAgain(flight, answer.failure)
      } else {
        // A token that is new and expired: this machine's clock is wrong.
        release(flight.topic)
        block("", answer.failure)
        events.report(ticket, .blocked(lane: name, why: answer.failure))
      }
    case .holdToken:
      connection.drain()
      tokens?.hold()
      if flight.attempts < 2 {
        sendAgain(flight, answer.failure)
      } else {
        release(flight.topic)
        events.report(ticket, .retry(after: .seconds(ProviderTokenSource.shortest), why: answer.failure))
      }
    }
  }

  /// Puts a push at the head of the queue again, of which APNs has said that it did nothing with it.
  private func sendAgain(_ flight: APNsFlight, _ why: DeliveryFailure) {
    // Another lane has its pushes now, with the credential that replaced this one.
    if isRetired {
      events.report(flight.notification.ticket, .retry(after: .zero, why: why))
      return
    }
    // The reason of a GOAWAY comes before the streams that it closes.
    if let block = blocks[""] ?? blocks[flight.topic], !block.isTrying || flight.attempts > 1 {
      release(flight.topic)
      let lane = blockedName(blocks[""] == nil ? flight.topic : "")
      events.report(flight.notification.ticket, .blocked(lane: lane, why: block.why))
      return
    }
    guard flight.attempts < Self.attemptLimit else {
      release(flight.topic)
      events.report(flight.notification.ticket, .retry(after: .seconds(1), why: why))
      return
    }
    queue.prepend(flight)
  }

  func failed(_ connection: APNsConnection, _ flight: APNsFlight, _ failure: HTTP2RequestFailure) {
    switch failure {
    case .notProcessed:
      sendAgain(
        flight, DeliveryFailure("RefusedStream", "\(server.host) refused it before looking at it; wait"))
    case .unknown: tellUnknown(flight, "the connection to \(server.host) ended before the answer")
    case .reset(let code): tellUnknown(flight, "\(server.host) broke off its answer (\(code))")
    }
  }

  // MARK: Connections

  func goneAway(_ connection: APNsConnection, reason: String, _ code: HTTP2ErrorCode) {
    guard !reason.isEmpty else { return }
    let known = APNsReason.of(status: 0, reason: reason)
    lastFailure = ConnectionFailure(.ended, "APNs ended the connection: \(reason): \(known.meaning)")
    switch (known.fate, known.retry) {
    case (.fixCredential, _):
      block("", DeliveryFailure(reason, "\(reason): \(known.meaning); \(known.advice)"))
    case (_, .renewToken): _ = tokens?.renew()
    case (_, .holdToken): tokens?.hold()
    default: break
    }
  }

  func ended(_ connection: APNsConnection, _ failure: ConnectionFailure?) {
    connections.removeAll { $0 === connection }
    if !connection.wasProven {
      failures += 1
      lastFailure = failure ?? lastFailure
      // One that this side has ended, with its credential refused perhaps, tells nothing of the way.
      if failures >= 3, let lastFailure {
        if !hasToldFailure {
          hasToldFailure = true
          events.notice(
            "\(name): no connection to \(server.host):\(server.port): \(lastFailure.cause);"
              + " \(lastFailure.advice(options, server)); it is tried again")
        }
        if !connections.contains(where: \.wasProven) { flushUnreachable() }
      }
    }
    mayConnectAt = max(mayConnectAt, NIODeadline.now() + delay())
  }

  private func accept(_ connection: APNsConnection, _ topic: String) {
    if !connection.wasProven {
      connection.prove()
      failures = 0
      isUnreachable = false
      lastFailure = nil
      hasToldFailure = false
    }
    if blocks.isEmpty { return }
    for key in ["", topic] where blocks.removeValue(forKey: key) != nil {
      events.notice("\(name): APNs accepts the credential again\(key.isEmpty ? "" : " for \(key)")")
    }
  }

  // MARK: Blocks

  /// Stops what a credential does not serve, until a push that goes ahead is accepted.
  private func block(_ topic: String, _ why: DeliveryFailure) {
    let now = NIODeadline.now()
    let known = blocks[topic]
    let isNew = known == nil
    // Only one that went ahead makes the wait longer: many that were under way together are one incident.
    if known.map({ $0.triesAt <= now }) ?? true {
      let delay = known.map { min($0.delay * 2, .minutes(30)) } ?? .nanoseconds(of: options.blockTime)
      blocks[topic] = Block(why: why, triesAt: now + delay, delay: delay)
    }
    if isNew { events.notice("\(name): nothing is sent\(topic.isEmpty ? "" : " to \(topic)"): \(why)") }
    let waiting = queue
    queue.removeAll(keepingCapacity: true)
    for flight in waiting {
      if topic.isEmpty || flight.topic == topic {
        release(flight.topic)
        events.report(flight.notification.ticket, .blocked(lane: blockedName(topic), why: why))
      } else {
        queue.append(flight)
      }
    }
    // "Close all connections" when a key or certificate is revoked.
    if topic.isEmpty { for connection in connections { connection.drain() } }
  }

  /// Returns the name of the blocked part: the lane, or one topic of it.
  private func blockedName(_ topic: String) -> String { topic.isEmpty ? name : "\(name), \(topic)" }

  /// A push that went ahead has told nothing; another may.
  private func release(_ topic: String) {
    for key in ["", topic] where blocks[key]?.isTrying == true { blocks[key]?.isTrying = false }
  }

  // MARK: The end

  /// Tells of everything that is queued or in flight, and ends the connections.
  func close() {
    for flight in queue {
      events.report(
        flight.notification.ticket,
        .retry(after: .zero, why: DeliveryFailure("Stopped", "the run was stopped before it was sent")))
    }
    queue.removeAll()
    for connection in connections { connection.flights.isEmpty ? connection.drain() : connection.abort() }
  }

  /// Takes nothing more; what is queued is given back for another lane.
  func retire() -> [PushNotification] {
    defer { queue.removeAll() }
    isRetired = true
    for connection in connections { connection.drain() }
    return queue.map(\.notification)
  }
}
