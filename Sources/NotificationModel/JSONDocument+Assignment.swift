import Glibc
import LosslessJSON

/// Assignments of plugins, each checked where it is made.
extension JSONDocument {
  /// Changes the payload in the smallest way that makes `property` say `value`; nil takes it out.
  package mutating func write(
    _ property: ContentProperty, _ value: AssignedValue, to line: NotificationLine
  ) throws(AssignmentError) {
    if case .payload = property.place {
      try replacePayload(value, line)
      return
    }
    if case .nil = value {
      removeValue(property, line)
      return
    }
    let value = value.whole(for: property.value)
    try checkType(value, property.value, line) { property.path }
    switch property.place {
    case .payload, .attachments: break
    case .aps(let key): try put(value, property, PayloadSlot(.aps, key), line, under: 2)
    case .alert(let key): try put(value, property, PayloadSlot(.alert, key), line, under: 3)
    case .alertBody:
      if let alert = line.alert(self), kind(of: alert) == .object {
        try put(value, property, PayloadSlot(.alert, "body"), line, under: 3)
      } else {
        try put(value, property, PayloadSlot(.aps, "alert"), line, under: 2)
      }
    }
  }

  /// A member of one of the payload's dictionaries.
  private struct PayloadSlot {
    let place: PayloadKey.Place
    let key: StaticString

    init(_ place: PayloadKey.Place, _ key: StaticString) {
      self.place = place
      self.key = key
    }
  }

  /// Sets a member, unless it says the same already: then its bytes stay.
  private mutating func put(
    _ value: AssignedValue, _ property: ContentProperty, _ target: PayloadSlot, _ line: NotificationLine,
    under levels: Int
  ) throws(AssignmentError) {
    let container = target.place == .aps ? line.aps(self) : line.alert(self)
    let object = container.flatMap { kind(of: $0) == .object ? $0 : nil }
    let slot = object.flatMap { self.slot($0, JSONKey(target.key)) }
    let present = slot.flatMap { resolve($0) }
    if let present, isSame(present, value) { return }
    let node = try makeChecked(
      value, property.value, present, line, under: levels, name: property.path, key: target.key, target.place)
    do throws(JSONEditError) {
      if let object {
        try set(object, JSONKey(target.key), at: slot, to: node)
      } else if target.place == .aps {
        try set(try apsForWriting(line), target.key, to: node)
      } else {
        try makeAlertDictionary(line, target.key, node)
      }
    } catch {
      throw AssignmentError(property.path, error)
    }
  }

  private mutating func replacePayload(
    _ value: AssignedValue, _ line: NotificationLine
  ) throws(AssignmentError) {
    guard case .json(let json) = value, json.first == 0x7B else {
      let rest =
        switch value {
        case .json: " with keys, got a list"
        case .nil, .null: ", got \(value.typeName)"
        default: ", got a \(value.typeName)"
        }
      throw AssignmentError("content.user_info: expected a table\(rest)")
    }
    // In the envelope form the payload stands inside of the line's object.
    let node = try makeChecked(
      value, .payload, line.payload(self), line, under: line.slot == root ? 0 : 1, name: "content.user_info",
      key: "", .payload)
    replace(line.slot, with: node)
  }

  private mutating func removeValue(_ property: ContentProperty, _ line: NotificationLine) {
    guard let aps = line.aps(self) else { return }
    switch property.place {
    case .payload, .attachments: break
    case .aps(let key): remove(aps, JSONKey(key))
    case .alert(let key):
      if let alert = line.alert(self), kind(of: alert) == .object { remove(alert, JSONKey(key)) }
    case .alertBody:
      guard let alert = line.alert(self) else { return }
      if kind(of: alert) == .object { remove(alert, "body") } else { remove(aps, "alert") }
    }
  }

  private mutating func apsForWriting(_ line: NotificationLine) throws(JSONEditError) -> NodeID {
    if let aps = line.aps(self), kind(of: aps) == .object { return aps }
    let aps = try makeLiteral(.object)
    try set(line.payload(self), "aps", to: aps)
    return aps
  }

