import NotificationModel

/// The layout of the memory that a host shares with its worker: bytes cross once, without a system call.
///
/// The worker maps the requests' memory for reading only, so that what the host sent is still there as it was when
/// the worker has died. Nothing that the worker writes is believed: lengths are checked, and results are copied
/// before they are looked at.
package struct SharedLayout: Sendable, Equatable {
  /// The most batches of a worker: one that it works on and one that waits.
  package static let slots = 2
  /// The most notifications of a batch.
  package static let itemLimit = 4096
  /// The most presumed faults of a batch.
  package static let faultLimit = 1024

  /// The bytes of lines that a batch takes at most.
  package let lineCapacity: Int

  package init(lineCapacity: Int) {
    // Whole pages, so that slots begin on one.
    self.lineCapacity = (lineCapacity + 4095) & ~4095
  }

  // A request's slot: header, items, presumed faults, lines.
  package static let headerSize = 64
  package static let itemsOffset = headerSize
  package static let faultsOffset = itemsOffset + itemLimit * MemoryLayout<BatchItem>.stride
  package static let linesOffset =
    (faultsOffset + faultLimit * MemoryLayout<PresumedFaultRecord>.stride + 4095) & ~4095

  package var requestSlotSize: Int { Self.linesOffset + lineCapacity }
  package var requestsSize: Int { requestSlotSize * Self.slots }

  // The results: one page of progress, then a slot for each batch. Beside what the worker is doing, the page has how far
  // its lock has come, and the line of Lua that could not be interrupted.
  package static let lockOffset = 64
  package static let placeOffset = 128
  package static let resultsOffset = 4096
  package var resultSlotSize: Int { lineCapacity * 2 + (64 << 10) }
  /// The bytes of results from which on they are sent, though the batch is not done.
  package static let partSize = 4 << 20
  /// No results are larger: one notification's beyond a part.
  package var resultLimit: Int { (64 << 20) + 8 * lineCapacity }
  package var resultsSize: Int { Self.resultsOffset + resultSlotSize * Self.slots }
}

/// The place of a line in a batch.
package struct BatchItem {
  package var offset: UInt32
  package var count: UInt32

  package init(offset: Int, count: Int) {
    self.offset = UInt32(offset)
    self.count = UInt32(count)
  }
}

/// A fault that an earlier worker died of.
package struct PresumedFaultRecord {
  /// The way in which the worker died.
  package enum Kind: UInt16, Sendable {
    case crash
    /// The limit of CPU time.
    case cpu
    /// The limit of time on the clock.
    case wall
  }

  /// In place of a plugin: the line itself is what a worker died of.
  package static let anyPlugin = Int(UInt16.max)

  package var item: UInt32
  /// The line of the chunk; 0 where it is not known.
  package var line: UInt32
  package var plugin: UInt16
  package var kind: UInt16
  /// The plugin's file, by its place among them.
  package var chunk: UInt16
  package var unused: UInt16 = 0

  package init(item: Int, plugin: Int, kind: Kind, chunk: Int = 0, line: UInt32 = 0) {
    self.item = UInt32(item)
    self.plugin = UInt16(plugin)
    self.kind = kind.rawValue
    self.chunk = UInt16(clamping: chunk)
    self.line = line
  }
}

/// The progress of a worker's lock: a system call by its number, and the errno that it failed with.
package struct WorkerLock: Equatable, Sendable {
  /// The version of Landlock in force, or minus the errno that refused it.
  package var landlock: Int32 = 0
  /// The call that was refused, where it is not in force.
  package var landlockCall: Int32 = 0
  /// The call that is made; 0 once the worker is locked.
  package var call: Int32 = 0
  package var code: Int32 = 0

  package init() {}
}

/// The header of a batch; its items follow it.
package struct BatchHeader {
  package var items: UInt32
  /// The first item that has no result yet.
  package var first: UInt32
  /// The item before which results are sent, since a worker died of it; the items' number where none did.
  package var caution: UInt32
  package var presumedFaults: UInt32
  /// Plugins that are not to run, a bit each; plugins from 64 on are never quarantined.
  package var quarantined: UInt64
  /// The time at which the lines were read, in seconds since 1970.
  package var receivedAt: Double
  /// The source of the identifiers of items whose lines have none, by their places.
  package var identifiers: IdentifierSeed
  /// 1 where results are sent before each item, since what a worker notes of itself was not true.
  package var isStepwise: UInt32

  package init(
    items: Int, first: Int, caution: Int, presumedFaults: Int, quarantined: UInt64, receivedAt: Double,
    identifiers: IdentifierSeed, isStepwise: Bool
  ) {
    self.identifiers = identifiers
    self.isStepwise = isStepwise ? 1 : 0
    self.items = UInt32(items)
    self.first = UInt32(first)
    self.caution = UInt32(caution)
    self.presumedFaults = UInt32(presumedFaults)
    self.quarantined = quarantined
    self.receivedAt = receivedAt
  }
}

/// The progress of a worker, which its host can read when the worker has died.
package struct WorkerProgress {
  /// The running plugin's number, from 1; 0 where none runs.
  package var plugin: UInt32
  /// The item that it runs on.
  package var item: UInt32
  /// The number of times that it has begun the item anew.
  package var pass: UInt32
  package var unused: UInt32
  /// The batch that it is of.
  package var batch: UInt64

  /// No plugin on no line.
  package static let idle = WorkerProgress(plugin: 0, item: .max, batch: .max)

  package init(plugin: UInt32, item: UInt32, batch: UInt64) {
    self.plugin = plugin
    self.item = item
    self.batch = batch
    pass = 0
    unused = 0
  }
}
