import Logging
import ServiceLifecycle

/// The part of the service that tells the service manager of its start and its stop.
///
/// It stands last in the group: it is started last, and is the first to learn of a stop.
package struct ManagerService: Service, CustomStringConvertible {
  private let manager: ServiceManager
  private let logger: Logger
  private let whenReady: @Sendable () async throws -> String

  /// Makes a service that is not started.
  ///
  /// - Parameter whenReady: returns once all other parts do their work, with a sentence for `systemctl status`.
  package init(
    _ manager: ServiceManager, logger: Logger, whenReady: @escaping @Sendable () async throws -> String
  ) {
    self.manager = manager
    self.logger = logger
    self.whenReady = whenReady
  }

  /// The name of the service.
  package var description: String { "service manager" }

  /// Reports the start, waits for the stop, and reports that.
  package func run() async throws {
    let status = try await cancelWhenGracefulShutdown(whenReady)
    manager.reportReady(status)
    logger.notice("ready", metadata: ["status": "\(status)"])
    try await gracefulShutdown()
    manager.reportStopping("stopping")
    logger.notice("stopping")
  }
}
