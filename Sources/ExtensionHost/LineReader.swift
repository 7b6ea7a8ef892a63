import Glibc
import WorkerProtocol

/// Cuts an input into lines, in the memory that a worker reads them from.
package struct LineReader: ~Copyable {
  /// What reading led to.
  package enum Progress {
    /// There is nothing to read at the moment.
    case nothing
    /// Lines stand in the slot.
    case lines
    /// A line was longer than the limit and is gone.
    case oversized(line: Int, count: Int)
    case ended
    case failed(Int32)
  }

  /// The most bytes of one read: a batch of them stays in a core's cache from the input to the output.
  private static let readLimit = 256 << 10
  /// The bytes of one read for each line that a batch may have: what was read must be done before a stop.
  private static let readPerLine = 512

  private let file: Int32
  private let limit: Int
  private var itemLimit = SharedLayout.itemLimit
  /// The bytes of a line whose end was not read yet.
  private var rest: [UInt8] = []
  private var filled = 0
  private var scanned = 0
  private var lineStart = 0
  private var line = 0
  private var skipping = 0
  private var hasEnded = false
  /// Whether a line was read whole that is in no batch yet.
  package private(set) var hasWholeLine = false
  private var isAtStart = true
  /// The bytes of lines that are too long, as they come.
  package var onOversized: (UnsafeRawBufferPointer) -> Void = { _ in }
  /// Whether the input began with a byte order mark, which is not part of its first line.
  package private(set) var hasByteOrderMark = false
  package private(set) var items: [BatchItem] = []
  package private(set) var lines: [Int] = []
  package private(set) var lacksNewline = false

  package init(file: Int32, limit: Int) {
    self.file = file
    self.limit = limit
  }

  /// Whether the line that is read at the moment is too long.
  package var isSkipping: Bool { skipping > 0 }

  /// Begins to fill a slot, with what the last read left over.
  package mutating func begin(_ slot: Slot) {
    rest.withUnsafeBytes {
      if let start = $0.baseAddress { slot.lines.copyMemory(from: start, byteCount: $0.count) }
    }
    filled = rest.count
    hasWholeLine = memchr(slot.lines, 0x0A, filled) != nil
    rest.removeAll(keepingCapacity: true)
    scanned = 0
    lineStart = 0
    items.removeAll(keepingCapacity: true)
    lines.removeAll(keepingCapacity: true)
    lacksNewline = false
  }

  /// Reads once, which waits where the input has nothing, and cuts what came into lines, `most` of them.
  package mutating func fill(_ slot: Slot, most: Int = SharedLayout.itemLimit) -> Progress {
    itemLimit = most
    // Whole lines that are there already are not kept waiting for more.
    if !hasEnded, filled < slot.capacity, memchr(slot.lines + scanned, 0x0A, filled - scanned) == nil {
      let wanted = min(4096 + most * Self.readPerLine, Self.readLimit)
      let count = read(file, slot.lines + filled, min(slot.capacity - filled, wanted))
      if count < 0 { return errno == EINTR || errno == EAGAIN ? .nothing : .failed(errno) }
      if count == 0 { hasEnded = true }
      filled += count
    }
    if isAtStart, filled >= 3 || hasEnded || memchr(slot.lines, 0x0A, filled) != nil {
      skipByteOrderMark(slot)
    }
    return cut(slot)
  }

  /// Whether there is something to cut without reading.
  package var hasMore: Bool { hasEnded || hasWholeLine }

  private mutating func skipByteOrderMark(_ slot: Slot) {
    isAtStart = false
    let bytes = UnsafeRawBufferPointer(start: slot.lines, count: filled)
    guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    hasByteOrderMark = true
    scanned = 3
    lineStart = 3
  }

  private mutating func cut(_ slot: Slot) -> Progress {
    while items.count < itemLimit {
      guard scanned < filled, let found = memchr(slot.lines + scanned, 0x0A, filled - scanned) else {
        scanned = filled
        break
      }
      let end = UnsafeRawPointer(found) - UnsafeRawPointer(slot.lines)
      scanned = end + 1
      line += 1
      if skipping > 0 {
        let count = skipping + end - lineStart
        pass(slot, from: lineStart, to: end)
        skipping = 0
        lineStart = end + 1
        keepRest(slot)
        return .oversized(line: line, count: count)
      }
      if end - lineStart > limit {
        let count = end - lineStart
        if !items.isEmpty {
          // What stands before it goes first.
          line -= 1
          break
        }
        pass(slot, from: lineStart, to: end)
        lineStart = end + 1
        keepRest(slot)
        return .oversized(line: line, count: count)
      }
      add(slot, end)
      lineStart = end + 1
    }
    if hasEnded, scanned == filled, items.count < itemLimit { return end(slot) }
    // Longer than any line may be, and no end of it in sight.
    if items.isEmpty, scanned == filled, filled - lineStart > limit || skipping > 0 {
      pass(slot, from: lineStart, to: filled)
      skipping += filled - lineStart
      filled = 0
      scanned = 0
      lineStart = 0
      hasWholeLine = false
      return .nothing
    }
    if items.isEmpty {
      hasWholeLine = false
      // Blank lines leave nothing; make room for what follows.
      if lineStart > 0, filled == slot.capacity {
        memmove(slot.lines, slot.lines + lineStart, filled - lineStart)
        filled -= lineStart
        scanned -= lineStart
        lineStart = 0
      }
      return .nothing
    }
    keepRest(slot)
    return .lines
  }

  /// The last line, which has no newline.
  private mutating func end(_ slot: Slot) -> Progress {
    if skipping > 0 {
      let count = skipping + filled - lineStart
      pass(slot, from: lineStart, to: filled)
      skipping = 0
      line += 1
      filled = 0
      scanned = 0
      lineStart = 0
      return .oversized(line: line, count: count)
    }
    if lineStart < filled {
      if filled - lineStart > limit {
        if !items.isEmpty {
          keepRest(slot)
          return .lines
        }
        let count = filled - lineStart
        line += 1
        pass(slot, from: lineStart, to: filled)
        lineStart = filled
        keepRest(slot)
        return .oversized(line: line, count: count)
      }
      line += 1
      let before = items.count
      add(slot, filled)
      lacksNewline = items.count > before
      lineStart = filled
    }
    rest.removeAll()
    hasWholeLine = false
    filled = 0
    scanned = 0
    lineStart = 0
    return items.isEmpty ? .ended : .lines
  }

  /// Adds the line that ends at `end`, unless it is blank.
  private mutating func add(_ slot: Slot, _ end: Int) {
    let bytes = slot.lines.assumingMemoryBound(to: UInt8.self)
    var at = lineStart
    while at < end, bytes[at] == 0x20 || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    if at == end { return }
    items.append(BatchItem(offset: lineStart, count: end - lineStart))
    lines.append(line)
  }

  private mutating func keepRest(_ slot: Slot) {
    hasWholeLine = memchr(slot.lines + lineStart, 0x0A, filled - lineStart) != nil
    rest.append(contentsOf: UnsafeRawBufferPointer(start: slot.lines + lineStart, count: filled - lineStart))
  }

  private func pass(_ slot: Slot, from start: Int, to end: Int) {
    onOversized(UnsafeRawBufferPointer(start: slot.lines + start, count: end - start))
  }
}
