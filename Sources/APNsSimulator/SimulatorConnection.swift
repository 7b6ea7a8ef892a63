import APNsProtocol
import HTTP2Transport

/// One client's connection: what comes is decided by the simulation, and what it decides is carried out.
final class SimulatorConnection: HTTP2ServerHandler {
  private let hub: SimulatorHub
  private var state: ConnectionState
  /// The time at which the last request came, in milliseconds since 1970.
  private var lastRequest: Int64 = 0
  /// Requests that came while the simulator stood still.
  private var held: [HTTP2Request] = []
  private var isLeaving = false
  /// Until it is closed; not weakly, which makes each reference to it cost more.
  private(set) var connection: HTTP2ServerConnection?

  init(_ hub: SimulatorHub) {
    self.hub = hub
    state = ConnectionState(number: 0, streams: hub.simulation.rules.settings.firstStreams)
  }

  func opened(_ connection: HTTP2ServerConnection) {
    self.connection = connection
    hub.connections[connection.id] = self
    let settings = hub.simulation.rules.settings
    // What the server told the client in its first frame, which other rules may have changed since.
    let told = hub.simulation.options.rules.settings.firstStreams
    state = ConnectionState(number: connection.id, streams: told)
    if let der = connection.peerCertificate {
      let certificate = ClientCertificate(der: der)
      state.certificate = certificate
      state.streams = settings.streams
      if settings.goesAwayOnBadCertificate {
        do throws(Refusal) {
          try certificate.checkUse(hub.simulation.options.environment, at: hub.now())
        } catch {
          leave(SimulatorRule.Departure(reason: error.reason), before: 1, connection)
          return
        }
      }
    } else if settings.firstStreams != told {
      state.streams = settings.firstStreams
    }
    if state.streams != told { connection.update(maxConcurrentStreams: state.streams) }
    lastRequest = hub.now()
    watch(connection)
  }

  func received(_ request: HTTP2Request, _ connection: HTTP2ServerConnection) {
    lastRequest = hub.now()
    let push = PushRequest(request)
    if push.path.hasPrefix(ControlOrder.root) {
      let (status, body) = hub.obey(push, from: connection.id)
      connection.respond(request.stream, status: status, headers: [], body: body)
    } else if hub.isStalled {
      held.append(request)
    } else {
      answer(push, connection)
    }
  }

  /// Answers what is too large as APNs does, by the rules; what else is refused, by its status alone.
  func refused(_ request: HTTP2Request, _ refusal: HTTP2Refusal, _ connection: HTTP2ServerConnection) {
    switch refusal {
    case .bodyTooLarge: received(request, connection)
    case .headersTooLarge, .tooSlow: connection.respond(request.stream, status: refusal.status)
    }
  }

  /// Forgets a held request that the client has cancelled.
  func cancelled(_ stream: Int32) {
    if !held.isEmpty { held.removeAll { $0.stream == stream } }
  }

  func closed(_ connection: HTTP2ServerConnection) {
    hub.connections[connection.id] = nil
    held = []
    self.connection = nil
  }

  /// Answers what was held.
  func resume() {
    guard let connection else { return }
    let requests = held
    held = []
    for request in requests { answer(PushRequest(request), connection) }
  }

  /// Tells the client another number of streams.
  func tell(streams: UInt32) {
    state.streams = streams
    connection?.update(maxConcurrentStreams: streams)
  }

  /// Says goodbye, and closes once what is under way can have been answered.
  func leave(
    _ departure: SimulatorRule.Departure, before stream: Int32?, _ connection: HTTP2ServerConnection
  ) {
    guard !isLeaving else { return }
    isLeaving = true
    connection.goAway(
      lastStreamID: departure.lastStream ?? stream.map { max($0 - 2, 0) }, code: departure.code,
      debug: departure.debug)
    connection.schedule(after: .seconds(1)) { connection.close() }
  }

  // MARK: Answers

  private func answer(_ push: PushRequest, _ connection: HTTP2ServerConnection) {
    let decision = hub.simulation.receive(push, &state, at: lastRequest)
    if let streams = decision.streams { connection.update(maxConcurrentStreams: streams) }
    if decision.delay > .zero {
      connection.schedule(after: decision.delay) {
        self.carryOut(decision.action, push.stream, connection)
      }
    } else {
      carryOut(decision.action, push.stream, connection)
    }
  }

  private func carryOut(
    _ action: Decision.Action, _ stream: Int32, _ connection: HTTP2ServerConnection
  ) {
    switch action {
    case .respond(let answer):
      let pieceSize: Int? =
        switch answer.shape {
        case .split: 1
        case .empty: Int.max
        case .plain, .garbage, .oversized: nil
        }
      connection.respond(
        stream, status: answer.status, headers: answer.headers, body: answer.body, pieceSize: pieceSize)
    case .stall: break
    case .reset(let code): connection.reset(stream, code: code)
    case .close: connection.close()
    case .abort: connection.abort()
    case .goAway(let departure): leave(departure, before: stream, connection)
    case .stopReading: connection.pauseReading()
    }
  }

  /// Ends the connection once nothing has come for as long as the rules say.
  private func watch(_ connection: HTTP2ServerConnection) {
    let limit = hub.simulation.rules.settings.idleSeconds.map { Int64($0) * 1000 }
    let idle = hub.now() - lastRequest
    if let limit, idle >= limit {
      leave(SimulatorRule.Departure(reason: "IdleTimeout"), before: nil, connection)
      return
    }
    // Without a limit it looks again, since other rules may bring one.
    connection.schedule(after: .milliseconds(limit.map { $0 - idle } ?? 1000)) {
      [hub, id = connection.id] in
      if let own = hub.connections[id], let connection = own.connection { own.watch(connection) }
    }
  }
}
