import NotificationModel
import NotificationViews

/// The operator's settings for how notifications are shown.
package struct PresentationRules: Sendable, Equatable {
  /// The app's name in the header; empty takes it from the topic.
  package var appName = ""
  /// A picture's path, or the name of an icon in the desktop's theme.
  package var appIcon = ""
  /// The app's colour, 0xRRGGBB; nil for the host's own.
  package var appColor: UInt32?
  /// The name of the app's desktop entry, without `.desktop`.
  package var desktopEntry = ""
  package var categories: [NotificationCategory] = []
  /// The folders in which attachments may be.
  package var attachmentFolders: [String] = []
  /// A command of the shell that asks for text where a desktop has no field for it; empty for none.
  package var replyCommand = ""
  /// The folders in which sounds are looked for.
  package var soundFolders: [String] = []
  /// The keys of texts, with the key of the file that names each and its place there.
  package var textKeys: [TextKey] = []
  /// The place of ``appIcon`` in the configuration's file; empty where there is none.
  package var appIconPlace = ""

  /// The key of a text in the catalogs, as the configuration names it.
  package struct TextKey: Sendable, Equatable {
    /// The key in the catalogs.
    package var key: String
    /// The name before it, such as `title_loc_key`.
    package var name: String
    /// The file, the line and the column.
    package var place: String

    package init(key: String, name: String, place: String) {
      self.key = key
      self.name = name
      self.place = place
    }
  }

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
    take(rules)
    title = SafeText.line(text(content.title))
    subtitle = SafeText.line(text(content.subtitle))
    body = SafeText.paragraphs(text(content.body))
    take(content)
    levelText = levelKey.map { texts.text($0.key, arguments: [], languages: languages) ?? $0.text } ?? ""
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

  private mutating func take(_ rules: PresentationRules) {
    accent = rules.appColor
    desktopEntry = rules.desktopEntry
    guard rules.appIcon.contains("/") else { return }
    do throws(AttachmentFile.Refusal) {
      icon = try AttachmentFile(icon: rules.appIcon)
    } catch {
      warnings.append(error.message)
    }
  }

  /// The key of the level's name in the catalogs, and the name where none has it.
  private var levelKey: (key: String, text: String)? {
    switch level {
    case .passive, .active: nil
    case .timeSensitive: ("TIME_SENSITIVE", "Time Sensitive")
    case .critical: ("CRITICAL", "Critical")
    }
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
    isTransient = category?.isTransient ?? false
    expiresAfter = category?.expiresAfter
    desktopTag = category?.desktopTag ?? ""
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
    let wish = content.view.desktop
    isTransient = wish.isTransient ?? isTransient
    expiresAfter = wish.expiresAfter ?? expiresAfter
    if !wish.tag.isEmpty { desktopTag = wish.tag }
    for reference in content.view.elements.flatMap(\.attachments) {
      let name =
        "\(content.plugin): the view shows the attachment '\(SafeText.line(reference.identifier, limit: 64))', which is"
      let warning: String
      if let file = attachment(reference.identifier) {
        if reference.isPicture == (file.kind == .image) { continue }
        warning = "\(name) of the kind \(file.kind.rawValue)"
      } else {
        warning = "\(name) not there"
      }
      if !warnings.contains(warning) { warnings.append(warning) }
    }
    extended = content
  }
}
