import LosslessJSON

/// What the runner is to do beside the chain itself.
package struct RunnerOptions: Sendable, Equatable {
  package var depthLimit = 64
  package var duplicateKeys = JSONDocument.DuplicateKeys.reject
  /// Whether results have outcomes.
  package var writesOutcomes = false
  /// Whether outcomes also say why plugins did not run, and what memory they took.
  package var traces = false
  /// The part of each notification that results have.
  package var content = ResultContent.lines
  /// After how many faults in a row a plugin is set aside; 0 is never.
  package var quarantineAfter = 0
  /// For how long, in nanoseconds.
  package var quarantineFor: Int64 = 0

  package init() {}
}
