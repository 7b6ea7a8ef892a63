/// The edits of one value: its replacement, or changes of its members or elements.
struct JSONEdit {
  static let removed = UInt32.max

  var node: NodeID
  /// The value that stands for it now; 0 where it stands for itself.
  var replacement: NodeID = 0
  /// The first and last link of the members added to an object; 0 where there are none.
  var first: NodeID = 0
  var last: NodeID = 0
  /// The elements of an edited array, as an index into `lists` plus one.
  var list: UInt32 = 0
  /// 1 when members of an object were added or removed, so that its text is put together anew.
  var restructured: UInt32 = 0
}

/// A record of one edit, by which it is undone.
enum JournalEntry {
  case edit(index: UInt32, was: JSONEdit)
  case link(NodeID, next: NodeID)
}

/// The cause for which an edit was refused.
package enum JSONEditError: Error, Equatable {
  case invalidUTF8(offset: Int)
  case notFinite
  case tooDeep
  case tooMuchText
  case tooManyEdits
  case outOfRange(count: Int)
  case json(JSONError)
}

extension JSONDocument {
  // MARK: New values

  /// Makes a string of `bytes`.
  package mutating func makeString(_ bytes: UnsafeRawBufferPointer) throws(JSONEditError) -> NodeID {
    try checkSpace(bytes.count)
    let offset = text.count
    let nodesBefore = nodeCount
    if let invalid = JSONString.append(bytes, to: &text) {
      text.count = offset
      nodeCount = nodesBefore
      throw .invalidUTF8(offset: invalid)
    }
    // More bytes than the string has, and its quotes, means that something was escaped.
    let flags = text.count - offset == bytes.count + 2 ? 0 : JSONNode.escaped
    return append(
      JSONNode(
        kind: .string, offset: offset, length: text.count - offset,
        next: NodeID(truncatingIfNeeded: nodeCount &+ 1), flags: flags))
  }

  /// Makes a number without fraction or exponent.
  package mutating func makeInteger(_ value: Int64) throws(JSONEditError) -> NodeID {
    try checkSpace(20)
    let offset = text.count
    text.append(decimal: value)
    return appendNumber(offset, flags: JSONNode.integer)
  }

  /// Makes the shortest number that reads back as `value`, always with a fraction or an exponent.
  package mutating func makeDouble(_ value: Double) throws(JSONEditError) -> NodeID {
    guard value.isFinite else { throw .notFinite }
    try checkSpace(32)
    let offset = text.count
    text.append(value.description)
    return appendNumber(offset, flags: 0)
  }

  private mutating func appendNumber(_ offset: Int, flags: UInt32) -> NodeID {
    let length = text.count - offset
    // What is appended next must not read as more of this number.
    text.append(0x20)
    return append(
      JSONNode(
        kind: .number, offset: offset, length: length, next: NodeID(truncatingIfNeeded: nodeCount &+ 1),
        flags: flags))
  }

  /// Makes `true`, `false`, an empty object or an empty array; `null` for any other kind.
  package mutating func makeLiteral(_ kind: JSONKind) throws(JSONEditError) -> NodeID {
    try checkSpace(8)
    let offset = text.count
    switch kind {
    case .true: text.append("true")
    case .false: text.append("false")
    case .object: text.append("{}")
    case .array: text.append("[]")
    default: text.append("null")
    }
    return append(
      JSONNode(
        kind: kind, offset: offset, length: text.count - offset,
        next: NodeID(truncatingIfNeeded: nodeCount &+ 1)))
  }

  /// Makes whatever value `json` is, to stand inside of `levels` containers.
  package mutating func makeValue(
    _ json: UnsafeRawBufferPointer, under levels: Int = 0
  ) throws(JSONEditError) -> NodeID {
    try checkSpace(json.count)
    let offset = text.count
    let nodesBefore = nodeCount
    text.append(json)
    do throws(JSONError) {
      let node = try scan(from: offset, under: levels)
      text.append(0x20)
      return node
    } catch {
      text.count = offset
      nodeCount = nodesBefore
      throw error.cause == .tooDeep ? .tooDeep : .json(error)
    }
  }

  /// The most steps of editing that are kept to be taken back.
  private static let journalLimit = 1 << 18

  private func checkSpace(_ count: Int) throws(JSONEditError) {
    if text.count + count > textLimit { throw .tooMuchText }
    if journal.count > Self.journalLimit { throw .tooManyEdits }
  }

  // MARK: Members

  /// Puts `value` where `key` is in `object`, keeping its place; a new key goes last.
  package mutating func set(_ object: NodeID, _ key: StaticString, to value: NodeID) throws(JSONEditError) {
    let key = JSONKey(key)
    try set(object, key, at: slot(object, key), to: value)
  }

