import NotificationViews

extension ViewElement {
  /// Writes the element for the other end: its kind, and its parts in order.
  func write(to writer: inout ByteWriter) {
    writer.write(place: kind)
    switch self {
    case .text(let runs, let style, let alignment):
      writer.write(place: style)
      writer.write(place: alignment)
      writer.write(runs) { $1.write(to: &$0) }
    case .image(let picture): picture.write(to: &writer)
    case .columns(let columns): writer.write(columns) { $1.write(to: &$0) }
    case .fields(let fields): writer.write(fields) { $0.write(texts: $1.label, $1.value) }
    case .progress(let value, let label):
      writer.write(value)
      writer.write(label)
    case .countdown(let countdown):
      writer.write(countdown.end)
      writer.write(countdown.label)
    case .map(let map): map.write(to: &writer)
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
      let alignment = try reader.readCase(Alignment.self)
      self = .text(
        try reader.readEntries { reader throws(ByteReader.Truncated) in try TextRun(&reader) }, style,
        alignment)
    case .image: self = .image(try Picture(&reader))
    case .columns:
      self = .columns(
        try reader.readList(limit: Column.limit) { reader throws(ByteReader.Truncated) in try Column(&reader)
        })
    case .fields:
      self = .fields(try reader.readEntries { reader throws(ByteReader.Truncated) in try Field(&reader) })
    case .progress:
      self = .progress(value: try reader.readDouble(in: 0...1), label: try reader.readShownText())
    case .countdown:
      self = .countdown(
        .init(end: try reader.readDouble(in: Self.instants), label: try reader.readShownText()))
    case .map: self = .map(try Map(&reader))
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
  mutating func write(texts: String...) {
    for text in texts { write(text) }
  }
}

extension ByteReader {
  /// Reads a text of a view.
  mutating func readShownText() throws(Truncated) -> String {
    try readText(limit: NotificationView.textLimit)
  }

  /// Reads the entries of an element.
  mutating func readEntries<Entry>(
    _ body: (inout ByteReader) throws(Truncated) -> Entry
  ) throws(Truncated) -> [Entry] {
    try readList(limit: NotificationView.entryLimit, body)
  }
}

extension ViewElement.TextRun {
  func write(to writer: inout ByteWriter) {
    writer.write(text)
    for flag in [isBold, isItalic, isMonospaced] { writer.write(flag) }
    writer.write(optional: relativeTime) { $0.write($1) }
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      try reader.readShownText(), isBold: try reader.readFlag(), isItalic: try reader.readFlag(),
      isMonospaced: try reader.readFlag())
    relativeTime = try reader.readOptional { reader throws(ByteReader.Truncated) in
      try reader.readDouble(in: ViewElement.instants)
    }
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
  func write(to writer: inout ByteWriter) {
    writer.write(texts: name, detail)
    writer.write(optional: latitude) { $0.write($1) }
    writer.write(optional: longitude) { $0.write($1) }
  }

  init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    self.init(
      name: try reader.readShownText(), detail: try reader.readShownText(),
      latitude: try reader.readOptional { reader throws(ByteReader.Truncated) in
        try reader.readDouble(in: ViewElement.Coordinate.latitudes)
      },
      longitude: try reader.readOptional { reader throws(ByteReader.Truncated) in
        try reader.readDouble(in: ViewElement.Coordinate.longitudes)
      })
    guard (latitude == nil) == (longitude == nil) else { throw .init() }
  }
}

extension ViewElement.Message {
  fileprivate func write(to writer: inout ByteWriter) {
    writer.write(texts: sender, text, time, avatar, image)
    writer.write(isOwn)
  }

  fileprivate init(_ reader: inout ByteReader) throws(ByteReader.Truncated) {
    let (sender, text, time) = (
      try reader.readShownText(), try reader.readShownText(), try reader.readShownText()
    )
    let (avatar, image) = (try reader.readShownText(), try reader.readShownText())
    self.init(
      sender: sender, text: text, time: time, isOwn: try reader.readFlag(), avatar: avatar, image: image)
  }
}
