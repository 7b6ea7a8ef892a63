import FrontDoor

/// The run of a service, for what is made before it.
package struct RunAccess: Sendable {
  /// Withdraws what goes by names; returns true once that holds whatever happens to the process, false where the run has ended.
  package let recall: @Sendable (_ names: [String]) async -> Bool
  /// Returns the way of pushes into the run, once it is open.
  package let intake: @Sendable () async throws -> PushIntake

  /// Makes a value from its parts.
  package init(
    recall: @escaping @Sendable (_ names: [String]) async -> Bool,
    intake: @escaping @Sendable () async throws -> PushIntake
  ) {
    (self.recall, self.intake) = (recall, intake)
  }
}
