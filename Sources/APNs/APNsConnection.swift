import APNsCredentials
import Delivery
import HTTP2Transport
import NIOCore
import NotificationModel

/// A push that is queued or on its way.
struct APNsFlight {
  var notification: PushNotification
  var topic: String
  /// The time by which the sink must have reported it.
  var expiresAt: NIODeadline
  var attempts = 0
  var sentAt = NIODeadline.distantPast
}

/// One connection of a lane, with what is in flight on it.
final class APNsConnection: HTTP2ClientDelegate {
  enum Phase {
    case connecting
    /// Open, and nothing tells yet that APNs accepts the credential.
    case unproven
    case proven
    /// Takes nothing more, and ends with its last answer.
    case draining
  }

  private(set) var phase = Phase.connecting
  private(set) var flights: [UInt64: APNsFlight] = [:]
  /// True once the connection has been ``Phase/proven``.
  private(set) var wasProven = false
  private unowned let lane: APNsLane
  private let http2: HTTP2ClientConnection
  private let usesToken: Bool
  private let streamLimit: Int
  private var headers = HTTP2HeaderBlock()
  private var common = 0
  private let startedAt = NIODeadline.now()
  private var heardAt = NIODeadline.now()
  private var abortCause: ConnectionFailure?
  private var pingedAt: NIODeadline?
  private var drainedAt: NIODeadline?
  private var isUnflushed = false

  init(_ lane: APNsLane, _ http2: HTTP2ClientConnection, authority: String, usesToken: Bool, streamLimit: Int)
  {
    self.lane = lane
    self.http2 = http2
    self.usesToken = usesToken
    self.streamLimit = streamLimit
    APNsRequest.begin(&headers, authority: authority)
    common = headers.count
    http2.delegate = self
  }

  func connect() { http2.connect() }

  /// The number of further requests that the connection can send now.
  ///
  /// "Only one stream is allowed until a request with a valid token has been posted."
  var room: Int {
    // Nothing more for one of which nobody knows whether it is there.
    if pingedAt != nil { return 0 }
    return switch phase {
    case .connecting, .draining: 0
    case .unproven: usesToken ? 1 - flights.count : limit - flights.count
    case .proven: limit - flights.count
    }
  }

  /// The failure that a missing connection stands for; nil where there is a connection.
  var pending: ConnectionFailure? { http2.isOpen ? nil : http2.silence }

  private var limit: Int { min(http2.maxConcurrentStreams, streamLimit) }

  /// Puts a push in line; false where the connection has no stream left.
  func send(_ flight: APNsFlight, token: String?, now: NIODeadline) -> Bool {
    headers.removeLast(to: common)
    APNsRequest.add(flight.notification, topic: flight.topic, token: token, to: &headers)
    let ticket = flight.notification.ticket
    guard http2.send(&headers, body: flight.notification.payload, tag: ticket) else {
      drain()
      return false
    }
    var flight = flight
    flight.attempts += 1
    flight.sentAt = now
    if flights.isEmpty { heardAt = now }
    flights[ticket] = flight
    isUnflushed = true
    return true
  }

  /// Sends what was put in line.
  func flush() {
    guard isUnflushed else { return }
    isUnflushed = false
    http2.flush()
  }

  /// Takes nothing more, and ends with the last answer.
  func drain() {
    phase = .draining
    if flights.isEmpty { http2.close() }
  }

  /// Ends at once; what is in flight is unknown.
  func abort(_ cause: ConnectionFailure? = nil) {
    phase = .draining
    abortCause = cause
    http2.abort()
  }

  /// Records that APNs accepts the credential.
  func prove() {
    wasProven = true
    if phase == .unproven { phase = .proven }
  }

  /// Takes out what has had no answer for too long, and looks whether the other side is there at all.
  ///
  /// - Parameter openTimeout: within which there must be a connection, TLS and the server's settings.
  func tick(
    _ now: NIODeadline, openTimeout: TimeAmount, answerTimeout: TimeAmount, idleTime: TimeAmount
  ) -> [APNsFlight] {
    var late: [APNsFlight] = []
    for (ticket, flight) in flights where now - flight.sentAt > answerTimeout {
      flights[ticket] = nil
      http2.cancel(ticket)
      late.append(flight)
    }
    if !late.isEmpty { http2.flush() }
    if phase == .connecting || !http2.isOpen {
      // A peer may take the connection and then say nothing: a middlebox, or one that was lost in the middle.
      if now - startedAt > openTimeout { abort(http2.silence) }
      return late
    }
    if let pingedAt {
      if now - pingedAt > min(answerTimeout, .seconds(10)) {
        abort(ConnectionFailure(.ended, "it does not answer any longer"))
      }
    } else if now - heardAt > (flights.isEmpty && late.isEmpty ? idleTime : min(answerTimeout, idleTime)) {
      pingedAt = now
      http2.ping()
    }
    if phase == .draining, flights.isEmpty {
      // One that takes no farewell either is left without.
      if let drainedAt, now - drainedAt > .seconds(5) { abort() } else { http2.close() }
      drainedAt = drainedAt ?? now
    }
    return late
  }

  // MARK: HTTP/2

  func settingsChanged(_ connection: HTTP2ClientConnection) {
    heard()
    if phase == .connecting { phase = .unproven }
  }

  func answered(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ response: HTTP2Response) {
    heard()
    guard let flight = flights.removeValue(forKey: tag) else { return }
    lane.answered(self, flight, response)
    closeIfDrained()
  }

  func failed(_ connection: HTTP2ClientConnection, _ tag: UInt64, _ failure: HTTP2RequestFailure) {
    guard let flight = flights.removeValue(forKey: tag) else { return }
    lane.failed(self, flight, failure)
    closeIfDrained()
  }

  private func closeIfDrained() {
    if phase == .draining, flights.isEmpty { http2.close() }
  }

  func goneAway(
    _ connection: HTTP2ClientConnection, lastStreamID: Int32, _ code: HTTP2ErrorCode, debug: [UInt8]
  ) {
    heard()
    // A second GOAWAY may come, with no reason in it.
    lane.goneAway(self, reason: APNsAnswer.read(debug).reason, code)
    drain()
  }

  func ponged(_ connection: HTTP2ClientConnection) { heard() }

  private func heard() {
    heardAt = .now()
    pingedAt = nil
  }

  func turned(_ connection: HTTP2ClientConnection) { lane.pump() }

  func ended(_ connection: HTTP2ClientConnection, _ failure: ConnectionFailure?) {
    phase = .draining
    lane.ended(self, abortCause ?? failure)
  }
}
