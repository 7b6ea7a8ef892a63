import Glibc

extension JSONDocument {
  /// Objects with more members than this look for duplicate keys once, sorted, when they close.
  private static let fewMembers: Int32 = 48

  /// Indexes the text from `start` to its end, one value with white space around it.
  ///
  /// `levels` containers are already around the value, and count against the limit.
  /// A NUL behind the text stops every loop, so that no byte costs a look at the length.
  mutating func scan(from start: Int, under levels: Int = 0) throws(JSONError) -> NodeID {
    let end = text.count
    let text = UnsafePointer(self.text.start)
    self.text.start[end] = 0
    var at = start
    var depth = 0
    var inObject = false
    let first = NodeID(truncatingIfNeeded: nodeCount)

    values: while true {
      // A value begins here.
      var byte = text[at]
      while byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
        at &+= 1
        byte = text[at]
      }
      switch byte {
      case 0x7B, 0x5B:  // { [
        if depth &+ levels >= depthLimit { throw JSONError(cause: .tooDeep, offset: at - start) }
        inObject = byte == 0x7B
        let node = append(JSONNode(kind: inObject ? .object : .array, offset: at))
        open[depth] = OpenContainer(node: node, keysSeen: 0, memberCount: 0)
        depth &+= 1
        at &+= 1
        Self.skipSpace(text, &at)
        if text[at] == (inObject ? 0x7D : 0x5D) {
          at &+= 1
          depth &-= 1
          nodes[Int(node)].length = UInt32(truncatingIfNeeded: at &- Int(nodes[Int(node)].offset))
          nodes[Int(node)].next = NodeID(truncatingIfNeeded: nodeCount)
          inObject = depth > 0 && nodes[Int(open[depth &- 1].node)].kind == .object
        } else if inObject {
          try scanKey(text, &at, start, depth &- 1)
          continue values
        } else {
          continue values
        }
      case 0x22:
        _ = try scanString(text, &at, start)
      case 0x2D, 0x30...0x39:
        try scanNumber(text, &at, start)
      case 0x74:
        try scanLiteral(text, &at, start, "true", .true)
      case 0x66:
        try scanLiteral(text, &at, start, "false", .false)
      case 0x6E:
        try scanLiteral(text, &at, start, "null", .null)
      default:
        throw failure(.expectedValue, at, start)
      }

      // A value has ended here; so may the containers around it.
      while true {
        Self.skipSpace(text, &at)
        if depth == 0 {
          if at < end { throw JSONError(cause: .trailingBytes, offset: at - start) }
          return first
        }
        if text[at] == 0x2C {
          at &+= 1
          if inObject {
            Self.skipSpace(text, &at)
            try scanKey(text, &at, start, depth &- 1)
          }
          continue values
        }
        guard text[at] == (inObject ? 0x7D : 0x5D) else {
          throw failure(inObject ? .expectedCommaOrBrace : .expectedCommaOrBracket, at, start)
        }
        at &+= 1
        depth &-= 1
        let closed = open[depth]
        let node = Int(closed.node)
        nodes[node].length = UInt32(truncatingIfNeeded: at &- Int(nodes[node].offset))
        nodes[node].next = NodeID(truncatingIfNeeded: nodeCount)
        if closed.memberCount > Self.fewMembers { try checkManyKeys(closed.node, start) }
        inObject = depth > 0 && nodes[Int(open[depth &- 1].node)].kind == .object
      }
    }
  }

  @inline(__always)
  private static func skipSpace(_ text: UnsafePointer<UInt8>, _ at: inout Int) {
    while text[at] <= 0x20 {
      guard text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 else { return }
      at &+= 1
    }
  }

  /// The error at `at`, which is that the text has ended if it has.
  private func failure(_ cause: JSONError.Cause, _ at: Int, _ start: Int) -> JSONError {
    JSONError(cause: at >= text.count ? .unexpectedEnd : cause, offset: min(at, text.count) - start)
  }

  @inline(__always)
  private mutating func scanKey(
    _ text: UnsafePointer<UInt8>, _ at: inout Int, _ start: Int, _ level: Int
  ) throws(JSONError) {
    guard text[at] == 0x22 else { throw failure(.expectedKey, at, start) }
    let key = try scanString(text, &at, start)
    let node = nodes[Int(key)]
    let hash: UInt32
    if node.meta & JSONNode.escaped == 0 {
      hash = JSONKey.hash(text + Int(node.offset) + 1, count: Int(node.length) - 2)
    } else {
      let decoded = string(of: key)
      hash = decoded.withMemoryRebound(to: UInt8.self) { JSONKey.hash($0.baseAddress, count: $0.count) }
    }
    nodes[Int(key)].meta |= hash << 8
    let bit = 1 as UInt64 &<< UInt64(hash & 63)
    open[level].memberCount &+= 1
    if open[level].keysSeen & bit != 0, open[level].memberCount <= Self.fewMembers {
      try checkKey(key, in: open[level].node, start)
    }
    open[level].keysSeen |= bit
    Self.skipSpace(text, &at)
    guard text[at] == 0x3A else { throw failure(.expectedColon, at, start) }
    at &+= 1
  }

  /// Compares a key with those before it in the same object.
  private mutating func checkKey(_ key: NodeID, in object: NodeID, _ start: Int) throws(JSONError) {
    var earlier = object + 1
    while earlier < key {
      if nodes[Int(earlier)].upper == nodes[Int(key)].upper, sameKey(earlier, key) {
        try duplicate(earlier, key, in: object, start)
      }
      earlier = nodes[Int(earlier) + 1].next
    }
  }

  /// Sorts the keys of an object with many members, so that no choice of keys makes this slow.
  private mutating func checkManyKeys(_ object: NodeID, _ start: Int) throws(JSONError) {
    var keys: [(bytes: [UInt8], node: NodeID)] = []
    var key = object + 1
    while key < nodes[Int(object)].next {
      keys.append((string(of: key).map { $0 }, key))
      key = nodes[Int(key) + 1].next
    }
    keys.sort { left, right in
      if left.bytes == right.bytes { return left.node < right.node }
      return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
    for index in 1..<keys.count where keys[index].bytes == keys[index - 1].bytes {
      try duplicate(keys[index - 1].node, keys[index].node, in: object, start)
    }
  }

  private func sameKey(_ left: NodeID, _ right: NodeID) -> Bool {
    var first = ByteBuffer(capacity: 64)
    var second = ByteBuffer(capacity: 64)
    appendString(of: left, to: &first)
    appendString(of: right, to: &second)
    return first.count == second.count && memcmp(first.start, second.start, first.count) == 0
  }

  private mutating func duplicate(
    _ earlier: NodeID, _ later: NodeID, in object: NodeID, _ start: Int
  ) throws(JSONError) {
    guard duplicateKeys == .keepLast else {
      throw JSONError(cause: .duplicateKey, offset: Int(nodes[Int(later)].offset) - start)
    }
    if resolve(earlier + 1) != nil { remove(slot: earlier + 1, from: object) }
  }

  /// Indexes the string whose opening quote is at `at`; leaves `at` behind its closing quote.
  @inline(__always)
  private mutating func scanString(
    _ text: UnsafePointer<UInt8>, _ at: inout Int, _ start: Int
  ) throws(JSONError) -> NodeID {
    let opening = at
    var flags: UInt32 = 0
    var cursor = at &+ 1
    while true {
      let special = JSONWord.special(UnsafeRawPointer(text + cursor).loadUnaligned(as: UInt64.self))
      if special == 0 {
        cursor &+= 8
        continue
      }
      cursor &+= special.trailingZeroBitCount / 8
      let byte = text[cursor]
      if byte == 0x22 { break }
      if byte >= 0x80 {
        repeat {
          let length = UTF8Sequence.length(text + cursor, available: 4)
          if length == 0 { throw failure(.invalidUTF8, cursor, start) }
          cursor &+= length
        } while text[cursor] >= 0x80
      } else if byte == 0x5C {
        try scanEscape(text, &cursor, start, &flags)
      } else {
        throw failure(.controlCharacter, cursor, start)
      }
    }
    at = cursor &+ 1
    let node = append(
      JSONNode(
        kind: .string, offset: opening, length: at &- opening,
        next: NodeID(truncatingIfNeeded: nodeCount &+ 1), flags: flags))
    return node
  }

  private mutating func scanEscape(
    _ text: UnsafePointer<UInt8>, _ at: inout Int, _ start: Int, _ flags: inout UInt32
  ) throws(JSONError) {
    flags |= JSONNode.escaped
    switch text[at &+ 1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: at &+= 2
    case 0x75:
      guard let unit = JSONString.hexValue(text + at + 2) else { throw failure(.invalidEscape, at, start) }
      at &+= 6
      guard unit & 0xF800 == 0xD800 else { return }
      if unit & 0xFC00 == 0xD800, text[at] == 0x5C, text[at &+ 1] == 0x75,
        let low = JSONString.hexValue(text + at + 2), low & 0xFC00 == 0xDC00
      {
        at &+= 6
      } else {
        flags |= JSONNode.loneSurrogate
        hasLoneSurrogate = true
      }
    default:
      throw at &+ 1 >= self.text.count
        ? JSONError(cause: .unexpectedEnd, offset: self.text.count - start)
        : JSONError(cause: .invalidEscape, offset: at - start)
    }
  }

  /// `number = [ minus ] int [ frac ] [ exp ]`, RFC 8259 §6.
  @inline(__always)
  private mutating func scanNumber(
    _ text: UnsafePointer<UInt8>, _ at: inout Int, _ start: Int
  ) throws(JSONError) {
    let first = at
    var flags = JSONNode.integer
    var cursor = at
    if text[cursor] == 0x2D { cursor &+= 1 }
    if text[cursor] == 0x30 {
      cursor &+= 1
    } else {
      guard Self.skipDigits(text, &cursor) else { throw failure(.invalidNumber, cursor, start) }
    }
    if text[cursor] == 0x2E {
      flags = 0
      cursor &+= 1
      guard Self.skipDigits(text, &cursor) else { throw failure(.invalidNumber, cursor, start) }
    }
    if text[cursor] | 0x20 == 0x65 {
      flags = 0
      cursor &+= 1
      if text[cursor] == 0x2B || text[cursor] == 0x2D { cursor &+= 1 }
      guard Self.skipDigits(text, &cursor) else { throw failure(.invalidNumber, cursor, start) }
    }
    // "01" and "1x" are one wrong number, not a number and something after it.
    switch text[cursor] {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x2B, 0x2D:
      throw JSONError(cause: .invalidNumber, offset: cursor - start)
    default: break
    }
    at = cursor
    _ = append(
      JSONNode(
        kind: .number, offset: first, length: cursor &- first,
        next: NodeID(truncatingIfNeeded: nodeCount &+ 1), flags: flags))
  }

  @inline(__always)
  private static func skipDigits(_ text: UnsafePointer<UInt8>, _ at: inout Int) -> Bool {
    let first = at
    while text[at] &- 0x30 < 10 { at &+= 1 }
    return at > first
  }

  private mutating func scanLiteral(
    _ text: UnsafePointer<UInt8>, _ at: inout Int, _ start: Int, _ word: StaticString, _ kind: JSONKind
  ) throws(JSONError) {
    let length = word.utf8CodeUnitCount
    for index in 0..<length where text[at &+ index] != word.utf8Start[index] {
      throw failure(.invalidLiteral, at + index >= self.text.count ? at + index : at, start)
    }
    switch text[at &+ length] {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: throw JSONError(cause: .invalidLiteral, offset: at - start)
    default: break
    }
    _ = append(
      JSONNode(
        kind: kind, offset: at, length: length, next: NodeID(truncatingIfNeeded: nodeCount &+ 1)))
    at &+= length
  }
}

/// How keys are told apart quickly.
package enum JSONKey {
  /// 24 bits of a key's bytes and length; equal keys have equal hashes.
  @inline(__always)
  package static func hash(_ bytes: UnsafePointer<UInt8>?, count: Int) -> UInt32 {
    guard let bytes, count > 0 else { return 0 }
    let raw = UnsafeRawPointer(bytes)
    let head: UInt64
    let tail: UInt64
    if count >= 8 {
      head = raw.loadUnaligned(as: UInt64.self)
      tail = (raw + count - 8).loadUnaligned(as: UInt64.self)
    } else if count >= 4 {
      head = UInt64(raw.loadUnaligned(as: UInt32.self))
      tail = UInt64((raw + count - 4).loadUnaligned(as: UInt32.self))
    } else {
      head = UInt64(bytes[0]) | UInt64(bytes[count >> 1]) << 8
      tail = UInt64(bytes[count &- 1])
    }
    let mixed = (head ^ tail &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(count)) &* 0xC2B2_AE3D_27D4_EB4F
    return UInt32(truncatingIfNeeded: mixed >> 40)
  }
}
