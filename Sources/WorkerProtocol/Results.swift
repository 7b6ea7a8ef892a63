import NotificationModel

/// The result of one notification, as it stands in a results frame.
package struct ResultRecord {
  /// The outcome of a notification in the chain.
  package enum Action: UInt8, Sendable {
    case deliver
    case drop
    case reject
    /// The run is to stop, and the notification is rejected.
    case halt
  }

  package var item: UInt32
  /// The raw value of the action, which a worker that is not ours may set to anything.
  private var code: UInt8
  package var isChanged: UInt8
  package var faults: UInt16 = 0
  /// The bytes of the line for output, with its newline, and of the changed payload; or of the answer to a request.
  package var outputCount: UInt32
  /// The bytes of the outcome, or of the cause where the line was rejected.
  package var outcomeCount: UInt32
  /// The bytes of notes for the error stream.
  package var noteCount: UInt32
  /// The bytes of the ``PassEffects``.
  package var effectCount: UInt32
  /// The offset in the line at which a rejected one is wrong.
  package var offset: UInt32
  /// The place of the push type among all, counted from 1; 0 for none.
  private var typePlace: UInt32

  /// Makes the record of one notification.
  package init(
    item: Int, action: Action, isChanged: Bool, faults: Int, outputCount: Int, outcomeCount: Int,
    noteCount: Int, effectCount: Int = 0, offset: Int = 0, pushType: PushType? = nil
  ) {
    self.item = UInt32(item)
    code = action.rawValue
    self.isChanged = isChanged ? 1 : 0
    self.faults = UInt16(clamping: faults)
    self.outputCount = UInt32(outputCount)
    self.outcomeCount = UInt32(outcomeCount)
    self.noteCount = UInt32(noteCount)
    self.effectCount = UInt32(effectCount)
    self.offset = UInt32(clamping: offset)
    typePlace = pushType.flatMap { PushType.allCases.firstIndex(of: $0) }.map { UInt32($0) + 1 } ?? 0
  }

  /// The outcome of the notification.
  package var action: Action { Action(rawValue: code) ?? .reject }

  /// The push type that a changed payload stands for; nil where the worker says none.
  package var pushType: PushType? {
    PushType.allCases.indices.contains(Int(typePlace) - 1) ? PushType.allCases[Int(typePlace) - 1] : nil
  }

  /// A Boolean value that indicates whether the action is one of those that there are.
  var hasAction: Bool { Action(rawValue: code) != nil }

  /// A Boolean value that indicates whether the notification goes on, or was dropped by a plugin.
  package var isPassed: Bool { action == .deliver || action == .drop }

  /// Returns a Boolean value that indicates whether the record has what its action and the content of results say.
  ///
  /// - Parameter writesHeaders: a Boolean value that indicates whether plugins may change delivery headers, which are
  ///   effects beside any content.
  func isConsistent(_ content: ResultContent, writesHeaders: Bool) -> Bool {
    let isDelivered = action == .deliver
    let mayHaveEffects = content.hasPayloads || writesHeaders && content != .answers
    guard effectCount == 0 || mayHaveEffects && isPassed else { return false }
    let hasPayload = content.hasPayloads && isDelivered && isChanged != 0
    guard typePlace == 0 || hasPayload && pushType != nil else { return false }
    switch content {
    case .none: return outputCount == 0
    case .lines, .linesAndPayloads: return (outputCount > 0) == isDelivered
    case .payloads: return (outputCount > 0) == hasPayload
    case .answers: return (outputCount > 0) == (action != .reject)
    }
  }
}

/// The counts of a plugin in one batch.
package struct TallyRecord {
  package var runs: UInt32 = 0
  package var edits: UInt32 = 0
  package var drops: UInt32 = 0
  package var faults: UInt32 = 0
  package var faultsInRow: UInt32 = 0
  package var passedBy: UInt32 = 0
  package var uncountedFaults: UInt32 = 0
  /// The number of runs whose time ``nanoseconds`` has: by far not all are timed.
  package var timed: UInt32 = 0
  package var nanoseconds: Int64 = 0
  /// The faults by kind.
  package var kinds = FaultCounts<UInt32>()
  package var unused: UInt32 = 0

  package init() {}

  /// Returns true where a batch of so many items can have these counts.
  ///
  /// A plugin that runs out of time may fail in its last chance, too.
  package func isPossible(items: Int) -> Bool {
    let limit = UInt32(clamping: items)
    return runs <= limit && edits <= limit && drops <= limit && faults <= 2 * limit && faultsInRow <= faults
      && uncountedFaults <= faults
      && passedBy <= limit && nanoseconds >= 0 && timed <= limit && kinds.sum == UInt64(faults)
  }
}

