import HTTP2Transport

/// The simulator's decision about one request, which the connection carries out.
package struct Decision: Sendable {
  /// An answer as its stream gets it.
  package struct Answer: Sendable {
    package var status: Int
    package var headers: [HTTP2Header]
    package var body: [UInt8]
    package var shape = SimulatorRule.BodyShape.plain
  }

  /// An action on the stream of the request, or on its connection.
  package enum Action: Sendable {
    case respond(Answer)
    case stall
    case reset(UInt32)
    case close
    case abort
    case goAway(SimulatorRule.Departure)
    case stopReading
  }

  package var action: Action
  package var delay = Duration.zero
  /// SETTINGS_MAX_CONCURRENT_STREAMS, where the client is to be told another.
  package var streams: UInt32?
}
