import Glibc

/// Checks that a text is one JSON value as RFC 8259 has it, and indexes what it holds.
///
/// A NUL behind the text stops every loop, so that no byte costs a look at the length. What is seldom is kept out
/// of line: the whole of a scan then runs in registers.
struct JSONScanner {
  /// A container around the one that the scanner is in.
  struct OpenContainer {
    var node: NodeID
    var memberCount: Int32
    var keysSeen: UInt64
  }

  /// Objects with more members than this look for duplicate keys once, sorted, when they close.
  private static let fewMembers: Int32 = 48

  private let text: UnsafePointer<UInt8>
  private let start: Int
  private let end: Int
  private let rejectsDuplicates: Bool
  /// Room for as many containers as may be open at once.
  private let open: UnsafeMutablePointer<OpenContainer>
  private let openLimit: Int

  private(set) var nodes: UnsafeMutablePointer<JSONNode>
  private(set) var nodeCapacity: Int
  private(set) var nodeCount: Int
  /// True when a string has a surrogate escape without its other half.
  private(set) var hasLoneSurrogate = false
  /// True when an object has a repeated key, where that is not refused.
  private(set) var hasDuplicates = false

  private var at: Int
  private var depth = 0
  private var inObject = false
  // Of the innermost object: one bit of every key's hash. While a new key's bit is not set, the key is new.
  private var keysSeen: UInt64 = 0
  private var memberCount: Int32 = 0

  /// - Parameters:
  ///   - text: what holds the value, from `start` to `end`, with a NUL and 15 more readable bytes behind it.
  ///   - open: room for `openLimit` containers.
  init(
    _ text: UnsafePointer<UInt8>, from start: Int, to end: Int, rejectsDuplicates: Bool,
    open: UnsafeMutablePointer<OpenContainer>, openLimit: Int, nodes: UnsafeMutablePointer<JSONNode>,
    nodeCapacity: Int, nodeCount: Int
  ) {
    self.text = text
    self.start = start
    self.end = end
    self.rejectsDuplicates = rejectsDuplicates
    self.open = open
    self.openLimit = openLimit
    self.nodes = nodes
    self.nodeCapacity = nodeCapacity
    self.nodeCount = nodeCount
    at = start
  }

  /// Indexes the text from its start to its end, one value with white space around it.
  mutating func run() throws(JSONError) {
    values: while true {
      // A value begins here.
      skipSpace()
      let byte = text[at]
      switch byte {
      case 0x22:
        try scanString(upper: 0)
      case 0x2D, 0x30...0x39:
        try scanNumber()
      case 0x7B, 0x5B:  // { [
        if depth >= openLimit { throw JSONError(cause: .tooDeep, offset: at &- start) }
        openContainer(isObject: byte == 0x7B)
        skipSpace()
        if text[at] == (inObject ? 0x7D : 0x5D) {
          at &+= 1
          try closeContainer()
        } else {
          if inObject { try scanKey() }
          continue values
        }
      case 0x74: try scanLiteral("true", .true)
      case 0x66: try scanLiteral("false", .false)
      case 0x6E: try scanLiteral("null", .null)
      default: throw failure(.expectedValue, at)
      }

      // A value has ended here; so may the containers around it.
      while true {
        skipSpace()
        if depth == 0 {
          if at < end { throw JSONError(cause: .trailingBytes, offset: at &- start) }
          return
        }
        let next = text[at]
        if next == 0x2C {
          at &+= 1
          if inObject {
            skipSpace()
            try scanKey()
          }
          continue values
        }
        guard next == (inObject ? 0x7D : 0x5D) else {
          throw failure(inObject ? .expectedCommaOrBrace : .expectedCommaOrBracket, at)
        }
        at &+= 1
        try closeContainer()
      }
    }
  }

  // MARK: Pieces

