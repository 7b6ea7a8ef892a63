import EventLoop
import HTTP2Transport
import Logging
import LosslessJSON
import NotificationModel

/// A door for providers of APNs: clients send pushes as they do to Apple, and each becomes a notification of a run.
///
/// Source: Apple, "Sending notification requests to APNs", whose rules are those of `APNsProtocol`.
package final class FrontDoor: Sendable {
  /// The settings that a door starts with.
  package struct Options: Sendable {
    package var server: HTTP2Server.Options
    /// The environment of the pushes: that of the APNs behind the door.
    package var environment = PushEnvironment.production
    /// The most requests that a connection may have open before its client has shown who it is, and behind that.
    package var firstStreams: UInt32 = 100
    package var streams: UInt32 = 1000
    /// The most levels of a payload, and what becomes of the same key twice, as the workers have it.
    package var depthLimit = 64
    package var duplicateKeys = JSONDocument.DuplicateKeys.reject

    /// Makes the settings with APNs' own limits.
    package init(server: HTTP2Server.Options) {
      self.server = server
      self.server.limits.body = 5120
      // As captured from APNs.
      self.server.settings.headerTableSize = 4096
      self.server.settings.initialWindowSize = 65535
      self.server.settings.maxFrameSize = 16384
      self.server.settings.maxHeaderListSize = 8000
    }
  }

  private let hall: DoorHall
  private let server: HTTP2Server

  /// Makes a door that does not listen yet.
  ///
  /// - Parameters:
  ///   - intake: the way into the run that the pushes go to; its answers come back here.
  ///   - gate: who may push.
  package init(
    _ options: Options, intake: PushIntake, gate: DoorGate, metrics: DoorMetrics, logger: Logger
  ) {
    var options = options
    options.server.settings.maxConcurrentStreams = options.firstStreams
    let hall = DoorHall(options, gate, intake, metrics, logger)
    let server = HTTP2Server(options.server) { DoorConnection(hall) }
    intake.onStreams { answers in server.post(answers.compactMap { hall.response($0) }) }
    self.hall = hall
    self.server = server
  }

  /// Begins to listen; returns the port of the first TCP listener, 0 where there is none.
  ///
  /// - Throws: an error whose words ``HTTP2Server/text(of:)`` has.
  package func start() async throws -> Int { try await server.start() }

  /// The names of the sockets that it listens on: addresses with ports, and paths.
  package var addresses: [String] { server.names }

  /// The connections that are open.
  package var connections: Int { server.counters.open }

  /// Replaces the certificate for connections to come; the one before stays where the new one is unusable.
  package func reload(_ identity: HTTP2Server.Identity) throws(HTTP2ServerError) {
    try server.reload(identity)
  }

  /// Brings the metrics up to date.
  package func updateMetrics() {
    hall.metrics.take(server.counters, repeatWindow: hall.intake.repeatWindow(at: MonotonicClock.now))
  }

  /// Stops accepting, and returns when what was accepted is answered, or the deadline is over.
  package func drain(deadline: Duration) async {
    await server.drain(deadline: deadline)
  }
}
