import Delivery

/// A source of lines that a test has already.
package final class MemorySource: NotificationSource {
  private let text: [[UInt8]]
  private let limit: Int
  private var next = 0
  package private(set) var lines: [SourceLine] = []
  package var fateReceiver: (any FateReceiver)?
  package var onOversized: (UnsafeRawBufferPointer) -> Void = { _ in }

  /// - Parameters:
  ///   - lines: without newlines; blank ones are passed over.
  ///   - limit: the most bytes of a line.
  package init(_ lines: [[UInt8]], limit: Int) {
    text = lines
    self.limit = limit
  }

  package var descriptor: Int32 { -1 }
  package var hasMore: Bool { true }
  package var hasWholeLine: Bool { next < text.count }
  package var isSkipping: Bool { false }
  package var lacksNewline: Bool { false }
  package var hasByteOrderMark: Bool { false }

  package func begin(_ memory: UnsafeMutableRawBufferPointer) { lines.removeAll() }

  package func fill(_ memory: UnsafeMutableRawBufferPointer, most: Int) -> SourceProgress {
    var filled = 0
    while next < text.count, lines.count < most {
      let line = text[next]
      guard line.contains(where: { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }) else {
        next += 1
        continue
      }
      if line.count > limit || line.count > memory.count {
        // What stands before it goes first.
        guard lines.isEmpty else { return .lines }
        next += 1
        line.withUnsafeBytes { onOversized($0) }
        return .oversized(line: next, count: line.count)
      }
      guard filled + line.count <= memory.count else { return .lines }
      next += 1
      UnsafeMutableRawBufferPointer(rebasing: memory[filled...]).copyBytes(from: line)
      lines.append(SourceLine(offset: filled, count: line.count, number: next))
      filled += line.count
    }
    return lines.isEmpty ? .ended : .lines
  }
}
