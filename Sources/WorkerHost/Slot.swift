import WorkerProtocol

/// A place in a worker's memory for one batch.
package final class Slot {
  let worker: Int
  let number: Int
  /// The memory for the lines.
  package let lines: UnsafeMutableRawPointer
  package let capacity: Int
  var isVacant = true

  package init(worker: Int, number: Int, lines: UnsafeMutableRawPointer, capacity: Int) {
    self.worker = worker
    self.number = number
    self.lines = lines
    self.capacity = capacity
  }

  /// The memory that lines go to.
  package var memory: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: lines, count: capacity)
  }

  /// Puts a line behind those that take `filled` bytes; nil where it does not fit.
  package func put(_ line: [UInt8], _ filled: inout Int) -> BatchItem? {
    guard filled + line.count <= capacity else { return nil }
    line.withUnsafeBytes {
      if let start = $0.baseAddress { (lines + filled).copyMemory(from: start, byteCount: $0.count) }
    }
    defer { filled += line.count }
    return BatchItem(offset: filled, count: line.count)
  }
}
