import Glibc

/// A property of `content`: the name that Lua knows, and the place in the payload that it stands for.
///
/// Source: Apple, "Generating a remote notification" and `UNMutableNotificationContent`.
package struct ContentProperty: Sendable {
  /// Where the value is.
  package enum Place: Sendable {
    case aps(StaticString)
    case alert(StaticString)
    /// The alert's text, which a string alert is.
    case alertBody
    case payload
    /// Not in the payload: a list of its own.
    case attachments
  }

  /// What may be assigned.
  package enum Value: Sendable {
    case text
    case texts
    case badge
    case sound
    case interruptionLevel
    case score
    case payload
    case attachments
  }

  package let name: StaticString
  package let place: Place
  package let value: Value
  /// One line for the manual and the editor.
  package let summary: StaticString

  package static let all: [ContentProperty] = [
    .init("title", .alert("title"), .text, "The alert's title."),
    .init("subtitle", .alert("subtitle"), .text, "The alert's subtitle."),
    .init("body", .alertBody, .text, "The alert's text."),
    .init("badge", .aps("badge"), .badge, "The number on the app's icon; 0 removes it, nil leaves it."),
    .init("sound", .aps("sound"), .sound, "A sound's file name, \"default\", or { critical, name, volume }."),
    .init("thread_identifier", .aps("thread-id"), .text, "What notifications are grouped by."),
    .init("category_identifier", .aps("category"), .text, "The category, which has the actions."),
    .init("target_content_identifier", .aps("target-content-id"), .text, "The scene to bring forward."),
    .init(
      "interruption_level", .aps("interruption-level"), .interruptionLevel,
      "\"passive\", \"active\", \"time-sensitive\" or \"critical\"."),
    .init("relevance_score", .aps("relevance-score"), .score, "How early a summary shows it, 0 to 1."),
    .init("filter_criteria", .aps("filter-criteria"), .text, "What a Focus filters by."),
    .init("launch_image_name", .alert("launch-image"), .text, "The launch image."),
    .init("title_loc_key", .alert("title-loc-key"), .text, "The key of a localised title."),
    .init("title_loc_args", .alert("title-loc-args"), .texts, "What fills the placeholders of the title."),
    .init("subtitle_loc_key", .alert("subtitle-loc-key"), .text, "The key of a localised subtitle."),
    .init("subtitle_loc_args", .alert("subtitle-loc-args"), .texts, "What fills those of the subtitle."),
    .init("body_loc_key", .alert("loc-key"), .text, "The key of a localised text."),
    .init("body_loc_args", .alert("loc-args"), .texts, "What fills the placeholders of the text."),
    .init(
      "attachments", .attachments, .attachments,
      "A list of { identifier, url, options }: files beside the payload, which the outcome has."),
    .init("user_info", .payload, .payload, "The whole payload, custom keys and aps."),
  ]

  private init(_ name: StaticString, _ place: Place, _ value: Value, _ summary: StaticString) {
    self.name = name
    self.place = place
    self.value = value
    self.summary = summary
  }

  /// The property as an error names it.
  var path: String { "content.\(name)" }

  /// The levels, in order: `UNNotificationInterruptionLevel`.
  package static let interruptionLevels = ["passive", "active", "time-sensitive", "critical"]
}

/// A value that a plugin assigns.
package enum AssignedValue {
  case `nil`
  case boolean(Bool)
  case integer(Int64)
  case double(Double)
  case string(UnsafeRawBufferPointer)
  case null
  /// A table as JSON text.
  case json(UnsafeRawBufferPointer)
  /// What has no place in a payload, by the name of its type.
  case other(UnsafeRawBufferPointer)

  /// A number as people write it.
  fileprivate var text: String {
    switch self {
    case .integer(let number): String(number)
    case .double(let number): number.description
    default: "a \(typeName)"
    }
  }

  /// The type as Lua names it.
  var typeName: String {
    switch self {
    case .nil: "nil"
    case .boolean: "boolean"
    case .integer, .double: "number"
    case .string: "string"
    case .null: "null"
    case .json: "table"
    case .other(let name): String(decoding: name, as: UTF8.self)
    }
  }
}

