import Glibc

/// A member's key with what tells it from others quickly.
///
/// The bytes are someone else's, and must stay where they are while the key is used.
package struct JSONKey {
  let start: UnsafePointer<UInt8>?
  package let count: Int
  /// The first and the last bytes, which are the whole key when it has 16 bytes or fewer.
  let head: UInt64
  let tail: UInt64

  @inline(__always)
  package init(_ bytes: UnsafeRawBufferPointer) {
    self.init(bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), count: bytes.count)
  }

  @inline(__always)
  package init(_ literal: StaticString) { self.init(literal.utf8Start, count: literal.utf8CodeUnitCount) }

  @inline(__always)
  init(_ start: UnsafePointer<UInt8>?, count: Int) {
    self.start = start
    self.count = count
    (head, tail) = Self.ends(start, count)
  }

  package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  /// 24 bits of the bytes and the length; equal keys have equal hashes.
  @inline(__always)
  var hash: UInt32 {
    if count == 0 { return 0 }
    let mixed = (head ^ tail &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(count)) &* 0xC2B2_AE3D_27D4_EB4F
    return UInt32(truncatingIfNeeded: mixed >> 40)
  }

  /// Returns whether the key equals the `count` bytes at `other`.
  @inline(__always)
  func isSame(_ other: UnsafePointer<UInt8>, count otherCount: Int) -> Bool {
    guard count == otherCount else { return false }
    let (otherHead, otherTail) = Self.ends(other, count)
    guard head == otherHead, tail == otherTail else { return false }
    guard count > 16, let start else { return true }
    return memcmp(start, other, count) == 0
  }

  @inline(__always)
  private static func ends(_ start: UnsafePointer<UInt8>?, _ count: Int) -> (head: UInt64, tail: UInt64) {
    guard let start, count > 0 else { return (0, 0) }
    let raw = UnsafeRawPointer(start)
    if count >= 8 {
      return (raw.loadUnaligned(as: UInt64.self), (raw + (count &- 8)).loadUnaligned(as: UInt64.self))
    }
    if count >= 4 {
      return (
        UInt64(raw.loadUnaligned(as: UInt32.self)),
        UInt64((raw + (count &- 4)).loadUnaligned(as: UInt32.self))
      )
    }
    return (UInt64(start[0]) | UInt64(start[count >> 1]) << 8, UInt64(start[count &- 1]))
  }
}