  /// Puts a dictionary in the place of an alert that is none: a string becomes its body, with the bytes it has.
  private mutating func makeAlertDictionary(
    _ line: NotificationLine, _ key: StaticString, _ value: NodeID
  ) throws(JSONEditError) {
    let aps = try apsForWriting(line)
    let dictionary = try makeLiteral(.object)
    if let alert = line.alert(self), kind(of: alert) == .string { try set(dictionary, "body", to: alert) }
    try set(dictionary, key, to: value)
    try set(aps, "alert", to: dictionary)
  }

  /// Makes a node of what was assigned, to stand inside of `levels` containers.
  package mutating func makeValue(_ value: AssignedValue, under levels: Int) throws(JSONEditError) -> NodeID {
    switch value {
    case .nil, .null, .other: try makeLiteral(.null)
    case .boolean(let flag): try makeLiteral(flag ? .true : .false)
    case .integer(let number): try makeInteger(number)
    case .double(let number): try makeDouble(number)
    case .string(let text): try makeString(text)
    case .json(let json): try makeValue(json, under: levels)
    }
  }

  /// Returns whether a value is already equal to the assigned one, so that its bytes may stay.
  package mutating func isSame(_ node: NodeID, _ value: AssignedValue) -> Bool {
    switch (kind(of: node), value) {
    case (.string, .string(let text)):
      let present = string(of: node)
      guard present.count == text.count else { return false }
      guard let left = present.baseAddress, let right = text.baseAddress else { return true }
      return memcmp(left, right, text.count) == 0
    case (.number, .integer(let number)): return integer(of: node) == number
    case (.number, .double(let number)):
      return integer(of: node) == nil && double(of: node) == number
    case (.true, .boolean(true)), (.false, .boolean(false)), (.null, .null): return true
    default: return false
    }
  }

  // MARK: Checks

  private func isLiveActivity(_ line: NotificationLine) -> Bool {
    line.pushType(self) == PushType.liveactivity.rawValue
  }

  /// Throws where a value is not of the type, or in the range, that a key takes.
  private func checkType(
    _ value: AssignedValue, _ wanted: PayloadValue, _ line: NotificationLine, name: () -> String
  ) throws(AssignmentError) {
    let shape = wanted == .texts && value.isEmptyTable ? .array : value.shape
    if wanted.accepts(shape, inLiveActivity: false) { return }
    // Of the few keys that a Live Activity takes more for.
    if wanted == .score || wanted == .localizable, isLiveActivity(line),
      wanted.accepts(shape, inLiveActivity: true)
    {
      return
    }
    throw value.refusal(name(), wanted)
  }

  /// Makes a node of what is assigned to a known key; throws where a member of a table is wrong that was not before.
  private mutating func makeChecked(
    _ value: AssignedValue, _ wanted: PayloadValue, _ present: NodeID?, _ line: NotificationLine,
    under levels: Int, name: String, key: StaticString, _ place: PayloadKey.Place
  ) throws(AssignmentError) -> NodeID {
    let node: NodeID
    do throws(JSONEditError) {
      if wanted == .texts, value.isEmptyTable { return try makeLiteral(.array) }
      node = try makeReplacement(value, for: present, under: levels)
      guard case .json = value else { return node }
      try adapt(node, to: wanted, in: place)
    } catch {
      throw AssignmentError(name, error)
    }
    var check = PayloadCheck(inLiveActivity: isLiveActivity(line))
    check.check(self, node, wanted, "\(key)", place)
    if check.found.isEmpty { return node }
    // What came in wrong, and is put back, is not the plugin's.
    var before = PayloadCheck(inLiveActivity: check.inLiveActivity)
    if let present { before.check(self, present, wanted, "\(key)", place) }
    let new = check.found.first { breach in
      // An app's own keys stand beside `aps`, with any names.
      (wanted != .payload || breach.subject == "aps" || breach.subject.hasPrefix("aps."))
        && !before.found.contains { $0.subject == breach.subject }
    }
    if let new { throw AssignmentError(new.message) }
    return node
  }

