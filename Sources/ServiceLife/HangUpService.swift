import Glibc
import ServiceLifecycle
import UnixSignals

/// The part of the service that answers SIGHUP, by which programs that rotate logs ask for files to be opened anew.
package struct HangUpService: Service, CustomStringConvertible {
  private let reopen: @Sendable () async -> Void

  /// Makes a service that is not started.
  ///
  /// - Parameter reopen: opens the files anew, and reports what fails.
  package init(reopen: @escaping @Sendable () async -> Void) { self.reopen = reopen }

  /// The name of the service.
  package var description: String { "hang-up signal" }

  /// Calls the closure after each SIGHUP until the service stops.
  package func run() async throws {
    let signals = await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown()
    for await _ in signals { await reopen() }
    // While the other parts stop, nobody listens any more.
    signal(SIGHUP, SIG_IGN)
  }
}
