import NotificationModel

/// The operator's settings for how notifications are shown.
package struct PresentationRules: Sendable, Equatable {
  /// The app's name in the header; empty takes it from the topic.
  package var appName = ""
  /// A picture's path, or the name of an icon in the desktop's theme.
  package var appIcon = ""
  package var categories: [NotificationCategory] = []
  /// The folders in which attachments may be.
  package var attachmentFolders: [String] = []
  /// A command of the shell that asks for text where a desktop has no field for it; empty for none.
  package var replyCommand = ""
  /// The folders in which sounds are looked for.
  package var soundFolders: [String] = []

  package init() {}

  /// Returns the category of an identifier, compared byte for byte.
  package func category(_ identifier: String) -> NotificationCategory? {
    categories.first { $0.identifier.utf8.elementsEqual(identifier.utf8) }
  }
}

/// Finds texts by their keys, in the languages of the person who reads them.
package protocol TextFinder {
  /// Returns the text; nil where no catalog has the key.
  func text(_ key: String, arguments: [String], languages: [String]) -> String?
}

extension NotificationPresentation {
  /// Makes what is to be shown of a notification, without a content extension's part.
  ///
  /// - Parameter languages: what is preferred to the notification's own; empty takes those.
  package init(
    _ notification: PushNotification, languages: [String] = [], rules: PresentationRules,
    texts: some TextFinder
  ) {
    let content = notification.visibleContent
    let languages = languages.isEmpty ? notification.locales : languages
    identifier = notification.identifier
    header = SafeText.line(rules.appName, limit: 128)
    if header.isEmpty { header = SafeText.line(notification.headers.topic ?? "Notification", limit: 128) }
    appName = header
    let text = { (text: VisibleContent.Text) in Self.text(text, languages, texts) }
    title = SafeText.line(text(content.title))
    subtitle = SafeText.line(text(content.subtitle))
    body = SafeText.paragraphs(text(content.body))
    take(content)
    take(rules.category(content.categoryIdentifier), languages, texts)
    take(notification.attachments, rules)
  }

  /// The text of a key in the person's language, else what the sender wrote.
  private static func text(
    _ text: VisibleContent.Text, _ languages: [String], _ texts: some TextFinder
  ) -> String {
    guard let key = text.key else { return text.literal ?? "" }
    return texts.text(key, arguments: text.arguments, languages: languages) ?? text.literal ?? key
  }

  private mutating func take(_ content: VisibleContent) {
    threadIdentifier = content.threadIdentifier
    categoryIdentifier = content.categoryIdentifier
    targetContentIdentifier = content.targetContentIdentifier
    level = InterruptionLevel(rawValue: content.interruptionLevel) ?? .active
    badge = content.badge
    guard let sound = content.sound else { return }
    if sound.isCritical { level = .critical }
    self.sound = sound.name.isEmpty ? .none : sound.name == "default" ? .usual : .named(sound.name)
  }

  private mutating func take(
    _ category: NotificationCategory?, _ languages: [String], _ texts: some TextFinder
  ) {
    let localize = { (text: LocalizableText) -> String in
      text.isKey ? texts.text(text.text, arguments: [], languages: languages) ?? text.text : text.text
    }
    options = category?.options ?? []
    actions = (category?.actions ?? []).map { $0.resolved(localize).harmless }
    placeholder = category?.hiddenPreviewsBodyPlaceholder.map { SafeText.line(localize($0)) } ?? ""
    if placeholder.isEmpty {
      placeholder = texts.text("HIDDEN_PREVIEW", arguments: [], languages: languages) ?? "Notification"
    }
    desktopCategory = category?.desktopCategory ?? ""
  }

  private mutating func take(_ attachments: [Attachment], _ rules: PresentationRules) {
    for attachment in attachments.prefix(Attachment.limit) {
      do throws(AttachmentFile.Refusal) {
        self.attachments.append(try AttachmentFile(attachment, folders: rules.attachmentFolders))
      } catch {
        warnings.append(error.message)
      }
    }
  }

  /// Puts in what a content extension made.
  package mutating func extend(_ content: ExtendedContent, overridesTitle: Bool) {
    var content = content
    content.view = content.view.harmless
    if overridesTitle, !content.view.title.isEmpty { header = content.view.title }
    if let actions = content.view.actions { self.actions = actions }
    for element in content.view.elements {
      let identifier: String
      let isPicture: Bool
      switch element {
      case .image(let attachment, _): (identifier, isPicture) = (attachment, true)
      case .media(let attachment, _, _): (identifier, isPicture) = (attachment, false)
      default: continue
      }
      let name =
        "\(content.plugin): the view shows the attachment '\(SafeText.line(identifier, limit: 64))', which is"
      guard let file = attachment(identifier) else {
        warnings.append("\(name) not there")
        continue
      }
      if isPicture != (file.kind == .image) { warnings.append("\(name) of the kind \(file.kind.rawValue)") }
    }
    extended = content
  }
}

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
    var view = NotificationView()
    view.title = SafeText.line(title, limit: 128)
    view.actions = actions?.map(\.harmless)
    // There are no more than there were.
    for element in elements { try? view.append(element.harmless) }
    return view
  }
}

extension ViewElement {
  fileprivate var harmless: ViewElement {
    switch self {
    case .text(let runs, let style):
      .text(
        runs.map {
          var run = $0
          run.text = SafeText.run($0.text)
          return run
        }, style)
    case .image(let attachment, let caption):
      .image(attachment: attachment, caption: SafeText.line(caption))
    case .fields(let fields):
      .fields(fields.map { .init(label: SafeText.line($0.label), value: SafeText.line($0.value)) })
    case .progress(let value, let label): .progress(value: value, label: SafeText.line(label))
    case .timeline(let steps):
      .timeline(
        steps.map {
          .init(
            title: SafeText.line($0.title), detail: SafeText.line($0.detail), time: SafeText.line($0.time),
            state: $0.state)
        })
    case .places(let places):
      .places(
        places.map {
          .init(
            name: SafeText.line($0.name), detail: SafeText.line($0.detail), latitude: $0.latitude,
            longitude: $0.longitude)
        })
    case .conversation(let messages):
      .conversation(
        messages.map {
          .init(
            sender: SafeText.line($0.sender), text: SafeText.paragraphs($0.text),
            time: SafeText.line($0.time),
            isOwn: $0.isOwn)
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