  /// Writes what Lua does not tell apart in a new table as the keys take it: whole numbers have no fraction, and an
  /// empty table is a list where a list belongs.
  private mutating func adapt(
    _ node: NodeID, to wanted: PayloadValue, in outer: PayloadKey.Place
  ) throws(JSONEditError) {
    let place: PayloadKey.Place
    switch wanted {
    case .payload: place = .payload
    case .object where outer == .payload: place = .aps
    case .alert: place = .alert
    case .sound: place = .sound
    case .localizable: place = .localizedText
    default: return
    }
    var cursor: UInt64 = 0
    while let (key, value) = nextMember(node, &cursor) {
      guard let known = PayloadKey.find(place, unquotedText(of: key)) else { continue }
      if known.value.isWhole, kind(of: value) == .number, integer(of: value) == nil,
        let integer = Int64(exactly: double(of: value))
      {
        replace(key + 1, with: try makeInteger(integer))
      } else if known.value == .texts, kind(of: value) == .object, count(of: value) == 0 {
        replace(key + 1, with: try makeLiteral(.array))
      } else if kind(of: value) == .object {
        try adapt(value, to: known.value, in: place)
      }
    }
  }

  // MARK: attachments

  /// Makes a list of attachments of what was assigned, beside the payload.
  package mutating func makeAttachments(_ value: AssignedValue) throws(AssignmentError) -> NodeID {
    guard case .json(let json) = value else {
      throw value.refusal("content.attachments", .attachments)
    }
    let list: NodeID
    do throws(JSONEditError) {
      // An empty table in Lua is written as an object.
      list = json.count == 2 ? try makeLiteral(.array) : try makeValue(json, under: 1)
    } catch {
      throw AssignmentError("content.attachments", error)
    }
    if let problem = Attachment.problem(self, list) { throw AssignmentError(problem) }
    return list
  }

  // MARK: user_info

  /// Sets a member of an object of the payload; nil takes it out.
  ///
  /// - Parameter levels: the containers that the object stands in, itself included: 1 is the payload.
  /// - Returns: whose key it is, which says whether a rule is looked at when the plugin has ended.
  @discardableResult
  package mutating func assign(
    _ object: NodeID, _ key: JSONKey, _ value: AssignedValue, under levels: Int, of line: NotificationLine
  ) throws(AssignmentError) -> KeyOwner {
    // Most edits are of the app's own keys beside 'aps'.
    let place = levels == 1 && key.count != 3 ? nil : place(of: object, line, under: levels)
    if case .nil = value {
      remove(object, key)
      return place == nil ? .app : .apple
    }
    if case .other = value {
      throw AssignmentError("\(Self.name(key)): a value of type \(value.typeName) has no place in a payload")
    }
    let known = place.flatMap { PayloadKey.find($0, key.bytes) }
    let value = known.map { value.whole(for: $0.value) } ?? value
    let slot = slot(object, key)
    let present = slot.flatMap { resolve($0) }
    if let present, isSame(present, value) { return .app }
    if let known {
      try checkType(value, known.value, line) { "'\(known.path)'" }
      let node = try makeChecked(
        value, known.value, present, line, under: levels + 1, name: "'\(known.path)'", key: known.name,
        known.place)
      try put(node, in: object, key, at: slot)
    } else {
      if let place { try checkUnknown(key, in: place, line) }
      let node: NodeID
      do throws(JSONEditError) {
        node = try makeReplacement(value, for: present, under: levels + 1)
      } catch {
        throw AssignmentError(Self.name(key), error)
      }
      try put(node, in: object, key, at: slot)
    }
    return known.map { $0.isOfLiveActivity ? .liveActivity : .apple } ?? .app
  }

  /// The owner of the key that was assigned to.
  package enum KeyOwner {
    /// The app's own key.
    case app
    case apple
    /// A key of Apple's that only the push of a Live Activity has.
    case liveActivity
  }

  private mutating func put(
    _ node: NodeID, in object: NodeID, _ key: JSONKey, at slot: NodeID?
  ) throws(AssignmentError) {
    do throws(JSONEditError) {
      try set(object, key, at: slot, to: node)
    } catch {
      throw AssignmentError(Self.name(key), error)
    }
  }

  private static func name(_ key: JSONKey) -> String { "'\(String(decoding: key.bytes, as: UTF8.self))'" }

