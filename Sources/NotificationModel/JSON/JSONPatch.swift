/// What turns one JSON value into another: RFC 6902, with the operations add, remove and replace.
package enum JSONPatch {
  /// Writes the operations that turn `before` into `after` as the elements of the array that `writer` is in.
  ///
  /// Two values are the same where their texts are; members are told by key, elements by place.
  package static func write(
    from before: borrowing JSONDocument, to after: borrowing JSONDocument, _ writer: inout JSONWriter
  ) {
    compare(before, before.top, after, after.top, [], &writer)
  }

  private static func compare(
    _ before: borrowing JSONDocument, _ old: NodeID, _ after: borrowing JSONDocument, _ new: NodeID,
    _ path: [String], _ writer: inout JSONWriter
  ) {
    if before.rawText(of: old).elementsEqual(after.rawText(of: new)) { return }
    switch (before.kind(of: old), after.kind(of: new)) {
    case (.object, .object): compareMembers(before, old, after, new, path, &writer)
    case (.array, .array): compareElements(before, old, after, new, path, &writer)
    default: operation("replace", path, value: after.rawText(of: new), &writer)
    }
  }

  private static func compareMembers(
    _ before: borrowing JSONDocument, _ old: NodeID, _ after: borrowing JSONDocument, _ new: NodeID,
    _ path: [String], _ writer: inout JSONWriter
  ) {
    var cursor: UInt64 = 0
    while let (key, value) = before.nextMember(old, &cursor) {
      let name = before.swiftString(of: key)
      if let counterpart = after.member(new, named: name) {
        compare(before, value, after, counterpart, path + [name], &writer)
      } else {
        operation("remove", path + [name], value: nil, &writer)
      }
    }
    cursor = 0
    while let (key, value) = after.nextMember(new, &cursor) {
      let name = after.swiftString(of: key)
      if before.member(old, named: name) == nil {
        operation("add", path + [name], value: after.rawText(of: value), &writer)
      }
    }
  }

  private static func compareElements(
    _ before: borrowing JSONDocument, _ old: NodeID, _ after: borrowing JSONDocument, _ new: NodeID,
    _ path: [String], _ writer: inout JSONWriter
  ) {
    let (oldCount, newCount) = (before.count(of: old), after.count(of: new))
    for index in 0..<min(oldCount, newCount) {
      guard let left = before.element(old, index), let right = after.element(new, index) else { continue }
      compare(before, left, after, right, path + [String(index)], &writer)
    }
    // From the end, so that each place is still the same when its turn comes.
    for index in (newCount..<max(oldCount, newCount)).reversed() {
      operation("remove", path + [String(index)], value: nil, &writer)
    }
    for index in oldCount..<max(oldCount, newCount) {
      guard let value = after.element(new, index) else { continue }
      operation("add", path + [String(index)], value: after.rawText(of: value), &writer)
    }
  }

  private static func operation(
    _ name: String, _ path: [String], value: UnsafeRawBufferPointer?, _ writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("op", name)
    writer.member("path", JSONPointer(tokens: path).description)
    if let value {
      writer.key("value")
      writer.raw(value)
    }
    writer.endObject()
  }
}
