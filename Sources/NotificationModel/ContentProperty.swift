import Glibc
import LosslessJSON

/// A property of `content`: the name that Lua knows, and the place in the payload that it stands for.
///
/// Source: Apple, "Generating a remote notification" and `UNMutableNotificationContent`.
package struct ContentProperty: Sendable {
  /// The place of the value.
  package enum Place: Sendable {
    case aps(StaticString)
    case alert(StaticString)
    /// The alert's text, which a string alert is.
    case alertBody
    case payload
    /// Not in the payload: a list of its own.
    case attachments
  }

  package let name: StaticString
  package let place: Place
  /// The values that may be assigned.
  package let value: PayloadValue
  /// One line for the manual and the editor.
  package let summary: StaticString

  package static let all: [ContentProperty] = [
    .init("title", .alert("title"), .text, "The alert's title."),
    .init("subtitle", .alert("subtitle"), .text, "The alert's subtitle."),
    .init("body", .alertBody, .text, "The alert's text."),
    .init("badge", .aps("badge"), .count, "The number on the app's icon; 0 removes it, nil leaves it."),
    .init("sound", .aps("sound"), .sound, "A sound's file name, \"default\", or { critical, name, volume }."),
    .init("thread_identifier", .aps("thread-id"), .text, "What notifications are grouped by."),
    .init("category_identifier", .aps("category"), .text, "The category, which has the actions."),
    .init("target_content_identifier", .aps("target-content-id"), .text, "The scene to bring forward."),
    .init(
      "interruption_level", .aps("interruption-level"), .level,
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

  private init(_ name: StaticString, _ place: Place, _ value: PayloadValue, _ summary: StaticString) {
    self.name = name
    self.place = place
    self.value = value
    self.summary = summary
  }

  /// The property as an error names it.
  var path: String { "content.\(name)" }
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
  /// A value that has no place in a payload, by the name of its type.
  case other(UnsafeRawBufferPointer)

  /// The value's type, with the part of it that rules compare.
  var shape: PayloadValue.Shape {
    switch self {
    case .nil, .null: .null
    case .boolean(let flag): .boolean(flag)
    case .integer(let number): .integer(number)
    case .double(let number): .number(number)
    case .string(let text): .text(text)
    // An empty table is a list as well as an object.
    case .json(let json): json.first == 0x5B ? .array : .object
    case .other: .other
    }
  }

  /// A Boolean value that indicates whether it is a table without members.
  var isEmptyTable: Bool {
    if case .json(let json) = self { return json.count == 2 && json[0] == 0x7B }
    return false
  }

  /// Returns the value as a key takes it: numbers of what is counted have no fraction, so that 2.0 is 2.
  func whole(for wanted: PayloadValue) -> AssignedValue {
    if wanted.isWhole, case .double(let number) = self, let integer = Int64(exactly: number) {
      return .integer(integer)
    }
    return self
  }

  /// Returns the value as an error shows it: where its type is right, what is wrong with it.
  private func description(for wanted: PayloadValue) -> String {
    switch (wanted, self) {
    case (.text, _), (.localizable, _), (.texts, _), (.object, _), (.alert, _), (.sound, _), (.boolean, _):
      break
    case (.level, .string(let text)), (.event, .string(let text)):
      return "'\(String(decoding: text, as: UTF8.self).prefix(utf8Count: 64))'"
    case (.level, _), (.event, _): break
    case (_, .integer(let number)): return String(number)
    case (_, .double(let number)): return number.description
    default: break
    }
    if case .null = self { return "null; assign nil to remove it" }
    return "a \(typeName)"
  }

  /// Returns the error of a value that is not what a key takes.
  func refusal(_ name: String, _ wanted: PayloadValue) -> AssignmentError {
    let shown = description(for: wanted)
    // Where the type is right there is no need to speak of nil.
    let orNil = shown.hasPrefix("a ") ? (wanted == .alert || wanted == .sound ? ", or nil" : " or nil") : ""
    let step = PayloadValue.hint(wanted, shape) + step(to: wanted)
    return AssignmentError("\(name): expected \(wanted.wanted)\(orNil), got \(shown)\(step)")
  }

  /// Returns the step that makes the value acceptable, as the end of an error.
  private func step(to wanted: PayloadValue) -> String {
    switch (wanted, self) {
    case (.text, .integer), (.text, .double), (.localizable, .integer), (.localizable, .double):
      "; write 'tostring(n)'"
    case (.count, .string), (.fraction, .string), (.score, .string), (.seconds, .string):
      "; write 'tonumber(text)'"
    case (.count, .integer(..<0)): "; write 'math.max(0, n)'"
    case (.count, .double(let number)) where number < 0 && number.isFinite: "; write 'math.max(0, n)'"
    case (.count, .double(let number)) where number.rounded() != number && number.isFinite:
      "; write 'math.floor(n)'"
    default: ""
    }
  }

  /// The type as Lua names it.
  package var typeName: String {
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

/// An error that refuses an assignment, as a sentence for the plugin's author.
package struct AssignmentError: Error, Equatable {
  package var message: String

  package init(_ message: String) { self.message = message }

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
  /// Returns the value of a property of `content`; nil where the payload does not have it.
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