  /// Returns which of the payload's dictionaries an object is; nil where its keys are the app's own.
  private func place(of object: NodeID, _ line: NotificationLine, under levels: Int) -> PayloadKey.Place? {
    switch levels {
    case 1: return object == line.payload(self) ? .payload : nil
    case 2: return object == line.aps(self) ? .aps : nil
    case 3:
      if object == line.alert(self) { return .alert }
      return line.aps(self).flatMap { member($0, "sound") } == object ? .sound : nil
    case 4:
      guard let alert = line.alert(self) else { return nil }
      return member(alert, "title") == object || member(alert, "body") == object ? .localizedText : nil
    default: return nil
    }
  }

  /// Throws where a device looks for a key under another name or at another place; an app's own keys stand beside `aps`.
  private func checkUnknown(
    _ key: JSONKey, in place: PayloadKey.Place, _ line: NotificationLine
  ) throws(AssignmentError) {
    if place == .payload { return }
    guard let meant = PayloadKey.meant(by: key.bytes, in: place, inLiveActivity: isLiveActivity(line)) else {
      return
    }
    throw AssignmentError(PayloadCheck.misplaced(key.bytes, in: place, nil, meant).message)
  }

  /// Sets element `index`, from 1, of an array of the payload; nil takes out the last one.
  package mutating func assign(
    _ array: NodeID, _ index: Int, _ value: AssignedValue, under levels: Int, of line: NotificationLine
  ) throws(AssignmentError) {
    let name = { "element \(index)" }
    if case .other = value {
      throw AssignmentError("\(name()): a value of type \(value.typeName) has no place in a payload")
    }
    if case .nil = value, index >= 1, index < count(of: array) {
      throw AssignmentError("\(name()): only the last element can be set to nil; use table.remove")
    }
    try checkElement(array, index, value, line, under: levels)
    do throws(JSONEditError) {
      if case .nil = value {
        let count = count(of: array)
        if index == count, count > 0 { try removeElement(array, index - 1) }
        return
      }
      guard index >= 1 else { throw JSONEditError.outOfRange(count: count(of: array)) }
      let present = element(array, index - 1)
      if let present, isSame(present, value) { return }
      try setElement(array, index - 1, to: try makeReplacement(value, for: present, under: levels + 1))
    } catch {
      throw AssignmentError(name(), error)
    }
  }

  /// Inserts before element `index`, from 1, of an array of the payload.
  package mutating func insert(
    _ array: NodeID, _ index: Int, _ value: AssignedValue, under levels: Int, of line: NotificationLine
  ) throws(AssignmentError) {
    switch value {
    case .other, .nil:
      throw AssignmentError("element \(index): a value of type \(value.typeName) has no place in a payload")
    default: break
    }
    try checkElement(array, index, value, line, under: levels)
    do throws(JSONEditError) {
      try insertElement(array, index - 1, try makeValue(value, under: levels + 1))
    } catch {
      throw AssignmentError("element \(index)", error)
    }
  }

  /// Throws where what is to be an element of a list of strings is none.
  private func checkElement(
    _ array: NodeID, _ index: Int, _ value: AssignedValue, _ line: NotificationLine, under levels: Int
  ) throws(AssignmentError) {
    switch value {
    case .nil, .string: return
    default: break
    }
    let place: PayloadKey.Place
    let object: NodeID?
    switch levels {
    case 3: (place, object) = (.aps, line.aps(self))
    case 4: (place, object) = (.alert, line.alert(self))
    default: return
    }
    guard let object else { return }
    var cursor: UInt64 = 0
    while let (key, list) = nextMember(object, &cursor) {
      guard list == array, let known = PayloadKey.find(place, unquotedText(of: key)), known.value == .texts
      else {
        continue
      }
      throw value.refusal("'\(known.path)[\(index)]'", .text)
    }
  }

  /// Removes element `index`, from 1, of an array of the payload.
  package mutating func remove(_ array: NodeID, _ index: Int) throws(AssignmentError) {
    do throws(JSONEditError) {
      try removeElement(array, index - 1)
    } catch {
      throw AssignmentError("element \(index)", error)
    }
  }

  /// An empty table that replaces an array stays an array.
  private mutating func makeReplacement(
    _ value: AssignedValue, for present: NodeID?, under levels: Int
  ) throws(JSONEditError) -> NodeID {
    if value.isEmptyTable, let present, kind(of: present) == .array { return try makeLiteral(.array) }
    return try makeValue(value, under: levels)
  }
}