  @inline(__always)
  private mutating func skipSpace() {
    while text[at] <= 0x20 {
      guard text[at] == 0x20 || text[at] == 0x0A || text[at] == 0x0D || text[at] == 0x09 else { return }
      at &+= 1
    }
  }

  /// Returns the error at a place, which is that the text has ended if it has.
  @inline(never)
  private func failure(_ cause: JSONError.Cause, _ place: Int) -> JSONError {
    if place >= end { return JSONError(cause: .unexpectedEnd, offset: end - start) }
    // Behind the text stand bytes that may be read: see ``ByteBuffer``.
    let isMark = text[place] == 0xEF && text[place + 1] == 0xBB && text[place + 2] == 0xBF
    return JSONError(cause: isMark ? .byteOrderMark : cause, offset: place - start)
  }

  @inline(__always)
  private mutating func append(_ node: JSONNode) {
    if nodeCount == nodeCapacity { (nodes, nodeCapacity) = Self.grown(nodes, nodeCount) }
    nodes[nodeCount] = node
    nodeCount &+= 1
  }

  @inline(never)
  static func grown(
    _ nodes: UnsafeMutablePointer<JSONNode>, _ count: Int
  ) -> (UnsafeMutablePointer<JSONNode>, Int) {
    let larger = UnsafeMutablePointer<JSONNode>.allocate(capacity: count * 2)
    larger.moveInitialize(from: nodes, count: count)
    nodes.deallocate()
    return (larger, count * 2)
  }

  @inline(__always)
  private mutating func appendLeaf(
    _ kind: JSONKind, _ offset: Int, _ length: Int, _ flags: UInt32, _ upper: UInt32
  ) {
    append(
      JSONNode(
        kind: kind, offset: offset, length: length, next: NodeID(truncatingIfNeeded: nodeCount &+ 1),
        flags: flags, upper: upper))
  }

  // MARK: Containers

  @inline(__always)
  private mutating func openContainer(isObject: Bool) {
    // What is noted is of the container around; the new one's node is the next.
    open[depth] = OpenContainer(
      node: NodeID(truncatingIfNeeded: nodeCount), memberCount: memberCount, keysSeen: keysSeen)
    append(JSONNode(kind: isObject ? .object : .array, offset: at))
    inObject = isObject
    keysSeen = 0
    memberCount = 0
    depth &+= 1
    at &+= 1
  }

  @inline(__always)
  private mutating func closeContainer() throws(JSONError) {
    depth &-= 1
    let closed = open[depth]
    let node = nodes + Int(closed.node)
    node.pointee.length = UInt32(truncatingIfNeeded: at &- Int(node.pointee.offset))
    node.pointee.next = NodeID(truncatingIfNeeded: nodeCount)
    if memberCount > Self.fewMembers { try checkManyKeys(closed.node) }
    keysSeen = closed.keysSeen
    memberCount = closed.memberCount
    inObject = depth > 0 && nodes[Int(open[depth &- 1].node)].kind == .object
  }

  // MARK: Keys

  @inline(__always)
  private mutating func scanKey() throws(JSONError) {
    guard text[at] == 0x22 else { throw failure(.expectedKey, at) }
    let opening = at
    let flags = try skipString()
    let key = nodeCount
    let hash: UInt32
    if flags & JSONNode.escaped == 0 {
      hash = JSONKey(text + opening + 1, count: at &- opening &- 2).hash
    } else {
      hash = Self.hash(ofEscaped: text + opening + 1, count: at &- opening &- 2)
    }
    appendLeaf(.string, opening, at &- opening, flags, hash)
    let bit = 1 as UInt64 &<< UInt64(hash & 63)
    memberCount &+= 1
    if keysSeen & bit != 0, memberCount <= Self.fewMembers { try checkKey(NodeID(truncatingIfNeeded: key)) }
    keysSeen |= bit
    skipSpace()
    guard text[at] == 0x3A else { throw failure(.expectedColon, at) }
    at &+= 1
  }

