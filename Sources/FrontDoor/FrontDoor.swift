import EventLoop
import HTTP2Transport
import Logging
import LosslessJSON
import NotificationModel
import Synchronization

/// A door for providers of APNs: clients send pushes as they do to Apple, and each becomes a notification of a run.
///
/// Source: Apple, "Sending notification requests to APNs", whose rules are those of `APNsProtocol`.
package final class FrontDoor: Sendable {
  /// The settings that a door starts with.
  package struct Options: Sendable {
    package var server: HTTP2Server.Options
    /// The environment of the pushes: that of the APNs behind the door.
    package var environment = PushEnvironment.production
    /// The time in which a push is answered.
    package var deadline = Duration.seconds(10)
    /// The time in which a push with the same `apns-id` and device token is a repeat.
    package var repeats = Duration.seconds(3600)
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

  /// The pushes that an earlier process has accepted, as far as they are known.
  package struct Accepted: Sendable {
    /// The secret that their identities were made with.
    package var secret: [UInt8]
    /// The time of each commit, in milliseconds since 1970, and the identities of its pushes.
    package var commits: [(time: Int64, identities: [UInt8])] = []

    /// Knows of none, with a secret of its own, for a queue that forgets them with the process.
    package init() {
      var random = SystemRandomNumberGenerator()
      secret = (0..<RepeatIdentity.secretSize).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    /// Knows what a queue has kept.
    package init(secret: [UInt8], commits: [(time: Int64, identities: [UInt8])]) {
      (self.secret, self.commits) = (secret, commits)
    }

    /// Returns the window that knows them.
    func window(_ length: Duration, at now: DoorTime) -> RepeatWindow<DoorDesk.Client> {
      var window = RepeatWindow<DoorDesk.Client>(length)
      for commit in commits {
        // By the clock that never goes back.
        let age = max(now.wall - commit.time, 0) * 1_000_000
        window.restore(commit.identities, .accepted, committedAt: now.monotonic - age, at: now.monotonic)
      }
      return window
    }
  }

  /// Sends responses through the server, once there is one.
  private final class Outlet: Sendable {
    private let server = Mutex<HTTP2Server?>(nil)

    func connect(_ server: HTTP2Server) { self.server.withLock { $0 = server } }
    func post(_ answers: [HTTP2Answer]) { server.withLock { $0 }?.post(answers) }
  }

  private let hall: DoorHall
  private let server: HTTP2Server
  private let exit: @Sendable () -> Void

  /// Makes a door that does not listen yet.
  ///
  /// - Parameters:
  ///   - source: the source of the run that the pushes go to; its answers come back here.
  ///   - gate: who may push.
  ///   - accepted: what is known of pushes before.
  package init(
    _ options: Options, source: DoorSource, gate: DoorGate, accepted: Accepted, metrics: DoorMetrics,
    logger: Logger
  ) {
    var options = options
    options.server.settings.maxConcurrentStreams = options.firstStreams
    let outlet = Outlet()
    let desk = DoorDesk(accepted.window(options.repeats, at: .now), metrics) { outlet.post($0) }
    let hall = DoorHall(
      options, gate, desk, metrics, secret: accepted.secret, entrance: source.entrance, logger)
    let server = HTTP2Server(options.server) { DoorConnection(hall) }
    outlet.connect(server)
    source.answered = { desk.answer($0) }
    source.expired = { desk.expire($0, isTakenBack: $1) }
    self.hall = hall
    self.server = server
    exit = source.exit
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
    hall.metrics.take(server.counters, repeatWindow: hall.desk.repeatWindow(at: MonotonicClock.now))
  }

  /// Stops accepting, and returns when what was accepted is answered, or the deadline is over.
  package func drain(deadline: Duration) async {
    await server.drain(deadline: deadline)
  }

  /// Ends the source: the run goes on with what it has, and comes to its end.
  package func endSource() { exit() }
}
