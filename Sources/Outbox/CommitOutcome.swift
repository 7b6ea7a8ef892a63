import NotificationModel

/// The results of a transaction, which hold once it is committed.
struct CommitOutcome {
  /// A batch that came in.
  struct Batch {
    var id: Int64
    var priority: PriorityClass
    /// Its entries; none where this process does not deliver.
    var entries: [Entry]
    /// A Boolean value that indicates whether it comes right behind what is in memory.
    var isNext: Bool
  }

  var batches: [Batch] = []
  var accepted: [PushNotification] = []
  /// The number of incoming notifications that are written.
  var taken = 0
  /// The mark that the file has now; see ``GivenMark``.
  var mark: Int64?
  /// The device tokens of rows that recalls have taken out.
  var freedTokens: [UInt64?] = []
  /// The findings of recalls, by name.
  var found: [String: RecallFindings] = [:]
  /// A Boolean value that indicates whether they have found more than fits into one transaction: they go on in the next.
  var isUnfinished = false
}
