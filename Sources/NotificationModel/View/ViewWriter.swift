import LosslessJSON

extension ViewElement {
  /// The name of an element in a written view.
  package enum Kind: String, CaseIterable, Sendable {
    case text
    case image
    case fields
    case progress
    case timeline
    case places
    case conversation
    case buttons
    case textInput = "text_input"
    case media
  }

  package var kind: Kind {
    switch self {
    case .text: .text
    case .image: .image
    case .fields: .fields
    case .progress: .progress
    case .timeline: .timeline
    case .places: .places
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
    case .text(let runs, let style):
      writer.member("style", style.rawValue)
      writer.entries(runs) { $0.write(to: &$1) }
    case .image(let attachment, let caption):
      writer.member("attachment", attachment)
      writer.optional("caption", caption)
    case .fields(let fields): writer.entries(fields) { $0.write(to: &$1) }
    case .progress(let value, let label):
      writer.key("value")
      writer.raw(value.description)
      writer.optional("label", label)
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
  fileprivate func write(to writer: inout JSONWriter) {
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
    writer.member("text", text)
    writer.optional("time", time)
    if isOwn { writer.member("is_own", true) }
    writer.endObject()
  }
}

extension ViewElement.TextRun {
  fileprivate func write(to writer: inout JSONWriter) {
    if !isBold, !isItalic, !isMonospaced {
      writer.value(text)
      return
    }
    writer.beginObject()
    writer.member("text", text)
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
  /// Writes the member `entries`, a list.
  fileprivate mutating func entries<Entry>(_ entries: [Entry], _ write: (Entry, inout JSONWriter) -> Void) {
    key("entries")
    beginArray()
    for entry in entries { write(entry, &self) }
    endArray()
  }

  /// A text that stands only where there is one.
  fileprivate mutating func optional(_ name: String, _ text: String) {
    if !text.isEmpty { member(name, text) }
  }
}
