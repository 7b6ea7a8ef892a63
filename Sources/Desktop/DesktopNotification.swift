import NotificationViews
import Presentation

/// The arguments of `org.freedesktop.Notifications.Notify`, made of what is to be shown and of what a server can do.
///
/// Source: Desktop Notifications Specification 1.2.
package struct DesktopNotification: Sendable, Equatable {
  /// The value of a hint.
  package enum Hint: Sendable, Equatable {
    case byte(UInt8)
    case flag(Bool)
    case number(Int32)
    case text(String)
    case image(Thumbnail)
  }

  /// A button: the key that comes back, and what it says.
  package struct Action: Sendable, Equatable {
    package var key: String
    package var label: String
  }

  package var appName = ""
  package var icon = ""
  package var summary = ""
  package var body = ""
  package var actions: [Action] = []
  package var hints: [String: Hint] = [:]
  /// Milliseconds; -1 leaves it to the server, 0 is never.
  package var timeout: Int32 = -1
  /// The action that an inline reply is for.
  package var replyAction: String?
  /// The actions that the server has no way to show.
  package var omittedActions: [String] = []

  /// KDE's key of the action that asks for text.
  static let inlineReply = "inline-reply"

  /// - Parameters:
  ///   - thumbnail: the picture that stands beside the text.
  ///   - sound: the path of the file that was found for a named sound.
  ///   - isReplacing: true where it takes the place of another by that one's number.
  package init(
    _ presentation: NotificationPresentation, _ server: ServerCapabilities, icon: String = "",
    thumbnail: Thumbnail? = nil, sound: String? = nil, asksForText: Bool = false, isReplacing: Bool = false
  ) {
    // What a desktop keeps rules by stays the app's, whatever a view has for its title.
    appName = presentation.appName
    self.icon = icon
    summary = presentation.title.isEmpty ? presentation.header : presentation.title
    if server.hasBody {
      body = DesktopBody.text(presentation, isMarkup: server.hasMarkup, space: server.quirks.space)
    }
    setHints(presentation, server, thumbnail, sound)
    // A number and a tag at once make mako 1.6 to 1.11 crash (emersion/mako issue 653).
    if !isReplacing, !presentation.desktopTag.isEmpty, let hint = server.quirks.tagHint {
      hints[hint] = .text(presentation.desktopTag)
    }
    if let expiry = presentation.expiresAfter, presentation.level != .critical { setTimeout(expiry) }
    if server.hasActions { setActions(presentation, server, asksForText) }
  }

  private mutating func setHints(
    _ presentation: NotificationPresentation, _ server: ServerCapabilities, _ thumbnail: Thumbnail?,
    _ sound: String?
  ) {
    switch presentation.level {
    case .passive: hints["urgency"] = .byte(0)
    case .active, .timeSensitive: hints["urgency"] = .byte(1)
    case .critical:
      hints["urgency"] = .byte(2)
      // What is critical stays until somebody has seen it.
      timeout = 0
    }
    if !presentation.desktopEntry.isEmpty { hints["desktop-entry"] = .text(presentation.desktopEntry) }
    if presentation.isTransient { hints["transient"] = .flag(true) }
    if !presentation.desktopCategory.isEmpty { hints["category"] = .text(presentation.desktopCategory) }
    if let thumbnail { hints[server.quirks.pictureHint] = .image(thumbnail) }
    if presentation.extended != nil {
      // The plugin says what becomes of the notification once something was chosen.
      hints["resident"] = .flag(true)
      for case .progress(let value, _) in presentation.elements
      where server.quirks.showsProgress {
        hints["value"] = .number(Int32((value * 100).rounded(.down)))
      }
    }
    guard server.hasSound || presentation.sound != .none else {
      hints["suppress-sound"] = .flag(true)
      return
    }
    switch presentation.sound {
    case _ where presentation.level == .passive: hints["suppress-sound"] = .flag(true)
    case .none: hints["suppress-sound"] = .flag(true)
    case .usual: hints["sound-name"] = .text("message-new-instant")
    case .named:
      if let sound {
        hints["sound-file"] = .text(sound)
      } else {
        hints["sound-name"] = .text("message-new-instant")
      }
    }
  }

  /// Sets the time after which the server takes it away, in seconds.
  mutating func setTimeout(_ seconds: Double) {
    timeout = Int32(min(max((seconds * 1000).rounded(.up), 1), Double(Int32.max)))
  }

  /// Leaves out sound and urgency: the notification is seen already, and only its texts have changed.
  mutating func makeQuiet(_ quirks: ServerQuirks) {
    hints["sound-name"] = nil
    hints["sound-file"] = nil
    hints["suppress-sound"] = .flag(true)
    if quirks.announcesChanges { hints["urgency"] = .byte(0) }
  }

  private mutating func setActions(
    _ presentation: NotificationPresentation, _ server: ServerCapabilities, _ asksForText: Bool
  ) {
    // Without a label no server makes a button of it (lxqt-notificationd pull request 331, desktop-notifier 91).
    let label = server.quirks.listsDefaultAction ? presentation.appName : ""
    actions.append(Action(key: NotificationAction.defaultIdentifier, label: label))
    for action in presentation.allActions {
      guard let input = action.textInput else {
        actions.append(Action(key: action.identifier, label: action.title))
        continue
      }
      if server.hasInlineReply, replyAction == nil {
        replyAction = action.identifier
        actions.append(Action(key: Self.inlineReply, label: action.title))
        if !input.placeholder.isEmpty { hints["x-kde-reply-placeholder-text"] = .text(input.placeholder) }
        if !input.buttonTitle.isEmpty { hints["x-kde-reply-submit-button-text"] = .text(input.buttonTitle) }
      } else if asksForText {
        actions.append(Action(key: action.identifier, label: action.title))
      } else {
        omittedActions.append(action.identifier)
      }
    }
  }
}

extension NotificationPresentation {
  /// The picture that stands beside the text: that of the notification, else of who wrote last in its conversation.
  package var desktopPicture: AttachmentFile? {
    var avatars: [String] = []
    for case .conversation(let messages) in elements {
      avatars += messages.filter { !$0.isOwn && !$0.avatar.isEmpty }.map(\.avatar)
    }
    // One of several avatars that happens to be the first attachment is not the notification's picture.
    if let thumbnail, !avatars.contains(thumbnail.identifier) { return thumbnail }
    let avatar = avatars.last.flatMap { attachment($0) }
    return avatar?.kind == .image ? avatar : thumbnail
  }

  /// The actions that may be pressed: the category's, and those of the view.
  var allActions: [NotificationAction] {
    var all = actions
    for element in elements {
      switch element {
      case .buttons(let buttons): all += buttons
      case .textInput(let identifier, let input):
        let title = input.buttonTitle.isEmpty ? input.placeholder : input.buttonTitle
        all.append(NotificationAction(identifier: identifier, title: title, textInput: input))
      case .media(_, let title, let isPlaying):
        let identifier =
          isPlaying ? NotificationAction.mediaPauseIdentifier : NotificationAction.mediaPlayIdentifier
        all.append(NotificationAction(identifier: identifier, title: "\(isPlaying ? "❚❚" : "▶") \(title)"))
      default: break
      }
    }
    return all
  }

  /// Those that want text.
  var textActions: [NotificationAction] { allActions.filter { $0.textInput != nil } }
}
