/// The findings of a recall.
package struct RecallFindings {
  /// Notifications that will not leave.
  package var withdrawn = 0
  /// Notifications that the sink has: how they end is told with them.
  package var underWay = 0
  /// Notifications that were delivered, as far as that is remembered.
  package var delivered = 0
  /// The action on those: `replaced`, or `removed`.
  package var then: String?
}