/// Why an assignment was refused, as a sentence for the plugin's author.
package struct AssignmentError: Error, Equatable {
  package var message: String

  init(_ message: String) { self.message = message }

  package init(_ name: String, _ cause: JSONEditError) {
    switch cause {
    case .invalidUTF8(let offset):
      message =
        "\(name): not valid UTF-8 at byte \(offset); string.sub and string.reverse go by bytes, notilua.text.truncate by characters"
    case .notFinite: message = "\(name): JSON has no number for infinity or NaN"
    case .tooDeep: message = "\(name): nested deeper than the limit"
    case .tooMuchText: message = "\(name): too much new text for one notification (4 MiB)"
    case .tooManyEdits: message = "\(name): too many edits of one notification (262144)"
    case .outOfRange(let count):
      message = "\(name): an array of \(count) takes an index of 1 to \(count + 1); arrays have no holes"
    case .json(let error) where error.cause == .invalidUTF8:
      message =
        "\(name): a string in the table is not valid UTF-8; string.sub and string.reverse go by bytes, notilua.text.truncate by characters"
    case .json(let error): message = "\(name): \(error.cause.rawValue)"
    }
  }
}

// MARK: Reading

extension JSONDocument {
  /// What a property of `content` says, or nil where the payload does not say.
  package func read(_ property: ContentProperty, of line: NotificationLine) -> NodeID? {
    switch property.place {
    case .payload: return line.payload(self)
    case .attachments: return nil
    case .aps(let key):
      guard let aps = line.aps(self) else { return nil }
      return member(aps, key)
    case .alert(let key):
      guard let alert = line.alert(self) else { return nil }
      return member(alert, key)
    case .alertBody:
      guard let alert = line.alert(self) else { return nil }
      return kind(of: alert) == .string ? alert : member(alert, "body")
    }
  }
}

// MARK: Writing

extension JSONDocument {
  /// Changes the payload in the smallest way that makes `property` say `value`; nil takes it out.
  package mutating func write(
    _ property: ContentProperty, _ value: AssignedValue, to line: NotificationLine
  ) throws(AssignmentError) {
    try check(property, value)
    if case .payload = property.place {
      try replacePayload(value, slot: line.slot)
      return
    }
    if case .nil = value {
      removeValue(property, line)
      return
    }
    do throws(JSONEditError) {
      switch property.place {
      case .payload, .attachments: break
      case .aps(let key): try put(value, in: try apsForWriting(line), JSONKey(key), under: 2)
      case .alert(let key):
        if let alert = line.alert(self), kind(of: alert) == .object {
          try put(value, in: alert, JSONKey(key), under: 3)
        } else {
          try makeAlertDictionary(line, key, value)
        }
      case .alertBody:
        if let alert = line.alert(self), kind(of: alert) == .object {
          try put(value, in: alert, JSONKey("body"), under: 3)
        } else {
          try put(value, in: try apsForWriting(line), JSONKey("alert"), under: 2)
        }
      }
    } catch {
      throw AssignmentError(property.path, error)
    }
  }

  /// Sets a member, unless it says the same already: then its bytes stay.
  private mutating func put(
    _ value: AssignedValue, in object: NodeID, _ key: JSONKey, under levels: Int
  ) throws(JSONEditError) {
    let slot = slot(object, key)
    if let slot, let present = resolve(slot), isSame(present, value) { return }
    try set(object, key, at: slot, to: try makeValue(value, under: levels))
  }

  private func check(_ property: ContentProperty, _ value: AssignedValue) throws(AssignmentError) {
    func wrong(_ wanted: String) -> AssignmentError {
      AssignmentError("\(property.path): expected \(wanted) or nil, got a \(value.typeName)")
    }
    switch (property.value, value) {
    case (.attachments, .json), (.attachments, .nil): break
    case (.attachments, _): throw wrong("a list of attachments")
    case (.payload, .json), (.text, .string), (.texts, .json), (.sound, .string), (.sound, .json): break
    case (.payload, _): throw AssignmentError("\(property.path): expected a table, got a \(value.typeName)")
    case (_, .nil): break
    case (.badge, .integer(let number)) where number >= 0: break
    case (.badge, .double(let number)) where number >= 0 && Int64(exactly: number) != nil: break
    case (.badge, .integer), (.badge, .double):
      throw AssignmentError("\(property.path): expected a whole number of 0 or more, got \(value.text)")
    case (.badge, _): throw wrong("a whole number of 0 or more")
    case (.score, .integer), (.score, .double): break
    case (.score, _): throw wrong("a number")
    case (.interruptionLevel, .string(let text)):
      let level = String(decoding: text, as: UTF8.self)
      guard ContentProperty.interruptionLevels.contains(level) else {
        throw AssignmentError("\(property.path): expected passive, active, time-sensitive or critical")
      }
    case (.text, _), (.interruptionLevel, _): throw wrong("a string")
    case (.texts, _): throw wrong("a list of strings")
    case (.sound, _): throw wrong("a string, or a table with critical, name and volume,")
    }
  }

