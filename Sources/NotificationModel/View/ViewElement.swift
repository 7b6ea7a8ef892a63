/// One element of a notification's view, made by the host from data that a plugin gives.
package enum ViewElement: Sendable, Equatable {
  case text([TextRun], TextStyle)
  /// An attachment's picture, by the attachment's identifier.
  case image(attachment: String, caption: String)
  case fields([Field])
  /// A bar; `value` is 0 to 1.
  case progress(value: Double, label: String)
  case timeline([Step])
  case places([Place])
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

    package init(sender: String, text: String, time: String, isOwn: Bool) {
      self.sender = sender
      self.text = text
      self.time = time
      self.isOwn = isOwn
    }
  }
}

extension ViewElement {
  /// The bytes of its text.
  var size: Int {
    switch self {
    case .text(let runs, _): runs.reduce(0) { $0 + $1.text.utf8.count }
    case .image(let attachment, let caption): attachment.utf8.count + caption.utf8.count
    case .fields(let fields): fields.reduce(0) { $0 + $1.label.utf8.count + $1.value.utf8.count }
    case .progress(_, let label): label.utf8.count
    case .timeline(let steps):
      steps.reduce(0) { $0 + $1.title.utf8.count + $1.detail.utf8.count + $1.time.utf8.count }
    case .places(let places): places.reduce(0) { $0 + $1.name.utf8.count + $1.detail.utf8.count }
    case .conversation(let messages): messages.reduce(0) { $0 + $1.size }
    case .buttons(let actions): actions.reduce(0) { $0 + $1.title.utf8.count }
    case .textInput(_, let input): input.placeholder.utf8.count + input.buttonTitle.utf8.count
    case .media(let attachment, let title, _): attachment.utf8.count + title.utf8.count
    }
  }
}

extension ViewElement.Message {
  /// The bytes of its text.
  var size: Int { sender.utf8.count + text.utf8.count + time.utf8.count }
}
