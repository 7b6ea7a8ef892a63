import NotificationModel

extension ViewElement {
  /// Writes the element for the other end: its kind, and its parts in order.
  func write(to writer: inout ByteWriter) {
    writer.write(place: kind)
    switch self {
    case .text(let runs, let style):
      writer.write(place: style)
      writer.write(runs) { $1.write(to: &$0) }
    case .image(let attachment, let caption): writer.write(texts: attachment, caption)
    case .fields(let fields): writer.write(fields) { $0.write(texts: $1.label, $1.value) }
    case .progress(let value, let label):
      writer.write(value)
      writer.write(label)
    case .timeline(let steps): writer.write(steps) { $1.write(to: &$0) }
    case .places(let places): writer.write(places) { $1.write(to: &$0) }
    case .conversation(let messages): writer.write(messages) { $1.write(to: &$0) }
    case .buttons(let actions): writer.write(actions) { $1.write(to: &$0) }
    case .textInput(let identifier, let input):
      writer.write(identifier)
      input.write(to: &writer)
    case .media(let attachment, let title, let isPlaying):
      writer.write(texts: attachment, title)
      writer.write(isPlaying)
    }
  }

  /// Reads an element; throws where its parts are not those of an element that a plugin can make.
  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    switch try reader.readCase(Kind.self) {
    case .text:
      let style = try reader.readCase(TextStyle.self)
      self = .text(
        try reader.readEntries { reader throws(ByteReader.Truncated) in try TextRun(&reader) }, style)
    case .image:
      self = .image(attachment: try reader.readShownText(), caption: try reader.readShownText())
    case .fields:
      self = .fields(try reader.readEntries { reader throws(ByteReader.Truncated) in try Field(&reader) })
    case .progress:
      self = .progress(value: try reader.readDouble(in: 0...1), label: try reader.readShownText())
    case .timeline:
      self = .timeline(try reader.readEntries { reader throws(ByteReader.Truncated) in try Step(&reader) })
    case .places:
      self = .places(try reader.readEntries { reader throws(ByteReader.Truncated) in try Place(&reader) })
    case .conversation:
      self = .conversation(
        try reader.readEntries { reader throws(ByteReader.Truncated) in try Message(&reader) })
    case .buttons: self = .buttons(try NotificationAction.readList(&reader))
    case .textInput:
      self = .textInput(
        identifier: try NotificationAction.readIdentifier(&reader), try NotificationAction.TextInput(&reader))
    case .media:
      self = .media(
        attachment: try reader.readShownText(), title: try reader.readShownText(),
        isPlaying: try reader.readFlag())
    }
  }
}

extension ByteWriter {
  fileprivate mutating func write(texts: String...) {
    for text in texts { write(text) }
  }
}

extension ByteReader {
  /// Reads a text of a view.
  fileprivate mutating func readShownText() throws(Truncated) -> String {
    try readText(limit: NotificationView.textLimit)
  }

  /// Reads the entries of an element.
  fileprivate mutating func readEntries<Entry>(
    _ body: (inout ByteReader) throws(Truncated) -> Entry
  ) throws(Truncated) -> [Entry] {
    try readList(limit: NotificationView.entryLimit, body)
  }
}

extension ViewElement.TextRun {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(text)
    for flag in [isBold, isItalic, isMonospaced] { writer.write(flag) }
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      try reader.readShownText(), isBold: try reader.readFlag(), isItalic: try reader.readFlag(),
      isMonospaced: try reader.readFlag())
  }
}

extension ViewElement.Field {
  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(label: try reader.readShownText(), value: try reader.readShownText())
  }
}

extension ViewElement.Step {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(texts: title, detail, time)
    writer.write(place: state)
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      title: try reader.readShownText(), detail: try reader.readShownText(), time: try reader.readShownText(),
      state: try reader.readCase(State.self))
  }
}

extension ViewElement.Place {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(texts: name, detail)
    writer.write(optional: latitude) { $0.write($1) }
    writer.write(optional: longitude) { $0.write($1) }
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      name: try reader.readShownText(), detail: try reader.readShownText(),
      latitude: try reader.readOptional { reader throws(ByteReader.Truncated) in
        try reader.readDouble(in: -90...90)
      },
      longitude: try reader.readOptional { reader throws(ByteReader.Truncated) in
        try reader.readDouble(in: -180...180)
      })
    guard (latitude == nil) == (longitude == nil) else { throw .init() }
  }
}

extension ViewElement.Message {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(texts: sender, text, time)
    writer.write(isOwn)
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      sender: try reader.readShownText(), text: try reader.readShownText(), time: try reader.readShownText(),
      isOwn: try reader.readFlag())
  }
}
