import Delivery

/// The opening of an outbox: who delivers has the lease alone, and a damaged file is set aside first.
struct OutboxOpening {
  let parts: OutboxParts
  /// Held as long as the outbox is open; nil where this process does not deliver.
  let lock: DeliveryLock?
  /// A sentence for people.
  let notice: String?

  /// Opens the file.
  ///
  /// - Parameter audit: nil where nobody wants the events.
  init(
    _ path: String, _ options: OutboxOptions, isDelivering: Bool, audit: AuditLog?, _ wall: Int64,
    _ listeners: QueueListeners
  ) throws(OutboxError) {
    try OutboxFile.refuseOtherKinds(path)
    guard OutboxFile.mayBeOne(path) else {
      throw OutboxError(.other, "'\(path)' is no outbox; choose another path")
    }
    lock = try isDelivering ? Self.lock(path) : nil
    // Only who has the lease sets a file aside: another may be at work on it.
    if lock == nil, OutboxRescue.isMarked(path) {
      throw OutboxError(
        .busy, "'\(path)' is damaged; start a run with --sink, which takes over what can be read of it")
    }
    func open() throws(OutboxError) -> OutboxParts {
      let core = try OutboxCore(
        path, options, isDelivering: isDelivering, isAudited: isDelivering && audit != nil, wall, listeners)
      return try OutboxParts(core, audit: audit)
    }
    var notice = try OutboxRescue.isMarked(path) ? OutboxRescue.run(path) : nil
    do throws(OutboxError) {
      parts = try open()
    } catch {
      guard error.kind == .corrupt, lock != nil else { throw error }
      notice = try OutboxRescue.run(path)
      parts = try open()
    }
    self.notice = notice
  }

  private static func lock(_ path: String) throws(OutboxError) -> DeliveryLock {
    if let lock = try DeliveryLock(path) { return lock }
    throw OutboxError(.busy, "'\(path)': another process delivers from it; let that one end")
  }
}
