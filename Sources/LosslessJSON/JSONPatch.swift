/// A patch that turns one JSON value into another: RFC 6902, with the operations add, remove and replace.
package enum JSONPatch {
  /// Gives the operations that turn `before` into `after`, a JSON array.
  ///
  /// Two values are the same where their texts are; members are told by key, elements by place. Where the operations
  /// would take more than `limit` bytes, there is one that replaces the whole.
  package static func operations(
    from before: borrowing JSONDocument, to after: borrowing JSONDocument, limit: Int
  ) -> String {
    var patch = Patch(limit: limit)
    patch.writer.beginArray()
    if !patch.compare(before, before.top, after, after.top, []) {
      patch = Patch(limit: .max)
      patch.writer.beginArray()
      _ = patch.write("replace", [], value: after.rawText(of: after.top))
    }
    patch.writer.endArray()
    return patch.writer.text
  }
}

/// The operations so far.
///
/// Each function tells whether they are within the limit; if they are not, all return.
private struct Patch: ~Copyable {
  var writer = JSONWriter()
  let limit: Int

  init(limit: Int) { self.limit = limit }

  /// - Parameter path: the pointer to both values, as it is written.
  mutating func compare(
    _ before: borrowing JSONDocument, _ old: NodeID, _ after: borrowing JSONDocument, _ new: NodeID,
    _ path: [UInt8]
  ) -> Bool {
    switch (before.kind(of: old), after.kind(of: new)) {
    case (.object, .object): compareMembers(before, old, after, new, path)
    case (.array, .array): compareElements(before, old, after, new, path)
    default: write("replace", path, value: after.rawText(of: new))
    }
  }

  private mutating func compareMembers(
    _ before: borrowing JSONDocument, _ old: NodeID, _ after: borrowing JSONDocument, _ new: NodeID,
    _ path: [UInt8]
  ) -> Bool {
    let left = Members(before, old)
    let right = Members(after, new)
    for member in left.list {
      if let counterpart = right.value(member.name) {
        if before.rawText(of: member.value).elementsEqual(after.rawText(of: counterpart)) { continue }
        guard compare(before, member.value, after, counterpart, path + Self.token(member.name)) else {
          return false
        }
      } else {
        guard write("remove", path + Self.token(member.name), value: nil) else { return false }
      }
    }
    for member in right.list where left.value(member.name) == nil {
      guard write("add", path + Self.token(member.name), value: after.rawText(of: member.value)) else {
        return false
      }
    }
    return true
  }

  private mutating func compareElements(
    _ before: borrowing JSONDocument, _ old: NodeID, _ after: borrowing JSONDocument, _ new: NodeID,
    _ path: [UInt8]
  ) -> Bool {
    let (left, right) = (before.elements(of: old), after.elements(of: new))
    for index in 0..<min(left.count, right.count) {
      if before.rawText(of: left[index]).elementsEqual(after.rawText(of: right[index])) { continue }
      guard compare(before, left[index], after, right[index], path + Self.token(index)) else { return false }
    }
    // From the end, so that each place is still the same when its turn comes.
    for index in (right.count..<max(left.count, right.count)).reversed() {
      guard write("remove", path + Self.token(index), value: nil) else { return false }
    }
    for index in left.count..<max(left.count, right.count) {
      guard write("add", path + Self.token(index), value: after.rawText(of: right[index])) else {
        return false
      }
    }
    return true
  }

  mutating func write(_ name: String, _ path: [UInt8], value: UnsafeRawBufferPointer?) -> Bool {
    writer.beginObject()
    writer.member("op", name)
    writer.member("path", String(decoding: path, as: UTF8.self))
    if let value {
      writer.key("value")
      writer.raw(value)
    }
    writer.endObject()
    return writer.buffer.count <= limit
  }

  /// Returns a step of a pointer (RFC 6901 §3).
  private static func token(_ name: [UInt8]) -> [UInt8] {
    var token: [UInt8] = [0x2F]
    for byte in name {
      switch byte {
      case 0x7E: token += [0x7E, 0x30]
      case 0x2F: token += [0x7E, 0x31]
      default: token.append(byte)
      }
    }
    return token
  }

  private static func token(_ index: Int) -> [UInt8] { [0x2F] + Array(String(index).utf8) }
}

/// The members of an object by the bytes of their names: two that look the same are two.
private struct Members {
  private(set) var list: [(name: [UInt8], value: NodeID)] = []
  private var index: [[UInt8]: NodeID] = [:]

  init(_ document: borrowing JSONDocument, _ object: NodeID) {
    var cursor: UInt64 = 0
    while let (key, value) = document.nextMember(object, &cursor) {
      list.append((Array(document.swiftString(of: key).utf8), value))
    }
    // Found in the same time however many there are.
    if list.count > 8 { index = Dictionary(list.map { ($0.name, $0.value) }) { $1 } }
  }

  func value(_ name: [UInt8]) -> NodeID? {
    list.count > 8 ? index[name] : list.first { $0.name == name }?.value
  }
}
