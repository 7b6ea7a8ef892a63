import LosslessJSON

extension ViewElement {
  /// The name of an element in a written view.
  package enum Kind: String, CaseIterable, Sendable {
    case text
    case image
    case columns
    case fields
    case progress
    case countdown
    case timeline
    case places
    case map
    case conversation
    case buttons
    case textInput = "text_input"
    case media
  }

  package var kind: Kind {
    switch self {
    case .text: .text
    case .image: .image
    case .columns: .columns
    case .fields: .fields
    case .progress: .progress
    case .countdown: .countdown
    case .timeline: .timeline
    case .places: .places
    case .map: .map
    case .conversation: .conversation
    case .buttons: .buttons
    case .textInput: .textInput
    case .media: .media
    }
  }

  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("kind", kind.rawValue)
    switch self {
    case .text(let runs, let style, let alignment):
      writer.member("style", style.rawValue)
      if alignment != .start { writer.member("alignment", alignment.rawValue) }
      writer.entries(runs) { $0.write(to: &$1) }
    case .image(let picture):
      writer.member("attachment", picture.attachment)
      picture.writeForm(to: &writer)
    case .columns(let columns): writer.entries(columns) { $0.write(to: &$1) }
    case .fields(let fields): writer.entries(fields) { $0.write(to: &$1) }
    case .progress(let value, let label):
      writer.key("value")
      writer.raw(value.description)
      writer.optional("label", label)
    case .countdown(let countdown):
      writer.member("end", countdown.end)
      writer.optional("label", countdown.label)
    case .map(let map): map.writeMembers(to: &writer)
    case .timeline(let steps): writer.entries(steps) { $0.write(to: &$1) }
    case .places(let places): writer.entries(places) { $0.write(to: &$1) }
    case .conversation(let messages): writer.entries(messages) { $0.write(to: &$1) }
    case .buttons(let actions):
      writer.key("entries")
      NotificationAction.write(actions, to: &writer)
    case .textInput(let identifier, let input):
      writer.member("identifier", identifier)
      writer.optional("placeholder", input.placeholder)
      writer.optional("button_title", input.buttonTitle)
    case .media(let attachment, let title, let isPlaying):
      writer.member("attachment", attachment)
      writer.optional("title", title)
      writer.member("is_playing", isPlaying)
    }
    writer.endObject()
  }
}

extension ViewElement.Field {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginArray()
    writer.value(label)
    writer.value(value)
    writer.endArray()
  }
}

extension ViewElement.Step {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("title", title)
    writer.optional("detail", detail)
    writer.optional("time", time)
    writer.member("state", state.rawValue)
    writer.endObject()
  }
}

extension ViewElement.Place {
  func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", name)
    writer.optional("detail", detail)
    if let latitude, let longitude {
      writer.key("latitude")
      writer.raw(latitude.description)
      writer.key("longitude")
      writer.raw(longitude.description)
    }
    writer.endObject()
  }
}

extension ViewElement.Message {
  fileprivate func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.optional("sender", sender)
    if image.isEmpty { writer.member("text", text) } else { writer.optional("text", text) }
    writer.optional("time", time)
    if isOwn { writer.member("is_own", true) }
    writer.optional("avatar", avatar)
    writer.optional("image", image)
    writer.endObject()
  }
}

extension ViewElement.TextRun {
  /// Writes runs: one without a look of its own as a string, others as a list.
  static func write(_ runs: [ViewElement.TextRun], to writer: inout JSONWriter) {
    guard runs != [ViewElement.TextRun(runs.first?.text ?? "")] else {
      return writer.value(runs.first?.text ?? "")
    }
    writer.beginArray()
    for run in runs { run.write(to: &writer) }
    writer.endArray()
  }

  fileprivate func write(to writer: inout JSONWriter) {
    if !isBold, !isItalic, !isMonospaced, relativeTime == nil {
      writer.value(text)
      return
    }
    writer.beginObject()
    if let relativeTime { writer.member("relative_time", relativeTime) } else { writer.member("text", text) }
    if isBold { writer.member("bold", true) }
    if isItalic { writer.member("italic", true) }
    if isMonospaced { writer.member("monospaced", true) }
    writer.endObject()
  }
}

extension NotificationAction {
  /// Writes actions as an array of objects, which ``ViewReader`` reads.
  package static func write(_ actions: [NotificationAction], to writer: inout JSONWriter) {
    writer.beginArray()
    for action in actions {
      writer.beginObject()
      writer.member("identifier", action.identifier)
      writer.member("title", action.title)
      if !action.options.isEmpty {
        writer.member("options", Option.allCases.filter { action.options.contains($0) }.map(\.rawValue))
      }
      if let input = action.textInput {
        writer.key("text_input")
        writer.beginObject()
        writer.optional("placeholder", input.placeholder)
        writer.optional("button_title", input.buttonTitle)
        writer.endObject()
      }
      writer.endObject()
    }
    writer.endArray()
  }
}

extension NotificationView {
  /// Writes the view as JSON, which ``ViewReader`` reads.
  package func write(to writer: inout JSONWriter) {
    writer.beginObject()
    writer.optional("title", title)
    writer.key("elements")
    writer.beginArray()
    for element in elements { element.write(to: &writer) }
    writer.endArray()
    if let actions {
      writer.key("actions")
      NotificationAction.write(actions, to: &writer)
    }
    if !desktop.isEmpty {
      writer.key("desktop")
      desktop.write(to: &writer)
    }
    writer.endObject()
  }

  /// The view as JSON.
  package var json: String {
    var writer = JSONWriter(capacity: 1024)
    write(to: &writer)
    return writer.text
  }
}

extension JSONWriter {
  /// Writes a number; one that is whole has no point behind it, as Lua's whole numbers have none.
  mutating func member(_ name: String, _ number: Double) {
    key(name)
    raw(Int64(exactly: number)?.description ?? number.description)
  }

  /// Writes the member `entries`, a list.
  mutating func entries<Entry>(_ entries: [Entry], _ write: (Entry, inout JSONWriter) -> Void) {
    key("entries")
    beginArray()
    for entry in entries { write(entry, &self) }
    endArray()
  }

  /// A text that stands only where there is one.
  mutating func optional(_ name: String, _ text: String) {
    if !text.isEmpty { member(name, text) }
  }
}
