import Delivery

/// The objects that the parts of an open outbox share.
struct OutboxCore {
  let options: OutboxOptions
  /// A Boolean value that indicates whether this process delivers, and not another or none.
  let isDelivering: Bool
  let file: OutboxFile
  let journal: Journal
  let lanes: Lanes
  let recalls: Recalls
  let machine: EntryMachine
  let mark: GivenMark
  let stragglers: Stragglers
  let listeners: QueueListeners

  /// Opens the file, and reads what memory has to know of it.
  init(
    _ path: String, _ options: OutboxOptions, isDelivering: Bool, isAudited: Bool, _ wall: Int64,
    _ listeners: QueueListeners
  ) throws(OutboxError) {
    self.options = options
    self.isDelivering = isDelivering
    self.listeners = listeners
    file = try OutboxFile(path)
    let last = try isAudited ? file.read { try OutboxSchema.fact($0, "event") ?? 0 } : 0
    let journal = Journal(options, isAudited: isAudited, lastEvent: last)
    let lanes = Lanes(try isDelivering ? file.read { try HeldTable.lanes($0) } : [])
    let recalls = Recalls()
    let machine = EntryMachine(options, journal, lanes, recalls)
    if isDelivering {
      try file.read { database in try HeldTable.forEachToken(database) { machine.addRow(token: $0) } }
    }
    mark =
      try isDelivering ? GivenMark(beginning: file, wall, lastEvent: isAudited ? last : nil) : GivenMark()
    stragglers = Stragglers(file, machine, journal)
    (self.journal, self.lanes, self.recalls, self.machine) = (journal, lanes, recalls, machine)
  }

  /// Keeps the bytes of notifications that are damaged beside the file, so that the others go on.
  var damaged: DamagedParts { DamagedParts(file: file, stragglers: stragglers, listeners: listeners) }
}
