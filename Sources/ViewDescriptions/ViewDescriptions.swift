import WorkerProtocol

/// The descriptions of the functions that build a view, of which the manual and the definitions for editors are made.
extension FunctionDescription {
  /// `view.text`.
  package static let viewText = FunctionDescription(
    name: "view.text",
    summary: "Adds a paragraph.",
    discussion: """
      A list may mix strings with tables of `text`, `bold`, `italic` and `monospaced`. A table with `relative_time` in the \
      place of `text`, in seconds since 1970, says how far that is from now, in the person's language. Nothing in a text is \
      markup. What is longer than 4096 bytes is cut.
      """,
    parameters: [
      .init("content", "string|table", "The text, or a list of its pieces."),
      .init("style", "string?", "`title`, `body` or `caption`; without it `body`."),
      .init("alignment", "string?", "`start`, `center` or `end`; without it `start`."),
    ],
    examples: [
      .init(#"view.text("On its way")"#, "nil"),
      .init(#"view.text({ "Arrives ", { text = "today", bold = true } }, "caption")"#, "nil"),
      .init(#"view.text({ "Due ", { relative_time = 1767225600 } }, "body", "center")"#, "nil"),
    ]
  )

  /// `view.image`.
  package static let viewImage = FunctionDescription(
    name: "view.image",
    summary: "Adds the picture of an attachment.",
    discussion: """
      `form` may have `fit`: `fit` shows the whole picture, never larger than its pixels; `fill` a strip that it fills; \
      `avatar` a circle; `icon` a square with round corners. `size` is in points: of the longer side, of the strip's height, \
      of the circle or the square. `alignment` is `start`, `center` or `end`; without it `fit` stands in the middle, and the others \
      where lines begin. An attachment that is not there, or that is no \
      picture, is left out with a warning.
      """,
    parameters: [
      .init("attachment", "string", "The attachment's identifier."),
      .init("caption", "string?", "What stands below it, and is read aloud in its place."),
      .init("form", "table?", "A table with `fit`, `size` and `alignment`."),
    ],
    examples: [
      .init(#"view.image("map", "Where the courier is")"#, "nil"),
      .init(#"view.image("anna", nil, { fit = "avatar", size = 64, alignment = "center" })"#, "nil"),
    ]
  )

  /// `view.columns`.
  package static let viewColumns = FunctionDescription(
    name: "view.columns",
    summary: "Adds up to four columns, side by side.",
    discussion: """
      A column has `cells`, one below the other, and may have `alignment` and `width`, its share of the whole (1 to 10). A \
      cell is a text, a table with `text` and `style` as in `view.text`, or one with `image`, `caption`, `fit` and `size` as \
      in `view.image`.
      """,
    parameters: [.init("columns", "table", "A list of columns.")],
    examples: [
      .init(
        #"view.columns({ { cells = { "Ajax" } }, { cells = { { text = "3 : 1", style = "title" } }, alignment = "end" } })"#,
        "nil")
    ]
  )

  /// `view.fields`.
  package static let viewFields = FunctionDescription(
    name: "view.fields",
    summary: "Adds names and what they stand for, in two columns.",
    discussion: "A pair whose value is nil is left out.",
    parameters: [.init("fields", "table", "A list of pairs.")],
    examples: [.init(#"view.fields({ { "Gate", "A 12" }, { "Seat", "7C" } })"#, "nil")]
  )

  /// `view.progress`.
  package static let viewProgress = FunctionDescription(
    name: "view.progress",
    summary: "Adds a bar that shows how much of something is done.",
    parameters: [
      .init(
        "value", "number",
        "0 to 1; what is beyond is taken for the nearest, and what seems to be a percentage is logged."),
      .init("label", "string?", "What stands beside it."),
    ],
    examples: [.init(#"view.progress(0.4, "2 of 5 stops")"#, "nil")]
  )

  /// `view.countdown`.
  package static let viewCountdown = FunctionDescription(
    name: "view.countdown",
    summary: "Adds the time that is left until an instant, which goes on while it is shown on a desktop.",
    discussion:
      "Minutes and longer times are rounded up; the last minute is shown in seconds, the end as `0:00`.",
    parameters: [
      .init("time", "number", "The instant, in seconds since 1970."),
      .init("label", "string?", "What stands beside it."),
    ],
    examples: [.init(#"view.countdown(1767225600, "Boarding closes in")"#, "nil")]
  )

  /// `view.timeline`.
  package static let viewTimeline = FunctionDescription(
    name: "view.timeline",
    summary: "Adds steps, one below the other.",
    discussion:
      "A step has `title`, and may have `detail`, `time` and `state`: `done`, `current`, `upcoming` or `failed`.",
    parameters: [.init("steps", "table", "A list of steps.")],
    examples: [
      .init(
        #"view.timeline({ { title = "Ordered", state = "done" }, { title = "Packed", time = "9:30" } })"#,
        "nil")
    ]
  )

  /// `view.places`.
  package static let viewPlaces = FunctionDescription(
    name: "view.places",
    summary: "Adds places, as a list.",
    discussion: "A place has `name`, and may have `detail`, and `latitude` with `longitude` in degrees.",
    parameters: [.init("places", "table", "A list of places.")],
    examples: [
      .init(#"view.places({ { name = "Depot", latitude = 52.52, longitude = 13.405 } })"#, "nil")
    ]
  )

  /// `view.map`.
  package static let viewMap = FunctionDescription(
    name: "view.map",
    summary: "Adds a map: places, a route and a circle on a plain ground, without streets.",
    discussion: """
      `places` is a list as in `view.places`, each with a position; `route` a list of up to 512 points, each \
      `{ latitude, longitude }`; `circle` a table with `latitude`, `longitude` and `radius` in metres. One of them is enough. \
      No picture is fetched from anywhere.
      """,
    parameters: [.init("map", "table", "A table with `places`, `route` and `circle`.")],
    examples: [
      .init(
        #"view.map({ places = { { name = "Depot", latitude = 52.52, longitude = 13.405 } }, route = { { 52.5, 13.4 }, { 52.52, 13.405 } } })"#,
        "nil")
    ]
  )

  /// `view.conversation`.
  package static let viewConversation = FunctionDescription(
    name: "view.conversation",
    summary: "Adds messages; those that follow messages go on with them.",
    discussion: """
      A message has `text`, and may have `sender`, `time`, `is_own`, and the identifiers of two attachments: `avatar`, the \
      sender's picture, and `image`, a picture that was sent; one with an image needs no text. The last 64 are kept.
      """,
    parameters: [.init("messages", "table", "A list of messages, the oldest first.")],
    examples: [.init(#"view.conversation({ { sender = "Anna", text = "Lunch?" } })"#, "nil")]
  )

  /// `view.buttons`.
  package static let viewButtons = FunctionDescription(
    name: "view.buttons",
    summary: "Adds buttons inside of the view; a plugin with `user_interaction_enabled` may.",
    discussion: """
      A button has `identifier` and `title`, and may have `options` and `text_input`, as an action of `view.actions` has. \
      Choosing one calls `did_receive_response`.
      """,
    parameters: [.init("buttons", "table", "A list of buttons.")],
    examples: [.init(#"view.buttons({ { identifier = "later", title = "Later" } })"#, "nil")]
  )

  /// `view.text_input`.
  package static let viewTextInput = FunctionDescription(
    name: "view.text_input",
    summary: "Adds a field for text inside of the view; a plugin with `user_interaction_enabled` may.",
    discussion: "What is written calls `did_receive_response` with the identifier and `user_text`.",
    parameters: [
      .init("identifier", "string", "What the response has as its action."),
      .init("placeholder", "string?", "What stands in the empty field."),
      .init("button_title", "string?", "What the button says that sends."),
    ],
    examples: [.init(#"view.text_input("note", "A note for the courier", "Send")"#, "nil")]
  )

  /// `view.media`.
  package static let viewMedia = FunctionDescription(
    name: "view.media",
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
  )

  /// `view.title`.
  package static let viewTitle = FunctionDescription(
    name: "view.title",
    summary: "Sets what stands in the place of the app's name; a plugin with `overrides_default_title` may.",
    parameters: [.init("title", "string", "The title.")],
    examples: [.init(#"view.title("Parcel 4711")"#, "nil")]
  )

  /// `view.actions`.
  package static let viewActions = FunctionDescription(
    name: "view.actions",
    summary: "Puts other actions in the place of the category's.",
    discussion: """
      An action has `identifier` and `title`, and may have `options` (`authentication_required`, `destructive`, \
      `foreground`) and `text_input` with `placeholder` and `button_title`. An empty list leaves none.
      """,
    parameters: [.init("actions", "table", "A list of actions, ten at most.")],
    examples: [
      .init(#"view.actions({ { identifier = "stop", title = "Stop", options = { "destructive" } } })"#, "nil")
    ]
  )

  /// `view.desktop`.
  package static let viewDesktop = FunctionDescription(
    name: "view.desktop",
    summary: "Asks a desktop to show the notification in another way than its category says.",
    discussion: """
      `transient` keeps it out of the desktop's history, `expires_after` is the number of seconds after which it goes away (1 \
      to 86400), and a later notification with the same `tag` takes its place where the desktop knows tags.
      """,
    parameters: [.init("wishes", "table", "A table with `transient`, `expires_after` and `tag`.")],
    examples: [.init(#"view.desktop({ transient = true, expires_after = 30 })"#, "nil")]
  )

  /// `view.clear`.
  package static let viewClear = FunctionDescription(
    name: "view.clear",
    summary:
      "Takes all elements away, and what was put in the place of title, actions and the category's ways.",
    examples: [.init("view.clear()", "nil")]
  )
}
