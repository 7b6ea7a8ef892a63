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
      writer.key("entries")
      writer.beginArray()
      for run in runs { run.write(to: &writer) }
      writer.endArray()
    case .image(let attachment, let caption):
      writer.member("attachment", attachment)
      writer.optional("caption", caption)
    case .fields(let fields):
      writer.key("entries")
      writer.beginArray()
      for field in fields {
        writer.beginArray()
        writer.value(field.label)
        writer.value(field.value)
        writer.endArray()
      }
      writer.endArray()
    case .progress(let value, let label):
      writer.key("value")
      writer.raw(value.description)
      writer.optional("label", label)
    case .timeline(let steps):
      writer.key("entries")
      writer.beginArray()
      for step in steps {
        writer.beginObject()
        writer.member("title", step.title)
        writer.optional("detail", step.detail)
        writer.optional("time", step.time)
        writer.member("state", step.state.rawValue)
        writer.endObject()
      }
      writer.endArray()
    case .places(let places): Self.write(places, to: &writer)
    case .conversation(let messages):
      writer.key("entries")
      writer.beginArray()
      for message in messages {
        writer.beginObject()
        writer.optional("sender", message.sender)
        writer.member("text", message.text)
        writer.optional("time", message.time)
        if message.isOwn { writer.member("is_own", true) }
        writer.endObject()
      }
      writer.endArray()
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

  private static func write(_ places: [Place], to writer: inout JSONWriter) {
    writer.key("entries")
    writer.beginArray()
    for place in places {
      writer.beginObject()
      writer.member("name", place.name)
      writer.optional("detail", place.detail)
      if let latitude = place.latitude, let longitude = place.longitude {
        writer.key("latitude")
        writer.raw(latitude.description)
        writer.key("longitude")
        writer.raw(longitude.description)
      }
      writer.endObject()
    }
    writer.endArray()
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
  /// A text that stands only where there is one.
  fileprivate mutating func optional(_ name: String, _ text: String) {
    if !text.isEmpty { member(name, text) }
  }
}
