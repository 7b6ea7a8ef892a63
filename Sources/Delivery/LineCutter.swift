import Glibc

/// Reads bytes of a descriptor into memory, and cuts them into lines.
struct LineCutter: ~Copyable {
  /// The most bytes of one read: a batch of them stays in a core's cache from the input to the output.
  private static let readLimit = 256 << 10
  /// The bytes of one read for each line that a batch may have: what was read must be done before a stop.
  private static let readPerLine = 512

  let descriptor: Int32
  private let limit: Int
  private var lineLimit = 0
  /// The bytes of a line whose end was not read yet.
  private var rest: [UInt8] = []
  private var filled = 0
  private var scanned = 0
  private var lineStart = 0
  private var line = 0
  private var skipping = 0
  private var hasEnded = false
  /// A Boolean value that indicates whether a line was read whole that is in no batch yet.
  private(set) var hasWholeLine = false
  private var isAtStart = true
  /// The bytes of lines that are too long, as they come.
  var onOversized: (UnsafeRawBufferPointer) -> Void = { _ in }
  /// A Boolean value that indicates whether the input began with a byte order mark, which is no part of its first line.
  private(set) var hasByteOrderMark = false
  private(set) var lines: [SourceLine] = []
  private(set) var lacksNewline = false

  init(file: Int32, limit: Int) {
    descriptor = file
    self.limit = limit
  }

  /// A Boolean value that indicates whether the line that is read at the moment is too long.
  var isSkipping: Bool { skipping > 0 }

  /// Begins to fill a slot, with what the last read left over.
  mutating func begin(_ buffer: UnsafeMutableRawBufferPointer) {
    guard let memory = buffer.baseAddress else { return }
    rest.withUnsafeBytes {
      if let start = $0.baseAddress { memory.copyMemory(from: start, byteCount: $0.count) }
    }
    filled = rest.count
    hasWholeLine = memchr(memory, 0x0A, filled) != nil
    rest.removeAll(keepingCapacity: true)
    scanned = 0
    lineStart = 0
    lines.removeAll(keepingCapacity: true)
    lacksNewline = false
  }

  /// Keeps what a slot has of a line whose end was not read, for the slot that comes next.
  mutating func leave(_ buffer: UnsafeMutableRawBufferPointer) {
    if let memory = buffer.baseAddress { keepRest(memory) }
  }

  /// Reads once, which waits where the input has nothing, and cuts what came into lines, `most` of them.
  mutating func fill(_ buffer: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress {
    guard let memory = buffer.baseAddress else { return .failed(EINVAL) }
    let capacity = buffer.count
    lineLimit = most
    // Whole lines that are there already are not kept waiting for more.
    if !hasEnded, filled < capacity, memchr(memory + scanned, 0x0A, filled - scanned) == nil {
      let wanted = min(4096 + most * Self.readPerLine, Self.readLimit)
      let count = read(descriptor, memory + filled, min(capacity - filled, wanted))
      if count < 0 { return errno == EINTR || errno == EAGAIN ? .nothing : .failed(errno) }
      if count == 0 { hasEnded = true }
      filled += count
    }
    if isAtStart, filled >= 3 || hasEnded || memchr(memory, 0x0A, filled) != nil {
      skipByteOrderMark(memory)
    }
    return cut(memory, capacity)
  }

  /// A Boolean value that indicates whether there is something to cut without reading.
  var hasMore: Bool { hasEnded || hasWholeLine }

  private mutating func skipByteOrderMark(_ memory: UnsafeMutableRawPointer) {
    isAtStart = false
    let bytes = UnsafeRawBufferPointer(start: memory, count: filled)
    guard bytes.starts(with: [0xEF, 0xBB, 0xBF]) else { return }
    hasByteOrderMark = true
    scanned = 3
    lineStart = 3
  }

  private mutating func cut(_ memory: UnsafeMutableRawPointer, _ capacity: Int) -> SourceProgress {
    while lines.count < lineLimit {
      guard scanned < filled, let found = memchr(memory + scanned, 0x0A, filled - scanned) else {
        scanned = filled
        break
      }
      let end = UnsafeRawPointer(found) - UnsafeRawPointer(memory)
      scanned = end + 1
      line += 1
      if skipping > 0 {
        let count = skipping + end - lineStart
        pass(memory, from: lineStart, to: end)
        skipping = 0
        lineStart = end + 1
        keepRest(memory)
        return .oversized(line: line, count: count)
      }
      if end - lineStart > limit {
        let count = end - lineStart
        if !lines.isEmpty {
          // What stands before it goes first.
          line -= 1
          break
        }
        pass(memory, from: lineStart, to: end)
        lineStart = end + 1
        keepRest(memory)
        return .oversized(line: line, count: count)
      }
      add(memory, end)
      lineStart = end + 1
    }
    if hasEnded, scanned == filled, lines.count < lineLimit { return end(memory) }
    // Longer than any line may be, and no end of it in sight.
    if lines.isEmpty, scanned == filled, filled - lineStart > limit || skipping > 0 {
      pass(memory, from: lineStart, to: filled)
      skipping += filled - lineStart
      filled = 0
      scanned = 0
      lineStart = 0
      hasWholeLine = false
      return .nothing
    }
    if lines.isEmpty {
      hasWholeLine = false
      // Blank lines leave nothing; make room for what follows.
      if lineStart > 0, filled == capacity {
        memmove(memory, memory + lineStart, filled - lineStart)
        filled -= lineStart
        scanned -= lineStart
        lineStart = 0
      }
      return .nothing
    }
    keepRest(memory)
    return .lines
  }

  /// The last line, which has no newline.
  private mutating func end(_ memory: UnsafeMutableRawPointer) -> SourceProgress {
    if skipping > 0 {
      let count = skipping + filled - lineStart
      pass(memory, from: lineStart, to: filled)
      skipping = 0
      line += 1
      filled = 0
      scanned = 0
      lineStart = 0
      return .oversized(line: line, count: count)
    }
    if lineStart < filled {
      if filled - lineStart > limit {
        if !lines.isEmpty {
          keepRest(memory)
          return .lines
        }
        let count = filled - lineStart
        line += 1
        pass(memory, from: lineStart, to: filled)
        lineStart = filled
        keepRest(memory)
        return .oversized(line: line, count: count)
      }
      line += 1
      let before = lines.count
      add(memory, filled)
      lacksNewline = lines.count > before
      lineStart = filled
    }
    rest.removeAll()
    hasWholeLine = false
    filled = 0
    scanned = 0
    lineStart = 0
    return lines.isEmpty ? .ended : .lines
  }

  /// Adds the line that ends at `end`, unless it is blank.
  private mutating func add(_ memory: UnsafeMutableRawPointer, _ end: Int) {
    let bytes = memory.assumingMemoryBound(to: UInt8.self)
    var at = lineStart
    while at < end, bytes[at] == 0x20 || bytes[at] == 0x0D || bytes[at] == 0x09 { at += 1 }
    if at == end { return }
    lines.append(SourceLine(offset: lineStart, count: end - lineStart, number: line))
  }

  private mutating func keepRest(_ memory: UnsafeMutableRawPointer) {
    hasWholeLine = memchr(memory + lineStart, 0x0A, filled - lineStart) != nil
    rest.append(contentsOf: UnsafeRawBufferPointer(start: memory + lineStart, count: filled - lineStart))
  }

  private func pass(_ memory: UnsafeMutableRawPointer, from start: Int, to end: Int) {
    onOversized(UnsafeRawBufferPointer(start: memory + start, count: end - start))
  }
}
