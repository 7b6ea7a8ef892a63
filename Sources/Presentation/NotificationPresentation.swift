import NotificationViews

/// One notification as it is to be shown: what is to be read, seen and pressed, harmless and in the person's language.
package struct NotificationPresentation: Sendable, Equatable {
  /// `request.identifier`.
  package var identifier = ""
  /// The text of the header: the app's name, or the title that a content extension sets.
  package var header = ""
  /// The app's name, whatever the header says.
  package var appName = ""
  /// The app's icon; nil for none, or for one of the desktop's theme.
  package var icon: AttachmentFile?
  /// The app's colour, 0xRRGGBB; nil for the host's own.
  package var accent: UInt32?
  package var title = ""
  package var subtitle = ""
  package var body = ""
  /// The identifier by which notifications are grouped.
  package var threadIdentifier = ""
  package var categoryIdentifier = ""
  package var level = InterruptionLevel.active
  /// The level's name where it is shown: of what is time-sensitive or critical.
  package var levelText = ""
  package var sound = Sound.none
  package var badge: Int?
  package var targetContentIdentifier = ""
  /// The buttons, in order.
  package var actions: [NotificationAction] = []
  /// The files beside it that may be shown.
  package var attachments: [AttachmentFile] = []
  /// The files of earlier notifications of its thread, which the view goes on showing.
  package var earlierAttachments: [AttachmentFile] = []
  /// The view of a content extension; nil where none presents the category.
  package var extended: ExtendedContent?
  /// The category's options.
  package var options: Set<NotificationCategory.Option> = []
  /// The text in place of the body where previews are hidden.
  package var placeholder = ""
  package var desktopCategory = ""
  /// The name of the app's desktop entry, without `.desktop`; empty for none.
  package var desktopEntry = ""
  /// A Boolean value that indicates whether the notification stays out of a desktop's history.
  package var isTransient = false
  /// The seconds after which a desktop takes it away; nil leaves it to the desktop.
  package var expiresAfter: Double?
  /// The tag by which a later notification takes its place on a desktop; empty for none.
  package var desktopTag = ""
  /// A sentence for each part that was left out, with the reason.
  package var warnings: [String] = []

  package init() {}

  /// `UNNotificationInterruptionLevel`.
  package enum InterruptionLevel: String, CaseIterable, Sendable {
    case passive
    case active
    case timeSensitive = "time-sensitive"
    case critical
  }

  /// The sound of the notification.
  package enum Sound: Sendable, Equatable {
    case none
    case usual
    /// A file's name, which is looked for in the folders of sounds.
    case named(String)
  }

  /// A content extension's part.
  package struct ExtendedContent: Sendable, Equatable {
    package var plugin: String
    /// Height by width of the view, while its content is not known.
    package var sizeRatio: Double
    /// True when title, subtitle and body are left out where the view is shown.
    package var hidesDefaultContent: Bool
    package var view: NotificationView

    package init(plugin: String, sizeRatio: Double, hidesDefaultContent: Bool, view: NotificationView) {
      self.plugin = plugin
      self.sizeRatio = sizeRatio
      self.hidesDefaultContent = hidesDefaultContent
      self.view = view
    }
  }

  /// The view as it is shown; an empty one where no extension made any.
  package var view: NotificationView { extended?.view ?? NotificationView() }

  /// Returns an attachment by its identifier, of the notification before those of earlier ones.
  package func attachment(_ identifier: String) -> AttachmentFile? {
    (attachments + earlierAttachments).first { $0.identifier == identifier }
  }

  /// Keeps the files that the view of an earlier notification shows, for a view that goes on with it.
  package mutating func goOn(with earlier: NotificationPresentation) {
    let shown = Set(earlier.view.attachments)
    earlierAttachments = Array(
      (earlier.attachments + earlier.earlierAttachments).filter { shown.contains($0.identifier) }
        .prefix(NotificationView.entryLimit))
  }

  /// The picture that stands for the whole: the first attachment that has one and does not hide it.
  package var thumbnail: AttachmentFile? {
    attachments.first { $0.kind == .image && !$0.hidesThumbnail }
  }

  /// The presentation with previews hidden: nothing that only the owner may read.
  package var withHiddenPreviews: NotificationPresentation {
    var hidden = self
    // What a plugin puts there may be of the message.
    hidden.header = appName
    hidden.actions = []
    if !options.contains(.hiddenPreviewsShowTitle) { hidden.title = "" }
    if !options.contains(.hiddenPreviewsShowSubtitle) { hidden.subtitle = "" }
    hidden.body = placeholder
    hidden.attachments = []
    hidden.earlierAttachments = []
    hidden.extended = nil
    return hidden
  }
}
