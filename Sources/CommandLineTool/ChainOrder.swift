import ConfigurationFiles
import Generations
import NotificationModel
import Notilua
import Pipeline

/// A step of a change of the generation, on the run's thread.
enum ChainOrder: Sendable {
  case load(ChainContent, generation: GenerationMark)
  case adopt
  case discard

  /// The error for a step that comes when the run has ended.
  static let stopping = HostError(.failed, "the service stops; reload the one that is started next")
  /// The error for a chain that a service cannot run.
  static let halting = HostError(
    .usage,
    "a plugin has on_fault: halt, by which one notification would stop the service; use skip, original or drop"
  )

  /// Carries out the step.
  ///
  /// - Parameter done: called when it is done, or cannot be.
  func carryOut(in run: Run, _ done: @escaping (Result<Void, HostError>) -> Void) {
    switch self {
    case .load(let content, let generation):
      run.load(content, generation: generation) { [unowned run] in done(Self.judged($0, run)) }
    case .adopt: done(Result { () throws(HostError) in try run.adopt() })
    case .discard:
      run.discard(Self.stopping)
      done(.success(()))
    }
  }

  /// Refuses a chain that a service cannot run.
  private static func judged(_ result: Result<Void, HostError>, _ run: Run) -> Result<Void, HostError> {
    guard case .success = result, run.mayHalt else { return result }
    run.discard(halting)
    return .failure(halting)
  }
}

extension ServiceRun: GenerationHost {
  func load(_ content: ChainContent, generation: GenerationMark) async throws(HostError) {
    try await change(.load(content, generation: generation))
  }

  func adopt() async throws(HostError) { try await change(.adopt) }

  func discard() async { try? await change(.discard) }
}