  @inline(never)
  private static func hash(ofEscaped inside: UnsafePointer<UInt8>, count: Int) -> UInt32 {
    var decoded = ByteBuffer(capacity: 64)
    JSONString.appendUnescaped(inside, count: count, to: &decoded)
    return JSONKey(decoded.bytes).hash
  }

  /// Compares a key with those before it in the same object.
  @inline(never)
  private mutating func checkKey(_ key: NodeID) throws(JSONError) {
    var earlier = open[depth &- 1].node + 1
    while earlier < key {
      if nodes[Int(earlier)].upper == nodes[Int(key)].upper, isSameKey(earlier, key) {
        try noteDuplicate(key)
      }
      earlier = nodes[Int(earlier) + 1].next
    }
  }

  /// Sorts the keys of an object with many members, so that no choice of keys makes this slow.
  @inline(never)
  private mutating func checkManyKeys(_ object: NodeID) throws(JSONError) {
    let keys = Self.sortedKeys(of: object, nodes, text)
    for index in 1..<keys.count where keys[index].bytes == keys[index - 1].bytes {
      try noteDuplicate(keys[index].node)
    }
  }

  /// Returns the keys of an object by their bytes, equal ones in the order in which they stand.
  static func sortedKeys(
    of object: NodeID, _ nodes: UnsafePointer<JSONNode>, _ text: UnsafePointer<UInt8>
  ) -> [(bytes: [UInt8], node: NodeID)] {
    var keys: [(bytes: [UInt8], node: NodeID)] = []
    var decoded = ByteBuffer(capacity: 64)
    var key = object + 1
    while key < nodes[Int(object)].next {
      decoded.removeAll()
      let node = nodes[Int(key)]
      JSONString.appendUnescaped(text + Int(node.offset) + 1, count: Int(node.length) - 2, to: &decoded)
      keys.append((Array(decoded.bytes), key))
      key = nodes[Int(key) + 1].next
    }
    keys.sort { left, right in
      if left.bytes == right.bytes { return left.node < right.node }
      return left.bytes.lexicographicallyPrecedes(right.bytes)
    }
    return keys
  }

  private func isSameKey(_ left: NodeID, _ right: NodeID) -> Bool {
    let (one, other) = (nodes[Int(left)], nodes[Int(right)])
    if (one.meta | other.meta) & JSONNode.escaped == 0 {
      return one.length == other.length
        && memcmp(text + Int(one.offset), text + Int(other.offset), Int(one.length)) == 0
    }
    var first = ByteBuffer(capacity: 64)
    var second = ByteBuffer(capacity: 64)
    JSONString.appendUnescaped(text + Int(one.offset) + 1, count: Int(one.length) - 2, to: &first)
    JSONString.appendUnescaped(text + Int(other.offset) + 1, count: Int(other.length) - 2, to: &second)
    return JSONKey(first.bytes).isSame(second.start, count: second.count)
  }

  private mutating func noteDuplicate(_ key: NodeID) throws(JSONError) {
    if rejectsDuplicates {
      throw JSONError(cause: .duplicateKey, offset: Int(nodes[Int(key)].offset) - start)
    }
    hasDuplicates = true
  }

  // MARK: Strings

  @inline(__always)
  private mutating func scanString(upper: UInt32) throws(JSONError) {
    let opening = at
    let flags = try skipString()
    appendLeaf(.string, opening, at &- opening, flags, upper)
  }

  /// Leaves `at`, which is at an opening quote, behind the closing one.
  @inline(__always)
  private mutating func skipString() throws(JSONError) -> UInt32 {
    var flags: UInt32 = 0
    var cursor = at &+ 1
    while true {
      let special = JSONWord.special(UnsafeRawPointer(text + cursor).loadUnaligned(as: UInt64.self))
      if special == 0 {
        cursor &+= 8
        continue
      }
      cursor &+= special.trailingZeroBitCount &>> 3
      if text[cursor] == 0x22 { break }
      cursor = try skipUnusual(cursor, &flags)
    }
    at = cursor &+ 1
    if flags & JSONNode.loneSurrogate != 0 { hasLoneSurrogate = true }
    return flags
  }

