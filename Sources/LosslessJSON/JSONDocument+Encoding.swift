extension JSONDocument {
  /// Appends a value as it stands now: untouched bytes are copied, edits are put in their places.
  package mutating func encode(_ node: NodeID, to buffer: inout ByteBuffer) {
    let value = nodes[Int(node)]
    if edits.isEmpty || !value.isContainer {
      buffer.append(text.start + Int(value.offset), count: Int(value.length))
      return
    }
    sortEdits()
    emit(node, to: &buffer)
  }

  /// Appends the whole text with the edits in their places, white space before and after it included.
  package mutating func encodeAll(to buffer: inout ByteBuffer) {
    let whole = nodes[Int(root)]
    buffer.append(text.start, count: Int(whole.offset))
    encode(top, to: &buffer)
    buffer.append(text.start + Int(whole.end), count: originalCount - Int(whole.end))
  }

  /// Returns a number of bytes that a value's encoding does not exceed.
  package func sizeBound(of node: NodeID) -> Int {
    Int(nodes[Int(node)].length) + text.count - originalCount + 2 * edits.count
  }

  /// Sorts the edits by place, an outer value before what it holds.
  ///
  /// Their numbers stay: `order` is what is sorted.
  private mutating func sortEdits() {
    if editsAreSorted { return }
    order.removeAll()
    for index in 0..<edits.count {
      let place = nodes[Int(edits[index].node)].offset
      var at = order.count
      while at > 0, isAfter(order[at - 1], place, edits[index].node) { at -= 1 }
      if order.count - at > 64 {
        sortManyEdits()
        return
      }
      order.insert(UInt32(truncatingIfNeeded: index), at: at)
    }
    editsAreSorted = true
  }

  private func isAfter(_ index: UInt32, _ place: UInt32, _ node: NodeID) -> Bool {
    let other = edits[Int(index)].node
    let otherPlace = nodes[Int(other)].offset
    return otherPlace > place || otherPlace == place && other > node
  }

  private mutating func sortManyEdits() {
    var sorted = (0..<edits.count).map { index in
      let node = edits[index].node
      return (place: nodes[Int(node)].offset, node: node, index: UInt32(truncatingIfNeeded: index))
    }
    sorted.sort { ($0.place, $0.node) < ($1.place, $1.node) }
    order.removeAll()
    for edit in sorted { order.append(edit.index) }
    editsAreSorted = true
  }

  private func emit(_ node: NodeID, to buffer: inout ByteBuffer) {
    let value = nodes[Int(node)]
    if value.isContainer, value.upper != 0 {
      let edit = edits[Int(value.upper) - 1]
      if value.kind == .array, edit.list != 0 {
        emitList(lists[Int(edit.list) - 1], to: &buffer)
        return
      }
      if value.kind == .object, edit.restructured != 0 {
        emitMembers(node, edit, to: &buffer)
        return
      }
    }
    if value.isContainer {
      emitSpliced(from: Int(value.offset) + 1, to: Int(value.end), opening: Int(value.offset), &buffer)
    } else {
      buffer.append(text.start + Int(value.offset), count: Int(value.length))
    }
  }

  /// Copies the text from `opening` to `end`, with the values edited at or after `start` as they stand now.
  private func emitSpliced(from start: Int, to end: Int, opening: Int, _ buffer: inout ByteBuffer) {
    var copied = opening
    var at = firstEdit(from: start)
    while at < order.count {
      let edit = edits[Int(order[at])]
      let node = nodes[Int(edit.node)]
      at &+= 1
      if Int(node.offset) >= end { break }
      if Int(node.offset) < copied || node.length == 0 { continue }
      buffer.append(text.start + copied, count: Int(node.offset) &- copied)
      copied = Int(node.end)
      emit(edit.replacement == 0 ? edit.node : edit.replacement, to: &buffer)
    }
    buffer.append(text.start + copied, count: end - copied)
  }

  /// Returns the place in `order` of the first edit whose value begins at `offset` or after.
  private func firstEdit(from offset: Int) -> Int {
    var low = 0
    var high = order.count
    while low < high {
      let middle = (low + high) / 2
      if Int(nodes[Int(edits[Int(order[middle])].node)].offset) < offset {
        low = middle + 1
      } else {
        high = middle
      }
    }
    return low
  }

  private func emitList(_ list: [NodeID], to buffer: inout ByteBuffer) {
    buffer.append(0x5B)
    for index in list.indices {
      if index > 0 { buffer.append(0x2C) }
      emit(list[index], to: &buffer)
    }
    buffer.append(0x5D)
  }

  /// Puts an object together from the members that are left, each with the white space around it, and new ones.
  private func emitMembers(_ object: NodeID, _ edit: JSONEdit, to buffer: inout ByteBuffer) {
    let container = nodes[Int(object)]
    buffer.append(0x7B)
    var isFirst = true
    var chunk = Int(container.offset) + 1
    var trailing = chunk..<chunk
    var key = object + 1
    while key < container.next {
      let original = nodes[Int(key) + 1]
      var delimiter = Int(original.end)
      while text.start[delimiter] != 0x2C && text.start[delimiter] != 0x7D { delimiter += 1 }
      if let value = resolve(key + 1) {
        if !isFirst {
          buffer.append(text.start + trailing.lowerBound, count: trailing.count)
          buffer.append(0x2C)
        }
        isFirst = false
        buffer.append(text.start + chunk, count: Int(original.offset) - chunk)
        emit(value, to: &buffer)
        trailing = Int(original.end)..<delimiter
      }
      chunk = delimiter + 1
      key = original.next
    }
    var link = edit.first
    while link != 0 {
      if let value = resolve(link + 2) {
        if !isFirst { buffer.append(0x2C) }
        isFirst = false
        let name = nodes[Int(link) + 1]
        buffer.append(text.start + Int(name.offset), count: Int(name.length))
        buffer.append(0x3A)
        emit(value, to: &buffer)
      }
      link = nodes[Int(link)].next
    }
    if !isFirst { buffer.append(text.start + trailing.lowerBound, count: trailing.count) }
    buffer.append(0x7D)
  }
}
