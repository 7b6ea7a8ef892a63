/// The number of a value in a ``JSONDocument``'s index.
@usableFromInline
package typealias NodeID = UInt32

/// The kind of a JSON value, told from its first byte.
@usableFromInline
package enum JSONKind: UInt8, Sendable {
  case object = 0
  case array
  case string
  case number
  case `true`
  case `false`
  case null
  /// Not a value: ties a member that was added to an object to the next one that was.
  case link

  // By the number, as it is laid out: what asks for kinds does so for every value.
  @inlinable package static func == (left: JSONKind, right: JSONKind) -> Bool {
    unsafeBitCast(left, to: UInt8.self) == unsafeBitCast(right, to: UInt8.self)
  }
}

/// One value of a JSON text: where its bytes lie and where the values after it begin.
///
/// An object's node is followed by a key, its value, the next key, and so on; an array's by its elements.
@usableFromInline
package struct JSONNode {
  /// The byte where the value's text begins, quotes and brackets included.
  @usableFromInline var offset: UInt32
  /// The bytes of the value's text, quotes and brackets included.
  @usableFromInline var length: UInt32
  /// The first node after this value and all that it holds; in a link, the next link or 0.
  var next: NodeID
  /// Kind in bits 0-3, flags in bits 4-7; above them a key's hash, or any other value's edit (0: none).
  @usableFromInline var meta: UInt32

  static let escaped: UInt32 = 1 << 4
  static let loneSurrogate: UInt32 = 1 << 5
  static let integer: UInt32 = 1 << 6

  @inline(__always)
  init(kind: JSONKind, offset: Int, length: Int = 0, next: NodeID = 0, flags: UInt32 = 0, upper: UInt32 = 0) {
    self.offset = UInt32(truncatingIfNeeded: offset)
    self.length = UInt32(truncatingIfNeeded: length)
    self.next = next
    meta = UInt32(kind.rawValue) | flags | upper << 8
  }

  @inlinable @inline(__always)
  var kind: JSONKind {
    // Every node is made with a kind, whose raw values are its cases' numbers.
    unsafeBitCast(UInt8(truncatingIfNeeded: meta & 15), to: JSONKind.self)
  }
  @inlinable @inline(__always)
  var upper: UInt32 { meta >> 8 }
  @inline(__always)
  var end: UInt32 { offset &+ length }
  @inline(__always)
  var isContainer: Bool { meta & 15 < 2 }
}
