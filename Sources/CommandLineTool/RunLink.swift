import Synchronization

/// The run of a service for what is made before it.
final class RunLink: Sendable {
  private let run = Mutex<ServiceRun?>(nil)

  /// Notes the run.
  func connect(_ run: ServiceRun) { self.run.withLock { $0 = run } }

  /// Withdraws what goes by names; true once that holds whatever happens to this process, false where there is no run.
  func recall(_ names: [String]) async -> Bool {
    guard let run = run.withLock({ $0 }), (try? await run.opened.value()) != nil else { return false }
    return await run.recall(names)
  }
}