  /// Returns the place behind the escapes and the sequences of more than one byte that begin at `place`.
  @inline(never)
  private func skipUnusual(_ place: Int, _ flags: inout UInt32) throws(JSONError) -> Int {
    var cursor = place
    while true {
      let byte = text[cursor]
      if byte >= 0x80 {
        let length = UTF8Sequence.length(text + cursor, available: 4)
        if length == 0 { throw failure(.invalidUTF8, cursor) }
        cursor &+= length
      } else if byte == 0x5C {
        cursor = try skipEscape(cursor, &flags)
      } else if byte >= 0x20 {
        return cursor
      } else {
        throw failure(.controlCharacter, cursor)
      }
    }
  }

  @inline(__always)
  private func skipEscape(_ place: Int, _ flags: inout UInt32) throws(JSONError) -> Int {
    flags |= JSONNode.escaped
    switch text[place &+ 1] {
    case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return place &+ 2
    case 0x75:
      guard let unit = JSONString.hexValue(text + place + 2) else { throw failure(.invalidEscape, place) }
      let behind = place &+ 6
      guard unit & 0xF800 == 0xD800 else { return behind }
      if unit & 0xFC00 == 0xD800, text[behind] == 0x5C, text[behind &+ 1] == 0x75,
        let low = JSONString.hexValue(text + behind + 2), low & 0xFC00 == 0xDC00
      {
        return behind &+ 6
      }
      flags |= JSONNode.loneSurrogate
      return behind
    default:
      throw place &+ 1 >= end
        ? JSONError(cause: .unexpectedEnd, offset: end - start)
        : JSONError(cause: .invalidEscape, offset: place - start)
    }
  }

  // MARK: Numbers and literals

  /// `number = [ minus ] int [ frac ] [ exp ]`, RFC 8259 §6.
  @inline(__always)
  private mutating func scanNumber() throws(JSONError) {
    var flags = JSONNode.integer
    var cursor = at
    if text[cursor] == 0x2D { cursor &+= 1 }
    if text[cursor] == 0x30 {
      cursor &+= 1
    } else {
      guard skipDigits(&cursor) else { throw failure(.invalidNumber, cursor) }
    }
    if text[cursor] == 0x2E {
      flags = 0
      cursor &+= 1
      guard skipDigits(&cursor) else { throw failure(.invalidNumber, cursor) }
    }
    if text[cursor] | 0x20 == 0x65 {
      flags = 0
      cursor &+= 1
      if text[cursor] == 0x2B || text[cursor] == 0x2D { cursor &+= 1 }
      guard skipDigits(&cursor) else { throw failure(.invalidNumber, cursor) }
    }
    // "01" and "1x" are one wrong number, not a number and something after it.
    switch text[cursor] {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E, 0x2B, 0x2D:
      throw JSONError(cause: .invalidNumber, offset: cursor - start)
    default: break
    }
    appendLeaf(.number, at, cursor &- at, flags, 0)
    at = cursor
  }

  @inline(__always)
  private func skipDigits(_ cursor: inout Int) -> Bool {
    let first = cursor
    while text[cursor] &- 0x30 < 10 { cursor &+= 1 }
    return cursor > first
  }

  @inline(never)
  private mutating func scanLiteral(_ word: StaticString, _ kind: JSONKind) throws(JSONError) {
    let length = word.utf8CodeUnitCount
    for index in 0..<length where text[at &+ index] != word.utf8Start[index] {
      throw failure(.invalidLiteral, at + index >= end ? at + index : at)
    }
    switch text[at &+ length] {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: throw JSONError(cause: .invalidLiteral, offset: at - start)
    default: break
    }
    appendLeaf(kind, at, length, 0, 0)
    at &+= length
  }
}
