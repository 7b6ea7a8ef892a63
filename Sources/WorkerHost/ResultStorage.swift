import Glibc

/// Memory that results are copied to, kept from batch to batch: fresh memory costs more than the copy.
final class ResultStorage {
  private var bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)

  deinit { bytes.deallocate() }

  /// The bytes behind a copy, the last of which is a NUL: what looks at text may look a little further.
  private static let slack = 24

  /// Copies `source`; the copy is there until the next one is made.
  func copy(_ source: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    if bytes.count < source.count + Self.slack {
      bytes.deallocate()
      bytes = .allocate(byteCount: source.count + source.count / 4 + Self.slack, alignment: 8)
    }
    bytes.copyMemory(from: source)
    if let start = bytes.baseAddress { memset(start + source.count, 0, Self.slack) }
    return UnsafeRawBufferPointer(rebasing: bytes[0..<source.count])
  }
}
