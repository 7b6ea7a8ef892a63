import Operations

/// The service that the HTTP API answers for.
package protocol RESTSource: Sendable {
  /// The reason why no notification is accepted any more, as a clause; nil while they are.
  var refusal: String? { get }
  /// Returns the state of the service.
  func status() async -> ServiceStatus
  /// Withdraws what goes by names; returns true once that holds whatever happens to this process, false where the run has
  /// ended.
  func recall(_ names: [String]) async -> Bool
}
