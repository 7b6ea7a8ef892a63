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
    let left = Members(before, old)
    let right = Members(after, new)
    for member in left.list {
      if let counterpart = right.value(member.name) {
        compare(before, member.value, after, counterpart, path + [member.name], &writer)
      } else {
        operation("remove", path + [member.name], value: nil, &writer)
      }
    }
    for member in right.list where left.value(member.name) == nil {
      operation("add", path + [member.name], value: after.rawText(of: member.value), &writer)
    }
  }

  /// The members of an object, which are found by name in the same time however many there are.
  private struct Members {
    private(set) var list: [(name: String, value: NodeID)] = []
    private var index: [String: NodeID] = [:]

    init(_ document: borrowing JSONDocument, _ object: NodeID) {
      var cursor: UInt64 = 0
      while let (key, value) = document.nextMember(object, &cursor) {
        list.append((document.swiftString(of: key), value))
      }
      if list.count > 8 { index = Dictionary(list.map { ($0.name, $0.value) }) { $1 } }
    }

    func value(_ name: String) -> NodeID? {
      list.count > 8 ? index[name] : list.first { $0.name == name }?.value
    }
  }

  private static func compareElements(
    _ before: borrowing JSONDocument, _ old: NodeID, _ after: borrowing JSONDocument, _ new: NodeID,
    _ path: [String], _ writer: inout JSONWriter
  ) {
    let (left, right) = (before.elements(of: old), after.elements(of: new))
    for index in 0..<min(left.count, right.count) {
      compare(before, left[index], after, right[index], path + [String(index)], &writer)
    }
    // From the end, so that each place is still the same when its turn comes.
    for index in (right.count..<max(left.count, right.count)).reversed() {
      operation("remove", path + [String(index)], value: nil, &writer)
    }
    for index in left.count..<max(left.count, right.count) {
      operation("add", path + [String(index)], value: after.rawText(of: right[index]), &writer)
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
