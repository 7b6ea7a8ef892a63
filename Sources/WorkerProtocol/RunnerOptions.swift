import LosslessJSON
import NotificationModel

/// The options of a runner beside the chain itself.
package struct RunnerOptions: Sendable, Equatable {
  package var depthLimit = 64
  package var duplicateKeys = JSONDocument.DuplicateKeys.reject
  /// A Boolean value that indicates whether results have outcomes.
  package var writesOutcomes = false
  /// A Boolean value that indicates whether outcomes also have the plugins that did not run, and the memory of others.
  package var traces = false
  /// The part of each notification that results have.
  package var content = ResultContent.lines
  /// The number of faults in a row after which a plugin is quarantined; 0 is never.
  package var quarantineAfter = 0
  /// The time of a quarantine, in nanoseconds.
  package var quarantineFor: Int64 = 0
  /// The rules of APNs whose breach by a plugin is a warning and no fault.
  package var relaxedRules: Set<APNsRule> = []

  package init() {}
}
