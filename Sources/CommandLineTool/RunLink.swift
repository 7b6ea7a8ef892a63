import FrontDoor
import ServiceParts
import Synchronization

/// The run of a service, which is made behind what needs it.
final class RunLink: Sendable {
  /// The run for what is made before it.
  var access: RunAccess { RunAccess(recall: recall, intake: intake) }

  private let run = Mutex<ServiceRun?>(nil)

  /// Notes the run.
  func connect(_ run: ServiceRun) { self.run.withLock { $0 = run } }

  /// Withdraws what goes by names; true once that holds whatever happens to this process, false where there is no run.
  private func recall(_ names: [String]) async -> Bool {
    guard let run = run.withLock({ $0 }), (try? await run.opened.value()) != nil else { return false }
    return await run.recall(names)
  }

  private func intake() async throws -> PushIntake {
    guard let run = run.withLock({ $0 }) else { throw CancellationError() }
    return try await run.opened.value().intake
  }
}
