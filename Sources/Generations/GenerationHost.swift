import ConfigurationFiles
import NotificationModel
import Notilua

/// The run that generations are put in force in, as other threads see it.
package protocol GenerationHost: Sendable {
  /// Starts the workers of a generation beside those in force, and returns when they have loaded the plugins.
  ///
  /// - Throws: ``HostError`` where they cannot.
  func load(_ content: ChainContent, generation: GenerationMark) async throws(HostError)
  /// Puts the generation that was loaded in force, between two batches.
  ///
  /// - Throws: ``HostError`` where that is not possible; the one before stays in force.
  func adopt() async throws(HostError)
  /// Ends the workers of a generation that is not to be in force.
  func discard() async
}
