import LosslessJSON

extension Pass {
  /// A point in a pass that a plugin's fault goes back to.
  struct Savepoint {
    /// The edits of the document so far.
    var mark: JSONDocument.Mark
    var attachments: NodeID = 0
    /// The number of notifications that were withdrawn.
    var withdrawals = 0
    /// The number of changes of delivery headers.
    var delivery = 0
    var oversize: Oversize?
  }

  /// A payload that is too large for APNs, and the plugin that made it so.
  struct Oversize {
    /// The place of the plugin in the chain.
    var plugin: Int
    var size: Int
    var limit: Int
  }
}
