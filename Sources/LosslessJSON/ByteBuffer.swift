/// Bytes that grow at the end and are kept from use to use, so that a hot path allocates nothing.
@usableFromInline
package struct ByteBuffer: ~Copyable {
  @usableFromInline package private(set) var start: UnsafeMutablePointer<UInt8>
  package private(set) var capacity: Int
  package var count = 0

  /// Sixteen bytes beyond the capacity may be read and written, so that a scan can load whole words.
  static let slack = 16

  package init(capacity: Int = 256) {
    self.capacity = capacity
    start = .allocate(capacity: capacity + Self.slack)
    start.initialize(repeating: 0, count: capacity + Self.slack)
  }

  deinit { start.deallocate() }

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  /// Makes room for `extra` more bytes.
  @inline(__always)
  package mutating func reserve(_ extra: Int) {
    if count &+ extra > capacity { grow(extra) }
  }

  @inline(never)
  private mutating func grow(_ extra: Int) {
    let larger = max(capacity * 2, count + extra)
    let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger + Self.slack)
    fresh.initialize(from: start, count: count)
    (fresh + count).initialize(repeating: 0, count: larger + Self.slack - count)
    start.deallocate()
    start = fresh
    capacity = larger
  }

  /// Appends one byte.
  @inline(__always)
  package mutating func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count &+= 1
  }

  /// Appends the `length` bytes at `source`, which must not be those of the buffer.
  @inline(__always)
  package mutating func append(_ source: UnsafePointer<UInt8>, count length: Int) {
    reserve(length)
    UnsafeMutableRawPointer(start + count).copyMemory(from: source, byteCount: length)
    count &+= length
  }

  /// Appends bytes, which must not be those of the buffer.
  package mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress else { return }
    append(base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
  }

  /// Appends the UTF-8 of a literal.
  package mutating func append(_ text: StaticString) {
    append(text.utf8Start, count: text.utf8CodeUnitCount)
  }

  /// Appends the UTF-8 of a text, without escapes.
  package mutating func append(_ text: String) {
    var text = text
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// Appends `integer` in decimal.
  package mutating func append(decimal integer: some BinaryInteger) {
    if let small = UInt64(exactly: integer.magnitude) {
      if integer < 0 { append(0x2D) }
      reserve(20)
      var digits = 1
      var rest = small
      while rest >= 10 {
        rest /= 10
        digits += 1
      }
      rest = small
      var at = count + digits
      count = at
      repeat {
        at -= 1
        start[at] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
        rest /= 10
      } while rest > 0
    } else {
      append(String(integer))
    }
  }

  /// Empties the buffer, and keeps its memory.
  package mutating func removeAll() { count = 0 }
}
