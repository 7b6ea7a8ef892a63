import NotificationModel

/// The facts of a chain that its results are read with.
package struct ChainFacts: Sendable {
  /// The mark of the generation; nil for a run whose chain stays the same.
  package let generation: GenerationMark?
  /// The names of the plugins.
  package let names: Set<String>
}