  private mutating func replacePayload(
    _ value: AssignedValue, slot: NodeID
  ) throws(AssignmentError) {
    // In the envelope form the payload stands inside of the line's object.
    let levels = slot == root ? 0 : 1
    guard case .json(let json) = value else { return }
    do throws(JSONEditError) {
      let payload = try makeValue(json, under: levels)
      guard kind(of: payload) == .object else {
        throw JSONEditError.json(JSONError(cause: .expectedKey, offset: 0))
      }
      replace(slot, with: payload)
    } catch {
      throw AssignmentError("content.user_info", error)
    }
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
    _ line: NotificationLine, _ key: StaticString, _ value: AssignedValue
  ) throws(JSONEditError) {
    let aps = try apsForWriting(line)
    let text = try makeValue(value, under: 3)
    let dictionary = try makeLiteral(.object)
    if let alert = line.alert(self), kind(of: alert) == .string { try set(dictionary, "body", to: alert) }
    try set(dictionary, key, to: text)
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

  /// Whether a value already says what is assigned, so that its bytes may stay.
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

  // MARK: attachments

  /// Makes a list of attachments of what was assigned, beside the payload.
  package mutating func makeAttachments(_ value: AssignedValue) throws(AssignmentError) -> NodeID {
    guard case .json(let json) = value else {
      throw AssignmentError(
        "content.attachments: expected a list of attachments or nil, got a \(value.typeName)")
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
  package mutating func assign(
    _ object: NodeID, _ key: JSONKey, _ value: AssignedValue, under levels: Int
  ) throws(AssignmentError) {
    let name = { "'" + String(decoding: key.bytes, as: UTF8.self) + "'" }
    if case .nil = value {
      remove(object, key)
      return
    }
    if case .other = value {
      throw AssignmentError("\(name()): a value of type \(value.typeName) has no place in a payload")
    }
    let slot = slot(object, key)
    let present = slot.flatMap { resolve($0) }
    if let present, isSame(present, value) { return }
    do throws(JSONEditError) {
      try set(object, key, at: slot, to: try makeReplacement(value, for: present, under: levels + 1))
    } catch {
      throw AssignmentError(name(), error)
    }
  }

  /// Sets element `index`, from 1, of an array of the payload; nil takes out the last one.
  package mutating func assign(
    _ array: NodeID, _ index: Int, _ value: AssignedValue, under levels: Int
  ) throws(AssignmentError) {
    let name = { "element \(index)" }
    if case .other = value {
      throw AssignmentError("\(name()): a value of type \(value.typeName) has no place in a payload")
    }
    if case .nil = value, index >= 1, index < count(of: array) {
      throw AssignmentError("\(name()): only the last element can be set to nil; use table.remove")
    }
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
    _ array: NodeID, _ index: Int, _ value: AssignedValue, under levels: Int
  ) throws(AssignmentError) {
    switch value {
    case .other, .nil:
      throw AssignmentError("element \(index): a value of type \(value.typeName) has no place in a payload")
    default: break
    }
    do throws(JSONEditError) {
      try insertElement(array, index - 1, try makeValue(value, under: levels + 1))
    } catch {
      throw AssignmentError("element \(index)", error)
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
    if case .json(let json) = value, json.count == 2, json[0] == 0x7B, let present,
      kind(of: present) == .array
    {
      return try makeLiteral(.array)
    }
    return try makeValue(value, under: levels)
  }
}
