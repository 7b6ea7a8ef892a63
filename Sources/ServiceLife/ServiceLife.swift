import CProcessSandbox
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// The life of the service's process, from its start to its end.
package enum ServiceLife {
  /// The time that parts have to end after they were cancelled; then the process ends all the same.
  private static let cancellationTime = Duration.seconds(5)

  /// Prepares the process: secrets reach no core file, and a reader that goes away ends nothing.
  package static func prepareProcess() {
    ps_forbid_core_files()
    signal(SIGPIPE, SIG_IGN)
  }

  /// Runs the parts of the service until SIGTERM or SIGINT, or until one of them ends.
  ///
  /// They are started in their order and stopped in reverse: each has ended before the one in front of it is asked to. A
  /// second signal cancels them all.
  ///
  /// - Parameter stopTimeout: the time that all parts have for a stop; then they are cancelled.
  /// - Throws: the error of the part that failed.
  package static func run(_ parts: [any Service], stopTimeout: Duration, logger: Logger) async throws {
    let services = parts.map {
      ServiceGroupConfiguration.ServiceConfiguration(
        service: $0, successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup)
    }
    var configuration = ServiceGroupConfiguration(
      services: services, logger: logger)
    configuration.maximumGracefulShutdownDuration = stopTimeout
    configuration.maximumCancellationDuration = cancellationTime
    let group = ServiceGroup(configuration: configuration)
    let life = Task { try await group.run() }
    let signals = Task { await heed(stopping: group, cancelling: life, logger) }
    defer { signals.cancel() }
    do {
      try await life.value
    } catch is CancellationError where life.isCancelled {}
  }

  /// Asks the parts to stop at the first signal, and cancels them at the second.
  private static func heed(
    stopping group: ServiceGroup, cancelling life: Task<Void, any Error>, _ logger: Logger
  ) async {
    var signals = await UnixSignalsSequence(trapping: .sigterm, .sigint).makeAsyncIterator()
    guard await signals.next() != nil else { return }
    await group.triggerGracefulShutdown()
    guard await signals.next() != nil else { return }
    logger.notice("a second signal: nothing is waited for")
    life.cancel()
  }
}
