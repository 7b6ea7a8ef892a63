import APNsCredentials
import Glibc
import HTTP2Transport

/// An APNs to test against: a server that answers as APNs does.
package final class Simulator: Sendable {
  /// The addresses, certificate and rules that a simulator starts with.
  package struct Options: Sendable {
    /// The addresses to listen on, with one port: those of this machine alone, unless others are named.
    package var hosts = ["127.0.0.1", "::1"]
    /// 0 for one that is free.
    package var port = 0
    /// True when the server offers HTTP/2 by ALPN; without, clients must assume it.
    package var usesALPN = true
    package var simulation: Simulation.Options
    /// The server's own certificate.
    package var identity: CertificateAuthority.Issued
    /// A descriptor that the journal is written to.
    package var journal: Int32?

    package init(simulation: Simulation.Options, identity: CertificateAuthority.Issued) {
      self.simulation = simulation
      self.identity = identity
    }
  }

  private let hub: SimulatorHub
  private let server: HTTP2Server

  /// - Parameter clock: milliseconds since 1970.
  package init(_ options: Options, clock: @escaping @Sendable () -> Int64 = Simulator.wallClock) {
    let hub = SimulatorHub(
      Simulation(options.simulation, journal: Journal(file: options.journal)), clock: clock)
    var server = HTTP2Server.Options(
      certificateChain: [options.identity.certificate], privateKey: options.identity.key)
    server.listeners = [.addresses(options.hosts, port: options.port)]
    server.limits = Self.limits
    server.asksForClientCertificate = true
    if !options.usesALPN { server.protocols = [] }
    // As captured from APNs.
    server.settings.headerTableSize = 4096
    server.settings.initialWindowSize = 65535
    server.settings.maxFrameSize = 16384
    server.settings.maxHeaderListSize = 8000
    server.settings.maxConcurrentStreams = options.simulation.rules.settings.firstStreams
    self.hub = hub
    self.server = HTTP2Server(server) { SimulatorConnection(hub) }
  }

  /// The limits of a server whose clients are tests.
  ///
  /// Slow networks, stalls and thousands of connections from one address are what they try. The rules say how long a connection may be idle, and what is too large.
  private static let limits = {
    var limits = HTTP2Server.Limits()
    (limits.handshake, limits.preface, limits.request, limits.unread) = (
      .seconds(60), .seconds(60), .seconds(60), .seconds(600)
    )
    limits.idle = nil
    limits.headerList = 64 << 10
    (limits.connections, limits.connectionsOfAddress) = (10_000, .max)
    (limits.requestsInFlight, limits.bytesInFlight) = (1_000_000, 1 << 30)
    return limits
  }()

  /// Begins to listen; tells the port.
  package func start() async throws(SimulatorError) -> Int {
    do {
      return try await server.start()
    } catch {
      throw SimulatorError(HTTP2Server.text(of: error))
    }
  }

  /// The addresses that it listens on.
  package var addresses: [String] { server.addresses }

  /// Ends all connections; tells what has happened, and the errno of a journal that could not be written.
  package func stop() async -> (summary: String, journalFailure: Int32?) {
    await server.stop()
    return (hub.simulation.summary, hub.simulation.journal.failure)
  }

  /// Milliseconds since 1970.
  @Sendable package static func wallClock() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
  }
}
