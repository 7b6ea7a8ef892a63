import LosslessJSON
import NotificationModel
import WorkerProtocol

/// The functions that build a view, which content extensions are called with.
extension HostFunction {
  /// In the order of the manual.
  static let views: [HostFunction] = [
    .viewText, .viewImage, .viewFields, .viewProgress, .viewTimeline, .viewPlaces, .viewConversation,
    .viewButtons, .viewTextInput, .viewMedia, .viewTitle, .viewActions, .viewClear,
  ]

  static let viewText = HostFunction(
    "view.text",
    summary: "Adds a paragraph.",
    discussion: """
      A list may mix strings with tables of `text`, `bold`, `italic` and `monospaced`. Nothing in a text is markup. What \
      is longer than 4096 bytes is cut.
      """,
    parameters: [
      .init("content", "string|table", "The text, or a list of its pieces."),
      .init("style", "string?", "`title`, `body` or `caption`; without it `body`."),
    ],
    examples: [
      .init(#"view.text("On its way")"#, "nil"),
      .init(#"view.text({ "Arrives ", { text = "today", bold = true } }, "caption")"#, "nil"),
    ]
  ) { call throws(HostFunctionError) in
    let style = try call.word(1, ViewElement.TextStyle.allCases.map(\.rawValue)) ?? "body"
    let runs: [ViewElement.TextRun]
    if case .json(let json) = try call.value(0) {
      runs = try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
        try reader.runs(node, place)
      }
    } else {
      runs = [.init(try call.shownText(0))]
    }
    return try call.add(.text(runs, ViewElement.TextStyle(rawValue: style) ?? .body))
  }

  static let viewImage = HostFunction(
    "view.image",
    summary: "Adds the picture of an attachment.",
    discussion: "An attachment that is not there, or that is no picture, is left out with a warning.",
    parameters: [
      .init("attachment", "string", "The attachment's identifier."),
      .init("caption", "string?", "What stands below it, and is read aloud in its place."),
    ],
    examples: [.init(#"view.image("map", "Where the courier is")"#, "nil")]
  ) { call throws(HostFunctionError) in
    try call.add(.image(attachment: try call.identifier(0), caption: try call.optionalText(1)))
  }

  static let viewFields = HostFunction(
    "view.fields",
    summary: "Adds names and what they stand for, in two columns.",
    discussion: "A pair whose value is nil is left out.",
    parameters: [.init("fields", "table", "A list of pairs.")],
    examples: [.init(#"view.fields({ { "Gate", "A 12" }, { "Seat", "7C" } })"#, "nil")]
  ) { call throws(HostFunctionError) in
    let json = try call.table(0)
    return try call.add(
      .fields(
        try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
          try reader.fields(node, place)
        }))
  }

  static let viewProgress = HostFunction(
    "view.progress",
    summary: "Adds a bar that shows how much of something is done.",
    parameters: [
      .init("value", "number", "0 to 1; what is beyond is taken for the nearest."),
      .init("label", "string?", "What stands beside it."),
    ],
    examples: [.init(#"view.progress(0.4, "2 of 5 stops")"#, "nil")]
  ) { call throws(HostFunctionError) in
    let value = try call.number(0)
    guard !value.isNaN else { throw HostFunctionError("view.progress: the value is no number") }
    return try call.add(.progress(value: min(max(value, 0), 1), label: try call.optionalText(1)))
  }

  static let viewTimeline = HostFunction(
    "view.timeline",
    summary: "Adds steps, one below the other.",
    discussion:
      "A step has `title`, and may have `detail`, `time` and `state`: `done`, `current` or `upcoming`.",
    parameters: [.init("steps", "table", "A list of steps.")],
    examples: [
      .init(
        #"view.timeline({ { title = "Ordered", state = "done" }, { title = "Packed", time = "9:30" } })"#,
        "nil")
    ]
  ) { call throws(HostFunctionError) in
    let json = try call.table(0)
    return try call.add(
      .timeline(
        try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
          try reader.steps(node, place)
        }))
  }

  static let viewPlaces = HostFunction(
    "view.places",
    summary: "Adds places, as a list.",
    discussion: "A place has `name`, and may have `detail`, and `latitude` with `longitude` in degrees.",
    parameters: [.init("places", "table", "A list of places.")],
    examples: [
      .init(#"view.places({ { name = "Depot", latitude = 52.52, longitude = 13.405 } })"#, "nil")
    ]
  ) { call throws(HostFunctionError) in
    let json = try call.table(0)
    return try call.add(
      .places(
        try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
          try reader.places(node, place)
        }))
  }

  static let viewConversation = HostFunction(
    "view.conversation",
    summary: "Adds messages; those that follow messages go on with them.",
    discussion: "A message has `text`, and may have `sender`, `time` and `is_own`. The last 64 are kept.",
    parameters: [.init("messages", "table", "A list of messages, the oldest first.")],
    examples: [.init(#"view.conversation({ { sender = "Anna", text = "Lunch?" } })"#, "nil")]
  ) { call throws(HostFunctionError) in
    let json = try call.table(0)
    return try call.add(
      .conversation(
        try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
          try reader.messages(node, place)
        }))
  }

  static let viewButtons = HostFunction(
    "view.buttons",
    summary: "Adds buttons inside of the view; a plugin with `user_interaction_enabled` may.",
    discussion: """
      A button has `identifier` and `title`, and may have `options` and `text_input`, as an action of `view.actions` has. \
      Choosing one calls `did_receive_response`.
      """,
    parameters: [.init("buttons", "table", "A list of buttons.")],
    examples: [.init(#"view.buttons({ { identifier = "later", title = "Later" } })"#, "nil")]
  ) { call throws(HostFunctionError) in
    try call.requireInteraction()
    let json = try call.table(0)
    return try call.add(
      .buttons(
        try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
          try reader.actions(node, place)
        }))
  }

  static let viewTextInput = HostFunction(
    "view.text_input",
    summary: "Adds a field for text inside of the view; a plugin with `user_interaction_enabled` may.",
    discussion: "What is written calls `did_receive_response` with the identifier and `user_text`.",
    parameters: [
      .init("identifier", "string", "What the response has as its action."),
      .init("placeholder", "string?", "What stands in the empty field."),
      .init("button_title", "string?", "What the button says that sends."),
    ],
    examples: [.init(#"view.text_input("note", "A note for the courier", "Send")"#, "nil")]
  ) { call throws(HostFunctionError) in
    try call.requireInteraction()
    let identifier = try call.text(0)
    guard NotificationAction.isIdentifier(identifier) else {
      throw HostFunctionError(
        "view.text_input: expected an identifier of \(NotificationAction.identifierForm)")
    }
    if NotificationAction.reserved.contains(identifier) {
      throw HostFunctionError(
        "view.text_input: '\(identifier)' is the system's own; choose another identifier")
    }
    return try call.add(
      .textInput(
        identifier: identifier,
        .init(placeholder: try call.optionalText(1), buttonTitle: try call.optionalText(2))))
  }

  static let viewMedia = HostFunction(
    "view.media",
    summary: "Adds a sound or a film with a button that plays it.",
    discussion: """
      The button calls `media_play(view)`, and then `media_pause(view)`; these say what is shown from then on, with \
      `playing` for what goes on.
      """,
    parameters: [
      .init("attachment", "string", "The attachment's identifier."),
      .init("title", "string?", "What it is."),
      .init("playing", "boolean?", "Whether it plays."),
    ],
    examples: [.init(#"view.media("voice", "Voice message, 0:12")"#, "nil")]
  ) { call throws(HostFunctionError) in
    var isPlaying = false
    if call.has(2) {
      guard case .boolean(let flag) = try call.value(2) else {
        throw HostFunctionError("view.media: playing is neither true nor false")
      }
      isPlaying = flag
    }
    return try call.add(
      .media(
        attachment: try call.identifier(0), title: try call.optionalText(1), isPlaying: isPlaying))
  }

  static let viewTitle = HostFunction(
    "view.title",
    summary: "Sets what stands in the place of the app's name; a plugin with `overrides_default_title` may.",
    parameters: [.init("title", "string", "The title.")],
    examples: [.init(#"view.title("Parcel 4711")"#, "nil")]
  ) { call throws(HostFunctionError) in
    let title = try call.shownText(0)
    let notification = try call.requireView()
    guard call.plugin.pointee.overridesTitle else {
      throw HostFunctionError("view.title needs 'overrides_default_title = true' in the plugin")
    }
    notification.pointee.presentation?.view.title = title
    return .nothing
  }

  static let viewActions = HostFunction(
    "view.actions",
    summary: "Puts other actions in the place of the category's.",
    discussion: """
      An action has `identifier` and `title`, and may have `options` (`authentication_required`, `destructive`, \
      `foreground`) and `text_input` with `placeholder` and `button_title`. An empty list leaves none.
      """,
    parameters: [.init("actions", "table", "A list of actions, ten at most.")],
    examples: [
      .init(#"view.actions({ { identifier = "stop", title = "Stop", options = { "destructive" } } })"#, "nil")
    ]
  ) { call throws(HostFunctionError) in
    let json = try call.table(0)
    let actions = try call.reading(json) { reader, node, place throws(NotificationView.Problem) in
      try reader.actions(node, place)
    }
    try call.requireView().pointee.presentation?.view.actions = actions
    return .nothing
  }

  static let viewClear = HostFunction(
    "view.clear",
    summary: "Takes all elements away, and what was put in the place of title and actions.",
    examples: [.init("view.clear()", "nil")]
  ) { call throws(HostFunctionError) in
    try call.requireView().pointee.presentation?.view.removeAll()
    return .nothing
  }
}

extension HostCall {
  /// The notification whose view is built.
  fileprivate func requireView() throws(HostFunctionError) -> UnsafeMutablePointer<NotificationState> {
    guard let notification, notification.pointee.presentation != nil else {
      throw HostFunctionError("\(name) builds the view of a notification; call it where a handler has one")
    }
    return notification
  }

  fileprivate func add(_ element: ViewElement) throws(HostFunctionError) -> HostResult {
    let notification = try requireView()
    do throws(NotificationView.Problem) {
      try notification.pointee.presentation?.view.append(element)
    } catch {
      throw HostFunctionError("\(name): \(error.message)")
    }
    return .nothing
  }

  fileprivate func requireInteraction() throws(HostFunctionError) {
    guard plugin.pointee.takesInteraction else {
      throw HostFunctionError("\(name) needs 'user_interaction_enabled = true' in the plugin")
    }
  }

  /// A text that people see, cut where it is too long.
  fileprivate func shownText(_ index: Int) throws(HostFunctionError) -> String {
    switch try value(index) {
    case .integer(let number): return String(number)
    case .double(let number): return number.description
    default: return try text(index).cut(to: NotificationView.textLimit)
    }
  }

  fileprivate func optionalText(_ index: Int) throws(HostFunctionError) -> String {
    has(index) ? try shownText(index) : ""
  }

  fileprivate func identifier(_ index: Int) throws(HostFunctionError) -> String {
    let text = try text(index)
    guard (1...256).contains(text.utf8.count) else {
      throw HostFunctionError("\(name): an identifier has 1 to 256 bytes")
    }
    return text
  }

  /// One of a few words; nil where there is none.
  fileprivate func word(_ index: Int, _ known: [String]) throws(HostFunctionError) -> String? {
    guard has(index) else { return nil }
    let word = try text(index)
    guard known.contains(word) else {
      throw HostFunctionError(
        "\(name): '\(word.prefix(100))' is none of \(known.joined(separator: ", "))")
    }
    return word
  }

  fileprivate func table(_ index: Int) throws(HostFunctionError) -> UnsafeRawBufferPointer {
    guard case .json(let json) = try value(index) else {
      throw HostFunctionError("\(name): expected a table, got \(try value(index).luaTypeName)")
    }
    return json
  }

  fileprivate func reading<Result>(
    _ json: UnsafeRawBufferPointer,
    _ body: (borrowing ViewReader, NodeID, String) throws(NotificationView.Problem) -> Result
  ) throws(HostFunctionError) -> Result {
    do throws(NotificationView.Problem) {
      let reader = try ViewReader(json)
      return try body(reader, reader.root, name)
    } catch {
      throw HostFunctionError(error.message.hasPrefix(name) ? error.message : "\(name): \(error.message)")
    }
  }
}
