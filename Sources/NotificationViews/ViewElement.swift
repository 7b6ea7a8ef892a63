/// One element of a notification's view, made by the host from data that a plugin gives.
package enum ViewElement: Sendable, Equatable {
  case text([TextRun], TextStyle, Alignment = .start)
  /// An attachment's picture.
  case image(Picture)
  /// Two to four columns side by side.
  case columns([Column])
  case fields([Field])
  /// A bar; `value` is 0 to 1.
  case progress(value: Double, label: String)
  /// The time that is left until an instant.
  case countdown(Countdown)
  case timeline([Step])
  case places([Place])
  /// Places, a route and a circle on a plain ground.
  case map(Map)
  case conversation([Message])
  case buttons([NotificationAction])
  case textInput(identifier: String, NotificationAction.TextInput)
  case media(attachment: String, title: String, isPlaying: Bool)

  /// A piece of text that looks alike.
  package struct TextRun: Sendable, Equatable {
    package var text: String
    package var isBold = false
    package var isItalic = false
    package var isMonospaced = false
    /// An instant, in seconds since 1970, that the text says as a distance from now; nil for a text of its own.
    ///
    /// The host writes `text` whenever the view is shown.
    package var relativeTime: Double?

    package init(_ text: String, isBold: Bool = false, isItalic: Bool = false, isMonospaced: Bool = false) {
      self.text = text
      self.isBold = isBold
      self.isItalic = isItalic
      self.isMonospaced = isMonospaced
    }
  }

  /// The role of a text, which decides its size.
  package enum TextStyle: String, CaseIterable, Sendable {
    case title
    case body
    case caption
  }

  /// The side to which an element goes, in the direction in which its page is read.
  package enum Alignment: String, CaseIterable, Sendable {
    case start
    case center
    case end
  }

  /// A name and what it stands for.
  package struct Field: Sendable, Equatable {
    package var label: String
    package var value: String

    package init(label: String, value: String) {
      self.label = label
      self.value = value
    }
  }

  /// One step of something that goes on.
  package struct Step: Sendable, Equatable {
    /// The state of a step.
    package enum State: String, CaseIterable, Sendable {
      case done
      case current
      case upcoming
      case failed
    }

    package var title: String
    package var detail: String
    package var time: String
    package var state: State

    package init(title: String, detail: String, time: String, state: State) {
      self.title = title
      self.detail = detail
      self.time = time
      self.state = state
    }
  }

  /// A place on the earth, in degrees (WGS 84).
  package struct Place: Sendable, Equatable {
    package var name: String
    package var detail: String
    package var latitude: Double?
    package var longitude: Double?

    package init(name: String, detail: String, latitude: Double?, longitude: Double?) {
      self.name = name
      self.detail = detail
      self.latitude = latitude
      self.longitude = longitude
    }
  }

  /// One message of a conversation.
  package struct Message: Sendable, Equatable {
    package var sender: String
    package var text: String
    package var time: String
    /// True when the person who reads the message wrote it.
    package var isOwn: Bool
    /// The identifier of the attachment with the sender's picture; empty for none.
    package var avatar = ""
    /// The identifier of the attachment that was sent along; empty for none.
    package var image = ""

    package init(
      sender: String, text: String, time: String, isOwn: Bool, avatar: String = "", image: String = ""
    ) {
      self.sender = sender
      self.text = text
      self.time = time
      self.isOwn = isOwn
      self.avatar = avatar
      self.image = image
    }
  }
}

extension ViewElement {
  /// The bytes of its text.
  var size: Int {
    switch self {
    case .text(let runs, _, _): runs.size
    case .image(let picture): picture.textSize
    case .columns(let columns): columns.reduce(0) { $0 + $1.size }
    case .fields(let fields): fields.reduce(0) { $0 + $1.label.utf8.count + $1.value.utf8.count }
    case .progress(_, let label): label.utf8.count
    case .countdown(let countdown): countdown.label.utf8.count
    case .timeline(let steps):
      steps.reduce(0) { $0 + $1.title.utf8.count + $1.detail.utf8.count + $1.time.utf8.count }
    case .places(let places): places.reduce(0) { $0 + $1.size }
    case .map(let map): map.size
    case .conversation(let messages): messages.reduce(0) { $0 + $1.size }
    case .buttons(let actions): actions.reduce(0) { $0 + $1.title.utf8.count }
    case .textInput(_, let input): input.placeholder.utf8.count + input.buttonTitle.utf8.count
    case .media(let attachment, let title, _): attachment.utf8.count + title.utf8.count
    }
  }
}

extension ViewElement.Message {
  /// The bytes of its text.
  var size: Int { [sender, text, time, avatar, image].reduce(0) { $0 + $1.utf8.count } }
}

extension ViewElement.Place {
  /// The bytes of its text.
  var size: Int { name.utf8.count + detail.utf8.count }
}

extension [ViewElement.TextRun] {
  /// The bytes of its text.
  var size: Int { reduce(0) { $0 + $1.text.utf8.count } }
}
