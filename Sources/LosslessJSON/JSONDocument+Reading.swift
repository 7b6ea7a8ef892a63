import Glibc

extension JSONDocument {
  /// Returns the value that now stands in a slot, or nil when it was removed.
  @inline(__always)
  package func resolve(_ slot: NodeID) -> NodeID? {
    let node = nodes[Int(slot)]
    if node.upper == 0 { return slot }
    let replacement = edits[Int(node.upper) - 1].replacement
    return replacement == 0 ? slot : replacement == JSONEdit.removed ? nil : replacement
  }

  /// The value at the top, edits included.
  package var top: NodeID { resolve(root) ?? root }

  /// Returns the kind of a value as it was read or made.
  @inlinable @inline(__always)
  package func kind(of node: NodeID) -> JSONKind { nodes[Int(node)].kind }

  /// Returns the text of a value as it was read or made, without the edits inside of it.
  @inlinable
  package func rawText(of node: NodeID) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: text.start + Int(nodes[Int(node)].offset), count: Int(nodes[Int(node)].length))
  }

  /// The text that was parsed.
  package var originalText: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: text.start, count: originalCount)
  }

  // MARK: Members

  /// Returns the value of a key, or nil where the object has none; `object` may be of any kind.
  @inline(__always)
  package func member(_ object: NodeID, _ key: JSONKey) -> NodeID? {
    guard let slot = slot(object, key) else { return nil }
    return resolve(slot)
  }

  /// Returns the value of a key; nil where the object has none, or `object` is no object.
  package func member(_ object: NodeID, _ key: StaticString) -> NodeID? { member(object, JSONKey(key)) }

  /// Returns the value of a key; nil where the object has none, or `object` is no object.
  package func member(_ object: NodeID, _ key: UnsafeRawBufferPointer) -> NodeID? {
    member(object, JSONKey(key))
  }

  /// Returns the value of a key; nil where the object has none, or `object` is no object.
  package func member(_ object: NodeID, named key: String) -> NodeID? {
    var key = key
    return key.withUTF8 { member(object, JSONKey(UnsafeRawBufferPointer($0))) }
  }

  /// Returns the slot of a key, also when its value was removed: the last one with that key that was not,
  /// else the last.
  @inline(__always)
  package func slot(_ object: NodeID, _ key: JSONKey) -> NodeID? {
    let container = nodes[Int(object)]
    guard container.kind == .object else { return nil }
    let hash = key.hash
    var removed: NodeID?
    var at = object &+ 1
    while at < container.next {
      let candidate = nodes[Int(at)]
      if candidate.upper == hash, isKey(candidate, key) {
        if resolve(at &+ 1) != nil { return at &+ 1 }
        removed = at &+ 1
      }
      at = nodes[Int(at) &+ 1].next
    }
    if container.upper != 0 {
      var link = edits[Int(container.upper) - 1].first
      while link != 0 {
        let candidate = nodes[Int(link) + 1]
        if candidate.upper == hash, isKey(candidate, key) { return link + 2 }
        link = nodes[Int(link)].next
      }
    }
    return removed
  }

  @inline(__always)
  private func isKey(_ node: JSONNode, _ key: JSONKey) -> Bool {
    let inside = text.start + Int(node.offset) + 1
    if node.meta & JSONNode.escaped == 0 { return key.isSame(inside, count: Int(node.length) &- 2) }
    return isEscapedKey(node, key)
  }

  @inline(never)
  private func isEscapedKey(_ node: JSONNode, _ key: JSONKey) -> Bool {
    var decoded = ByteBuffer(capacity: 64)
    JSONString.appendUnescaped(
      text.start + Int(node.offset) + 1, count: Int(node.length) - 2, to: &decoded)
    return key.isSame(decoded.start, count: decoded.count)
  }

  /// Returns the key and value after `cursor` in an object, in payload order with added members last, or nil
  /// at the end.
  package func nextMember(_ object: NodeID, _ cursor: inout UInt64) -> (key: NodeID, value: NodeID)? {
    let container = nodes[Int(object)]
    var at = NodeID(truncatingIfNeeded: cursor)
    var inAdded = cursor >> 63 != 0
    if cursor == 0 { at = object &+ 1 }
    while !inAdded, at < container.next {
      let key = at
      at = nodes[Int(key) &+ 1].next
      if let value = resolve(key &+ 1) {
        cursor = UInt64(at) | 1 << 62
        return (key, value)
      }
    }
    if !inAdded {
      inAdded = true
      at = container.upper == 0 ? 0 : edits[Int(container.upper) - 1].first
    }
    while at != 0 {
      let key = at + 1
      at = nodes[Int(at)].next
      cursor = UInt64(at) | 1 << 63
      if let value = resolve(key + 1) { return (key, value) }
    }
    cursor = 1 << 63
    return nil
  }

  // MARK: Elements

  /// Returns the number of elements of an array, or of members of an object.
  package func count(of container: NodeID) -> Int {
    let node = nodes[Int(container)]
    if node.kind == .array {
      if let list = list(of: container) { return lists[list].count }
      var count = 0
      var at = container + 1
      while at < node.next {
        count += 1
        at = nodes[Int(at)].next
      }
      return count
    }
    guard node.kind == .object else { return 0 }
    var count = 0
    var cursor: UInt64 = 0
    while nextMember(container, &cursor) != nil { count += 1 }
    return count
  }

  /// Returns element `index` of an array, counted from 0, or nil beyond its end.
  ///
  /// `hint` keeps the place between calls, so that going through an array in order costs one step each.
  package func element(_ array: NodeID, _ index: Int, hint: inout (index: UInt32, node: NodeID)) -> NodeID? {
    guard nodes[Int(array)].kind == .array, index >= 0 else { return nil }
    if let list = list(of: array) { return index < lists[list].count ? lists[list][index] : nil }
    let end = nodes[Int(array)].next
    var (at, node) = (0, array + 1)
    if hint.node > array, hint.node < end, Int(hint.index) <= index {
      (at, node) = (Int(hint.index), hint.node)
    }
    while at < index, node < end {
      node = nodes[Int(node)].next
      at += 1
    }
    guard node < end else { return nil }
    hint = (UInt32(truncatingIfNeeded: at), node)
    return node
  }

  /// Returns the elements of an array, in order; none for any other value.
  package func elements(of array: NodeID) -> [NodeID] {
    guard nodes[Int(array)].kind == .array else { return [] }
    if let list = list(of: array) { return lists[list] }
    var elements: [NodeID] = []
    var at = array + 1
    while at < nodes[Int(array)].next {
      elements.append(at)
      at = nodes[Int(at)].next
    }
    return elements
  }

  /// Returns the element at `index`, from 0; nil where the array ends before it.
  package func element(_ array: NodeID, _ index: Int) -> NodeID? {
    var hint: (index: UInt32, node: NodeID) = (0, 0)
    return element(array, index, hint: &hint)
  }

  func list(of array: NodeID) -> Int? {
    let upper = nodes[Int(array)].upper
    guard upper != 0 else { return nil }
    let list = edits[Int(upper) - 1].list
    return list == 0 ? nil : Int(list) - 1
  }

  /// Returns the byte of the text at which a value begins.
  package func offset(of node: NodeID) -> Int { Int(nodes[Int(node)].offset) }

  // MARK: Scalars

  /// Returns a string's bytes without escapes; they live until the next string is read or the document
  /// changes.
  @inline(__always)
  package mutating func string(of node: NodeID) -> UnsafeRawBufferPointer {
    let string = nodes[Int(node)]
    let inside = text.start + Int(string.offset) + 1
    let count = Int(string.length) &- 2
    if string.meta & JSONNode.escaped == 0 { return UnsafeRawBufferPointer(start: inside, count: count) }
    scratch.removeAll()
    JSONString.appendUnescaped(inside, count: count, to: &scratch)
    return scratch.bytes
  }

  /// Returns a member's key without escapes; its bytes live beside those of ``string(of:)``.
  package mutating func key(of node: NodeID) -> UnsafeRawBufferPointer {
    let key = nodes[Int(node)]
    if key.meta & JSONNode.escaped == 0 {
      return UnsafeRawBufferPointer(start: text.start + Int(key.offset) + 1, count: Int(key.length) - 2)
    }
    keyScratch.removeAll()
    JSONString.appendUnescaped(text.start + Int(key.offset) + 1, count: Int(key.length) - 2, to: &keyScratch)
    return keyScratch.bytes
  }

  /// Gives `body` what a string says, or any other value's text.
  package func withText<Result>(of node: NodeID, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let value = nodes[Int(node)]
    guard value.kind == .string else { return body(rawText(of: node)) }
    if value.meta & JSONNode.escaped == 0 {
      return body(
        UnsafeRawBufferPointer(start: text.start + Int(value.offset) + 1, count: Int(value.length) - 2))
    }
    var buffer = ByteBuffer(capacity: 64)
    appendString(of: node, to: &buffer)
    return body(buffer.bytes)
  }

  func appendString(of node: NodeID, to buffer: inout ByteBuffer) {
    let string = nodes[Int(node)]
    JSONString.appendUnescaped(
      text.start + Int(string.offset) + 1, count: Int(string.length) - 2, to: &buffer)
  }

  /// Returns a string's text as a Swift string.
  package func swiftString(of node: NodeID) -> String {
    var buffer = ByteBuffer(capacity: 64)
    appendString(of: node, to: &buffer)
    return String(decoding: buffer.bytes, as: UTF8.self)
  }

  /// Returns the string value of a member, or nil where it is absent or not a string.
  package func stringMember(_ object: NodeID, _ key: StaticString) -> String? {
    guard let node = member(object, key), kind(of: node) == .string else { return nil }
    return swiftString(of: node)
  }

  /// Returns a number that has neither fraction nor exponent and fits 64 bits, exactly; nil for any other.
  ///
  /// `-0` is no integer, since an integer would lose its sign.
  @inline(__always)
  package func integer(of node: NodeID) -> Int64? {
    let number = nodes[Int(node)]
    guard number.kind == .number, number.meta & JSONNode.integer != 0 else { return nil }
    let digits = text.start + Int(number.offset)
    let count = Int(number.length)
    let negative = digits[0] == 0x2D
    if count > 20 { return nil }
    var value: UInt64 = 0
    var index = negative ? 1 : 0
    while index < count {
      let (scaled, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = scaled.addingReportingOverflow(UInt64(digits[index] &- 0x30))
      if overflow || carry { return nil }
      value = sum
      index &+= 1
    }
    if negative {
      if value == 0 { return nil }
      return value <= 1 << 63 ? Int64(truncatingIfNeeded: 0 &- value) : nil
    }
    return Int64(exactly: value)
  }

  /// Returns a number as the nearest double; beyond its range, infinity.
  package func double(of node: NodeID) -> Double {
    // The byte behind a number is never one of a number, so strtod stops where the number does.
    strtod(
      UnsafeRawPointer(text.start + Int(nodes[Int(node)].offset)).assumingMemoryBound(to: CChar.self), nil)
  }
}
