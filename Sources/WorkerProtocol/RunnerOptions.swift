import LosslessJSON

/// What the runner is to do beside the chain itself.
package struct RunnerOptions: Sendable, Equatable {
  package var depthLimit = 64
  package var duplicateKeys = JSONDocument.DuplicateKeys.reject
  /// Whether results have outcomes.
  package var writesOutcomes = false
  /// Whether outcomes also say why plugins did not run, and what memory they took.
  package var traces = false
  /// Whether results have the lines for output.
  package var writesOutput = true
  /// Whether the host is told of withdrawals, as notes of their own.
  package var tellsWithdrawals = false
  /// After how many faults in a row a plugin is set aside; 0 is never.
  package var quarantineAfter = 0
  /// For how long, in nanoseconds.
  package var quarantineFor: Int64 = 0
  /// Whether lines of the output carry what plugins attached.
  package var keepsAttachments = false
  /// Whether lines ask content extensions to present them.
  package var presents = false

  package init() {}
}
