/// A descriptor that a reactor watches.
struct Watch {
  /// The party that says when the descriptor is ready.
  enum Watcher {
    /// Nobody: nothing is wanted of it at the moment.
    case none
    /// The kernel.
    case kernel
    /// Nobody needs to: it always is, as a regular file, or one that only reading or writing it can say more of.
    case always
  }

  let descriptor: Int32
  let isEdgeTriggered: Bool
  var interest: Readiness
  var watcher = Watcher.none
  let handler: (Readiness) -> Void
}

/// The watches of a reactor, by the numbers that the kernel hands back.
struct WatchTable {
  /// A number that is never given to two watches.
  struct Key: Hashable {
    let index: UInt32
    let generation: UInt32

    init(index: UInt32, generation: UInt32) {
      self.index = index
      self.generation = generation
    }

    init(_ bits: UInt64) {
      self.init(index: UInt32(truncatingIfNeeded: bits), generation: UInt32(bits >> 32))
    }

    var bits: UInt64 { UInt64(generation) << 32 | UInt64(index) }
  }

  private struct Slot {
    var generation: UInt32 = 0
    var watch: Watch?
  }

  private var slots: [Slot] = []
  private var vacant: [UInt32] = []

  mutating func insert(_ watch: Watch) -> Key {
    let index = vacant.popLast() ?? UInt32(slots.count)
    if index == slots.count { slots.append(Slot()) }
    slots[Int(index)].watch = watch
    return Key(index: index, generation: slots[Int(index)].generation)
  }

  mutating func remove(_ key: Key) {
    guard self[key] != nil else { return }
    slots[Int(key.index)].watch = nil
    slots[Int(key.index)].generation &+= 1
    vacant.append(key.index)
  }

  /// The watch of a key; nil once it was removed.
  subscript(key: Key) -> Watch? {
    get {
      guard key.index < slots.count, slots[Int(key.index)].generation == key.generation else { return nil }
      return slots[Int(key.index)].watch
    }
    set { if self[key] != nil, let newValue { slots[Int(key.index)].watch = newValue } }
  }

  /// The keys of the watches that the kernel watches.
  var kernelKeys: [Key] {
    slots.indices.compactMap { index in
      guard case .kernel? = slots[index].watch?.watcher else { return nil }
      return Key(index: UInt32(index), generation: slots[index].generation)
    }
  }
}
