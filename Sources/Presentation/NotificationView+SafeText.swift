import NotificationViews

extension NotificationAction {
  /// The same with texts that harm nobody.
  package var harmless: NotificationAction {
    NotificationAction(
      identifier: identifier, title: SafeText.line(title, limit: 128), options: options,
      textInput: textInput.map {
        .init(
          placeholder: SafeText.line($0.placeholder, limit: 128),
          buttonTitle: SafeText.line($0.buttonTitle, limit: 64))
      })
  }
}

extension NotificationView {
  /// The same with texts that harm nobody.
  package var harmless: NotificationView {
    var view = mapElements(\.harmless)
    view.title = SafeText.line(title, limit: 128)
    view.actions = actions?.map(\.harmless)
    view.desktop.tag = SafeText.line(desktop.tag, limit: 64)
    return view
  }
}

extension ViewElement {
  fileprivate var harmless: ViewElement {
    switch self {
    case .text(let runs, let style, let alignment): .text(runs.map(\.harmless), style, alignment)
    case .image(let picture): .image(picture.harmless)
    case .columns(let columns): .columns(columns.map(\.harmless))
    case .fields(let fields):
      .fields(fields.map { .init(label: SafeText.line($0.label), value: SafeText.line($0.value)) })
    case .progress(let value, let label): .progress(value: value, label: SafeText.line(label))
    case .countdown(let countdown):
      .countdown(.init(end: countdown.end, label: SafeText.line(countdown.label)))
    case .timeline(let steps):
      .timeline(
        steps.map {
          .init(
            title: SafeText.line($0.title), detail: SafeText.line($0.detail), time: SafeText.line($0.time),
            state: $0.state)
        })
    case .places(let places): .places(places.map(\.harmless))
    case .map(let map): .map(.init(places: map.places.map(\.harmless), route: map.route, circle: map.circle))
    case .conversation(let messages):
      .conversation(
        messages.map {
          .init(
            sender: SafeText.line($0.sender), text: SafeText.paragraphs($0.text),
            time: SafeText.line($0.time), isOwn: $0.isOwn, avatar: $0.avatar, image: $0.image)
        })
    case .buttons(let actions): .buttons(actions.map(\.harmless))
    case .textInput(let identifier, let input):
      .textInput(
        identifier: identifier,
        .init(
          placeholder: SafeText.line(input.placeholder, limit: 128),
          buttonTitle: SafeText.line(input.buttonTitle, limit: 64)))
    case .media(let attachment, let title, let isPlaying):
      .media(attachment: attachment, title: SafeText.line(title), isPlaying: isPlaying)
    }
  }
}

extension ViewElement.TextRun {
  fileprivate var harmless: ViewElement.TextRun {
    var run = self
    run.text = SafeText.run(text)
    return run
  }
}

extension ViewElement.Picture {
  fileprivate var harmless: ViewElement.Picture {
    var picture = self
    picture.caption = SafeText.line(caption)
    return picture
  }
}

extension ViewElement.Column {
  fileprivate var harmless: ViewElement.Column {
    var column = self
    column.cells = cells.map { cell in
      switch cell {
      case .text(let runs, let style): .text(runs.map(\.harmless), style)
      case .image(let picture): .image(picture.harmless)
      }
    }
    return column
  }
}

extension ViewElement.Place {
  fileprivate var harmless: ViewElement.Place {
    .init(
      name: SafeText.line(name), detail: SafeText.line(detail), latitude: latitude, longitude: longitude)
  }
}