  /// The same where the key's slot is known; nil where the object has no such key.
  package mutating func set(
    _ object: NodeID, _ key: JSONKey, at slot: NodeID?, to value: NodeID
  ) throws(JSONEditError) {
    if let slot {
      if resolve(slot) == nil {
        // A place that was given up takes part in putting the object's text together again.
        modify(edit(of: object)) { $0.restructured = 1 }
      }
      modify(edit(of: slot)) { $0.replacement = value }
      return
    }
    let link = append(JSONNode(kind: .link, offset: text.count))
    let keyNode: NodeID
    do throws(JSONEditError) {
      keyNode = try makeString(key.bytes)
    } catch {
      nodeCount = Int(link)
      throw error
    }
    nodes[Int(keyNode)].meta |= key.hash << 8
    // The slot of an added member is a null that stands for its value.
    let slot = append(JSONNode(kind: .null, offset: text.count, next: NodeID(nodeCount + 1)))
    modify(edit(of: slot)) { $0.replacement = value }
    let index = edit(of: object)
    if edits[index].last == 0 {
      modify(index) {
        $0.first = link
        $0.last = link
        $0.restructured = 1
      }
    } else {
      let last = edits[index].last
      journal.append(.link(last, next: 0))
      nodes[Int(last)].next = link
      modify(index) { $0.last = link }
    }
  }

  /// Takes `key` out of `object`; nothing happens where it is not there.
  package mutating func remove(_ object: NodeID, _ key: JSONKey) {
    guard let slot = slot(object, key), resolve(slot) != nil else { return }
    remove(slot: slot, from: object)
  }

  /// Removes `key` from `object`; nothing happens where it is not there.
  package mutating func remove(_ object: NodeID, _ key: StaticString) { remove(object, JSONKey(key)) }

  mutating func remove(slot: NodeID, from object: NodeID) {
    modify(edit(of: slot)) { $0.replacement = JSONEdit.removed }
    modify(edit(of: object)) { $0.restructured = 1 }
  }

  /// Puts `value` where `slot`'s value is: a member's value that ``member(_:_:)`` found before any edit of it.
  package mutating func replace(_ slot: NodeID, with value: NodeID) {
    modify(edit(of: slot)) { $0.replacement = value }
  }

  // MARK: Elements

  /// Puts `value` at `index`, counted from 0; one past the last appends.
  package mutating func setElement(_ array: NodeID, _ index: Int, to value: NodeID) throws(JSONEditError) {
    let count = count(of: array)
    guard index >= 0, index <= count else { throw .outOfRange(count: count) }
    let list = editableList(array)
    if index == count { lists[list].append(value) } else { lists[list][index] = value }
  }

  /// Inserts `value` before the element at `index`, from 0; one past the last appends.
  package mutating func insertElement(_ array: NodeID, _ index: Int, _ value: NodeID) throws(JSONEditError) {
    let count = count(of: array)
    guard index >= 0, index <= count else { throw .outOfRange(count: count) }
    lists[editableList(array)].insert(value, at: index)
  }

  /// Removes the element at `index`, from 0; those behind it move up.
  package mutating func removeElement(_ array: NodeID, _ index: Int) throws(JSONEditError) {
    let count = count(of: array)
    guard index >= 0, index < count else { throw .outOfRange(count: count) }
    lists[editableList(array)].remove(at: index)
  }

  /// Returns the list of an array's elements that edits since the last mark own.
  private mutating func editableList(_ array: NodeID) -> Int {
    let index = edit(of: array)
    let current = edits[index].list
    if current > markedLists { return Int(current) - 1 }
    lists.append(elements(of: array))
    let number = lists.count
    modify(index) { $0.list = UInt32(number) }
    return number - 1
  }

  // MARK: Marks

  /// A state of the document to come back to.
  package struct Mark {
    var text: Int
    var nodes: Int
    var edits: Int
    var journal: Int
    var lists: Int
  }

  /// Notes the present state.
  ///
  /// Marks are taken back in the reverse order of their making.
  package mutating func mark() -> Mark {
    markedLists = UInt32(lists.count)
    return Mark(
      text: text.count, nodes: nodeCount, edits: edits.count, journal: journal.count, lists: lists.count)
  }

  /// Returns whether anything was edited since `mark`.
  package func isEdited(since mark: Mark) -> Bool {
    journal.count != mark.journal || edits.count != mark.edits || lists.count != mark.lists
  }

  /// True once anything has been edited.
  package var isEdited: Bool { !edits.isEmpty }

  /// Undoes every edit since `mark`.
  package mutating func rollBack(to mark: Mark) {
    while journal.count > mark.journal {
      switch journal.removeLast() {
      case .edit(let index, let was): edits[Int(index)] = was
      case .link(let node, let next): nodes[Int(node)].next = next
      }
    }
    while edits.count > mark.edits {
      let edit = edits.removeLast()
      nodes[Int(edit.node)].meta &= 0xFF
    }
    lists.removeLast(lists.count - mark.lists)
    nodeCount = mark.nodes
    text.count = mark.text
    editsAreSorted = false
    markedLists = UInt32(lists.count)
  }

  // MARK: The record of edits

  /// Returns the index of a value's edit, made where it has none yet.
  @inline(__always)
  private mutating func edit(of node: NodeID) -> Int {
    let upper = nodes[Int(node)].upper
    if upper != 0 { return Int(upper) - 1 }
    edits.append(JSONEdit(node: node))
    nodes[Int(node)].meta |= UInt32(truncatingIfNeeded: edits.count) << 8
    editsAreSorted = false
    return edits.count - 1
  }

  @inline(__always)
  private mutating func modify(_ index: Int, _ change: (inout JSONEdit) -> Void) {
    var edit = edits[index]
    journal.append(.edit(index: UInt32(truncatingIfNeeded: index), was: edit))
    change(&edit)
    edits[index] = edit
  }
}