/// The header of a results frame; records, tallies, output, outcomes, notes and effects follow it.
package struct ResultHeader {
  package var records: UInt32
  package var tallies: UInt32
  package var outputCount: UInt64
  package var outcomeCount: UInt64
  package var noteCount: UInt64
  package var effectCount: UInt64

  /// Makes the header of a body.
  package init(
    records: Int, tallies: Int, outputCount: Int, outcomeCount: Int, noteCount: Int, effectCount: Int = 0
  ) {
    self.records = UInt32(records)
    self.tallies = UInt32(tallies)
    self.outputCount = UInt64(outputCount)
    self.outcomeCount = UInt64(outcomeCount)
    self.noteCount = UInt64(noteCount)
    self.effectCount = UInt64(effectCount)
  }

  package var bodyCount: Int {
    MemoryLayout<ResultHeader>.size + Int(records) * MemoryLayout<ResultRecord>.stride
      + Int(tallies) * MemoryLayout<TallyRecord>.stride + Int(outputCount) + Int(outcomeCount)
      + Int(noteCount) + Int(effectCount)
  }
}

/// The sections of a results frame's body, after all of its lengths were checked.
package struct ResultBody {
  package let records: UnsafeRawBufferPointer
  package let tallies: UnsafeRawBufferPointer
  package let output: UnsafeRawBufferPointer
  package let outcomes: UnsafeRawBufferPointer
  package let notes: UnsafeRawBufferPointer
  package let effects: UnsafeRawBufferPointer
  /// The items whose results these are.
  package let items: Range<Int>
  package var count: Int { items.count }

  /// Takes `body` apart, the results of the first of the `pending` items of a batch, or of all; nil where a length does
  /// not fit, or an item is missing or stands twice.
  package init?(_ body: UnsafeRawBufferPointer, pending: Range<Int>) {
    guard body.count >= MemoryLayout<ResultHeader>.size else { return nil }
    let header = body.loadUnaligned(as: ResultHeader.self)
    guard header.records > 0, Int(header.records) <= pending.count, header.outputCount < 1 << 40,
      header.outcomeCount < 1 << 40, header.noteCount < 1 << 40, header.effectCount < 1 << 40,
      header.tallies < 1 << 16,
      header.bodyCount == body.count
    else { return nil }
    let count = Int(header.records)
    items = pending.lowerBound..<pending.lowerBound + count
    var at = MemoryLayout<ResultHeader>.size
    func section(_ count: Int) -> UnsafeRawBufferPointer {
      defer { at += count }
      return UnsafeRawBufferPointer(rebasing: body[at..<at + count])
    }
    records = section(count * MemoryLayout<ResultRecord>.stride)
    tallies = section(Int(header.tallies) * MemoryLayout<TallyRecord>.stride)
    output = section(Int(header.outputCount))
    outcomes = section(Int(header.outcomeCount))
    notes = section(Int(header.noteCount))
    effects = section(Int(header.effectCount))
    var sums = (output: 0, outcome: 0, note: 0, effect: 0)
    // Items that waited for an answer come behind later ones.
    var isInOrder = true
    for index in 0..<count {
      let record = self[index]
      guard record.hasAction else { return nil }
      if Int(record.item) != items.lowerBound + index { isInOrder = false }
      sums.output += Int(record.outputCount)
      sums.outcome += Int(record.outcomeCount)
      sums.note += Int(record.noteCount)
      sums.effect += Int(record.effectCount)
    }
    guard sums == (output.count, outcomes.count, notes.count, effects.count), isInOrder || hasEachItemOnce
    else {
      return nil
    }
  }

  private var hasEachItemOnce: Bool {
    var seen = [Bool](repeating: false, count: count)
    for index in 0..<count {
      let item = Int(self[index].item) - items.lowerBound
      guard seen.indices.contains(item), !seen[item] else { return false }
      seen[item] = true
    }
    return true
  }

  /// Returns a Boolean value that indicates whether each record has what its action and the content of results say.
  ///
  /// - Parameter writesHeaders: a Boolean value that indicates whether plugins may change delivery headers.
  package func isConsistent(_ content: ResultContent, writesHeaders: Bool = false) -> Bool {
    for index in 0..<count where !self[index].isConsistent(content, writesHeaders: writesHeaders) {
      return false
    }
    return true
  }

  /// A Boolean value that indicates whether a record stops the run.
  package var hasHalt: Bool {
    for index in 0..<count where self[index].action == .halt { return true }
    return false
  }

  /// Calls a body with the results of each notification, in the order of the records.
  package func eachEntry(_ body: (ResultEntry) -> Void) {
    var cursor = ResultEntry.Cursor(self)
    for index in 0..<count { body(cursor.next(self[index])) }
  }

  /// The results of each notification, in the order of the items.
  package var entries: [ResultEntry] {
    var entries: [ResultEntry] = []
    entries.reserveCapacity(count)
    var isInOrder = true
    eachEntry {
      if $0.item < entries.last?.item ?? 0 { isInOrder = false }
      entries.append($0)
    }
    return isInOrder ? entries : entries.sorted { $0.item < $1.item }
  }

  /// Returns a record by its place in the part.
  package subscript(_ index: Int) -> ResultRecord {
    records.loadUnaligned(fromByteOffset: index * MemoryLayout<ResultRecord>.stride, as: ResultRecord.self)
  }

  package var tallyList: [TallyRecord] {
    (0..<tallies.count / MemoryLayout<TallyRecord>.stride).map {
      tallies.loadUnaligned(fromByteOffset: $0 * MemoryLayout<TallyRecord>.stride, as: TallyRecord.self)
    }
  }
}
